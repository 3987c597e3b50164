import type { ReactNode } from 'react';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { useTexts } from '../texts/texts.ts';
import { type FormValues, headerOf, isSecret, logOnFields } from './connection-content.ts';
import { Section } from './section.tsx';
import { SettingField } from './setting-field.tsx';

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
  const labels: Readonly<Record<string, string>> = words.fields;
  const labelOf = (place: string) => {
    const header = headerOf(place);
    return header === undefined ? (labels[place] ?? place) : words.header(header);
  };
  const hints: Readonly<Record<string, string>> = words.hints;
  return (place: string, options?: readonly (readonly [string, string])[]): ReactNode => (
    <SettingField
      key={place}
      label={labelOf(place)}
      value={values[place] ?? ''}
      onChange={(value) => onChange(place, value)}
      fault={missing.includes(place) ? words.missing : faultsOf(faults, place)}
      hint={hints[place] ?? (isSecret(place) ? secretHint(place) : undefined)}
      isRequired={required.includes(place)}
      isSecret={isSecret(place) && !place.endsWith('Pem')}
      isLong={place.endsWith('Pem')}
      options={options}
    />
  );
}

/** How Amazon and SAP are reached and logged on to. */
export function VendorFields({ form }: { readonly form: SettingsForm }) {
  const words = useTexts(addConnectionTexts);
  const field = useSettingField(form);
  const logOn = form.values['sap.authentication.type'];
  return (
    <>
      <Section title={words.amazon}>
        <div className="sl-form">
          {field('amazon.region', Object.entries(words.regions))}
          {AMAZON.map((place) => field(place))}
        </div>
      </Section>
      <Section title={words.sap}>
        <div className="sl-form">
          {SAP.map((place) => field(place))}
          {field('sap.authentication.type', Object.entries(words.logOns))}
          {[...logOnFields(logOn), ...(form.headers ?? [])].map((place) => field(place))}
        </div>
      </Section>
    </>
  );
}

const AMAZON = [
  'amazon.marketplaces',
  'amazon.clientId',
  'amazon.clientSecret',
  'amazon.refreshToken',
  'amazon.endpoint',
  'amazon.lwaUrl',
];
const SAP = ['sap.baseUrl', 'sap.journalEntryUrl', 'sap.createdByUser', 'sap.client'];
