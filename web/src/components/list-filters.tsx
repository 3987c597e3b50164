import './components.css';
import '@ui5/webcomponents-icons/dist/search.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { DatePicker } from '@ui5/webcomponents-react/DatePicker';
import { Icon } from '@ui5/webcomponents-react/Icon';
import { Input } from '@ui5/webcomponents-react/Input';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { ProblemBody } from '../api/client.ts';
import { withParameter } from '../connection-names.ts';
import { componentTexts } from '../texts/components.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { ChoiceField } from './choice-field.tsx';
import { type FieldFacts, FieldFrame, stateOf } from './field-frame.tsx';
import { FormProblem, useFieldProblem } from './form-problem.tsx';

/** Filters of a list live in the address, so that it can be sent to somebody and the way back finds them. */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<Name, string>;
  const change = (name: Name, value: string, replace: boolean) =>
    setParams((before) => withParameter(before, name, value), { replace });
  const set = (name: Name, value: string) => change(name, value, true);
  /** The way back leads to what was looked at before. */
  const step = (name: Name, value: string) => change(name, value, false);
  const given = names.filter((name) => values[name] !== '');
  const query = given.map((name) => `${name}=${encodeURIComponent(values[name])}`).join('&');
  return { values, set, step, query, isFiltered: given.length > 0 };
}

interface FiltersProps {
  /** What the service said of what was asked for by them. */
  readonly problem?: ProblemBody | undefined;
  readonly children: ReactNode;
}

/**
 * The line of what is shown, and of what. Each filter says by itself what is wrong with it; whatever none of them says stands below. The
 * focus stays where it is: what is shown may be asked for anew at any time.
 */
export function Filters({ problem, children }: FiltersProps) {
  const { filters } = useTexts(componentTexts);
  return (
    <FormProblem problem={problem} leads={false}>
      <search className="filters" aria-label={filters}>
        {children}
      </search>
    </FormProblem>
  );
}

type FilterFacts = Pick<FieldFacts, 'name' | 'label' | 'value' | 'onChange' | 'codes' | 'fault'>;

const PAUSE_MS = 300;

interface TextFilterProps extends FilterFacts {
  readonly placeholder?: string;
  /** Of a button, or Enter, that looks for it instead of a pause: looking takes longer, or leads away. */
  readonly action?: string;
}

/** A text that is looked for once the reader pauses. */
export function TextFilter({ action, placeholder = '', ...props }: TextFilterProps) {
  const { name, label, value, onChange } = props;
  const { text, setText, send } = useTyped(value, onChange);
  const id = useId();
  const says = useFieldProblem(props);
  useEffect(() => {
    if (action !== undefined || text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [action, text, value, onChange]);
  return (
    <>
      <FieldFrame {...{ id, name, label, says }} isLong>
        <Input
          id={id}
          className="form-field-input"
          accessibleName={label}
          placeholder={placeholder}
          value={text}
          showClearIcon
          icon={<Icon name="search" />}
          {...stateOf(says)}
          onInput={(event) => setText(event.target.value)}
          {...(action !== undefined && { onChange: send })}
        />
      </FieldFrame>
      {action !== undefined && <Button onClick={send}>{action}</Button>}
    </>
  );
}

/** What is typed, which goes before what was asked for until that becomes another one by other means: by the way back. */
function useTyped(value: string, onChange: (value: string) => void) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }
  return { text, setText, send: () => onChange(text.trim()) };
}

interface ChoiceFilterProps extends FilterFacts {
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** As many fit into a choice of the usual width. */
const CHARACTERS = 26;

/** One of a few values. What the address asks for and is none of them is shown all the same. */
export function ChoiceFilter({ options, ...field }: ChoiceFilterProps) {
  const { value } = field;
  const isOffered = value === '' || options.some(([each]) => each === value);
  return (
    <ChoiceField
      {...field}
      options={isOffered ? options : [...options, [value, value]]}
      isLong={options.some(([, text]) => text.length > CHARACTERS)}
    />
  );
}

/** Of problems that are about the connection. */
const CONNECTION_CODES = { CONNECTION_UNKNOWN: undefined } as const;

interface ConnectionFilterProps extends Pick<FieldFacts, 'label' | 'value' | 'onChange'> {
  readonly names: readonly string[];
  /** Of no choice; without it one is always chosen. */
  readonly all?: string;
}

/** One of the connections. */
export function ConnectionFilter({ names, all, ...field }: ConnectionFilterProps) {
  const options = names.map((name) => [name, name] as const);
  return (
    <ChoiceFilter
      {...field}
      name="connection"
      codes={CONNECTION_CODES}
      options={all === undefined ? options : [['', all], ...options]}
    />
  );
}

/** A day, or a month, in the form of the API. What is none is not asked for, and said beside it. */
export function DayFilter({ isMonth = false, ...props }: FilterFacts & { readonly isMonth?: boolean }) {
  const { name, label, value, onChange } = props;
  const words = useTexts(componentTexts);
  const { sampleDay } = useFormat();
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const says = useFieldProblem({ ...props, fault: isWrong ? (isMonth ? words.noMonth : words.noDay) : undefined });
  return (
    <FieldFrame {...{ id, name, label, says }}>
      <DatePicker
        id={id}
        className="form-field-input"
        accessibleName={label}
        value={value}
        valueFormat={isMonth ? 'yyyy-MM' : 'yyyy-MM-dd'}
        displayFormat={isMonth ? 'MMMM y' : 'medium'}
        {...(!isMonth && { placeholder: sampleDay() })}
        {...stateOf(says)}
        onChange={({ detail }) => {
          setWrong(!detail.valid);
          if (detail.valid) onChange(detail.value);
        }}
      />
    </FieldFrame>
  );
}
