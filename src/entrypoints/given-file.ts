import { readFileSync } from 'node:fs';

/** The text of a file that a setting names; `refuse` makes the problem, told why it cannot be read. */
export function readGiven(path: string, refuse: (why: string) => Error): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw refuse(`reading it failed with ${(error as NodeJS.ErrnoException).code ?? 'an error'}`);
  }
}
