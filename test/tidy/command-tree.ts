import { vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { CommandHelp } from './document-checks.ts';

/** The program's commands and options as its own help tells them. */
export async function readCommandTree(path: readonly string[] = []): Promise<CommandHelp> {
  const help = await helpOf(path);
  const subcommands = new Map<string, CommandHelp>();
  for (const name of namesIn(help, 'Commands')) {
    if (name !== 'help') subcommands.set(name, await readCommandTree([...path, name]));
  }
  return { options: namesIn(help, 'Options'), subcommands };
}

async function helpOf(path: readonly string[]): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    await runCli(['node', 'seller-ledger', ...path, '--help'], {});
  } finally {
    write.mockRestore();
  }
  return text;
}

/** Options by their long name, commands by their name; continued descriptions are indented further. */
function namesIn(help: string, section: string): string[] {
  const lines = help.split(`\n${section}:\n`)[1]?.split('\n\n')[0]?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const match = /^ {2}(?:-\w, )?(--[\w-]+|[a-z][\w-]*)/.exec(line);
    return match?.[1] === undefined ? [] : [match[1]];
  });
}
