import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { CheckBox } from '@ui5/webcomponents-react/CheckBox';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import { useState } from 'react';
import type { AccrualItem } from '../../../src/entrypoints/http/contract/accruals.ts';
import type { AccrualMade, ClosedPeriods, PeriodMoved } from '../../../src/entrypoints/http/contract/period.ts';
import type { ReportAnswer } from '../../../src/entrypoints/http/contract/report.ts';
import { useAnswer, useKept, useWrite } from '../api/use-answer.ts';
import { AccrualDraft } from '../components/accrual-draft.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { useReportText } from '../components/report-cell.ts';
import { ReportDownloads, ReportFilter, useReportChoice } from '../components/report-filter.tsx';
import { ReportView } from '../components/report-view.tsx';
import { Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { accrualTexts } from '../texts/accruals.ts';
import { useFormat } from '../texts/format.ts';
import { monthCloseTexts } from '../texts/month-close.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';
import { toneOfProgress, useProgressWords } from './settlement-words.ts';

type Intention = 'close' | 'reopen' | 'accrue';

/** The end of a month: its checks, the accrual of what is not settled, and the months that are closed. */
export function MonthClosePage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(monthCloseTexts);
  const given = useReportChoice(['close']);
  const { connection, month } = given.choice;
  const path = connection ? `/reports/close?${new URLSearchParams({ connection, month })}` : undefined;
  const pack = useAnswer<ReportAnswer>(path, { refreshMs: false });
  const kept = useKept(pack.data, pack);
  const [intention, setIntention] = useState<Intention>();
  const [moved, setMoved] = useState<PeriodMoved>();
  const preview = useWrite<AccrualMade>();
  const may = useMay('periods.close');
  return (
    <Page title={shell.pages.monthClose} actions={path && <ReportDownloads path={path} />}>
      <ReportFilter reports={['close']} takes={['month']} problem={pack.error?.problem} {...given}>
        <div className="sl-row">
          <Button
            disabled={!may || !connection || preview.isPending}
            onClick={() =>
              preview.mutate({ method: 'POST', path: '/accruals', body: { connection, month, isDryRun: true } })
            }
          >
            {words.preview}
          </Button>
          <Button design="Emphasized" disabled={!may || !connection} onClick={() => setIntention('accrue')}>
            {words.accrue}
          </Button>
          <Button disabled={!may || !connection} onClick={() => setIntention('close')}>
            {words.close}
          </Button>
          <Button disabled={!may || !connection} onClick={() => setIntention('reopen')}>
            {words.reopen}
          </Button>
        </div>
      </ReportFilter>
      <div className="sl-stack">
        {!may && <p>{words.notAllowed}</p>}
        {moved && <MovedStrip moved={moved} />}
        {preview.error && <ProblemStrip problem={preview.error.problem} />}
        {preview.data && <AccrualDraft made={preview.data} />}
        {connection && <ClosedMonths connection={connection} />}
        {connection && <Accruals connection={connection} />}
        <Title level="H2">{words.pack}</Title>
        {pack.isFetching && !kept && <BusyIndicator active delay={300} />}
        {kept && <ReportView report={kept} />}
      </div>
      {intention === 'accrue' && connection && (
        <AccrueDialog {...{ connection, month }} onClose={() => setIntention(undefined)} />
      )}
      {(intention === 'close' || intention === 'reopen') && connection && (
        <MoveDialog
          {...{ connection, month, intention }}
          pack={pack.data}
          onMoved={setMoved}
          onClose={() => setIntention(undefined)}
        />
      )}
    </Page>
  );
}

interface OfMonth {
  readonly connection: string;
  readonly month: string;
  readonly onClose: () => void;
}

function MoveDialog({
  connection,
  month,
  intention,
  pack,
  onMoved,
  onClose,
}: OfMonth & {
  readonly intention: 'close' | 'reopen';
  readonly pack: ReportAnswer | undefined;
  readonly onMoved: (moved: PeriodMoved) => void;
}) {
  const words = useTexts(monthCloseTexts);
  const format = useFormat();
  const { mutateAsync } = useWrite<PeriodMoved>();
  const isClose = intention === 'close';
  return (
    <ReasonDialog
      title={isClose ? words.closeTitle(format.month(month)) : words.reopenTitle(format.month(month))}
      says={isClose ? words.closeSays : words.reopenSays}
      confirm={isClose ? words.confirmClose : words.confirmReopen}
      isGrave={!isClose}
      onConfirm={async (why) =>
        onMoved(await mutateAsync({ method: 'POST', path: `/periods/${intention}`, body: { connection, month, why } }))
      }
      onClose={onClose}
    >
      {isClose && pack && <NotDone pack={pack} />}
    </ReasonDialog>
  );
}

/** What whoever closes the month takes upon themselves: questions that are open, and what nothing was compared with. */
function NotDone({ pack }: { readonly pack: ReportAnswer }) {
  const words = useTexts(monthCloseTexts);
  const say = useReportText();
  const rows = pack.sections.find(({ key }) => key === 'checklist')?.rows ?? [];
  return (['open', 'not checked'] as const).map((state) => {
    const titles = rows.filter((row) => row.state === state).map((row) => say(row.title, 'text', 'title'));
    if (titles.length === 0) return null;
    return (
      <MessageStrip key={state} design={state === 'open' ? 'Critical' : 'Information'} hideCloseButton>
        {state === 'open' ? words.stillOpen : words.notCompared}
        <ul>
          {titles.map((title) => (
            <li key={title}>{title}</li>
          ))}
        </ul>
      </MessageStrip>
    );
  });
}

function AccrueDialog({ connection, month, onClose }: OfMonth) {
  const words = useTexts(monthCloseTexts);
  const format = useFormat();
  const { mutateAsync } = useWrite<AccrualMade>();
  const [choice, setChoice] = useState({ opening: false, leaveOutUnknown: false, mayBeIncomplete: false });
  const { opening, leaveOutUnknown, mayBeIncomplete } = choice;
  const body = {
    connection,
    month,
    isDryRun: false,
    sides: opening ? 'opening' : 'both',
    leaveOutUnknown,
    mayBeIncomplete,
  };
  return (
    <ReasonDialog
      title={words.accrueTitle(format.month(month))}
      says={words.accrueSays}
      confirm={words.confirmAccrue}
      onConfirm={(why) => mutateAsync({ method: 'POST', path: '/accruals', body: { ...body, why } })}
      onClose={onClose}
    >
      {(['opening', 'leaveOutUnknown', 'mayBeIncomplete'] as const).map((name) => (
        <CheckBox
          key={name}
          text={words[name]}
          wrappingType="Normal"
          checked={choice[name]}
          onChange={(event) => setChoice({ ...choice, [name]: event.target.checked })}
        />
      ))}
    </ReasonDialog>
  );
}

function MovedStrip({ moved }: { readonly moved: PeriodMoved }) {
  const words = useTexts(monthCloseTexts);
  const format = useFormat();
  return (
    <>
      <MessageStrip design="Positive" hideCloseButton role="status">
        {Object.entries(moved.closedThrough).map(([companyCode, month]) => (
          <div key={companyCode}>{words.movedTo(companyCode, format.month(month))}</div>
        ))}
        {Object.keys(moved.closedThrough).length === 0 && words.none}
      </MessageStrip>
      {moved.problems.map((problem) => (
        <ProblemStrip key={problem.code + problem.says} problem={{ kind: 'conflict', ...problem }} />
      ))}
    </>
  );
}

/** Company codes of a connection, of which none may seem open only because it stands below the others. */
const CLOSED_SHOWN = 15;

function ClosedMonths({ connection }: { readonly connection: string }) {
  const words = useTexts(monthCloseTexts);
  const service = useServiceWords();
  const format = useFormat();
  const answer = useAnswer<ClosedPeriods>(`/periods?${new URLSearchParams({ connection })}`);
  const data = useKept(answer.data, answer);
  const columns: readonly DataColumn<ClosedPeriods['items'][number]>[] = [
    { id: 'companyCode', title: words.companyCode, text: (row) => row.companyCode },
    { id: 'month', title: words.month, text: (row) => format.month(row.month) },
    { id: 'closedAt', title: words.closedAt, text: (row) => format.instant(row.closedAt) },
    { id: 'closedBy', title: words.by, text: (row) => row.closedBy },
    { id: 'why', title: words.why, text: (row) => service.reason(row.why) },
  ];
  if (!data) return null;
  return (
    <Section title={words.closedMonths}>
      <DataTable
        label={words.closedMonths}
        rows={data.items}
        columns={columns}
        noRows={words.none}
        visibleRows={Math.min(CLOSED_SHOWN, Math.max(1, data.items.length))}
      />
    </Section>
  );
}

function Accruals({ connection }: { readonly connection: string }) {
  const words = useTexts(accrualTexts);
  const format = useFormat();
  const progressOf = useProgressWords();
  const answer = useAnswer<{ readonly items: readonly AccrualItem[] }>(
    `/accruals?limit=1000&connection=${encodeURIComponent(connection)}`,
  );
  const data = useKept(answer.data, answer);
  const { error } = answer;
  // What is wrong with the connection stands beside it already.
  if (error && error.problem.kind !== 'invalid') return <ProblemStrip problem={error.problem} />;
  if (!data) return null;
  const rows = data.items.map((each) => ({ ...each, state: each.withdrawnAt === null ? 'proposed' : 'withdrawn' }));
  const columns: readonly DataColumn<(typeof rows)[number]>[] = [
    { id: 'name', title: words.name, text: ({ name }) => name },
    {
      id: 'state',
      title: words.state,
      text: progressOf,
      cell: (row) => <StateTag state={row.state} tone={toneOfProgress(row)} text={progressOf(row)} />,
    },
    { id: 'kind', title: words.kind, text: ({ kind }) => words.kinds[kind] },
    { id: 'period', title: words.period, text: ({ from, to }) => format.days(from, to) },
    { id: 'recorded', title: words.recorded, text: ({ recordedAt }) => format.instant(recordedAt) },
  ];
  return (
    <Section title={words.title}>
      <DataTable
        label={words.title}
        rows={rows}
        columns={columns}
        noRows={words.none}
        linkOf={({ id }) => `/accruals/${id}`}
        visibleRows={Math.min(5, Math.max(1, rows.length))}
      />
    </Section>
  );
}
