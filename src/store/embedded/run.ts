import { spawn } from 'node:child_process';

/** The OS user a program runs as; absent means the user we are. */
export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ProgramResult {
  /** `null` when the program could not be started or was ended by a signal. */
  readonly exitCode: number | null;
  /** Standard output and error, at most `OUTPUT_CHARACTERS_MAX`. */
  readonly output: string;
}

const OUTPUT_CHARACTERS_MAX = 20_000;

/** Nothing of our own environment, which holds secrets, goes to the database server or its helpers. */
export const PROGRAM_ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Runs a program to its end. Never throws: what went wrong is in the result. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { user?: OsUser | undefined; directory?: string } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS_MAX);
    };
    const finish = (exitCode: number | null, says: string) => resolve({ exitCode, output: (output + says).trim() });
    try {
      const child = spawn(program, args, {
        ...options.user,
        // The folder we were started in may be closed to the other user.
        cwd: options.directory ?? '/',
        env: PROGRAM_ENVIRONMENT,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.on('error', (error) => finish(null, error.message));
      child.on('close', (code, signal) => finish(code, signal ? ` (ended by ${signal})` : ''));
    } catch (error) {
      finish(null, error instanceof Error ? error.message : String(error));
    }
  });
}
