import { useState } from 'react';
import type { EntryDetail } from '../../../src/entrypoints/http/contract/entries.ts';
import { useWrite } from '../api/use-answer.ts';
import { type Action, ActionBar } from '../components/action-bar.tsx';
import { Amount } from '../components/amount.tsx';
import { documentName } from '../components/document-link.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ReversalFields, reversalBody } from '../components/reversal-fields.tsx';
import { useLacks } from '../permission-words.ts';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { wordsOf } from '../texts/service-words.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay, useUser } from '../user.ts';

interface EntryProps {
  readonly entry: EntryDetail;
}

const ACTIONS = ['approve', 'post', 'refuse', 'reverse', 'resolve'] as const;
type Asked = (typeof ACTIONS)[number];

/** What a person can do about an entry. */
export function EntryActions({ entry }: EntryProps) {
  const words = useTexts(entryTexts);
  const [asked, setAsked] = useState<Asked>();
  const reasons = useReasons(entry);
  const actions = ACTIONS.map(
    (id): Action => ({
      id,
      text: words.actions[id],
      why: reasons[id],
      isMain: id === 'approve' || id === 'post' || id === 'resolve',
      onClick: () => setAsked(id),
    }),
  );
  return (
    <>
      <ActionBar actions={actions} />
      {asked && <EntryDialog entry={entry} asked={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

/** Why something cannot be done now; what can has no reason. The service checks anew. */
function useReasons({
  state,
  reversalKey,
  attempts,
  approval,
  heldBack,
}: EntryDetail): Readonly<Record<Asked, string | undefined>> {
  const { why } = useTexts(entryTexts);
  const service = useServiceWords();
  const lacks = useLacks();
  const operate = useMay('books.operate') ? undefined : lacks('books.operate');
  const approve = useMay('entries.approve') ? undefined : lacks('entries.approve');
  const me = useUser()?.name;
  // Of an entry that is to be sent again nobody is missing, and whoever approved it may do so once more.
  const isMine = (approval?.missing ?? 0) > 0 && (approval?.given.some(({ person }) => person === me) ?? false);
  const isUnsent = state === 'proposed' || (state === 'approved' && attempts.length === 0);
  const asked = state === 'posted' && reversalKey === null;
  const held = heldBack ? wordsOf(service, heldBack.says) : undefined;
  return {
    approve:
      approve ??
      (state !== 'proposed' && state !== 'rejected' ? why.notProposed : isMine ? why.alreadyApproved : undefined),
    refuse: approve ?? (isUnsent || asked ? undefined : why.notRefusable),
    post: operate ?? (state === 'approved' ? held : why.notApproved),
    reverse: operate ?? (state === 'posted' ? undefined : why.notPosted),
    resolve: operate ?? (state === 'unknown' ? undefined : why.notUnknown),
  };
}

interface EntryDialogProps extends EntryProps {
  readonly asked: Asked;
  readonly onClose: () => void;
}

function EntryDialog({ entry, asked, onClose }: EntryDialogProps) {
  const words = useTexts(entryTexts);
  const { day } = useFormat();
  const { mutateAsync } = useWrite<EntryDetail>();
  const [wish, setWish] = useState({ reason: '01', date: '' });
  const isReversal = asked === 'reverse';
  const path = `/entries/${entry.id}/${asked}`;
  return (
    <ReasonDialog
      title={words.actions[asked]}
      says={words.dialogs[asked]}
      facts={[
        { label: words.key, value: <code className="sl-code">{entry.postingKey}</code> },
        { label: words.debitTotal, value: <Amount value={entry.debitTotal} currency={entry.currency} /> },
        { label: words.companyCode, value: entry.companyCode },
        { label: words.postingDate, value: day(entry.postingDate) },
        { label: words.document, value: entry.document && documentName(entry.document) },
      ]}
      confirm={words.actions[asked]}
      isGrave={isReversal}
      withoutReason={asked === 'resolve'}
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path,
          ...(asked !== 'resolve' && { body: { why, ...(isReversal && reversalBody(wish)) } }),
        })
      }
      onClose={onClose}
    >
      {isReversal && <ReversalFields wish={wish} onChange={setWish} />}
    </ReasonDialog>
  );
}
