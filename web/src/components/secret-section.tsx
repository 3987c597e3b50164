import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { ConnectionDetail, SecretStored } from '../../../src/entrypoints/http/contract/connections.ts';
import { useWrite } from '../api/use-answer.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';
import { FormField } from './form-field.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { PlainTable, Section } from './section.tsx';

interface SecretSectionProps extends Pick<ConnectionDetail, 'secrets'> {
  /** Of the connection. */
  readonly path: string;
}

/** The names of a connection's secrets and their age; each is replaced without ever being shown. */
export function SecretSection({ path, secrets }: SecretSectionProps) {
  const words = useTexts(connectionTexts);
  const format = useFormat();
  const may = useMay('connections.manage');
  const [replaced, setReplaced] = useState<string>();
  return (
    <Section title={words.secrets}>
      <p className="sl-muted">{words.secretsSay}</p>
      <PlainTable
        label={words.secrets}
        rows={secrets}
        keyOf={({ name }) => name}
        columns={[
          { title: words.name, cell: ({ name }) => <code className="sl-code">{name}</code> },
          { title: words.stored, cell: ({ storedAt }) => (storedAt ? format.instant(storedAt) : '–') },
          {
            title: '',
            cell: ({ name }) => (
              <Button disabled={!may} accessibleName={`${words.replace} ${name}`} onClick={() => setReplaced(name)}>
                {words.replace}
              </Button>
            ),
          },
        ]}
      />
      {replaced && <SecretDialog path={path} name={replaced} onClose={() => setReplaced(undefined)} />}
    </Section>
  );
}

/** Text, because a key has several lines. It is forgotten with the dialog. */
function SecretDialog({ path, name, onClose }: { path: string; name: string; onClose: () => void }) {
  const words = useTexts(connectionTexts);
  const [value, setValue] = useState('');
  const { mutateAsync } = useWrite<SecretStored>();
  return (
    <ReasonDialog
      title={`${words.replace} ${name}`}
      says={words.secretsSay}
      confirm={words.save}
      onConfirm={(why) =>
        mutateAsync({
          method: 'PUT',
          path: `${path}/secrets/${encodeURIComponent(name)}`,
          body: { value: value.replace(/\r?\n$/, ''), why },
        })
      }
      onClose={onClose}
    >
      <FormField name="value" label={words.newValue} value={value} onChange={setValue} isLong required />
    </ReasonDialog>
  );
}
