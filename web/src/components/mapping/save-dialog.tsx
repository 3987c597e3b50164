import type { AccountTable, VersionRecorded } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useWrite } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { DayField } from '../day-field.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { CheckResult } from './check-result.tsx';
import { useCheck } from './use-check.ts';
import type { Draft } from './use-draft.ts';

/** Of the body that is sent. */
const VALID_FROM = 'change.validFrom';

interface SaveDialogProps {
  readonly table: AccountTable;
  readonly draft: Draft;
  readonly onRecorded: (recorded: VersionRecorded) => void;
  readonly onClose: () => void;
}

/** Shows what SAP says of the draft and which amounts would move; only then it is saved, with a first day and a reason. */
export function SaveDialog({ table, draft, onRecorded, onClose }: SaveDialogProps) {
  const words = useTexts(mappingTexts);
  const checked = useCheck(table.connection, draft.change, { withSap: true, withImpact: true });
  const { mutateAsync } = useWrite<VersionRecorded>();
  const isOfDay = checked.problem?.fields?.every(({ path: place }) => place === VALID_FROM);
  const path = `/mapping/${encodeURIComponent(table.connection)}/versions`;
  return (
    <ReasonDialog
      title={words.saveTitle}
      confirm={words.record}
      isWide
      isBlocked={checked.isChecking || checked.problem !== undefined || (checked.check?.faults.length ?? 1) > 0}
      onConfirm={async (why) =>
        onRecorded(await mutateAsync({ method: 'POST', path, body: { change: draft.change, why } }))
      }
      onClose={onClose}
    >
      <DayField
        name={VALID_FROM}
        label={words.validFrom}
        hint={words.validFromHint}
        value={draft.validFrom}
        onChange={draft.setValidFrom}
        problem={checked.problem}
      />
      {table.approvedBy === 'other' && <div>{words.needsOther}</div>}
      <CheckResult connection={table.connection} {...checked} problem={isOfDay ? undefined : checked.problem} />
    </ReasonDialog>
  );
}
