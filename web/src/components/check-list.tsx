import { CheckBox } from '@ui5/webcomponents-react/CheckBox';

interface CheckListProps {
  readonly label: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Several of a few choices, each with its words. */
export function CheckList({ label, choices, chosen, onChange }: CheckListProps) {
  return (
    <fieldset className="check-list">
      <legend>{label}</legend>
      {choices.map(({ value, text }) => (
        <CheckBox
          key={value}
          text={text}
          wrappingType="Normal"
          checked={chosen.includes(value)}
          onChange={({ target }) =>
            onChange(target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        />
      ))}
    </fieldset>
  );
}
