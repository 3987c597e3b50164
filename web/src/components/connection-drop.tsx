import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { wordsOf } from '../texts/service-words.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { FileChooser, readFile, type TextFile } from './file-chooser.tsx';
import { FormField } from './form-field.tsx';
import { PlainTable, Section } from './section.tsx';
import type { Faults } from './vendor-fields.tsx';

/** What is sent of a file: its text, and values for places of it. */
export interface SentFile {
  readonly content: string;
  readonly given: Readonly<Record<string, string>>;
  readonly accountTable: TextFile | null;
}

interface ConnectionDropProps {
  readonly faults: Faults;
  readonly isBusy: boolean;
  readonly onSubmit: (file: SentFile, isDryRun: boolean) => void;
}

/** A connection file. What it names elsewhere, such as secrets, is entered beside its place. */
export function ConnectionDrop({ faults, isBusy, onSubmit }: ConnectionDropProps) {
  const words = useTexts(addConnectionTexts);
  const service = useServiceWords();
  const [file, setFile] = useState<TextFile>();
  const [accountTable, setTable] = useState<TextFile | null>(null);
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const [isOver, setOver] = useState(false);
  const send = (isDryRun: boolean, of = file) => of && onSubmit({ content: of.text, given, accountTable }, isDryRun);
  const take = (taken: TextFile) => {
    setFile(taken);
    send(true, taken);
  };
  const faultOf = (place: string) => {
    const said = faults.find(({ path }) => path === place)?.says;
    return said && wordsOf(service, said);
  };
  const places = [...new Set([...Object.keys(given), ...faults.map(({ path }) => path)])];
  return (
    <div className="sl-stack">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
      <div
        className="sl-drop"
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          const [dropped] = event.dataTransfer.files;
          if (dropped) void readFile(dropped).then(take);
        }}
      >
        <FileChooser label={words.drop} onFile={take} />
        <p>{file ? words.chosen(file.name) : ''}</p>
        <FileChooser label={words.dropTable} onFile={setTable} />
        <p>{accountTable ? words.chosen(accountTable.name) : ''}</p>
      </div>
      {places.length > 0 && (
        <Section title={words.fault}>
          <PlainTable
            label={words.fault}
            rows={places}
            keyOf={(place) => place}
            columns={[
              { title: words.place, cell: (place) => <code className="sl-code">{place}</code> },
              {
                title: words.value,
                cell: (place) => (
                  <FormField
                    name={place}
                    label={`${words.value} ${place}`}
                    value={given[place] ?? ''}
                    fault={faultOf(place)}
                    type={/secret|password|token|pem|passphrase/i.test(place) ? 'Password' : 'Text'}
                    onChange={(value) => setGiven((before) => ({ ...before, [place]: value }))}
                  />
                ),
              },
            ]}
          />
        </Section>
      )}
      <div className="sl-row">
        <Button disabled={!file || isBusy} onClick={() => send(true)}>
          {words.check}
        </Button>
        <Button design="Emphasized" disabled={!file || isBusy} onClick={() => send(false)}>
          {words.save}
        </Button>
      </div>
    </div>
  );
}
