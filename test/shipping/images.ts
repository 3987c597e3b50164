/** What Dockerfile, compose file, chart and units have in common: versions and command lines. */
import { readRoot } from '../tidy/document-checks.ts';

export const packageJson = JSON.parse(readRoot('package.json')) as {
  readonly version: string;
  readonly files: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
};

/** Options of `start` that come with its sign-in. */
export const COMING_OPTIONS: readonly string[] = [];

/** A command line without the options that are still to come, and without their values. */
export function withoutComing(words: readonly string[]): string[] {
  return words.filter((word, at) => !COMING_OPTIONS.includes(word) && !COMING_OPTIONS.includes(words[at - 1] ?? ''));
}
