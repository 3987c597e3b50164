import { readdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { vi } from 'vitest';

/** The words of the page, to find those that were not translated. */

// The words are wanted without what draws them.
vi.mock('../../web/src/look.tsx', () => ({ useLook: () => ({ language: 'en' }) }));

const FOLDER = new URL('../../web/src/texts/', import.meta.url);
/** In place of whatever is put into a text. */
const GAP = '\u0001';
/** What has fewer beside its gaps is found by chance. */
const LETTERS_MIN = 6;

export interface Untranslated {
  /** Texts of the page that are English, out of these. */
  among(shown: readonly string[]): readonly string[];
  /** How many texts it knows. */
  readonly size: number;
}

/** Every text of web/src/texts that is another one in German. */
export async function untranslatedTexts(): Promise<Untranslated> {
  const english = new Set<string>();
  const german = new Set<string>();
  for (const file of readdirSync(FOLDER)) {
    const module = (await import(new URL(file, FOLDER).href)) as Readonly<Record<string, unknown>>;
    for (const words of Object.values(module)) {
      if (!isTexts(words)) continue;
      gather(words.en, english);
      gather(words.de, german);
    }
  }
  const only = [...english].filter((text) => !german.has(text));
  const whole = new Set(only.filter((text) => !text.includes(GAP)));
  const patterns = only.filter((text) => text.includes(GAP) && lettersOf(text) >= LETTERS_MIN).map(patternOf);
  return {
    among: (shown) => shown.filter((text) => whole.has(text) || patterns.some((pattern) => pattern.test(text))),
    size: whole.size + patterns.length,
  };
}

/** The whole text, with a word in each gap. */
function patternOf(text: string): RegExp {
  const parts = text.split(GAP).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('\\S+')}$`);
}

function lettersOf(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

function isTexts(value: unknown): value is { readonly en: unknown; readonly de: unknown } {
  return typeof value === 'object' && value !== null && 'en' in value && 'de' in value;
}

function gather(words: unknown, into: Set<string>): void {
  if (typeof words === 'string') into.add(words.trim());
  else if (typeof words === 'function') {
    try {
      gather(words(GAP, GAP, GAP), into);
    } catch {
      // It is made of more than texts.
    }
  } else if (typeof words === 'object' && words !== null) {
    for (const each of Object.values(words)) gather(each, into);
  }
}

const READ_TEXTS = `(() => {
  const found = new Set();
  const attributes = ['aria-label', 'title', 'placeholder', 'accessible-name', 'text', 'header-text', 'alt'];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) found.add(node.textContent.trim());
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (['STYLE', 'SCRIPT'].includes(node.tagName)) return;
      for (const name of attributes) found.add((node.getAttribute(name) ?? '').trim());
      if (node.shadowRoot) walk(node.shadowRoot);
    }
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  found.delete('');
  return [...found, document.title];
})()`;

/** Every text that a page itself shows or tells a screen reader, also inside of its components. */
export function textsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(READ_TEXTS) as Promise<readonly string[]>;
}
