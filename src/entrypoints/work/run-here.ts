import type { Actor, ScheduleRecord } from '../../app/index.ts';
import { type ProblemFacts, toProblem } from '../../core/index.ts';
import type { JobRequest } from '../../jobs/index.ts';
import type { Workspace } from '../composition.ts';
import { allWorks } from '../service.ts';
import type { TurnPayload, Work } from './turn.ts';

export interface TurnEnd {
  readonly work: string;
  readonly problem: ProblemFacts | null;
  /** What people have to know although the work has reached its goal; absent: nothing. */
  readonly tells?: ProblemFacts;
}

/**
 * Does the works in this process, one after another, to their end. Where a service does the same at this moment, the leases of
 * the connection decide who does it. A work that fails keeps no other from its turn.
 */
export async function runTurnsHere(
  workspace: Workspace,
  wish: {
    readonly connection: string | null;
    readonly wanted: readonly ScheduleRecord[];
    readonly actor: Actor;
    readonly why: string;
    readonly signal: AbortSignal;
    readonly onEnd: (end: TurnEnd) => void;
  },
): Promise<readonly TurnEnd[]> {
  const { books } = workspace;
  const { connection, wanted, actor, why, signal, onEnd } = wish;
  const connectionId = wanted[0]?.connectionId ?? null;
  await books.record({
    actor,
    action: 'schedule.run',
    subject: connectionId === null ? 'installation/schedule' : `connection/${connectionId}`,
    why,
    after: { works: wanted.map(({ work }) => work), isHere: true },
  });
  const asked: JobRequest[] = [];
  const silent = () => {};
  const works = allWorks({
    workspace,
    onProgress: silent,
    onReport: silent,
    onFeedReport: silent,
    enqueue: async (request) => void asked.push(request),
  });
  const ends: TurnEnd[] = [];
  for (const { key, work: name } of wanted) {
    const work = works.find((each) => each.name === name);
    if (!work) continue;
    const slotAt = new Date(await books.sharedNowMs()).toISOString();
    const end = await runToEnd(work, {
      turn: { key, connection, connectionId, slotAt, isAsked: true, part: 1 },
      asked,
      signal,
    });
    await books.endTurn(key, slotAt, { problem: end.problem, againAfterMs: null, wishedAt: slotAt });
    onEnd({ work: name, ...end });
    ends.push({ work: name, ...end });
  }
  return ends;
}

async function runToEnd(
  work: Work,
  { turn, asked, signal }: { turn: TurnPayload; asked: JobRequest[]; signal: AbortSignal },
): Promise<Omit<TurnEnd, 'work'>> {
  let next = turn;
  for (;;) {
    asked.length = 0;
    try {
      const result = await work.run(next, signal);
      if (result.state !== 'goes on') {
        return { problem: result.problem ?? null, ...(result.tells && { tells: result.tells }) };
      }
    } catch (thrown) {
      signal.throwIfAborted();
      return { problem: toProblem(thrown).toJSON() };
    }
    next = { ...next, part: next.part + 1 };
  }
}
