import { Button } from '@ui5/webcomponents-react/Button';
import { useRef, useState } from 'react';
import type { AuditKeyItem } from '../../../src/entrypoints/http/contract/audit.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { Modal } from '../components/modal.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { PlainTable } from '../components/section.tsx';
import { auditTexts } from '../texts/audit.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';

/** The keys that sign heads and exports, and putting another one into use. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useTexts(auditTexts);
  const format = useFormat();
  const may = useMay('operation.manage');
  const [isReplacing, setReplacing] = useState(false);
  const { data, error } = useAnswer<{ items: AuditKeyItem[] }>('/audit/keys', { refreshMs: false });
  const items = data?.items ?? [];
  if (isReplacing) return <ReplaceDialog onReplaced={() => setReplacing(false)} onClose={onClose} />;
  return (
    <Modal
      headerText={words.keys}
      onClose={onClose}
      footer={
        <div className="sl-row">
          <Button disabled={!may} onClick={() => setReplacing(true)}>
            {words.replaceKey}
          </Button>
          <Button design="Emphasized" onClick={onClose}>
            {words.close}
          </Button>
        </div>
      }
    >
      {error && <ProblemStrip problem={error.problem} />}
      <p>{words.keysSay}</p>
      <PlainTable
        label={words.keys}
        rows={items.toReversed()}
        keyOf={({ publicKey }) => publicKey}
        columns={[
          { title: words.keyNumber, cell: ({ number }) => format.count(number) },
          { title: words.fingerprint, cell: ({ fingerprint }) => <span className="sl-code">{fingerprint}</span> },
          { title: words.since, cell: ({ since }) => format.instant(since) },
          { title: words.until, cell: (row) => <KeyEnd row={row} next={items[row.number]} /> },
        ]}
      />
    </Modal>
  );
}

function KeyEnd({ row, next }: { readonly row: AuditKeyItem; readonly next: AuditKeyItem | undefined }) {
  const words = useTexts(auditTexts);
  const format = useFormat();
  if (row.until === null) return <>{words.inUse}</>;
  return (
    <>
      {format.instant(row.until)} <span className="sl-muted">{next?.isHandedOver ? words.handedOver : words.lost}</span>
    </>
  );
}

interface ReplaceDialogProps {
  /** The keys are shown again, with the new one. */
  readonly onReplaced: () => void;
  readonly onClose: () => void;
}

function ReplaceDialog({ onReplaced, onClose }: ReplaceDialogProps) {
  const words = useTexts(auditTexts);
  const { mutateAsync } = useWrite<AuditKeyItem>();
  const isReplaced = useRef(false);
  return (
    <ReasonDialog
      title={words.replaceKey}
      says={words.replaceSays}
      confirm={words.replaceKey}
      isGrave
      onConfirm={async (why) => {
        await mutateAsync({ method: 'POST', path: '/audit/keys/rotate', body: { why } });
        isReplaced.current = true;
      }}
      onClose={() => (isReplaced.current ? onReplaced() : onClose())}
    />
  );
}
