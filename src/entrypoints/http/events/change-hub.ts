import type { Change, ChangePlace, ChangeStore } from '../../../app/index.ts';
import type { Log } from '../../../core/index.ts';

const CHANGES_AT_ONCE_MAX = 500;
/** Longer than the part of the past that the store looks at anew. */
const REMEMBERED_MS = 60_000;

/** What was found in one look, and how far that leads. */
export interface Changes {
  readonly changes: readonly Change[];
  readonly place: ChangePlace;
  /** There were more than are told one by one: whoever listens asks for everything anew. */
  readonly isTooMuch: boolean;
}

export interface ChangeHub {
  /** Tells of every change after this place, each once, until the function that comes back is called; also of some just before it. */
  listen(from: ChangePlace, listener: (changes: Changes) => void): () => void;
  /** What changed between a place and now. */
  since(place: ChangePlace): Promise<Changes>;
  place(): Promise<ChangePlace>;
}

/** Looks for changes while anybody listens, once for all who do. */
export function createChangeHub(
  store: ChangeStore,
  { log, lookEveryMs }: { readonly log: Log; readonly lookEveryMs: number },
): ChangeHub {
  const listeners = new Set<(changes: Changes) => void>();
  const seen = new Map<string, number>();
  let running = new Set<string>();
  let place: ChangePlace | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  async function look(): Promise<void> {
    timer = undefined;
    isLooking = true;
    try {
      const found = await store.changesAfter(place ?? (await store.currentPlace()), CHANGES_AT_ONCE_MAX);
      place = found.place;
      const news = [...onlyNew(found.changes), ...ended(found.changes)];
      if (news.length > 0) tell({ changes: news, place, isTooMuch: isFull(found.changes) });
    } catch (error) {
      log.write('warn', 'events.look-failed', { says: error instanceof Error ? error.message : String(error) });
    } finally {
      isLooking = false;
      if (listeners.size > 0) plan();
      else forget();
    }
  }

  function plan(): void {
    timer ??= setTimeout(() => void look(), lookEveryMs);
    timer.unref();
  }

  function tell(changes: Changes): void {
    for (const listener of listeners) listener(changes);
  }

  /** Without those of an earlier look, since each look goes over a part of the past again. */
  function onlyNew(changes: readonly Change[]): readonly Change[] {
    const nowMs = place?.atMs ?? 0;
    const news = changes.filter((change) => !seen.has(nameOf(change)));
    for (const change of changes) seen.set(nameOf(change), nowMs);
    for (const [name, atMs] of seen) if (atMs < nowMs - REMEMBERED_MS) seen.delete(name);
    return news;
  }

  /** Jobs that ran and do so no more, also those that wait for their next try and have no other trace. */
  function ended(changes: readonly Change[]): readonly Change[] {
    const jobs = changes.filter(({ type }) => type === 'job');
    const now = new Set(jobs.filter(({ state }) => state === 'running').map(({ id }) => id));
    const told = new Set(jobs.map(({ id }) => id));
    const gone = [...running].filter((id) => !now.has(id));
    // It may run again, and that is news then.
    for (const id of gone) seen.delete(nameOf({ type: 'job', id, mark: 'running' }));
    running = now;
    return gone.filter((id) => !told.has(id)).map((id) => ({ type: 'job', id, state: 'waiting', mark: 'waiting' }));
  }

  function forget(): void {
    place = undefined;
    seen.clear();
    running = new Set();
  }

  return {
    listen(from, listener) {
      place ??= from;
      listeners.add(listener);
      if (!isLooking && timer === undefined) void look();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || timer === undefined) return;
        clearTimeout(timer);
        timer = undefined;
        forget();
      };
    },
    async since(from) {
      const found = await store.changesAfter(from, CHANGES_AT_ONCE_MAX);
      return { ...found, isTooMuch: isFull(found.changes) };
    },
    place: () => store.currentPlace(),
  };
}

function nameOf({ type, id, mark }: Pick<Change, 'type' | 'id' | 'mark'>): string {
  return `${type} ${id} ${mark}`;
}

function isFull(changes: readonly Change[]): boolean {
  return changes.length >= CHANGES_AT_ONCE_MAX;
}
