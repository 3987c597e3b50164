import { type ProblemFacts, toProblem } from '../../core/index.ts';
import type { JobKind, JobRequest } from '../../jobs/index.ts';
import type { Workspace } from '../composition.ts';

/** One turn of a work, as a job carries it. */
export interface TurnPayload {
  /** Of the schedule; `null` for a turn that is none of it, such as the look after a pause of SAP. */
  readonly key: string | null;
  /** `null` for a work of the installation. */
  readonly connection: string | null;
  readonly connectionId: string | null;
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
  | { readonly state: 'done'; readonly problem?: ProblemFacts }
  | { readonly state: 'goes on' }
  /** It cannot be done yet, or not without a person; it is tried again after that time, or at its next turn. */
  | { readonly state: 'waits'; readonly problem: ProblemFacts | null; readonly againAfterMs: number | null };

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

/** The work as a job that says of its turn what became of it. A failure is told to the schedule, and tried again as a job. */
export function jobKindOf({ books, log }: Workspace, work: Work): JobKind {
  return {
    name: work.name,
    ...(work.mayBegin && { mayBegin: work.mayBegin }),
    run: async (payload, signal) => {
      const turn = payload as TurnPayload;
      const end = async (problem: ProblemFacts | null, againAfterMs: number | null, isServed = false) => {
        if (turn.key !== null) await books.endTurn(turn.key, turn.slotAt, { problem, againAfterMs, isServed });
      };
      try {
        const result = await work.run(turn, signal);
        if (result.state === 'done') await end(result.problem ?? null, null, true);
        else if (result.state === 'waits') await end(result.problem, result.againAfterMs);
        else if (turn.key !== null) await books.goOnWithTurn(turn.key);
      } catch (thrown) {
        // Asked to stop: the job is given back, and its turn is still under way.
        signal.throwIfAborted();
        const problem = toProblem(thrown);
        const facts = { connection: turn.connection ?? undefined, code: problem.code, says: problem.says };
        log.write('error', `${work.name}.failed`, facts);
        await end(problem.toJSON(), null);
        throw problem;
      }
    },
  };
}
