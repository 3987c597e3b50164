import { type Actor, type ConnectionId, isWorkName, type SchedulePick, type ScheduleRecord } from '../app/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, Problem, unfitField } from '../core/index.ts';
import type { Workspace } from './composition.ts';
import { type ScheduleView, viewOf } from './schedule-view.ts';
import { planAll } from './work/scheduler.ts';

/** Which works a person means. */
export interface ScheduleWish {
  /** `undefined`: works of the whole installation. */
  readonly connection: string | undefined;
  /** `undefined`: all of them. */
  readonly work: string | undefined;
  readonly actor: Actor;
  readonly why: string;
}

/** The schedules as they stand now, after what the settings say was planned; of one connection, or of everything. */
export async function scheduleViews(workspace: Workspace, connection?: string): Promise<readonly ScheduleView[]> {
  const { books } = workspace;
  const id = connection === undefined ? undefined : (await books.getConnection(connection)).id;
  await planAll({ workspace });
  const names = new Map((await books.listConnections()).map((each) => [each.id, each.name]));
  const now = await books.sharedNowMs();
  return (await books.listSchedules(id)).map((record) =>
    viewOf(record, { connection: record.connectionId && (names.get(record.connectionId) ?? null), now }),
  );
}

/** Raises `CONNECTION_UNKNOWN`, `SCHEDULE_WORK_OFF` and `SCHEDULE_WORK_UNKNOWN` (invalid). */
export async function pickSchedule(workspace: Workspace, wish: ScheduleWish): Promise<SchedulePick> {
  const { connection, work, actor, why } = wish;
  const connectionId = connection === undefined ? null : (await workspace.books.getConnection(connection)).id;
  await planAll({ workspace });
  const known = (await workspace.books.listSchedules(connectionId)).map((record) => record.work);
  if (work !== undefined && !known.includes(work)) throw unknownWork(work, known, connectionId);
  return { connectionId, work: work ?? null, actor, why };
}

/** The works that are to be done now. Raises `SCHEDULE_WORK_OFF` (invalid) when none is switched on. */
export async function worksToRun(
  { books }: Pick<Workspace, 'books'>,
  { connectionId, work }: SchedulePick,
): Promise<readonly ScheduleRecord[]> {
  const wanted = (await books.listSchedules(connectionId)).filter(
    (record) => record.isOn && (work === null || record.work === work),
  );
  if (wanted.length === 0) throw switchedOff(work);
  return wanted;
}

function unknownWork(work: string, known: readonly string[], connectionId: ConnectionId | null): Problem {
  if (connectionId !== null && isWorkName(work)) return switchedOff(work);
  return noSuchWork(work, known);
}

/** `SCHEDULE_WORK_UNKNOWN` (invalid), with those that there are. */
export function noSuchWork(work: string, known: readonly string[]): Problem {
  return new Problem({
    code: 'SCHEDULE_WORK_UNKNOWN',
    kind: 'invalid',
    says: `There is no work ${JSON.stringify(work)}.`,
    fields: [unfitField('work', `There is no work ${JSON.stringify(work)}.`)],
    next: `Take one of these: ${known.join(', ')}.`,
    data: work,
  });
}

function switchedOff(work: string | null): Problem {
  return new Problem({
    code: 'SCHEDULE_WORK_OFF',
    kind: 'invalid',
    says: `${work ?? 'Everything'} is switched off in the settings, so there is no turn of it.`,
    next: 'Switch it on in the connection file (schedule, feeds or customers), then: seller-ledger connections update NAME --file FILE --why TEXT',
  });
}

const UNITS_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** When a pause ends by itself: a time with its zone, or a length from now. Raises `SCHEDULE_UNTIL_INVALID` (invalid). */
export function pauseEnd(text: string, now: number): string {
  const length = /^([1-9]\d{0,3})([mhd])$/.exec(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const until = length
    ? now + Number(length[1]) * (UNITS_MS[length[2] ?? ''] ?? Number.NaN)
    : isInstant
      ? Date.parse(text)
      : Number.NaN;
  if (until > now) return new Date(until).toISOString();
  throw new Problem({
    code: 'SCHEDULE_UNTIL_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a time to come.`,
    fields: [unfitField('until', `${JSON.stringify(text)} is not a time to come.`)],
    next: 'Give a time with its zone, such as 2026-12-01T06:00Z or 2026-12-01T07:00+01:00, or 90m, 8h, 3d from now.',
    data: text,
  });
}
