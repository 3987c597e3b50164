import { Input } from '@ui5/webcomponents-react/Input';
import { TextArea } from '@ui5/webcomponents-react/TextArea';
import { useId } from 'react';
import { type FieldFacts, FieldFrame, stateOf } from './field-frame.tsx';
import { useFieldProblem } from './form-problem.tsx';

interface FormFieldProps extends FieldFacts {
  readonly disabled?: boolean;
  readonly type?: 'Text' | 'Number' | 'Email' | 'URL' | 'Password';
  /** It takes several lines. */
  readonly isLong?: boolean;
  readonly lengthMax?: number | undefined;
}

/** One field of a form: its label, and beside it what is wrong with it. */
export function FormField(props: FormFieldProps) {
  const { name, label, value, onChange, required = false, disabled = false, type = 'Text', hint, lengthMax } = props;
  const id = useId();
  const says = useFieldProblem(props);
  const common = {
    id,
    className: 'form-field-input',
    accessibleName: label,
    accessibleDescription: hint ?? '',
    value,
    required,
    disabled,
    ...(lengthMax !== undefined && { maxlength: lengthMax }),
    ...stateOf(says),
    onInput: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  return (
    <FieldFrame {...{ id, name, label, required, hint, says }}>
      {props.isLong ? <TextArea {...common} rows={3} /> : <Input {...common} type={type} />}
    </FieldFrame>
  );
}
