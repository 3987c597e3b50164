import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, Problem } from '../../core/index.ts';

/** A program of whoever runs this one, which has keys or guards them. */
export interface KeyCommand {
  /** Program and arguments; no shell reads them. */
  readonly words: readonly string[];
  /** All that it finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Default 20 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
const ANSWER_BYTES_MAX = 65_536;

/**
 * Runs it with that text on standard input and returns what it prints. What it says on standard error is not read: it may quote
 * keys. Raises `KEY_COMMAND_FAILED` (unavailable).
 */
export async function runKeyCommand(command: KeyCommand, input: string): Promise<string> {
  const [program = '', ...args] = command.words;
  const { clock, timeoutMs = TIMEOUT_MS, environment: env } = command;
  // In a process group of its own, so that what the command has started ends with it.
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const timer = new AbortController();
  const late = clock.sleep(timeoutMs, timer.signal).then(
    () => `gave no answer within ${timeoutMs / 1000} s`,
    () => new Promise<never>(() => {}),
  );
  try {
    const ended = await Promise.race([answerOf(child, input), late]);
    if (typeof ended !== 'string') return ended.answer;
    throw failed(program, ended);
  } finally {
    timer.abort();
    endGroup(child);
  }
}

/** Its answer, or in words why there is none. */
function answerOf(child: ChildProcess, input: string): Promise<{ readonly answer: string } | string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > ANSWER_BYTES_MAX) resolve(`answered more than ${ANSWER_BYTES_MAX} bytes`);
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) => resolve(`could not be started (${error.code ?? 'no code'})`));
    child.on('close', (code, signal) => {
      if (code === 0) resolve({ answer: Buffer.concat(chunks).toString('utf8') });
      else resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
    });
    // A command that prints its key need not read what it is asked.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function endGroup(child: ChildProcess): void {
  child.stdout?.destroy();
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}

function failed(program: string, how: string): Problem {
  return new Problem({
    code: 'KEY_COMMAND_FAILED',
    kind: 'unavailable',
    says: `The key command ${program} ${how}.`,
    next: 'Run it by hand as the user of seller-ledger: its own words are not shown here, because they may hold a key. What it is asked stands in docs/operations.md.',
  });
}
