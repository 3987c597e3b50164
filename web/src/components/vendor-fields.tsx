import type { ReactNode } from 'react';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { joinSaid } from '../texts/join-said.ts';
import { wordsOf } from '../texts/service-words.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { ChoiceField } from './choice-field.tsx';
import {
  AMAZON_FIELDS,
  DAYS,
  type FormValues,
  headerOf,
  isLong,
  isSecret,
  logOnFields,
  SAP_FIELDS,
  WAY_FIELDS,
} from './connection-content.ts';
import { DayField } from './day-field.tsx';
import { FormField } from './form-field.tsx';
import { Section } from './section.tsx';

export type Faults = readonly { readonly path: string; readonly says: string }[];

/** What a form of settings knows of each of its fields. */
export interface SettingsForm {
  readonly values: FormValues;
  readonly onChange: (place: string, value: string) => void;
  readonly faults: Faults;
  /** Required ones that are empty. */
  readonly missing: readonly string[];
  readonly required: readonly string[];
  /** Beside the field of a secret. */
  readonly secretHint: (place: string) => string;
  /** Places of the values of secret headers, where there are some. */
  readonly headers?: readonly string[];
}

/** All of the field itself, and of what is within it. */
export function faultsOf(faults: Faults, place: string): readonly string[] {
  return faults.flatMap(({ path, says }) => (path === place || path.startsWith(`${place}.`) ? [says] : []));
}

/** One field of such a form, by the place of its setting. */
export function useSettingField({ values, onChange, faults, missing, required, secretHint }: SettingsForm) {
  const words = useTexts(addConnectionTexts);
  const service = useServiceWords();
  const labels: Readonly<Record<string, string>> = words.fields;
  const hints: Readonly<Record<string, string>> = words.hints;
  const own = useOptions();
  const labelOf = (place: string) => {
    const header = headerOf(place);
    return header === undefined ? (labels[place] ?? place) : words.header(header);
  };
  return (place: string, options = own[place]): ReactNode => {
    const said = faultsOf(faults, place).map((each) => wordsOf(service, each));
    const common = {
      name: place,
      label: labelOf(place),
      value: values[place] ?? '',
      onChange: (value: string) => onChange(place, value),
      fault: missing.includes(place) ? words.missing : joinSaid(said) || undefined,
      hint: hints[place] ?? (isSecret(place) ? secretHint(place) : undefined),
      required: required.includes(place),
    };
    if (options) return <ChoiceField key={place} {...common} options={options} />;
    if (DAYS.has(place)) return <DayField key={place} {...common} />;
    const isHidden = isSecret(place) && !isLong(place);
    return <FormField key={place} {...common} isLong={isLong(place)} type={isHidden ? 'Password' : 'Text'} />;
  };
}

type Options = readonly (readonly [value: string, text: string])[];

/** Settings of which there are only some values. */
function useOptions(): Readonly<Record<string, Options | undefined>> {
  const words = useTexts(addConnectionTexts);
  return {
    'amazon.region': Object.entries(words.regions),
    'amazon.sandbox': [
      ['', words.hosts.production],
      ['true', words.hosts.sandbox],
    ],
    'sap.release': [
      ['2024', '2024'],
      ['2020', '2020'],
    ],
    'sap.authentication.type': Object.entries(words.logOns),
    'sap.authentication.sendCredentials': Object.entries(words.sentBy),
  };
}

/** How Amazon and SAP are reached and logged on to. */
export function VendorFields({ form }: { readonly form: SettingsForm }) {
  const words = useTexts(addConnectionTexts);
  const field = useSettingField(form);
  const groups = [
    [words.amazon, AMAZON_FIELDS],
    [words.sap, [...SAP_FIELDS, ...logOnFields(form.values)]],
    [words.way, [...WAY_FIELDS, ...(form.headers ?? [])]],
  ] as const;
  return groups.map(([title, places]) => (
    <Section key={title} title={title}>
      <div className="sl-form">{places.map((place) => field(place))}</div>
    </Section>
  ));
}
