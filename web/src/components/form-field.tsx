import { Input } from '@ui5/webcomponents-react/Input';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import type { ProblemBody } from '../api/client.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import './form-field.css';

interface FormFieldProps {
  /** Of the field in the body that is sent: `label`, or `posting.approval`. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What the service said of the body as a whole; what concerns this field is shown beside it. */
  readonly problem?: ProblemBody | undefined;
  /** Codes of problems that are this field's, with words of their own where there are better ones than those of the service. */
  readonly codes?: Readonly<Record<string, string | undefined>>;
  /** Found before anything is sent. */
  readonly fault?: string | undefined;
  readonly hint?: string;
  readonly required?: boolean;
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

interface PlainFieldProps extends Omit<FormFieldProps, 'type' | 'children'> {
  readonly isPassword?: boolean;
  /** Told to the browser and its password manager, which do not look into web components. */
  readonly autoComplete: 'username' | 'current-password' | 'new-password';
  readonly takesFocus?: boolean;
}

/** The field of a form that password managers fill in. */
export function CredentialField(props: PlainFieldProps) {
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
  const says = fieldProblem(props);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  // Where it failed is where one goes on typing.
  useEffect(() => {
    if (says) input.current?.select();
  }, [says]);
  return (
    <FieldFrame id={id} label={label} required={required} hint={props.hint} says={says}>
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

interface FieldFrameProps {
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
  readonly hint: string | undefined;
  readonly says: string | undefined;
  readonly children: ReactNode;
}

function FieldFrame({ id, label, required, hint, says, children }: FieldFrameProps) {
  const service = useServiceWords();
  return (
    <div className="form-field">
      <label className="form-field-label" htmlFor={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children}
      <div id={`${id}-says`} className="form-field-below">
        <span role="alert" className="form-field-problem">
          {says && `⚠ ${service.sentence(says) ?? says}`}
        </span>
        {!says && hint && <span className="form-field-hint">{hint}</span>}
      </div>
    </div>
  );
}

/** What of a problem is said beside a field. */
function fieldProblem({ name, problem, codes = {}, fault }: FormFieldProps | PlainFieldProps): string | undefined {
  if (fault) return fault;
  if (!problem) return undefined;
  const named = problem.fields?.find(({ path }) => path === name);
  if (named) return named.says;
  return problem.code in codes ? (codes[problem.code] ?? problem.says) : undefined;
}

/** Whether fields with these names or codes show the problem, so that it is not said twice. */
export function isShownByField(problem: ProblemBody, names: readonly string[], codes: readonly string[] = []): boolean {
  return codes.includes(problem.code) || (problem.fields?.some(({ path }) => names.includes(path)) ?? false);
}
