import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { ScheduleRow, WorksPicked } from '../../../src/entrypoints/http/contract/connections.ts';
import type { Workers } from '../../../src/entrypoints/http/contract/jobs.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';
import { ProblemWords } from './as-said.tsx';
import { FormField } from './form-field.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { PlainTable, Section } from './section.tsx';
import { StateTag, type Tone } from './state-tag.tsx';

const TONES: Readonly<Record<ScheduleRow['state'], Tone>> = {
  off: 'None',
  paused: 'Critical',
  overdue: 'Negative',
  'asked for': 'Information',
  'under way': 'Information',
  waits: 'Positive',
};

/** What a running service would have taken. */
const LEFT_LYING: readonly ScheduleRow['state'][] = ['asked for', 'overdue'];
const WORKERS_MS = 15_000;

/** Of problems that are about the end of a pause. */
const UNTIL_CODES = { SCHEDULE_UNTIL_INVALID: undefined } as const;

/** What a person wants of one work; without its name of all of them. */
interface Intention {
  readonly verb: 'run' | 'pause' | 'resume';
  readonly work?: string;
}

interface ScheduleSectionProps {
  readonly connection: string;
  readonly schedule: readonly ScheduleRow[];
}

/** What a connection does by itself, and when; each work can be run now, paused and resumed. */
export function ScheduleSection({ connection, schedule }: ScheduleSectionProps) {
  const words = useTexts(connectionTexts);
  const [intention, setIntention] = useState<Intention>();
  const mayRun = useMay('books.operate');
  const mayPause = useMay('operation.manage');
  const isPaused = schedule.some(({ state }) => state === 'paused');
  const { data: workers } = useAnswer<Workers>('/workers', { refreshMs: WORKERS_MS });
  const isIdle = workers?.items.every(({ endedAt }) => endedAt !== null) ?? false;
  return (
    <Section
      title={words.schedule}
      actions={
        <>
          <Button disabled={!mayPause} onClick={() => setIntention({ verb: 'pause' })}>
            {`${words.pause}: ${words.all}`}
          </Button>
          {isPaused && (
            <Button disabled={!mayPause} onClick={() => setIntention({ verb: 'resume' })}>
              {`${words.unpause}: ${words.all}`}
            </Button>
          )}
        </>
      }
    >
      <PostingTimes schedule={schedule} />
      <ScheduleTable {...{ schedule, isIdle, mayRun, mayPause }} onIntention={setIntention} />
      {intention && <ScheduleDialog {...{ connection, isIdle, intention }} onClose={() => setIntention(undefined)} />}
    </Section>
  );
}

/** When entries go to SAP, where windows or closed days say so. */
function PostingTimes({ schedule }: Pick<ScheduleSectionProps, 'schedule'>) {
  const words = useTexts(connectionTexts);
  const format = useFormat();
  const row = schedule.find(({ posting, isOn }) => isOn && posting !== null);
  // Nothing is sent during a pause, which its own row tells of, and nobody knows for how long.
  if (!row?.posting || row.paused) return null;
  const { opensLocal, closedFor } = row.posting;
  if (opensLocal === null) return <p>{words.postingOpen}</p>;
  const opens = format.wallTime(opensLocal);
  return (
    <p>
      {closedFor === null
        ? words.postingOpens(opens, row.timeZone)
        : words.postingClosed(closedFor, opens, row.timeZone)}
    </p>
  );
}

interface ScheduleTableProps {
  readonly schedule: readonly ScheduleRow[];
  /** No process takes what is due. */
  readonly isIdle: boolean;
  readonly mayRun: boolean;
  readonly mayPause: boolean;
  readonly onIntention: (intention: Intention) => void;
}

function ScheduleTable({ schedule, isIdle, mayRun, mayPause, onIntention }: ScheduleTableProps) {
  const words = useTexts(connectionTexts);
  const service = useServiceWords();
  const format = useFormat();
  return (
    <PlainTable
      label={words.schedule}
      rows={schedule.filter(({ isOn }) => isOn)}
      keyOf={({ work }) => work}
      columns={[
        { title: words.work, cell: ({ work }) => service.name('work', work) },
        { title: words.cadence, cell: ({ cadence }) => service.cadence(cadence) },
        { title: words.lastDone, cell: ({ lastDoneAt }) => (lastDoneAt ? format.instant(lastDoneAt) : words.never) },
        {
          title: words.nextDue,
          cell: ({ nextDueLocal, timeZone }) => (
            <>
              <span className="sl-nowrap">{format.wallTime(nextDueLocal)}</span>
              <div className="sl-muted">{timeZone}</div>
            </>
          ),
        },
        { title: words.state, cell: (row) => <WorkState {...{ row, isIdle }} /> },
        {
          title: '',
          cell: ({ work, state }) => {
            const verb = state === 'paused' ? 'resume' : 'pause';
            const text = verb === 'resume' ? words.unpause : words.pause;
            return (
              <div className="sl-row">
                <Button
                  disabled={!mayRun}
                  accessibleName={`${words.runNow} ${service.name('work', work)}`}
                  onClick={() => onIntention({ verb: 'run', work })}
                >
                  {words.runNow}
                </Button>
                <Button
                  design="Transparent"
                  disabled={!mayPause}
                  accessibleName={`${text} ${service.name('work', work)}`}
                  onClick={() => onIntention({ verb, work })}
                >
                  {text}
                </Button>
              </div>
            );
          },
        },
      ]}
    />
  );
}

function WorkState({
  row: { state, paused, problem },
  isIdle,
}: {
  readonly row: ScheduleRow;
  readonly isIdle: boolean;
}) {
  const words = useTexts(connectionTexts);
  const format = useFormat();
  return (
    <>
      <StateTag state={state} text={words.workStates[state]} tone={TONES[state]} />
      {isIdle && LEFT_LYING.includes(state) && <div className="sl-muted">{words.nobodyWorks}</div>}
      {paused && (
        <div className="sl-muted">
          {paused.by}: {paused.why}
          {paused.until && ` (${format.instant(paused.until)})`}
        </div>
      )}
      {problem && (
        <div className="sl-muted">
          <ProblemWords problem={problem} />
        </div>
      )}
    </>
  );
}

function ScheduleDialog({
  connection,
  isIdle,
  intention: { verb, work },
  onClose,
}: {
  readonly connection: string;
  readonly isIdle: boolean;
  readonly intention: Intention;
  readonly onClose: () => void;
}) {
  const words = useTexts(connectionTexts);
  const service = useServiceWords();
  const [until, setUntil] = useState('');
  const { mutateAsync } = useWrite<WorksPicked>();
  const title = { run: words.runNow, pause: words.pause, resume: words.unpause }[verb];
  return (
    <ReasonDialog
      title={title}
      says={
        { run: isIdle ? words.nobodyWorks : words.runSays, pause: words.pauseSays, resume: words.unpauseSays }[verb]
      }
      facts={[{ label: words.work, value: work ? service.name('work', work) : words.all }]}
      confirm={title}
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path: `/schedules/${verb}`,
          body: {
            connection,
            why,
            ...(work && { work }),
            ...(verb === 'pause' && until.trim() !== '' && { until: until.trim() }),
          },
        })
      }
      onClose={onClose}
    >
      {verb === 'pause' && (
        <FormField
          name="until"
          label={words.until}
          hint={words.untilHint}
          value={until}
          onChange={setUntil}
          codes={UNTIL_CODES}
        />
      )}
    </ReasonDialog>
  );
}
