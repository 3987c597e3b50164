import { CheckBox } from '@ui5/webcomponents-react/CheckBox';
import { useId } from 'react';
import { useFieldProblem } from './form-problem.tsx';

interface CheckListProps {
  /** Of the field in the body that is sent. */
  readonly name: string;
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  /** Codes of problems that are this field's. */
  readonly codes?: Readonly<Record<string, undefined>>;
}

/** Several of a few choices, each with its words; what is wrong with them stands below. */
export function CheckList({ name, label, choices, chosen, onChange, codes }: CheckListProps) {
  const id = useId();
  const says = useFieldProblem({ name, codes });
  return (
    <fieldset className="check-list" data-field={name} data-wrong={says ? true : undefined} aria-describedby={id}>
      <legend>{label}</legend>
      {choices.map(({ value, text }) => (
        <CheckBox
          key={value}
          text={text}
          wrappingType="Normal"
          checked={chosen.includes(value)}
          valueState={says ? 'Negative' : 'None'}
          onChange={({ target }) =>
            onChange(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
      ))}
      <span id={id} role="alert" className="form-field-problem">
        {says && `⚠ ${says}`}
      </span>
    </fieldset>
  );
}
