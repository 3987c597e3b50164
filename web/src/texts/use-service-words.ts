import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Language, useLook } from '../look.tsx';
import { englishName, englishSentence } from './english-names.ts';
import type { ServiceWords } from './service-words.ts';
import { asWritten } from './written.ts';

/** What the service says is English; only its names and codes are not words yet. */
const ENGLISH: ServiceWords = {
  title: () => null,
  next: ({ next }) => next,
  sentence: englishSentence,
  asSaid: (said) => said,
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

/** With days, times and amounts as the reader writes them; names and codes have none. */
function written(words: ServiceWords, language: Language): ServiceWords {
  const local = (said: string) => asWritten(said, language);
  return {
    ...words,
    next: (problem) => local(words.next(problem)),
    sentence: (said) => {
      const known = words.sentence(said);
      return known === undefined ? undefined : local(known);
    },
    asSaid: local,
    fault: (said) => local(words.fault(said)),
    reason: (said) => local(words.reason(said)),
    cell: (key, said) => local(words.cell(key, said)),
  };
}

export function useServiceWords(): ServiceWords {
  const { language } = useLook();
  const isGerman = language === 'de';
  useEffect(() => {
    if (isGerman) loadGerman();
  }, [isGerman]);
  const words = useSyncExternalStore(subscribe, () => (isGerman && german) || ENGLISH);
  return useMemo(() => written(words, language), [words, language]);
}
