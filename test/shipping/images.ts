/** What Dockerfile, compose file, chart and units have in common: versions and command lines. */
import { readRoot } from '../tidy/document-checks.ts';

export const packageJson = JSON.parse(readRoot('package.json')) as {
  readonly version: string;
  readonly files: readonly string[];
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
};
