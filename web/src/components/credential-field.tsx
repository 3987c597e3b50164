import { useEffect, useId, useRef } from 'react';
import { type FieldFacts, FieldFrame } from './field-frame.tsx';
import { useFieldProblem } from './form-problem.tsx';

interface CredentialFieldProps extends FieldFacts {
  readonly isPassword?: boolean;
  /** Told to the browser and its password manager, which do not look into web components. */
  readonly autoComplete: 'username' | 'current-password' | 'new-password';
  readonly takesFocus?: boolean;
}

/** The field of a form that password managers fill in. */
export function CredentialField(props: CredentialFieldProps) {
  const {
    name,
    label,
    value,
    onChange,
    isPassword = false,
    autoComplete,
    required = false,
    takesFocus = false,
  } = props;
  const id = useId();
  const says = useFieldProblem(props);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  // Where it failed is where one goes on typing.
  useEffect(() => {
    if (says) input.current?.select();
  }, [says]);
  return (
    <FieldFrame {...{ id, name, label, required, says }} hint={props.hint}>
      <input
        ref={input}
        id={id}
        name={name}
        className={says ? 'credential-input credential-input-wrong' : 'credential-input'}
        type={isPassword ? 'password' : 'text'}
        value={value}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        required={required}
        aria-invalid={says !== undefined}
        aria-describedby={`${id}-says`}
        onChange={(event) => onChange(event.target.value)}
      />
    </FieldFrame>
  );
}
