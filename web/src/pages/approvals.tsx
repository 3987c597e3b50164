import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import { Link } from 'react-router';
import type {
  ApprovalsWaiting,
  RulesAccepted,
  WaitingForPeople,
} from '../../../src/entrypoints/http/contract/approvals.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { type Action, ActionBar } from '../components/action-bar.tsx';
import { Amount } from '../components/amount.tsx';
import { AsSaid } from '../components/as-said.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { PLAIN_ROWS_MAX, PlainTable, Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { useLacks } from '../permission-words.ts';
import { approvalTexts } from '../texts/approvals.ts';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay, useUser } from '../user.ts';

/** More than anybody approves one by one. */
const ROWS_MAX = 500;

/** Everything that waits for people to approve it; the overview counts the same things. */
export function ApprovalsPage() {
  const { pages } = useTexts(shellTexts);
  const words = useTexts(approvalTexts);
  const { data, error } = useAnswer<ApprovalsWaiting>(`/approvals?limit=${ROWS_MAX}`, { refreshMs: 10_000 });
  const isNothing = data && data.items.length + data.tables.length + data.loosened.length === 0;
  return (
    <Page title={pages.approvals} subtitle={words.subtitle}>
      {error && <ProblemStrip problem={error.problem} />}
      {!data && !error && <BusyIndicator active delay={300} />}
      {data && (
        <div className="sl-stack">
          {data.unreadable.map(({ connection }) => (
            <MessageStrip key={connection} design="Critical" hideCloseButton>
              {words.unreadable(connection)}
            </MessageStrip>
          ))}
          {isNothing && <StateTag state="holds" text={words.none} />}
          {data.items.length > 0 && <Entries items={data.items} total={data.total} />}
          {data.tables.length > 0 && <Tables tables={data.tables} />}
          {data.loosened.length > 0 && <Rules rules={data.loosened} />}
        </div>
      )}
    </Page>
  );
}

function Entries({ items, total }: Pick<ApprovalsWaiting, 'items' | 'total'>) {
  const words = useTexts(approvalTexts);
  const { count } = useFormat();
  const columns = useEntryColumns();
  const title = words.entries(count(total));
  return (
    <Section title={title}>
      {total > items.length && <p>{words.first(count(items.length), count(total))}</p>}
      {items.length <= PLAIN_ROWS_MAX ? (
        <PlainTable
          label={title}
          rows={items}
          keyOf={({ entry, reversal }) => `${entry.id} ${reversal ? 'reversal' : ''}`}
          columns={columns.map(({ title, text, cell, align }) => ({
            title,
            cell: cell ?? text,
            isRight: align === 'right',
          }))}
        />
      ) : (
        <DataTable label={title} rows={items} columns={columns} />
      )}
    </Section>
  );
}

function useEntryColumns(): readonly DataColumn<WaitingForPeople>[] {
  const words = useTexts(approvalTexts);
  const { accrual, settlement } = useTexts(entryTexts);
  const { amount: amountText } = useFormat();
  const missing = ({ missing: count }: WaitingForPeople) => (count === 0 ? words.nobody : words.people(count));
  return [
    {
      id: 'entry',
      title: words.entry,
      text: ({ entry }) => entry.postingKey,
      cell: ({ entry }) => (
        <Link className="sl-link" to={`/entries/${entry.id}`}>
          {entry.postingKey}
        </Link>
      ),
      minWidth: 190,
    },
    { id: 'what', title: words.what, text: ({ reversal }) => (reversal ? words.reverse : words.post), minWidth: 90 },
    {
      id: 'books',
      title: words.books,
      text: ({ entry }) => (entry.originKind === 'accrual' ? accrual(entry.originName) : settlement(entry.originName)),
      minWidth: 170,
    },
    { id: 'connection', title: words.connection, text: ({ entry }) => entry.connection, minWidth: 110 },
    {
      id: 'amount',
      title: words.amount,
      text: ({ amount, entry }) => `${amountText(amount)} ${entry.currency}`,
      cell: ({ amount, entry }) => <Amount value={amount} currency={entry.currency} />,
      align: 'right',
      minWidth: 130,
    },
    { id: 'missing', title: words.missing, text: missing, cell: (item) => <Missing item={item} />, minWidth: 130 },
    { id: 'why', title: words.why, text: ({ because }) => because, cell: (item) => <Why item={item} />, minWidth: 260 },
  ];
}

interface ItemProps {
  readonly item: WaitingForPeople;
}

function Missing({ item: { missing, given } }: ItemProps) {
  const words = useTexts(approvalTexts);
  return (
    <>
      <span className="sl-nowrap">{missing === 0 ? words.nobody : words.people(missing)}</span>
      {given.length > 0 && <div className="sl-muted">{words.given(given.map(({ person }) => person).join(', '))}</div>}
    </>
  );
}

function Why({ item: { because, refusal } }: ItemProps) {
  const words = useTexts(approvalTexts);
  if (refusal) return <StateTag state="" tone="Negative" text={words.refused(refusal.person, refusal.why)} />;
  return <AsSaid said={because} />;
}

function Tables({ tables }: Pick<ApprovalsWaiting, 'tables'>) {
  const words = useTexts(approvalTexts);
  const { count, instant } = useFormat();
  const title = words.tables(count(tables.length));
  return (
    <Section title={title}>
      <PlainTable
        label={title}
        rows={tables}
        keyOf={({ connection }) => connection}
        columns={[
          {
            title: words.connection,
            cell: ({ connection }) => (
              <Link className="sl-link" to={`/mapping?connection=${encodeURIComponent(connection)}`}>
                {connection}
              </Link>
            ),
          },
          { title: words.version, cell: ({ version }) => String(version), isRight: true },
          { title: words.by, cell: ({ author }) => author },
          { title: words.since, cell: ({ recordedAt }) => instant(recordedAt) },
          { title: words.reason, cell: ({ reason }) => reason },
        ]}
      />
    </Section>
  );
}

function Rules({ rules }: { readonly rules: ApprovalsWaiting['loosened'] }) {
  const words = useTexts(approvalTexts);
  const { count, instant } = useFormat();
  const title = words.rules(count(rules.length));
  const connections = [...new Set(rules.map(({ connection }) => connection))];
  return (
    <Section title={title}>
      <PlainTable
        label={title}
        rows={rules}
        keyOf={({ connection, at }) => `${connection} ${at}`}
        columns={[
          {
            title: words.connection,
            cell: ({ connection }) => (
              <Link className="sl-link" to={`/connections/${encodeURIComponent(connection)}`}>
                {connection}
              </Link>
            ),
          },
          { title: words.by, cell: ({ person }) => person },
          { title: words.since, cell: ({ at }) => instant(at) },
          { title: words.reason, cell: ({ why }) => why },
        ]}
      />
      <p className="sl-muted">{words.rulesSay}</p>
      {connections.map((name) => (
        <div key={name}>
          <code className="sl-code">{`seller-ledger approvals accept-rules ${name} --why TEXT`}</code>
        </div>
      ))}
      <AcceptRules rules={rules} connections={connections} />
    </Section>
  );
}

interface AcceptProps {
  readonly rules: ApprovalsWaiting['loosened'];
  readonly connections: readonly string[];
}

/** One button for each connection: whoever loosened its rules alone is told why it is not theirs. */
function AcceptRules({ rules, connections }: AcceptProps) {
  const words = useTexts(approvalTexts);
  const lacks = useLacks();
  const lacking = useMay('entries.approve') ? undefined : lacks('entries.approve');
  const me = useUser()?.name.toLowerCase();
  const [asked, setAsked] = useState<string>();
  const isOwn = (name: string) =>
    rules.every(({ connection, person }) => connection !== name || person.toLowerCase() === me);
  const actions = connections.map(
    (name): Action => ({
      id: name,
      text: words.acceptRules(name),
      why: lacking ?? (isOwn(name) ? words.rulesOwn : undefined),
      isMain: false,
      onClick: () => setAsked(name),
    }),
  );
  return (
    <>
      <ActionBar actions={actions} />
      {asked !== undefined && (
        <AcceptDialog
          connection={asked}
          changes={rules.filter(({ connection }) => connection === asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  );
}

interface AcceptDialogProps {
  readonly connection: string;
  readonly changes: ApprovalsWaiting['loosened'];
  readonly onClose: () => void;
}

function AcceptDialog({ connection, changes, onClose }: AcceptDialogProps) {
  const words = useTexts(approvalTexts);
  const { mutateAsync } = useWrite<RulesAccepted>();
  const people = [...new Set(changes.map(({ person }) => person))].join(', ');
  return (
    <ReasonDialog
      title={words.acceptTitle}
      says={words.acceptSays}
      facts={[
        { label: words.connection, value: connection },
        { label: words.by, value: people },
        { label: words.reason, value: changes.map(({ why }) => why).join('; ') },
      ]}
      confirm={words.accept}
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path: `/approvals/${encodeURIComponent(connection)}/accept-rules`,
          body: { why },
        })
      }
      onClose={onClose}
    />
  );
}
