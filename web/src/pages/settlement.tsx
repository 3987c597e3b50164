import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { useParams } from 'react-router';
import type { SettlementDetail, SettlementWaterfall } from '../../../src/entrypoints/http/contract/settlements.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { DocumentLinks } from '../components/document-link.tsx';
import { FactCard } from '../components/fact-card.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { Waterfall } from '../components/waterfall.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { EntriesSections } from './entries-section.tsx';
import { HistorySection } from './history-section.tsx';
import { ProofsSection } from './proofs-section.tsx';
import { QuarantineSection } from './quarantine-section.tsx';
import { SettlementActions } from './settlement-actions.tsx';
import { FilesSection } from './settlement-files.tsx';
import { toneOfProgress, useProgressWords, useWaterfallSteps } from './settlement-words.ts';

/** One settlement: how its sales become its deposit, what proves it, what is booked of it, and what can be done. */
export function SettlementPage() {
  const { id = '' } = useParams();
  const words = useTexts(settlementTexts);
  const { data: settlement, error } = useAnswer<SettlementDetail>(`/settlements/${encodeURIComponent(id)}`);
  if (!settlement) {
    return (
      <Page title={words.one(id)}>
        {error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />}
      </Page>
    );
  }
  const { problem, quarantine, proofs, corrections, history } = settlement;
  return (
    <Page title={words.one(settlement.settlementId)} subtitle={<Progress settlement={settlement} />}>
      <div className="sl-stack">
        {problem && <ProblemStrip problem={problem} />}
        <Section title={words.actions.menu}>
          <SettlementActions settlement={settlement} />
        </Section>
        <Facts settlement={settlement} />
        {quarantine.length > 0 && (
          <QuarantineSection
            items={quarantine}
            currency={settlement.currency}
            teach={{ connection: settlement.connection, settlementId: settlement.settlementId }}
          />
        )}
        <WaterfallSection settlement={settlement} />
        <ProofsSection title={words.sections.proofs} proofs={proofs} />
        {corrections.length > 0 && <ProofsSection title={words.sections.corrections} proofs={corrections} />}
        <EntriesSections entries={settlement.entries} approvals={settlement.approvals} />
        <FilesSection settlement={settlement} />
        <HistorySection events={history} />
      </div>
    </Page>
  );
}

interface SettlementProps {
  readonly settlement: SettlementDetail;
}

function Progress({ settlement }: SettlementProps) {
  const progressOf = useProgressWords();
  const { approvals } = useTexts(entryTexts);
  const waiting = new Set(
    settlement.entries
      .filter(({ isCurrent, state }) => isCurrent && state === 'proposed')
      .map((each) => each.postingKey),
  );
  const missing = Math.max(
    0,
    ...settlement.approvals.filter((each) => waiting.has(each.postingKey)).map((each) => each.missing),
  );
  return (
    <div className="sl-row">
      <StateTag state={settlement.state} tone={toneOfProgress(settlement)} text={progressOf(settlement)} />
      {missing > 0 && <StateTag state="" tone="Critical" text={approvals.missing(missing)} />}
    </div>
  );
}

function Facts({ settlement }: SettlementProps) {
  const words = useTexts(settlementTexts);
  const { day, instant, count } = useFormat();
  const { data: waterfall } = useWaterfall(settlement.id);
  const stores = waterfall?.marketplaces ?? [];
  const forgotten =
    settlement.forgottenInDays < 0
      ? words.over
      : `${day(settlement.forgottenOn)} (${words.inDays(settlement.forgottenInDays)})`;
  return (
    <FactCard
      items={[
        { label: words.total, value: <Amount value={settlement.totalAmount} currency={settlement.currency} /> },
        { label: words.period, value: `${instant(settlement.startTime)} – ${instant(settlement.endTime)}` },
        { label: words.deposit, value: day(settlement.depositDate) },
        { label: words.connection, value: `${settlement.connection} (${settlement.sellerAccount})` },
        {
          label: words.marketplaces,
          value: stores.map(({ name, rowCount }) => `${name || words.noMarketplace} (${count(rowCount)})`).join(', '),
        },
        { label: words.rows, value: count(settlement.lineCount) },
        {
          label: words.documents,
          value: settlement.documents.length > 0 && <DocumentLinks documents={settlement.documents} />,
        },
        { label: words.received, value: instant(settlement.receivedAt) },
        { label: words.forgotten, value: forgotten },
      ]}
    />
  );
}

function useWaterfall(id: string) {
  return useAnswer<SettlementWaterfall>(`/settlements/${id}/waterfall`, { refreshMs: 60_000 });
}

function WaterfallSection({ settlement }: SettlementProps) {
  const words = useTexts(settlementTexts);
  const stepsOf = useWaterfallSteps();
  const { data, error } = useWaterfall(settlement.id);
  return (
    <Section title={words.sections.waterfall}>
      {data ? (
        <Waterfall
          label={words.waterfallLabel(settlement.settlementId)}
          currency={data.currency}
          steps={stepsOf(data.steps)}
        />
      ) : error ? (
        <ProblemStrip problem={error.problem} />
      ) : (
        <BusyIndicator active delay={300} />
      )}
    </Section>
  );
}
