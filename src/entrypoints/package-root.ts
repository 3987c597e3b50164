import { readFileSync } from 'node:fs';

/** The package's folder, from the source tree as from the compiled one. */
export function packageRoot(): URL {
  const here = new URL('.', import.meta.url);
  return here.pathname.includes('/dist/src/') ? new URL('../../../', here) : new URL('../../', here);
}

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', packageRoot()), 'utf8')) as { version: string };
  return version;
}
