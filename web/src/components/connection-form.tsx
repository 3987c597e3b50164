import { Button } from '@ui5/webcomponents-react/Button';
import { useEffect, useState } from 'react';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { AsSaid } from './as-said.tsx';
import { contentOf, type FormValues, requiredFields } from './connection-content.ts';
import { focusFirstFault } from './field-focus.ts';
import { FileChooser, type TextFile } from './file-chooser.tsx';
import { Section } from './section.tsx';
import { type Faults, faultsOf, useSettingField, VendorFields } from './vendor-fields.tsx';

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
  const required = requiredFields(values);
  const submit = (isTried = true) => {
    const empty = required.filter((place) => (values[place] ?? '').trim() === '');
    setMissing(empty);
    if (empty.length === 0) onSubmit({ content: contentOf(values), accountTable: table, isTried });
  };
  useEffect(() => {
    if (missing.length > 0) focusFirstFault();
  }, [missing]);
  const tableFaults = faultsOf(faults, 'mapping');
  const form = {
    values,
    onChange: (place: string, value: string) => setValues((before) => ({ ...before, [place]: value })),
    faults,
    missing,
    required,
    secretHint: () => words.secretHint,
  };
  const field = useSettingField(form);
  return (
    <form
      className="sl-stack"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) submit();
      }}
    >
      <Section title={words.basics}>
        <div className="sl-form">{['name', 'sellerAccount'].map((place) => field(place))}</div>
      </Section>
      <VendorFields form={form} />
      <Section title={words.booking}>
        <div className="sl-form">
          {field('posting.approval', [
            ['review', connection.review],
            ['automatic', connection.automatic],
          ])}
          {field('posting.automaticUpTo')}
          {field('posting.fourEyesAbove')}
          {field('posting.bookFrom')}
          <div data-wrong={tableFaults.length > 0 || undefined}>
            <div>{`${words.fields.mapping}: ${table ? words.chosen(table.name) : words.template}`}</div>
            <FileChooser label={words.ownTable} onFile={setTable} />
            <div className="sl-fault sl-lines" role="alert">
              {tableFaults.map((said) => (
                <div key={said}>
                  <AsSaid said={said} />
                </div>
              ))}
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
