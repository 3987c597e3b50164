import './components.css';
import '@ui5/webcomponents-icons/dist/search.js';
import { Icon } from '@ui5/webcomponents-react/Icon';
import { Input } from '@ui5/webcomponents-react/Input';
import { Option } from '@ui5/webcomponents-react/Option';
import { Select } from '@ui5/webcomponents-react/Select';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { withParameter } from '../connection-names.ts';

/** Filters of a list live in the address, so that it can be sent to somebody and the way back finds them. */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>;
  const set = (name: Name, value: string) =>
    setParams((before) => withParameter(before, name, value), { replace: true });
  const given = names.filter((name) => values[name] !== '');
  const query = given.map((name) => `${name}=${encodeURIComponent(values[name])}`).join('&');
  return { values, set, query, isFiltered: given.length > 0 };
}

const PAUSE_MS = 300;

interface TextFilterProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A text that is looked for once the reader pauses. */
export function TextFilter({ label, value, onChange }: TextFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input
      className="sl-filter-text"
      accessibleName={label}
      placeholder={label}
      value={text}
      showClearIcon
      icon={<Icon name="search" />}
      onInput={(event) => setText(event.target.value)}
    />
  );
}

interface ChoiceFilterProps extends TextFilterProps {
  /** Of no choice. */
  readonly all: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
}

/** One of a few values. */
export function ChoiceFilter({ label, all, value, choices, onChange }: ChoiceFilterProps) {
  return (
    <Select accessibleName={label} onChange={({ detail }) => onChange(detail.selectedOption.dataset.value ?? '')}>
      <Option data-value="" selected={value === ''}>
        {all}
      </Option>
      {choices.map((choice) => (
        <Option key={choice.value} data-value={choice.value} selected={choice.value === value}>
          {choice.text}
        </Option>
      ))}
    </Select>
  );
}
