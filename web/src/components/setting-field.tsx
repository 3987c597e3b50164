import { Input } from '@ui5/webcomponents-react/Input';
import { Label } from '@ui5/webcomponents-react/Label';
import { Option } from '@ui5/webcomponents-react/Option';
import { Select } from '@ui5/webcomponents-react/Select';
import { TextArea } from '@ui5/webcomponents-react/TextArea';
import { useId } from 'react';
import { joinSaid } from '../texts/join-said.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { stateOf } from './field-frame.tsx';

interface SettingFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it. */
  readonly fault?: string | readonly string[] | undefined;
  readonly hint?: string | undefined;
  readonly isRequired?: boolean;
  readonly isSecret?: boolean;
  readonly isLong?: boolean;
  /** Value and words of each, where there is a choice. */
  readonly options?: readonly (readonly [string, string])[] | undefined;
}

/** Leads to the first setting that needs another look: a long form shows its end when it is sent. */
export function focusFirstFault(): void {
  const field = document.querySelector('.sl-fault:not(:empty)')?.parentElement;
  field?.querySelector<HTMLElement>('ui5-input, ui5-select, ui5-textarea, ui5-file-uploader')?.focus();
}

/** A setting with its label; what is wrong with it stands beside it. */
export function SettingField(props: SettingFieldProps) {
  const service = useServiceWords();
  const { label, value, onChange, hint, isRequired = false, isSecret = false, isLong = false, options } = props;
  const fault = joinSaid([props.fault ?? []].flat().map((said) => service.sentence(said) ?? said));
  const id = useId();
  const common = {
    id,
    accessibleName: label,
    value,
    ...stateOf(fault),
  };
  return (
    <div data-field={label} data-wrong={fault ? true : undefined}>
      <Label for={id} required={isRequired} showColon>
        {label}
      </Label>
      {options ? (
        <Select {...common} onChange={(event) => onChange(event.detail.selectedOption.getAttribute('value') ?? '')}>
          {options.map(([name, text]) => (
            <Option key={name} value={name}>
              {text}
            </Option>
          ))}
        </Select>
      ) : isLong ? (
        <TextArea {...common} rows={3} required={isRequired} onInput={(event) => onChange(event.target.value)} />
      ) : (
        <Input
          {...common}
          type={isSecret ? 'Password' : 'Text'}
          required={isRequired}
          onInput={(event) => onChange(event.target.value)}
        />
      )}
      {fault && <div className="sl-fault">{fault}</div>}
      {hint && !fault && <div className="sl-muted">{hint}</div>}
    </div>
  );
}
