import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Link, useParams } from 'react-router';
import type { EntryDetail } from '../../../src/entrypoints/http/contract/entries.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { DocumentLink } from '../components/document-link.tsx';
import { FactCard } from '../components/fact-card.tsx';
import type { KeyValue } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { ApprovalSection, AttemptsSection, missingOf } from './attempts-section.tsx';
import { EntryActions } from './entry-actions.tsx';
import { EntryLines } from './entry-lines.tsx';
import { HistorySection } from './history-section.tsx';

/** One journal entry: its lines down to Amazon's rows, who approved it, and what SAP said. */
export function EntryPage() {
  const { id = '' } = useParams();
  const words = useTexts(entryTexts);
  const { actions } = useTexts(settlementTexts);
  const { data: entry, error } = useAnswer<EntryDetail>(`/entries/${encodeURIComponent(id)}`);
  if (!entry) {
    return (
      <Page title={words.one(id)}>
        {error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />}
      </Page>
    );
  }
  return (
    <Page title={words.one(entry.postingKey)} subtitle={<Standing entry={entry} />}>
      <div className="sl-stack">
        {entry.problem && <ProblemStrip problem={entry.problem} />}
        <Section title={actions.menu}>
          <EntryActions entry={entry} />
        </Section>
        <Facts entry={entry} />
        <ApprovalSection entry={entry} />
        <EntryLines entry={entry} />
        <AttemptsSection entry={entry} />
        <HistorySection events={entry.history} />
      </div>
    </Page>
  );
}

/** Its state, and how many people it waits for. */
function Standing({ entry }: { readonly entry: EntryDetail }) {
  const words = useTexts(entryTexts);
  const missing = missingOf(entry);
  return (
    <div className="sl-row">
      <StateTag state={entry.state} />
      {missing > 0 && <StateTag state="" tone="Critical" text={words.approvals.missing(missing)} />}
    </div>
  );
}

function Facts({ entry }: { readonly entry: EntryDetail }) {
  const words = useTexts(entryTexts);
  const { day } = useFormat();
  const { originKind, originId, originName, document } = entry;
  const origin = originKind === 'accrual' ? words.accrual(originName) : words.settlement(originName);
  return (
    <FactCard
      items={[
        {
          label: words.books,
          value: (
            <Link className="sl-link" to={`/${originKind}s/${originId}`}>
              {origin}
            </Link>
          ),
        },
        { label: words.debitTotal, value: <Amount value={entry.debitTotal} currency={entry.currency} /> },
        { label: words.document, value: document && <DocumentLink {...document} /> },
        { label: words.companyCode, value: entry.companyCode },
        { label: words.postingDate, value: day(entry.postingDate) },
        { label: words.documentDate, value: day(entry.documentDate) },
        { label: words.documentType, value: entry.documentType },
        { label: words.headerText, value: entry.headerText },
        { label: words.part, value: entry.partCount > 1 && words.partOf(entry.part, entry.partCount) },
        { label: words.connection, value: entry.connection },
        ...useLinks(entry),
        {
          label: words.digest,
          value: <CopyText value={entry.digest} shown={entry.digest.slice(0, 12)} what={words.digest} />,
        },
      ]}
    />
  );
}

/** What it takes back or was taken back by, and what it corrects. */
function useLinks(entry: EntryDetail): readonly KeyValue[] {
  const words = useTexts(entryTexts);
  const { reverses, reversalKey, reversedBy, corrects, correctedBy, companyCode } = entry;
  const linkTo = (key: string) => (
    <Link key={key} className="sl-link" to={`/entries/${key}`}>
      {key}
    </Link>
  );
  const all = (entries: EntryDetail['corrects']) =>
    entries.length > 0 && entries.map((each) => linkTo(each.postingKey));
  const byOther = reversedBy && !reversalKey ? <DocumentLink {...reversedBy} companyCode={companyCode} /> : null;
  return [
    { label: words.reverses, value: reverses && linkTo(reverses.postingKey) },
    { label: words.reversedBy, value: reversalKey ? linkTo(reversalKey) : byOther },
    { label: words.corrects, value: all(corrects) },
    { label: words.correctedBy, value: all(correctedBy) },
  ];
}
