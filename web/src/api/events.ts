import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { askAnew } from './ask-anew.ts';
import { inTurn } from './in-turn.ts';

const KINDS = ['settlement', 'entry', 'accrual', 'connection', 'job', 'feed', 'reset', 'hello', 'beat'] as const;
type Kind = (typeof KINDS)[number];

/** The service shows every 15 seconds that it is there. */
const SILENCE_MS_MAX = 40_000;
const LOOK_MS = 5_000;
/** While much happens, what is shown is asked for this often at most. */
const ASK_EVERY_MS = 2_000;
/** Whoever waits for an answer for longer does so alone: the others are asked for anew without it. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 30_000;
const NAME = 'seller-ledger-events';

let lastHeardMs = 0;
let isLive = false;
const watchers = new Set<() => void>();

function setLive(next: boolean): void {
  if (next === isLive) return;
  isLive = next;
  for (const watcher of watchers) watcher();
}

/** Whether changes are told as they happen; else one has to ask from time to time. */
export function useIsLive(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => isLive,
  );
}

/** Asks anew for what is shown when the service says that it changed. `user`: whoever is signed in; nobody is told nothing. */
export function useLiveAnswers(user: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (user === undefined) return;
    const asking = new AbortController();
    const askSoon = inTurn(() => askAnew(queries), {
      pauseMs: ASK_EVERY_MS,
      patienceMs: PATIENCE_MS,
      signal: asking.signal,
    });
    const stop = listen((kind) => {
      lastHeardMs = Date.now();
      setLive(true);
      if (kind !== 'beat' && kind !== 'hello') askSoon();
    });
    const looking = window.setInterval(() => setLive(Date.now() - lastHeardMs < SILENCE_MS_MAX), LOOK_MS);
    return () => {
      stop();
      asking.abort();
      window.clearInterval(looking);
      setLive(false);
    };
  }, [user, queries]);
}

/**
 * One window of the browser listens and tells the others, because a browser opens few connections to one host and each
 * listener holds one of them.
 */
function listen(onEvent: (kind: Kind) => void): () => void {
  const leaving = new AbortController();
  if (!('locks' in navigator)) {
    void listenHere(onEvent, leaving.signal);
    return () => leaving.abort();
  }
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<Kind>) => onEvent(data);
  const tellAll = (kind: Kind) => {
    onEvent(kind);
    channel.postMessage(kind);
  };
  const { signal } = leaving;
  navigator.locks.request(NAME, { signal }, () => listenHere(tellAll, signal)).catch(() => {});
  return () => {
    leaving.abort();
    channel.close();
  };
}

/** Listens until it is told to stop. A browser connects anew by itself, but not after it was refused. */
function listenHere(onEvent: (kind: Kind) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | undefined;
    let again: number | undefined;
    const open = () => {
      source = new EventSource('/api/v1/events');
      for (const kind of KINDS) source.addEventListener(kind, () => onEvent(kind));
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(open, AGAIN_MS);
      };
    };
    open();
    signal.addEventListener('abort', () => {
      source?.close();
      window.clearTimeout(again);
      resolve();
    });
  });
}
