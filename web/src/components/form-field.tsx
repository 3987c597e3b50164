import { Input } from '@ui5/webcomponents-react/Input';
import { type ReactNode, useId } from 'react';
import { type FieldFacts, FieldFrame, fieldProblem } from './field-frame.tsx';

interface FormFieldProps extends FieldFacts {
  readonly disabled?: boolean;
  readonly type?: 'Text' | 'Number' | 'Email' | 'URL';
  /** Instead of a field with one line, with the same label and problem. */
  readonly children?: (field: { readonly id: string; readonly describedBy: string }) => ReactNode;
}

/** One field of a form: its label, and beside it what is wrong with it. */
export function FormField(props: FormFieldProps) {
  const { label, value, onChange, required = false, disabled = false, type = 'Text', children } = props;
  const id = useId();
  const says = fieldProblem(props);
  return (
    <FieldFrame id={id} label={label} required={required} hint={props.hint} says={says}>
      {children ? (
        children({ id, describedBy: `${id}-says` })
      ) : (
        <Input
          id={id}
          className="form-field-input"
          accessibleName={label}
          accessibleDescription={says ?? props.hint ?? ''}
          value={value}
          type={type}
          required={required}
          disabled={disabled}
          valueState={says ? 'Negative' : 'None'}
          onInput={(event) => onChange(event.target.value)}
        />
      )}
    </FieldFrame>
  );
}
