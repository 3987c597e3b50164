import { Button } from '@ui5/webcomponents-react/Button';
import { useEffect, useState } from 'react';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { AsSaid } from './as-said.tsx';
import {
  contentOf,
  type FormValues,
  LOG_ON_FIELDS,
  type LogOn,
  requiredFields,
  SECRET_FIELDS,
} from './connection-content.ts';
import { FileChooser, type TextFile } from './file-chooser.tsx';
import { Section } from './section.tsx';
import { focusFirstFault, SettingField } from './setting-field.tsx';

export type Faults = readonly { readonly path: string; readonly says: string }[];

interface ConnectionFormProps {
  readonly faults: Faults;
  readonly isBusy: boolean;
  /** It was tried and does not work: whoever knows why may store it all the same. */
  readonly mayStoreUntried: boolean;
  readonly onSubmit: (filled: {
    readonly content: object;
    readonly accountTable: TextFile | null;
    readonly isTried: boolean;
  }) => void;
}

const START: FormValues = {
  'amazon.region': 'EU',
  'sap.authentication.type': 'basic',
  'posting.approval': 'review',
};

/** A connection, field by field. A fault stands beside its field. */
export function ConnectionForm({ faults, isBusy, mayStoreUntried, onSubmit }: ConnectionFormProps) {
  const words = useTexts(addConnectionTexts);
  const connection = useTexts(connectionTexts);
  const [values, setValues] = useState(START);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [table, setTable] = useState<TextFile | null>(null);
  const logOn = values['sap.authentication.type'] as LogOn;
  const required = requiredFields(logOn);
  const submit = (isTried = true) => {
    const empty = required.filter((place) => (values[place] ?? '').trim() === '');
    setMissing(empty);
    if (empty.length === 0) onSubmit({ content: contentOf(values, logOn), accountTable: table, isTried });
  };
  useEffect(() => {
    if (missing.length > 0) focusFirstFault();
  }, [missing]);
  const tableFault = faultOf(faults, 'mapping');
  const labels: Readonly<Record<string, string>> = words.fields;
  const hints: Readonly<Record<string, string>> = words.hints;
  const field = (place: string, options?: readonly (readonly [string, string])[]) => (
    <SettingField
      key={place}
      label={labels[place] ?? place}
      value={values[place] ?? ''}
      onChange={(value) => setValues((before) => ({ ...before, [place]: value }))}
      fault={missing.includes(place) ? words.missing : faultOf(faults, place)}
      hint={hints[place] ?? (SECRET_FIELDS.has(place) ? words.secretHint : undefined)}
      isRequired={required.includes(place)}
      isSecret={SECRET_FIELDS.has(place)}
      isLong={place.endsWith('Pem')}
      options={options}
    />
  );
  return (
    <form
      className="sl-stack"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Section title={words.basics}>
        <div className="sl-form">{['name', 'sellerAccount'].map((place) => field(place))}</div>
      </Section>
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
          {LOG_ON_FIELDS[logOn].map((place) => field(place))}
        </div>
      </Section>
      <Section title={words.booking}>
        <div className="sl-form">
          {field('posting.approval', [
            ['review', connection.review],
            ['automatic', connection.automatic],
          ])}
          {field('posting.automaticUpTo')}
          {field('posting.fourEyesAbove')}
          {field('posting.bookFrom')}
          <div>
            <div>{`${words.fields.mapping}: ${table ? words.chosen(table.name) : words.template}`}</div>
            <FileChooser label={words.ownTable} onFile={setTable} />
            <div className="sl-fault sl-lines" role="alert">
              {tableFault && <AsSaid said={tableFault} />}
            </div>
          </div>
        </div>
      </Section>
      <div className="sl-row">
        <Button design="Emphasized" disabled={isBusy} loading={isBusy} onClick={() => submit()}>
          {words.save}
        </Button>
        {mayStoreUntried && (
          <Button disabled={isBusy} onClick={() => submit(false)}>
            {words.saveUntried}
          </Button>
        )}
        <span className="sl-muted">{isBusy ? words.trying : words.triedFirst}</span>
      </div>
    </form>
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

/** Of the field itself, or of something within it. */
function faultOf(faults: Faults, place: string): string | undefined {
  return faults.find(({ path }) => path === place || path.startsWith(`${place}.`))?.says;
}
