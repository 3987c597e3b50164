import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Language, useLook } from '../look.tsx';
import type { ServiceWords } from './service-words.ts';
import { withLocalDays } from './written.ts';

const CODE = /^[a-z]+(?:-[a-z]+)*$/;
const capital = (said: string) => `${said.slice(0, 1).toUpperCase()}${said.slice(1)}`;

const AS_SAID: ServiceWords = {
  title: () => null,
  next: ({ next }) => next,
  sentence: (said) => said,
  asSaid: (said) => said,
  fault: (said) => said,
  reason: (said) => said,
  heading: (said) => said,
  // Kinds of lines are codes, which are English words.
  cell: (key, said) => (key === 'kind' && CODE.test(said) ? capital(said.replaceAll('-', ' ')) : said),
  name: (_, name, otherwise = name) => otherwise,
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

/** With days and times in the form of the reader; names and codes have none. */
function dated(words: ServiceWords, language: Language): ServiceWords {
  const local = (said: string) => withLocalDays(said, language);
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
  const words = useSyncExternalStore(subscribe, () => (isGerman && german) || AS_SAID);
  return useMemo(() => dated(words, language), [words, language]);
}
