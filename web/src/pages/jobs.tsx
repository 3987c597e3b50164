import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import type { JobOverview, JobSummary, Replayed, Workers } from '../../../src/entrypoints/http/contract/jobs.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { AsSaid } from '../components/as-said.tsx';
import { ListTable } from '../components/data-table.tsx';
import { JobDialog } from '../components/job-dialog.tsx';
import { ChoiceFilter, ConnectionFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useConnectionNames } from '../connection-names.ts';
import { useFormat } from '../texts/format.ts';
import { jobTexts } from '../texts/jobs.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

const STATES = ['waiting', 'running', 'done', 'failed', 'gave-up', 'cancelled', 'replaced'] as const;
type JobState = (typeof STATES)[number];

const FILTERS = ['state', 'connection', 'name', 'text'] as const;

const JOB_TONES: Readonly<Record<JobState, Tone>> = {
  waiting: 'Information',
  running: 'Information',
  done: 'Positive',
  failed: 'Negative',
  'gave-up': 'Negative',
  cancelled: 'None',
  replaced: 'None',
};

/** The work that the workers do: what waits, runs, ended and failed. */
export function JobsPage() {
  const { pages } = useTexts(shellTexts);
  const words = useTexts(jobTexts);
  const service = useServiceWords();
  const format = useFormat();
  const { values, set, query } = useFilters(FILTERS);
  const [open, setOpen] = useState<string>();
  return (
    <Page title={pages.jobs}>
      <div className="sl-stack">
        <Causes />
        <ListTable<JobSummary>
          label={pages.jobs}
          path={`/jobs?${query}`}
          noRows={words.none}
          onRow={({ id }) => setOpen(id)}
          filters={<JobFilters {...{ values, set }} />}
          columns={[
            { id: 'name', title: words.work, text: ({ name }) => service.name('work', name) },
            { id: 'connection', title: words.about, text: ({ connection }) => connection ?? words.installation },
            {
              id: 'state',
              title: words.state,
              text: ({ state }) => words.states[state],
              cell: ({ state }) => <StateTag state={state} text={words.states[state]} tone={JOB_TONES[state]} />,
            },
            {
              id: 'tries',
              title: words.tries,
              text: (job) => format.count(job.attemptCount),
              align: 'right',
            },
            { id: 'when', title: words.when, text: (job) => format.instant(job.endedAt ?? job.dueAt) },
            {
              id: 'problem',
              title: words.problem,
              text: (job) => job.lastAttempt?.problem?.code ?? '',
            },
          ]}
        />
        <WorkerSection />
      </div>
      {open !== undefined && <JobDialog id={open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function JobFilters({ values, set }: Pick<ReturnType<typeof useFilters<(typeof FILTERS)[number]>>, 'values' | 'set'>) {
  const words = useTexts(jobTexts);
  return (
    <>
      <ChoiceFilter
        name="state"
        label={words.state}
        value={values.state}
        options={[['', words.any], ...STATES.map((state) => [state, words.states[state]] as const)]}
        onChange={(state) => set('state', state)}
      />
      <ConnectionFilter
        label={words.connection}
        value={values.connection}
        all={words.any}
        names={useConnectionNames()}
        onChange={(connection) => set('connection', connection)}
      />
      {(['name', 'text'] as const).map((name) => (
        <TextFilter
          key={name}
          name={name}
          label={{ name: words.work, text: words.find }[name]}
          value={values[name]}
          onChange={(value) => set(name, value)}
        />
      ))}
    </>
  );
}

/** Beside its code, which has a column of its own. */
function Cause({ cause: { code, says } }: { readonly cause: JobOverview['causes'][number] }) {
  const title = useServiceWords().title(code);
  return (
    <>
      {title !== null && <div>{title}</div>}
      <AsSaid said={says} />
    </>
  );
}

function Causes() {
  const words = useTexts(jobTexts);
  const service = useServiceWords();
  const format = useFormat();
  const may = useMay('books.operate');
  const { data } = useAnswer<JobOverview>('/jobs/summary');
  const [chosen, setChosen] = useState<JobOverview['causes'][number]>();
  const { mutateAsync, data: replayed } = useWrite<Replayed>();
  if (!data || data.causes.length === 0) return null;
  return (
    <Section title={words.causes}>
      {replayed && (
        <MessageStrip design="Information" hideCloseButton>
          {words.replayed(format.count(replayed.replayed), format.count(replayed.left))}
        </MessageStrip>
      )}
      <PlainTable
        label={words.causes}
        rows={data.causes}
        keyOf={({ code, name, state }) => `${code} ${name} ${state}`}
        columns={[
          { title: words.code, cell: ({ code }) => <code className="sl-code">{code}</code> },
          { title: words.work, cell: ({ name }) => service.name('work', name) },
          {
            title: words.state,
            cell: ({ state }) => <StateTag state={state} text={words.states[state]} tone={JOB_TONES[state]} />,
          },
          { title: words.count, cell: ({ count }) => format.count(count), isRight: true },
          { title: words.says, cell: (cause) => <Cause cause={cause} /> },
          {
            title: '',
            cell: (cause) =>
              cause.state !== 'waiting' && (
                <Button
                  disabled={!may}
                  accessibleName={`${words.replayAll} ${cause.name} ${cause.code}`}
                  onClick={() => setChosen(cause)}
                >
                  {words.replayAll}
                </Button>
              ),
          },
        ]}
      />
      {chosen && (
        <ReasonDialog
          title={words.replayAll}
          says={chosen.says}
          facts={[
            { label: words.code, value: chosen.code },
            { label: words.count, value: format.count(chosen.count) },
          ]}
          confirm={words.replayAll}
          onConfirm={(why) =>
            mutateAsync({ method: 'POST', path: '/jobs/replay', body: { cause: chosen.code, name: chosen.name, why } })
          }
          onClose={() => setChosen(undefined)}
        />
      )}
    </Section>
  );
}

function WorkerSection() {
  const words = useTexts(jobTexts);
  const format = useFormat();
  const { data } = useAnswer<Workers>('/workers', { refreshMs: 15_000 });
  if (!data) return null;
  return (
    <Section title={words.workers}>
      {data.items.length === 0 ? (
        <p>{words.noWorkers}</p>
      ) : (
        <PlainTable
          label={words.workers}
          rows={data.items}
          keyOf={({ id }) => id}
          columns={[
            { title: words.host, cell: ({ host }) => host },
            { title: words.process, cell: ({ pid }) => String(pid), isRight: true },
            { title: words.version, cell: ({ version }) => version },
            { title: words.lastSeen, cell: ({ lastSeenAt }) => format.instant(lastSeenAt) },
            { title: words.runs, cell: ({ running, concurrency }) => `${running} / ${concurrency}`, isRight: true },
            { title: words.state, cell: ({ endedHow }) => (endedHow === null ? words.alive : words.ends[endedHow]) },
          ]}
        />
      )}
    </Section>
  );
}
