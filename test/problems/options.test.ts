/** Options that cannot be read, and names that are too long. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatUserAgent } from '../../src/amazon/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';

interface Ending {
  readonly exitCode: number;
  readonly problem: { readonly code: string; readonly says: string; readonly next: string } | undefined;
}

async function runWith(args: readonly string[]): Promise<Ending> {
  let out = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const exitCode = await runCli(['node', 'seller-ledger', '--json', ...args], {});
  return { exitCode, problem: (JSON.parse(out) as Pick<Ending, 'problem'>).problem };
}

afterEach(() => vi.restoreAllMocks());

describe('an option that cannot be read ends the command before it does anything', () => {
  it.each([
    ['CLOCK_SPEED_INVALID', ['simulators', '--folder', '/nowhere/at/all', '--clock-speed', '0.5'], '"0.5"'],
    ['FILE_NOT_WRITTEN', ['simulators', '--folder', fileURLToPath(import.meta.url)], 'options.test.ts'],
    ['PORT_INVALID', ['start', '--port', '70000'], '"70000"'],
    ['PORT_INVALID', ['start', '--port', 'http'], '"http"'],
    ['DEMO_OR_NOT', ['start', '--demo', '--no-demo'], '--no-demo'],
    ['AUDIT_SUBJECT_INVALID', ['audit', 'list', '--subject', 'thing/1'], '"thing/1"'],
    ['LIMIT_INVALID', ['audit', 'list', '--limit', 'all'], '"all"'],
    ['LIMIT_INVALID', ['settlements', 'list', '--limit', '0'], '"0"'],
    ['LIMIT_INVALID', ['entries', 'list', '--limit', '10001'], '"10001"'],
  ])('%s: %j', async (code, args, shown) => {
    const { exitCode, problem } = await runWith(args);
    expect(problem).toMatchObject({ code, says: expect.stringContaining(shown) });
    expect(problem?.next).not.toBe('');
    expect(exitCode).toBe(2);
  });

  it('control: a command without a fault prints no problem', async () => {
    expect(await runWith(['mapping', 'template'])).toEqual({ exitCode: 0, problem: undefined });
  });
});

describe('AMAZON_USER_AGENT_TOO_LONG', () => {
  it('a name that Amazon would not accept is refused with its length', () => {
    const facts = { version: '1.0.0', language: '5', platform: 'x'.repeat(600) };
    expect(() => formatUserAgent(facts)).toThrow(
      expect.objectContaining({ code: 'AMAZON_USER_AGENT_TOO_LONG', says: expect.stringMatching(/ 6\d\d characters/) }),
    );
    expect(formatUserAgent({ ...facts, platform: 'linux/6' })).toContain('Platform=linux/6');
  });
});
