import type { Environment } from '../environment.ts';

/** Scripts of `package.json` by which the program is started in a clone, where no `seller-ledger` is installed. */
const SCRIPTS: readonly (string | undefined)[] = ['start', 'cli'];
/** A command line in a text, and neither the name of the program in a sentence nor a part of a path. */
const COMMAND_LINE = /(?<![\w./-])seller-ledger (?=--?[a-z]|[a-z-]+ (?:-|[a-z]+\b|[A-Z]{2,}))/g;

/** The same text with the commands in it as this person can type them: as the program was started. */
export function asTyped(text: string, environment: Environment): string {
  return isByScript(environment) ? text.replace(COMMAND_LINE, 'npm run cli -- ') : text;
}

function isByScript({ npm_lifecycle_event: script, npm_package_name: name }: Environment): boolean {
  return name === 'seller-ledger' && SCRIPTS.includes(script);
}
