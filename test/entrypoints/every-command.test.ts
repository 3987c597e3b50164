/** What holds for the output of every command: with `--json` it is one document for programs, and nothing else. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from '../../src/core/index.ts';
import { type Leaf, readLeaves } from '../tidy/command-tree.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { runInProcess } from './in-process.ts';
import { DIALECTS, smallSettlement } from './settlement-files.ts';

/** Commands that run until somebody stops them; other tests stop them. */
const ENDLESS: readonly string[] = ['start', 'worker', 'simulators'];

/** Commands that would ask Amazon or SAP: of a connection that does not exist, they end with a problem instead. */
const ASK_OUTSIDE =
  /^(sync|connections (ping|doctor)|sap |feeds sync|customers sync|mapping validate|master-data refresh|schedule run|entries post|settlements simulate|accruals simulate)/;

/** What a command needs besides what its arguments are called. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'sap verify': ['--month', '2026-10'],
  'audit export': ['--output', 'export.zip'],
  'audit head': ['acme'],
  'audit package': ['--connection', 'acme', '--month', '2026-10', '--output', 'package'],
  'audit archive': ['--before', '2026-01-01', '--output', 'archive.zip', '--why', 'x'],
  'connections model': ['--to', 'orders', '--from', '2027-01-01', '--why', 'x', '--dry-run'],
  'schedule show': ['acme'],
  'schedule pause': ['acme', '--why', 'x'],
  'schedule resume': ['acme', '--why', 'x'],
  'reports journal': ['--month', '2026-10'],
  'reports fees': ['--month', '2026-10'],
  'reports sales': ['--month', '2026-10'],
  'reports profit': ['--month', '2026-10'],
  'secrets set': ['--env', 'NOT_SET'],
  'keys rotate-data': ['acme'],
  'jobs replay': ['--all-failed', '--why', 'x'],
};

const folder = mkdtempSync('/var/tmp/seller-ledger-every-command-');
let cli: CommandLine;
let settlement: string;
let entry: string;

beforeAll(async () => {
  cli = await openCommandLine();
  const facts = smallSettlement(DIALECTS.US);
  await cli.importFile(facts);
  settlement = facts.settlementId;
  entry = (await cli.json('entries', 'list'))[0].postingKey;
  writeFileSync(join(folder, 'table.yaml'), (await cli.run('mapping', 'template')).out);
});
afterAll(async () => {
  await cli.close();
  rmSync(folder, { recursive: true, force: true });
});

function wordsFor({ path, command }: Leaf): string[] {
  const connection = ASK_OUTSIDE.test(path) ? 'nobody' : 'acme';
  const known: Readonly<Record<string, string>> = {
    connection,
    name: connection,
    settlement: ASK_OUTSIDE.test(path) ? 'NONE' : settlement,
    entry: ASK_OUTSIDE.test(path) ? 'NONE' : entry,
    month: '2026-10',
    table: join(folder, 'table.yaml'),
    output: join(folder, 'written.yaml'),
    // A backup of its own, as restoring one takes seconds and other tests do that.
    file: join(
      folder,
      path.startsWith('mapping') ? 'table.yaml' : path === 'backup create' ? 'books.slb' : 'nothing.txt',
    ),
    day: '2026-10-05',
    amount: '12.34',
    currency: 'EUR',
    account: '1',
    kind: 'connection',
    row: '2',
    line: '1',
    why: 'x',
  };
  const wordOf = (name: string, choices: readonly string[] | undefined) => choices?.[0] ?? known[name] ?? 'x';
  const given = command.registeredArguments
    .filter(({ required }) => required)
    .map((argument) => wordOf(argument.name(), argument.argChoices));
  const more = (MORE[path] ?? []).map((word) => (/\.zip$|^package$/.test(word) ? join(folder, word) : word));
  const needed = command.options
    .filter(({ mandatory, long }) => mandatory && !more.includes(long ?? ''))
    .flatMap((option) => [option.long ?? '', wordOf(option.attributeName(), option.argChoices)]);
  return [...path.split(' '), ...given, ...needed, ...more];
}

/** What is wrong with what a command printed, or nothing. */
function faultOf(ending: {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(ending.out);
  } catch {
    return `standard output is not one JSON document: ${JSON.stringify(ending.out.slice(0, 200))} ${ending.err.slice(0, 300)}`;
  }
  const { problem } = (document ?? {}) as {
    problem?: { code: string; kind: keyof typeof PROBLEM_KINDS; next: string };
  };
  if (!problem || Object.keys(document as object).length > 1) return undefined;
  const last = ending.err.trimEnd().split('\n').at(-1) ?? '';
  if (last !== JSON.stringify({ problem })) return `standard error does not end with the problem: ${last}`;
  if (problem.kind === 'defect') return `a defect: ${last}`;
  const { exitCode } = PROBLEM_KINDS[problem.kind];
  return exitCode === ending.exitCode ? undefined : `${problem.code} ended with ${ending.exitCode}, not ${exitCode}`;
}

describe('with --json', () => {
  it('every command prints one document on standard output and nothing else, also when it fails', async () => {
    const faults: string[] = [];
    let fine = 0;
    for (const leaf of await readLeaves()) {
      if (ENDLESS.includes(leaf.path)) continue;
      const words = wordsFor(leaf);
      const ending = await cli.run(...words, '--json');
      const fault = faultOf(ending);
      if (fault) faults.push(`${words.join(' ')}: ${fault}`);
      if (ending.exitCode === 0) fine += 1;
    }
    expect(faults).toEqual([]);
    // Most of them do their work here, so that it is not only problems that were looked at.
    expect(fine).toBeGreaterThan(60);
  }, 120_000);

  it('control: text beside the document, a second document and a wrong exit code are noticed', () => {
    const problem = { code: 'X', kind: 'invalid', says: 'x', next: 'x' };
    const told = JSON.stringify({ problem });
    expect(faultOf({ exitCode: 0, out: '[]\nDone.\n', err: '' })).toContain('not one JSON document');
    expect(faultOf({ exitCode: 0, out: '{}\n{}\n', err: '' })).toContain('not one JSON document');
    expect(faultOf({ exitCode: 0, out: '', err: '' })).toContain('not one JSON document');
    expect(faultOf({ exitCode: 5, out: told, err: `${told}\n` })).toContain('not 2');
    expect(faultOf({ exitCode: 2, out: told, err: 'Problem X\n' })).toContain('does not end with');
    expect(faultOf({ exitCode: 2, out: told, err: `${told}\n` })).toBeUndefined();
  });
});

describe('completion words', () => {
  it('are the names in the books that begin as written', async () => {
    expect((await cli.run('completion', 'words', 'connection', 'ac')).out).toBe('acme\n');
    expect((await cli.run('completion', 'words', 'connection', 'x')).out).toBe('');
    expect(await cli.json('completion', 'words', 'settlement')).toEqual([settlement]);
    expect(await cli.json('completion', 'words', 'entry', entry.slice(0, 3))).toContain(entry);
  });

  it('start no database and make no folder where none runs, and are then none', async () => {
    const home = join(folder, 'no-home');
    const ending = await runInProcess(['--home', home, 'completion', 'words', 'connection'], {});
    expect(ending).toEqual({ exitCode: 0, out: '', err: '' });
    expect(existsSync(home)).toBe(false);
    const elsewhere = 'postgres://x@127.0.0.1:1/x';
    expect(await runInProcess(['--database-url', elsewhere, 'completion', 'words', 'entry'], {})).toEqual(ending);
  });
});
