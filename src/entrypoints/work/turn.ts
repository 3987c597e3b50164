import type { ConnectionId } from '../../app/index.ts';
import { type ProblemFacts, toProblem, traced } from '../../core/index.ts';
import type { JobKind, JobRequest } from '../../jobs/index.ts';
import type { Workspace } from '../composition.ts';
import { heldBack } from './may-begin.ts';

/** One turn of a work, as a job carries it. */
export interface TurnPayload {
  /** Of the schedule; `null` for a turn that is none of it, such as the look after a pause of SAP. */
  readonly key: string | null;
  /** `null` for a work of the installation. */
  readonly connection: string | null;
  readonly connectionId: ConnectionId | null;
  /** ISO 8601 UTC. Tells the turn from all others. */
  readonly slotAt: string;
  /** The moment it stands for, where that is another one: after the clock was set back. */
  readonly dueAt?: string;
  /** A person wants it, whatever its time. */
  readonly isAsked?: boolean;
  /** Rises when a long work goes on in a next job. */
  readonly part: number;
}

/** What a work came to. `goes on`: it has asked for a next job itself. */
export type TurnResult =
  /** With a problem: its goal is reached, and a person has to know of something. */
  | { readonly state: 'done'; readonly problem?: ProblemFacts; readonly tells?: ProblemFacts }
  | { readonly state: 'goes on' }
  /** It cannot be done yet, or not without a person; it is tried again after that time, or at its next turn. */
  | {
      readonly state: 'waits';
      readonly problem: ProblemFacts | null;
      readonly againAfterMs: number | null;
      /** How it counts, where that is not the code of the problem. */
      readonly outcome?: string;
      /** What stands with its job, and keeps the work from nothing. */
      readonly tells?: ProblemFacts;
    };

export const DONE: TurnResult = { state: 'done' };

export interface Work {
  readonly name: string;
  /** While `false`, turns of it are left to other processes, or for later. */
  mayBegin?(): boolean;
  run(turn: TurnPayload, signal: AbortSignal): Promise<TurnResult>;
}

/** How a turn waits for a worker. The same turn is the same job, whoever asks for it. */
export function requestFor(
  name: string,
  turn: TurnPayload,
  place: { readonly queue: string; readonly priority: number; readonly delayMs?: number },
): JobRequest {
  const { connectionId, connection, slotAt, part } = turn;
  const id = `${name}:${connectionId ?? 'installation'}:${slotAt}`;
  return {
    name,
    id: part === 1 ? id : `${id}:${part}`,
    payload: turn,
    key: `${name}:${connection ?? 'installation'}`,
    ...(connectionId !== null && { connectionId }),
    ...place,
  };
}

/**
 * The work as a job that says of its turn what became of it. A failure is told to the schedule, and tried again as a job. A turn
 * that was paused, or came into quiet hours, while it waited for its worker or its next try goes back to the schedule.
 */
export function jobKindOf(workspace: Workspace, work: Work): JobKind {
  const { name } = work;
  return {
    name,
    ...(work.mayBegin && { mayBegin: work.mayBegin }),
    run: (payload, signal, tell) =>
      traced('job', { name }, async (note) => {
        note({ outcome: await runTurn(workspace, work, { turn: payload as TurnPayload, signal, tell }) });
      }),
  };
}

/** What came of it, for who counts: `done`, `waits`, or the code of what it waits for. */
async function runTurn(
  workspace: Workspace,
  work: Work,
  { turn, signal, tell }: { turn: TurnPayload; signal: AbortSignal; tell: (problem: ProblemFacts) => void },
): Promise<string> {
  const { books, log } = workspace;
  const { key, slotAt, connection } = turn;
  const facts = { connection: connection ?? undefined };
  const wish = turn.isAsked ? { wishedAt: turn.dueAt ?? slotAt } : {};
  const end = async (problem: ProblemFacts | null, againAfterMs: number | null, isServed = false) => {
    if (key !== null) await books.endTurn(key, slotAt, { problem, againAfterMs, isServed, ...wish });
  };
  const held = await heldBack(workspace, work.name, turn);
  if (held) {
    log.write('info', `${work.name}.held-back`, { ...facts, why: held.why, slot: slotAt });
    await books.giveBackTurn(held.key, { slotAt: key === null ? null : slotAt, dueAt: held.dueAt });
    return 'waits';
  }
  try {
    const result = await work.run(turn, signal);
    if (result.state === 'done') await end(result.problem ?? null, null, true);
    else if (result.state === 'waits') await end(result.problem, result.againAfterMs);
    else if (key !== null) await books.goOnWithTurn(key);
    if (result.state !== 'goes on' && result.tells) tell(result.tells);
    return countedAs(result);
  } catch (thrown) {
    // Asked to stop: the job is given back, and its turn is still under way.
    signal.throwIfAborted();
    const problem = toProblem(thrown);
    const { code, says } = problem;
    if (await isErased(workspace, turn)) {
      log.write('info', `${work.name}.erased`, { ...facts, code });
      return 'done';
    }
    log.write('error', `${work.name}.failed`, { ...facts, code, says });
    await end(problem.toJSON(), null);
    throw problem;
  }
}

function countedAs(result: TurnResult): string {
  if (result.state === 'goes on') return 'waits';
  const own = result.state === 'waits' ? result.outcome : undefined;
  return own ?? result.problem?.code ?? result.state;
}

/** Of a seller whose records are gone nothing can be done any more, whatever it fails of, and nobody has to know. */
async function isErased({ privacy }: Workspace, { connectionId }: TurnPayload): Promise<boolean> {
  if (connectionId === null) return false;
  try {
    return (await privacy.findErasure(connectionId)) !== undefined;
  } catch {
    // The database that the work failed of may be away: its problem is the one to tell.
    return false;
  }
}
