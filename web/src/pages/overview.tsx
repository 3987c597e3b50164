import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { useId } from 'react';
import { Link } from 'react-router';
import type { MoneyInFlight, Overview } from '../../../src/entrypoints/http/contract/overview.ts';
import { useAnswer } from '../api/use-answer.ts';
import { alertPath } from '../components/alert-path.ts';
import { Amount } from '../components/amount.tsx';
import { AsSaid, ProblemWords } from '../components/as-said.tsx';
import { KeyValues } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useFormat } from '../texts/format.ts';
import { overviewTexts } from '../texts/overview.ts';
import { wordsOf } from '../texts/service-words.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

const REFRESH_MS = 10_000;
const MONEY_REFRESH_MS = 60_000;

/** What needs a person, where the money is, and whether everything is fresh. */
export function OverviewPage() {
  const { pages } = useTexts(shellTexts);
  const { data, error } = useAnswer<Overview>('/overview', { refreshMs: REFRESH_MS });
  return (
    <Page title={pages.overview}>
      {error && <ProblemStrip problem={error.problem} />}
      {!data && !error && <BusyIndicator active delay={300} />}
      {data && (
        <div className="sl-grid">
          {data.connections === 0 && data.settlements === 0 && <FirstSteps />}
          <NeedsYou {...data} />
          <OthersDo {...data} />
          <div className="sl-wide sl-fill">
            <WaitingFor waiting={data.waiting} />
            <Month month={data.month} />
            <Backup backup={data.backup} />
          </div>
          {data.connections > 0 && <Money />}
          {data.feeds.length > 0 && <Feeds feeds={data.feeds} />}
        </div>
      )}
    </Page>
  );
}

function FirstSteps() {
  const { start } = useTexts(overviewTexts);
  const steps = [
    { to: '/add-connection', title: start.connect, says: start.connectSays },
    { to: '/preview', title: start.preview, says: start.previewSays },
    { to: '/users', title: start.invite, says: start.inviteSays },
  ];
  return (
    <Section title={start.title} isWide>
      <p>{start.says}</p>
      <ol>
        {steps.map(({ to, title, says }) => (
          <li key={to}>
            <Link className="sl-link" to={to}>
              {title}
            </Link>
            <div className="sl-muted">{says}</div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

type Alert = Overview['alerts'][number];
type Waiting = Overview['waiting'][number];

const WAITING_PATHS: Readonly<Record<Waiting['what'], string>> = {
  approvals: '/approvals',
  tables: '/approvals',
  rules: '/approvals',
  approved: '/entries?state=approved',
  values: '/mapping',
  quarantined: '/settlements?state=quarantined',
  rejected: '/entries?state=rejected',
  unknown: '/entries?state=unknown',
  jobs: '/exceptions?kind=job',
  credentials: '/connections',
};

/** What the reader may do something about, each with the alerts that tell more of it; what others have to do is apart. */
function NeedsYou({ needsYou, alerts, waiting }: Pick<Overview, 'needsYou' | 'alerts' | 'waiting'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  const own = alerts.filter(({ isYours }) => isYours);
  const isNothing = needsYou === 0 && alerts.length === 0 && waiting.every(({ count }) => count === 0);
  return (
    <Section title={`${words.needsYou} (${format.count(needsYou)})`} isWide>
      {isNothing && <StateTag state="holds" text={words.nothing} />}
      {needsYou === 0 && !isNothing && <p>{words.notYou}</p>}
      <ul className="sl-list">
        {waiting
          .filter(({ yours }) => yours > 0)
          .map(({ what, yours, yourAmounts }) => (
            <li key={what}>
              <div className="sl-row">
                <Link className="sl-link" to={WAITING_PATHS[what]}>
                  {words.line(words.what[what], format.count(yours))}
                </Link>
                <span className="sl-row">
                  <Amounts amounts={yourAmounts} />
                </span>
              </div>
              <AlertList alerts={own.filter(({ within }) => within === what)} />
            </li>
          ))}
      </ul>
      <AlertList alerts={own.filter(({ within }) => within === null)} />
    </Section>
  );
}

function OthersDo({ alerts }: Pick<Overview, 'alerts'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  const others = alerts.filter(({ isYours }) => !isYours);
  if (others.length === 0) return null;
  return (
    <Section title={`${words.others} (${format.count(others.length)})`} isWide>
      <AlertList alerts={others} />
    </Section>
  );
}

const ALERT_TONES: Readonly<Record<Alert['severity'], Tone>> = {
  critical: 'Negative',
  warning: 'Critical',
  notice: 'Information',
};

function AlertList({ alerts }: Pick<Overview, 'alerts'>) {
  const words = useTexts(overviewTexts);
  const service = useServiceWords();
  const format = useFormat();
  const sayHelpers = useHelpers();
  const rules: Readonly<Record<string, string>> = words.rules;
  const list = useId();
  if (alerts.length === 0) return null;
  return (
    <ul className="sl-list">
      {alerts.map((alert, at) => {
        const to = alertPath(alert);
        // Several alerts of one rule have the same words: what each is about tells them apart.
        const about = `${list}-${at}`;
        const helpers = alert.isYours ? '' : sayHelpers(alert.waitsFor);
        return (
          <li key={alert.key}>
            <div className="sl-row">
              <StateTag state={alert.rule} text={words.severity[alert.severity]} tone={ALERT_TONES[alert.severity]} />
              {to ? (
                <Link className="sl-link" to={to} aria-describedby={about}>
                  {rules[alert.rule] ?? alert.rule}
                </Link>
              ) : (
                <strong>{rules[alert.rule] ?? alert.rule}</strong>
              )}
              {helpers && <span>{words.waitsFor(helpers)}</span>}
              {alert.firstSeen && <span className="sl-muted">{words.since(format.instant(alert.firstSeen))}</span>}
              {alert.acknowledgedBy && <span className="sl-muted">{words.by(alert.acknowledgedBy)}</span>}
            </div>
            <div id={about}>
              <AsSaid said={alert.says} />
            </div>
            <code className="sl-code sl-muted">{wordsOf(service, alert.next)}</code>
          </li>
        );
      })}
    </ul>
  );
}

/** Who does what the reader may not, in the reader's words. */
function useHelpers(): (helpers: Waiting['waitsFor']) => string {
  const { helpers: names, and } = useTexts(overviewTexts);
  return (helpers) => and(helpers.map((helper) => names[helper]));
}

function WaitingFor({ waiting }: Pick<Overview, 'waiting'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  const sayHelpers = useHelpers();
  return (
    <Section title={words.waiting} isWide>
      <PlainTable
        label={words.waiting}
        rows={waiting}
        keyOf={({ what }) => what}
        columns={[
          {
            title: words.kind,
            cell: ({ what, count }) =>
              count === 0 ? (
                words.what[what]
              ) : (
                <Link className="sl-link" to={WAITING_PATHS[what]}>
                  {words.what[what]}
                </Link>
              ),
          },
          { title: words.count, cell: ({ count }) => format.count(count), isRight: true },
          { title: words.yours, cell: ({ yours }) => format.count(yours), isRight: true },
          { title: words.whose, cell: ({ waitsFor }) => sayHelpers(waitsFor) || '–' },
          { title: words.amount, cell: ({ amounts }) => <Amounts amounts={amounts} />, isRight: true },
        ]}
      />
    </Section>
  );
}

function Amounts({ amounts }: Pick<Waiting, 'amounts'>) {
  return amounts.map(({ currency, amount }) => (
    <div key={currency}>
      <Amount value={amount} currency={currency} />
    </div>
  ));
}

function Money() {
  const words = useTexts(overviewTexts);
  const { data, error } = useAnswer<MoneyInFlight>('/overview/money', { refreshMs: MONEY_REFRESH_MS });
  const amount = (of: (row: MoneyInFlight['items'][number]) => string) => ({
    cell: (row: MoneyInFlight['items'][number]) => <Amount value={of(row)} />,
    isRight: true,
  });
  return (
    <Section title={words.money} isWide>
      <p className="sl-muted">{words.moneySays}</p>
      {error && <ProblemStrip problem={error.problem} />}
      {!data && !error && <BusyIndicator active delay={300} />}
      {data?.items.length === 0 && <p>{words.noMoney}</p>}
      {data && data.items.length > 0 && (
        <PlainTable
          label={words.money}
          rows={data.items}
          keyOf={({ currency }) => currency}
          columns={[
            { title: words.currency, cell: ({ currency }) => currency },
            { title: words.onItsWay, ...amount((row) => row.onItsWay) },
            { title: words.late, ...amount((row) => row.late) },
            { title: words.notChecked, ...amount((row) => row.notChecked) },
            { title: words.reserve, ...amount((row) => row.reserve) },
            { title: words.debt, ...amount((row) => row.debt) },
            { title: words.unsettled, ...amount((row) => row.unsettled) },
            {
              title: words.owed,
              cell: ({ owed }) => (
                <strong>
                  <Amount value={owed} />
                </strong>
              ),
              isRight: true,
            },
          ]}
        />
      )}
    </Section>
  );
}

type Feed = Overview['feeds'][number];

const FEED_TONES: Readonly<Record<Feed['state'], Tone>> = {
  fresh: 'Positive',
  more: 'Information',
  failed: 'Negative',
  stopped: 'Negative',
  never: 'Critical',
};

function Feeds({ feeds }: Pick<Overview, 'feeds'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  const names: Readonly<Record<string, string>> = words.feedNames;
  return (
    <Section title={words.feeds} isWide>
      <PlainTable
        label={words.feeds}
        rows={feeds}
        keyOf={({ connection, feed }) => `${connection} ${feed}`}
        columns={[
          {
            title: words.connection,
            cell: ({ connection }) => (
              <Link className="sl-link" to={`/connections/${connection}`}>
                {connection}
              </Link>
            ),
          },
          { title: words.feed, cell: ({ feed }) => names[feed] ?? feed },
          {
            title: words.state,
            cell: ({ state, problem }) => (
              <>
                <StateTag state={state} text={words.feedStates[state]} tone={FEED_TONES[state]} />
                {problem && (
                  <div className="sl-muted">
                    <ProblemWords problem={problem} />
                  </div>
                )}
              </>
            ),
          },
          { title: words.lastRun, cell: ({ lastRunAt }) => (lastRunAt ? format.instant(lastRunAt) : words.never) },
          {
            title: words.completeUntil,
            cell: ({ completeUntil }) => (completeUntil ? format.instant(completeUntil) : '–'),
          },
        ]}
      />
    </Section>
  );
}

function Month({ month }: Pick<Overview, 'month'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  return (
    <Section title={words.month(format.month(month.month))}>
      <KeyValues
        items={[
          { label: words.entries, value: <span className="sl-number">{format.count(month.entries)}</span> },
          { label: words.settlements, value: <span className="sl-number">{format.count(month.settlements)}</span> },
        ]}
      />
      <p className="sl-muted">{words.monthSays}</p>
    </Section>
  );
}

function Backup({ backup }: Pick<Overview, 'backup'>) {
  const words = useTexts(overviewTexts);
  const format = useFormat();
  const { lastBackupAt, lastDrill, isOverdue, isWanted } = backup;
  const drill =
    lastDrill && `${format.instant(lastDrill.at)}, ${lastDrill.isWhole ? words.drillWhole : words.drillFaults}`;
  return (
    <Section title={words.backup}>
      {isOverdue && <StateTag state="overdue" text={words.overdue} tone="Negative" />}
      <KeyValues
        items={[
          { label: words.lastBackup, value: lastBackupAt ? format.instant(lastBackupAt) : words.noBackup },
          { label: words.lastDrill, value: drill ?? words.noBackup },
        ]}
      />
      {!isWanted && <p className="sl-muted">{words.notWanted}</p>}
    </Section>
  );
}
