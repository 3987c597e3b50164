import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { AccrualDetail } from '../../../src/entrypoints/http/contract/accruals.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { type Action, ActionBar } from '../components/action-bar.tsx';
import { Amount } from '../components/amount.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { FactCard } from '../components/fact-card.tsx';
import type { KeyValue } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ReversalFields, reversalBody } from '../components/reversal-fields.tsx';
import { Section } from '../components/section.tsx';
import { SimulationDialog } from '../components/simulation-dialog.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { useLacks } from '../permission-words.ts';
import { accrualTexts } from '../texts/accruals.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';
import { EntriesSections } from './entries-section.tsx';
import { isHeldBack } from './held-back.ts';
import { toneOfProgress, useProgressWords } from './settlement-words.ts';

/** One accrual: what is booked before a settlement books it. */
export function AccrualPage() {
  const { id = '' } = useParams();
  const words = useTexts(accrualTexts);
  const { actions } = useTexts(settlementTexts);
  const progressOf = useProgressWords();
  const { data: accrual, error } = useAnswer<AccrualDetail>(`/accruals/${encodeURIComponent(id)}`);
  if (!accrual) {
    return (
      <Page title={words.one(id)}>
        {error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />}
      </Page>
    );
  }
  const progress = { ...accrual, state: accrual.withdrawnAt === null ? 'proposed' : 'withdrawn' };
  return (
    <Page
      title={words.one(accrual.name)}
      subtitle={<StateTag state={progress.state} tone={toneOfProgress(progress)} text={progressOf(progress)} />}
    >
      <div className="sl-stack">
        <Section title={actions.menu}>
          <AccrualActions accrual={accrual} />
        </Section>
        <Facts accrual={accrual} />
        <EntriesSections entries={accrual.entries} approvals={accrual.approvals} />
      </div>
    </Page>
  );
}

interface AccrualProps {
  readonly accrual: AccrualDetail;
}

function Facts({ accrual }: AccrualProps) {
  const words = useTexts(accrualTexts);
  const { connection } = useTexts(settlementTexts);
  const { day, instant, count } = useFormat();
  return (
    <FactCard
      items={[
        { label: words.kind, value: words.kinds[accrual.kind] },
        { label: words.period, value: `${day(accrual.from)} – ${day(accrual.to)}` },
        { label: connection, value: accrual.connection },
        { label: words.asOf, value: instant(accrual.asOf) },
        { label: words.revision, value: String(accrual.revision) },
        {
          label: words.sources,
          value: (
            <>
              {words.sourceCount(count(accrual.sourceCount))}{' '}
              <CopyText value={accrual.sourcesSha256} shown={accrual.sourcesSha256.slice(0, 12)} what="SHA-256" />
            </>
          ),
        },
        { label: words.recorded, value: instant(accrual.recordedAt) },
        { label: words.withdrawn, value: accrual.withdrawnAt && instant(accrual.withdrawnAt) },
      ]}
    />
  );
}

type Asked = 'simulate' | 'approve' | 'post' | 'reverse';

function AccrualActions({ accrual }: AccrualProps) {
  const words = useTexts(settlementTexts);
  const [asked, setAsked] = useState<Asked>();
  const lacks = useLacks();
  const operate = useMay('books.operate') ? undefined : lacks('books.operate');
  const approve = useMay('entries.approve') ? undefined : lacks('entries.approve');
  const has = (...states: readonly string[]) =>
    accrual.entries.some(({ isCurrent, reverses, state }) => isCurrent && !reverses && states.includes(state));
  const why: Readonly<Record<Asked, string | undefined>> = {
    approve: approve ?? (has('proposed') ? undefined : words.why.nothingProposed),
    post:
      operate ??
      (!has('approved') ? words.why.nothingApproved : isHeldBack(accrual.entries) ? words.why.heldBack : undefined),
    simulate: operate ?? (has('proposed', 'approved', 'rejected') ? undefined : words.why.nothingToCheck),
    reverse: operate ?? (has('posted') ? undefined : words.why.nothingPosted),
  };
  const actions = (['approve', 'post', 'simulate', 'reverse'] as const).map(
    (id): Action => ({
      id,
      text: words.actions[id],
      why: why[id],
      isMain: id === 'approve' || id === 'post',
      onClick: () => setAsked(id),
    }),
  );
  const close = () => setAsked(undefined);
  return (
    <>
      <ActionBar actions={actions} />
      {asked === 'simulate' && <SimulationDialog path={`/accruals/${accrual.id}/simulate`} onClose={close} />}
      {asked === 'reverse' && <ReverseDialog accrual={accrual} onClose={close} />}
      {(asked === 'approve' || asked === 'post') && <AskDialog accrual={accrual} asked={asked} onClose={close} />}
    </>
  );
}

/** The entries that stand for the accrual now, in this state. */
function standing({ entries }: AccrualDetail, state: string): AccrualDetail['entries'] {
  return entries.filter((each) => each.isCurrent && !each.reverses && each.state === state);
}

function useEntryFacts(entries: AccrualDetail['entries']): readonly KeyValue[] {
  const { dialogs } = useTexts(settlementTexts);
  return [
    {
      label: dialogs.entries,
      value: entries.map(({ id, postingKey, debitTotal, currency }) => (
        <div key={id}>
          <code className="sl-code">{postingKey}</code> <Amount value={debitTotal} currency={currency} />
        </div>
      )),
    },
  ];
}

interface DialogProps extends AccrualProps {
  readonly onClose: () => void;
}

function ReverseDialog({ accrual, onClose }: DialogProps) {
  const { says } = useTexts(accrualTexts).reverse;
  const words = useTexts(settlementTexts);
  const { mutateAsync } = useWrite<AccrualDetail>();
  const [wish, setWish] = useState({ reason: '01', date: '' });
  const entries = standing(accrual, 'posted');
  return (
    <ReasonDialog
      title={words.actions.reverse}
      says={says}
      facts={useEntryFacts(entries)}
      confirm={words.dialogs.reverse.confirm(entries.length)}
      isGrave
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path: `/accruals/${accrual.id}/reverse`,
          body: { why, ...reversalBody(wish) },
        })
      }
      onClose={onClose}
    >
      <ReversalFields wish={wish} onChange={setWish} />
    </ReasonDialog>
  );
}

function AskDialog({ accrual, asked, onClose }: DialogProps & { readonly asked: 'approve' | 'post' }) {
  const words = useTexts(settlementTexts);
  const { mutateAsync } = useWrite<AccrualDetail>();
  const entries = standing(accrual, asked === 'approve' ? 'proposed' : 'approved');
  return (
    <ReasonDialog
      title={words.actions[asked]}
      says={words.dialogs[asked].says}
      facts={useEntryFacts(entries)}
      confirm={words.dialogs[asked].confirm(entries.length)}
      onConfirm={(why) => mutateAsync({ method: 'POST', path: `/accruals/${accrual.id}/${asked}`, body: { why } })}
      onClose={onClose}
    />
  );
}
