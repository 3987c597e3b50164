/** What holds for every command of the program, whoever adds one. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXAMPLES, HEADINGS } from '../../src/entrypoints/cli/help-texts.ts';
import { readCommandTree, readLeaves } from './command-tree.ts';
import { commandFault } from './document-checks.ts';

/** Commands that print no facts and end, with the reason why `--json` would say nothing. */
const WITHOUT_JSON: ReadonlyMap<string, string> = new Map([
  ['start', 'runs until it is stopped; what it does is in the log, which is lines of JSON'],
  ['worker', 'runs until it is stopped; what it does is in the log, which is lines of JSON'],
]);

const hasJson = (command: Command) => command.options.some(({ long }) => long === '--json');

describe('every command', () => {
  it('prints one JSON document with --json, or is on the list of those that do not, with the reason', async () => {
    const leaves = await readLeaves();
    expect(leaves.length).toBeGreaterThan(100);
    const without = leaves.filter(({ command }) => !hasJson(command)).map(({ path }) => path);
    expect(without.sort()).toEqual([...WITHOUT_JSON.keys()].sort());
  });

  it('control: a command without --json is noticed', () => {
    expect(hasJson(new Command('planted').option('--all', 'x'))).toBe(false);
    expect(hasJson(new Command('planted').option('--json', 'x'))).toBe(true);
  });

  it('says in a sentence what it does', async () => {
    const silent = (await readLeaves()).filter(({ command }) => command.description() === '').map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('is loaded by its first word alone, so that it does not wait for the code of all the others', async () => {
    const { subcommands } = await readCommandTree();
    const { createProgram } = await import('../../src/entrypoints/cli/program.ts');
    const slow: string[] = [];
    for (const name of subcommands.keys()) {
      const program = await createProgram(['node', 'seller-ledger', name], () => async () => {});
      if (program.commands.length > 4) slow.push(name);
    }
    expect(slow).toEqual([]);
  });
});

describe('the help', () => {
  it('has every command under one heading', async () => {
    const { subcommands } = await readCommandTree();
    const placed = HEADINGS.flatMap(({ commands }) => commands).filter((name) => name !== 'help');
    expect(placed.sort()).toEqual([...subcommands.keys()].sort());
  });

  it('shows examples that the program understands', async () => {
    const program = await readCommandTree();
    const lines = [...EXAMPLES.values()].flatMap((examples) => examples.map(([line]) => line.replace(/ > .*/, '')));
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.flatMap((line) => commandFault(line, program) ?? [])).toEqual([]);
    expect([...EXAMPLES].flatMap(([name, lines]) => lines.filter(([line]) => !line.startsWith(name)))).toEqual([]);
  });
});
