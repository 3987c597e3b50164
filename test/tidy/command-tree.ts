import type { Command } from 'commander';
import { createProgram } from '../../src/entrypoints/cli/program.ts';
import type { CommandHelp } from './document-checks.ts';

/** The program's commands and options as its help shows them. */
export async function readCommandTree(): Promise<CommandHelp> {
  return helpOf(await createProgram([], () => async () => {}));
}

/** A command that does something, with the words that lead to it. */
export interface Leaf {
  readonly path: string;
  readonly command: Command;
}

/** Every command that is no group, in the order of the help. */
export async function readLeaves(): Promise<readonly Leaf[]> {
  const leavesOf = (command: Command, words: readonly string[]): Leaf[] =>
    command.commands.length === 0
      ? [{ path: words.join(' '), command }]
      : command.commands.flatMap((each) => leavesOf(each, [...words, each.name()]));
  return leavesOf(await createProgram([], () => async () => {}), []);
}

function helpOf(command: Command): CommandHelp {
  const options = command.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []);
  return {
    options: [...options, '--help'],
    subcommands: new Map(command.commands.map((each) => [each.name(), helpOf(each)])),
  };
}
