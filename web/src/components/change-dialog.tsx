import { CheckBox } from '@ui5/webcomponents-react/CheckBox';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import type { ConnectionDetail, SettingsCheck } from '../../../src/entrypoints/http/contract/connections.ts';
import { useWrite } from '../api/use-answer.ts';
import { changeConnectionTexts } from '../texts/change-connection.ts';
import { useTexts } from '../texts/texts.ts';
import { placeOfSecret } from './connection-content.ts';
import { DifferenceTable } from './difference-table.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

interface ChangeDialogProps {
  /** Of the connection. */
  readonly path: string;
  /** As it is sent. */
  readonly change: object;
  /** What it would come to. */
  readonly found: SettingsCheck;
  /** Names of the secrets that there are. */
  readonly stored: readonly string[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** A change of settings before it is stored: setting by setting, with the reason, and with what has to be known of another SAP address. */
export function ChangeDialog({ path, change, found, stored, onDone, onClose }: ChangeDialogProps) {
  const words = useTexts(changeConnectionTexts);
  const { mutateAsync } = useWrite<ConnectionDetail>();
  const [isSameSapSystem, setSame] = useState(false);
  const { changes, secrets, removedSecrets, sapMove } = found;
  const replaced = secrets.map((name) => ({
    path: placeOfSecret(name),
    before: stored.includes(name) ? words.storedSecret : null,
    after: words.newSecret,
  }));
  const removed = removedSecrets.map((name) => ({
    path: placeOfSecret(name),
    before: words.storedSecret,
    after: null,
  }));
  return (
    <ReasonDialog
      title={words.changes}
      says={words.says}
      confirm={words.confirm}
      isWide
      isGrave={sapMove !== null}
      isBlocked={sapMove !== null && !isSameSapSystem}
      onConfirm={async (why) => {
        await mutateAsync({ method: 'PATCH', path: `${path}/settings`, body: { ...change, isSameSapSystem, why } });
        onDone();
      }}
      onClose={onClose}
    >
      <DifferenceTable label={words.changes} rows={[...changes, ...replaced, ...removed]} />
      {sapMove && (
        <>
          <MessageStrip design="Critical" hideCloseButton>
            {words.sapMoves(sapMove.before, sapMove.after)}
          </MessageStrip>
          <CheckBox text={words.isSame} checked={isSameSapSystem} onChange={({ target }) => setSame(target.checked)} />
        </>
      )}
    </ReasonDialog>
  );
}
