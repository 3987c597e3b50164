import { type ConnectionId, isPausedAt, type ScheduleRecord, spanAround } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import type { JobRecord } from '../../jobs/index.ts';
import type { Workspace } from '../composition.ts';
import type { TurnPayload } from './turn.ts';

/** Why a turn is not begun now, and when it may be due again. ISO 8601 UTC. */
export interface HeldTurn {
  readonly key: string;
  readonly why: 'paused' | 'switched off' | 'quiet hours';
  readonly dueAt: string;
}

/**
 * Whether a turn has to wait at the moment at which its job would begin: it may have been paused or
 * switched off, or the quiet hours may have come,
 * since it was handed over or failed. What a person asked for is done all the same, unless it was paused after they asked.
 * `undefined`: it may begin.
 */
export async function heldBack(
  { books }: Pick<Workspace, 'books'>,
  work: string,
  { connectionId, isAsked, slotAt, dueAt = slotAt }: Pick<TurnPayload, 'connectionId' | 'isAsked' | 'slotAt' | 'dueAt'>,
): Promise<HeldTurn | undefined> {
  const record = (await books.listSchedules(connectionId)).find((each) => each.work === work);
  if (!record) return undefined;
  const now = await books.sharedNowMs();
  return isAsked && !isPausedSince(record, { dueAt, now }) ? undefined : holdOf(record, now);
}

/** Raises `JOB_HELD_BACK` (conflict) where the job would begin, do nothing and end as done, because its work is held back. */
export async function assertMayReplay(
  workspace: Pick<Workspace, 'books'>,
  { id, name, connectionId, payload }: Pick<JobRecord, 'id' | 'name' | 'connectionId' | 'payload'>,
): Promise<void> {
  const turn = { isAsked: false, slotAt: '', ...(payload as Partial<TurnPayload> | null) };
  const held = await heldBack(workspace, name, { ...turn, connectionId: connectionId as ConnectionId | null });
  if (!held) return;
  const { why, dueAt } = held;
  const until = why === 'quiet hours' ? ` until ${dueAt}` : '';
  throw new Problem({
    code: 'JOB_HELD_BACK',
    kind: 'conflict',
    says: `Job ${id} (${name}) is not tried again now, because its work is held back: ${why}${until}.`,
    next: `Nothing, where it can wait: its work has a turn when that is over. To have it done now: seller-ledger schedule run NAME --work ${name} --why TEXT. What is switched off is switched on in the connection file.`,
    data: id,
  });
}

function holdOf(record: ScheduleRecord, now: number): HeldTurn | undefined {
  const { key, isOn, plan } = record;
  const { quietHours, timeZone } = plan.calendar;
  if (!isOn) return { key, why: 'switched off', dueAt: iso(now) };
  // Due at once, and kept by the pause: whoever ends it need not wait for the next turn.
  if (isPausedAt(record, now)) return { key, why: 'paused', dueAt: iso(now) };
  const quiet = spanAround(quietHours, now, timeZone);
  return quiet && { key, why: 'quiet hours', dueAt: iso(quiet.endMs) };
}

/** Whoever asks in a pause knows of it; a pause that was begun after that is the later word. */
function isPausedSince(
  record: ScheduleRecord,
  { dueAt, now }: { readonly dueAt: string; readonly now: number },
): boolean {
  return isPausedAt(record, now) && Date.parse(record.pause?.at ?? dueAt) > Date.parse(dueAt);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
