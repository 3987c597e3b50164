import { vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';

/**
 * A command line in this process: what it prints and its exit code. A process of its own takes a second to start, so it is only
 * worth it where the process itself is what a test is about. Not for several at once.
 */
export async function runInProcess(
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }> {
  const text = { out: '', err: '' };
  const spies = [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const].map(([stream, name]) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    }),
  );
  try {
    return { exitCode: await runCli(['node', 'seller-ledger', ...args], environment), ...text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
