import { useEffect, useSyncExternalStore } from 'react';
import { useLook } from '../look.tsx';
import { englishName, englishSentence } from './english-names.ts';
import type { ServiceWords } from './service-words.ts';

/** What the service says is English; only its names and codes are not words yet. Its days and amounts stay as it writes them. */
const ENGLISH: ServiceWords = {
  title: () => null,
  next: ({ next }) => next,
  sentence: englishSentence,
  fault: (said) => said,
  reason: (said) => said,
  heading: (said) => said,
  cell: (key, said) => (key === 'kind' || key === 'action' ? englishName(key, said) : said),
  name: englishName,
  cadence: (said) => said,
};

let german: ServiceWords | undefined;
let isLoading = false;
const listeners = new Set<() => void>();

/** Only who reads German fetches the German words. */
function loadGerman(): void {
  if (german || isLoading) return;
  isLoading = true;
  import('../german/german-words.ts')
    .then(({ germanWords }) => {
      german = germanWords;
      for (const listener of listeners) listener();
    })
    // Without them the page speaks as the service does; the next component that needs them asks again.
    .catch(() => undefined)
    .finally(() => {
      isLoading = false;
    });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useServiceWords(): ServiceWords {
  const { language } = useLook();
  const isGerman = language === 'de';
  useEffect(() => {
    if (isGerman) loadGerman();
  }, [isGerman]);
  return useSyncExternalStore(subscribe, () => (isGerman && german) || ENGLISH);
}
