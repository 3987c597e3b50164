import { join } from 'node:path';
import { type Clock, Problem } from '../core/index.ts';
import {
  givenKeys,
  type KeyCommand,
  type KeySource,
  keyFile,
  parseVaultKeys,
  printedKeys,
  wrappingCommand,
} from '../store/index.ts';
import type { Environment } from './environment.ts';

const CURRENT = 'SELLER_LEDGER_KEY';
/** The same variables with this name in front give keys that are still needed for a while. */
const PREVIOUS = 'SELLER_LEDGER_PREVIOUS_KEY';

/** What a key command finds in its environment besides what it is given by name. */
const COMMAND_ENVIRONMENT = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR'];

/**
 * Where this process has its vault keys from: one of `SELLER_LEDGER_KEY`, `SELLER_LEDGER_KEY_FILE` and
 * `SELLER_LEDGER_KEY_COMMAND`, otherwise `vault.key` in the home folder. Raises `KEY_SOURCES_UNCLEAR` (invalid).
 */
export function keySourcesOf(environment: Environment, home: string, clock: Clock): readonly KeySource[] {
  const current = sourceOf(environment, CURRENT, clock) ?? keyFile(join(home, 'vault.key'), { mayMake: true });
  const previous = sourceOf(environment, PREVIOUS, clock);
  return previous ? [current, previous] : [current];
}

function sourceOf(environment: Environment, prefix: string, clock: Clock): KeySource | undefined {
  const named = [prefix, `${prefix}_FILE`, `${prefix}_COMMAND`].filter(
    (name) => (environment[name] ?? '').trim() !== '',
  );
  const [name, second] = named;
  if (name === undefined) return undefined;
  if (second !== undefined) throw unclear(`${name} and ${second} are both set`, 'Leave one of them.');
  const text = environment[name] ?? '';
  if (name === prefix) return givenKeys(parseVaultKeys(text, name), name);
  if (name.endsWith('_FILE')) return keyFile(text, { mayMake: false });
  const command = commandOf(environment, name, clock);
  const mode = environment[`${name}_MODE`] ?? 'print';
  if (mode === 'print') return printedKeys(command);
  if (mode === 'wrap') return wrappingCommand(command);
  throw unclear(`${name}_MODE is neither print nor wrap`, 'Set it to what the command does.');
}

/** A list in JSON, or words between spaces; quotes mean nothing, because no shell reads them. */
function commandOf(environment: Environment, name: string, clock: Clock): KeyCommand {
  const text = (environment[name] ?? '').trim();
  const words = text.startsWith('[') ? listOf(text) : text.split(/\s+/);
  if (words === undefined) {
    throw unclear(
      `${name} is no list of texts`,
      'Write it as ["/path/to/program", "argument"], or as words between spaces.',
    );
  }
  const more = (environment[`${name}_ENVIRONMENT`] ?? '').split(/[\s,]+/);
  const given = [...COMMAND_ENVIRONMENT, ...more].flatMap((variable) => {
    const value = environment[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return { words, environment: Object.fromEntries(given), clock };
}

function listOf(text: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    const isList = Array.isArray(list) && list.length > 0 && list.every((word) => typeof word === 'string');
    return isList ? (list as string[]) : undefined;
  } catch {
    return undefined;
  }
}

function unclear(says: string, next: string): Problem {
  return new Problem({
    code: 'KEY_SOURCES_UNCLEAR',
    kind: 'invalid',
    says: `Where the vault key comes from is not clear: ${says}.`,
    next,
  });
}
