import { DatePicker } from '@ui5/webcomponents-react/DatePicker';
import { Label } from '@ui5/webcomponents-react/Label';
import { useId } from 'react';
import type { AccountTable, VersionRecorded } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useWrite } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { CheckResult } from './check-result.tsx';
import { useCheck } from './use-check.ts';
import type { Draft } from './use-draft.ts';

interface SaveDialogProps {
  readonly table: AccountTable;
  readonly draft: Draft;
  readonly onRecorded: (recorded: VersionRecorded) => void;
  readonly onClose: () => void;
}

/** Shows what SAP says of the draft and which amounts would move; only then it is saved, with a first day and a reason. */
export function SaveDialog({ table, draft, onRecorded, onClose }: SaveDialogProps) {
  const words = useTexts(mappingTexts);
  const field = useId();
  const { sampleDay } = useFormat();
  const checked = useCheck(table.connection, draft.change, { withSap: true, withImpact: true });
  const { mutateAsync } = useWrite<VersionRecorded>();
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
      <div>
        <Label for={field} showColon>
          {words.validFrom}
        </Label>
        <DatePicker
          id={field}
          accessibleName={words.validFrom}
          valueFormat="yyyy-MM-dd"
          displayFormat="medium"
          placeholder={sampleDay()}
          value={draft.validFrom}
          onChange={(event) => {
            if (event.detail.valid) draft.setValidFrom(event.detail.value);
          }}
        />
        <div className="sl-currency">{words.validFromHint}</div>
      </div>
      {table.approvedBy === 'other' && <div>{words.needsOther}</div>}
      <CheckResult {...checked} />
    </ReasonDialog>
  );
}
