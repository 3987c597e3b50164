import { Problem } from '../core/index.ts';
import type { Environment } from './environment.ts';
import { readGiven } from './given-file.ts';

const FILE = 'DATABASE_URL_FILE';
/** An address is one line; whatever is longer is another file. */
const BYTES_MAX = 8_192;

/**
 * The address that was given by option or variable, otherwise the content of the file that `DATABASE_URL_FILE` names, such as
 * a mounted secret. Raises `DATABASE_URL_FILE_UNREADABLE` (invalid), which never quotes what is in the file.
 */
export function databaseUrlOf(given: string | undefined, environment: Environment): string | undefined {
  const path = environment[FILE] ?? '';
  if ((given ?? '') !== '' || path === '') return given;
  const text = readGiven(path, (why) => unreadable(path, why)).trim();
  if (text === '' || text.length > BYTES_MAX || text.includes('\n')) throw unreadable(path, 'it is not one line');
  return text;
}

function unreadable(path: string, why: string): Problem {
  return new Problem({
    code: 'DATABASE_URL_FILE_UNREADABLE',
    kind: 'invalid',
    says: `The file ${path}, which ${FILE} names, holds no address of a database: ${why}.`,
    next: 'Write one line into it, postgres://USER:PASSWORD@HOST:5432/DATABASE, and let this user read it.',
  });
}
