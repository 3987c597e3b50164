import { CheckBox } from '@ui5/webcomponents-react/CheckBox';
import { useState } from 'react';
import type { EntryWithLinks } from '../../../src/entrypoints/http/contract/entries.ts';
import type { SettlementDetail } from '../../../src/entrypoints/http/contract/settlements.ts';
import { useWrite } from '../api/use-answer.ts';
import { type Action, ActionBar } from '../components/action-bar.tsx';
import { Amount } from '../components/amount.tsx';
import type { KeyValue } from '../components/key-values.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ReversalFields, reversalBody } from '../components/reversal-fields.tsx';
import { SimulationDialog } from '../components/simulation-dialog.tsx';
import { useLacks } from '../permission-words.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay, useUser } from '../user.ts';
import { isHeldBack } from './held-back.ts';

interface SettlementProps {
  readonly settlement: SettlementDetail;
}

type Asked = 'simulate' | 'approve' | 'post' | 'reverse' | 'propose' | 'leave';

/** What a person can do about a settlement. */
export function SettlementActions({ settlement }: SettlementProps) {
  const words = useTexts(settlementTexts);
  const [asked, setAsked] = useState<Asked>();
  const reasons = useReasons(settlement);
  const actionOf = (id: Asked, isMain = false): Action => ({
    id,
    text: words.actions[id],
    why: reasons[id],
    isMain,
    onClick: () => setAsked(id),
  });
  const close = () => setAsked(undefined);
  return (
    <>
      <ActionBar
        actions={[
          actionOf('approve', reasons.approve === undefined),
          actionOf('post', reasons.approve !== undefined),
          actionOf('simulate'),
          actionOf('propose', settlement.state === 'quarantined' || isTakenBack(settlement)),
          actionOf('reverse'),
          actionOf('leave'),
        ]}
      />
      {asked === 'simulate' && <SimulationDialog path={`/settlements/${settlement.id}/simulate`} onClose={close} />}
      {asked === 'reverse' && <ReverseDialog settlement={settlement} onClose={close} />}
      {asked && asked !== 'simulate' && asked !== 'reverse' && (
        <PlainDialog settlement={settlement} asked={asked} onClose={close} />
      )}
    </>
  );
}

/** The entries that stand for the settlement now. */
function standing({ entries }: SettlementDetail, ...states: readonly string[]): readonly EntryWithLinks[] {
  return entries.filter(({ isCurrent, reverses, state }) => isCurrent && !reverses && states.includes(state));
}

/** Whether all that SAP had of it was reversed, so that it can be worked out anew. */
function isTakenBack(settlement: SettlementDetail): boolean {
  return (
    standing(settlement, 'reversed').length > 0 && standing(settlement, 'posted', 'sending', 'unknown').length === 0
  );
}

/** Why something cannot be done now; what can has no reason. */
function useReasons(settlement: SettlementDetail): Readonly<Record<Asked, string | undefined>> {
  const { why } = useTexts(settlementTexts);
  const lacks = useLacks();
  const mayOperate = useMay('books.operate');
  const mayApprove = useMay('entries.approve');
  const operate = mayOperate ? undefined : lacks('books.operate');
  const me = useUser()?.name;
  const isMine = standing(settlement, 'proposed').every(({ postingKey }) =>
    settlement.approvals.some(
      (each) => each.postingKey === postingKey && each.given.some(({ person }) => person === me),
    ),
  );
  const has = (...states: readonly string[]) => standing(settlement, ...states).length > 0;
  const isFixed = settlement.state === 'proposed' && has('approved', 'sending', 'unknown', 'posted', 'reversed');
  return {
    simulate: operate ?? (has('proposed', 'approved', 'rejected') ? undefined : why.nothingToCheck),
    approve: !mayApprove
      ? lacks('entries.approve')
      : !has('proposed')
        ? why.nothingProposed
        : isMine
          ? why.alreadyApproved
          : undefined,
    post:
      operate ?? (!has('approved') ? why.nothingApproved : isHeldBack(settlement.entries) ? why.heldBack : undefined),
    reverse: operate ?? (has('posted') ? undefined : why.nothingPosted),
    propose: operate ?? (isFixed && !isTakenBack(settlement) ? why.booked : undefined),
    leave: operate ?? (has('reversed') ? undefined : why.notTakenBack),
  };
}

function useFacts(settlement: SettlementDetail, entries: readonly EntryWithLinks[]): readonly KeyValue[] {
  const words = useTexts(settlementTexts);
  const { dialogs } = words;
  return [
    { label: words.id, value: settlement.settlementId },
    { label: words.total, value: <Amount value={settlement.totalAmount} currency={settlement.currency} /> },
    { label: dialogs.companyCodes, value: [...new Set(entries.map(({ companyCode }) => companyCode))].join(', ') },
    {
      label: dialogs.entries,
      value:
        entries.length > 0 &&
        entries.map(({ id, postingKey, debitTotal, currency }) => (
          <div key={id}>
            <code className="sl-code">{postingKey}</code> <Amount value={debitTotal} currency={currency} />
          </div>
        )),
    },
  ];
}

interface DialogProps extends SettlementProps {
  readonly onClose: () => void;
}

const CONCERNED = { approve: ['proposed'], post: ['approved'], propose: [], leave: ['reversed', 'posted'] } as const;

function PlainDialog({
  settlement,
  asked,
  onClose,
}: DialogProps & { readonly asked: Exclude<Asked, 'simulate' | 'reverse'> }) {
  const words = useTexts(settlementTexts);
  const { mutateAsync } = useWrite<SettlementDetail>();
  const entries = standing(settlement, ...CONCERNED[asked]);
  const facts = useFacts(settlement, entries);
  const isAgain = asked === 'propose' && isTakenBack(settlement);
  const { says } = words.dialogs[isAgain ? 'proposeReversed' : asked];
  const [act, more] = isAgain ? ['reverse', AGAIN] : [asked, {}];
  const confirm =
    asked === 'approve' || asked === 'post' ? words.dialogs[asked].confirm(entries.length) : words.actions[asked];
  return (
    <ReasonDialog
      title={words.actions[asked]}
      says={says}
      facts={facts}
      confirm={confirm}
      isGrave={asked === 'leave'}
      onConfirm={(why) =>
        mutateAsync({ method: 'POST', path: `/settlements/${settlement.id}/${act}`, body: { ...more, why } })
      }
      onClose={onClose}
    />
  );
}

/** What was reversed is proposed anew by the rest of its reversal, of which nothing is left to be reversed. */
const AGAIN = { ...reversalBody({ reason: '01', date: '' }), proposeAgain: true };

function ReverseDialog({ settlement, onClose }: DialogProps) {
  const words = useTexts(settlementTexts);
  const { mutateAsync } = useWrite<SettlementDetail>();
  const [wish, setWish] = useState({ reason: '01', date: '' });
  const [isAgain, setAgain] = useState(false);
  const entries = standing(settlement, 'posted');
  return (
    <ReasonDialog
      title={words.actions.reverse}
      says={words.dialogs.reverse.says}
      facts={useFacts(settlement, entries)}
      confirm={words.dialogs.reverse.confirm(entries.length)}
      isGrave
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path: `/settlements/${settlement.id}/reverse`,
          body: { why, ...reversalBody(wish), proposeAgain: isAgain },
        })
      }
      onClose={onClose}
    >
      <ReversalFields wish={wish} onChange={setWish} />
      <CheckBox
        text={words.dialogs.reverse.again}
        checked={isAgain}
        onChange={(event) => setAgain(event.target.checked)}
      />
    </ReasonDialog>
  );
}
