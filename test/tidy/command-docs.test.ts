/** docs/commands.md is what the commands are, and every command line that a document shows as a whole is one that parses. */
import { Command, type CommanderError } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { createProgram } from '../../src/entrypoints/cli/program.ts';
import { renderCommands } from '../../tools/commands.mjs';
import { commandLinesIn, fencedOf, readRoot } from './document-checks.ts';
import { listFiles } from './source-files.ts';

async function programWith(onRun: () => void = () => {}): Promise<Command> {
  return createProgram([], () => async () => onRun());
}

/** Words of a line as a shell takes them apart; what follows a sign of the shell is not the program's. */
function wordsOf(line: string): string[] {
  const [own = ''] = line.replace(/\s#.*$/, '').split(/ (?:\||>|&&|;|2>) ?/);
  return (own.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^["']|["']$/g, ''));
}

/** What the program says against a command line, without doing anything of it. */
async function faultOf(line: string): Promise<string | undefined> {
  let runs = 0;
  const program = await programWith(() => {
    runs += 1;
  });
  const silent = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    for (const each of command.commands) silent(each);
  };
  silent(program);
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  try {
    await program.parseAsync(['node', 'seller-ledger', ...wordsOf(line)]);
    return runs === 1 || line.includes('--version') ? undefined : `${line}: nothing ran`;
  } catch (error) {
    const { code, message } = error as CommanderError;
    return code === 'commander.version' ? undefined : `${line}: ${message}`;
  } finally {
    write.mockRestore();
  }
}

describe('docs/commands.md', () => {
  it('is what the commands are (npm run build, then node tools/commands.mjs --write)', async () => {
    expect(readRoot('docs/commands.md')).toBe(renderCommands(await programWith()));
  });

  it('names every command once', async () => {
    const leaves = (command: Command): Command[] =>
      command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
    const headings = readRoot('docs/commands.md').match(/^#{3,4} .+ .+$/gm) ?? [];
    expect(new Set(headings).size).toBe(headings.length);
    expect(leaves(await programWith()).length).toBeGreaterThan(100);
    expect(leaves(await programWith()).length - headings.length).toBeLessThan(10);
  });

  it('control: a command that is not described is missed', async () => {
    const program = await programWith();
    program.addCommand(new Command('undo').description('take it back'));
    expect(renderCommands(program)).not.toBe(readRoot('docs/commands.md'));
    expect(renderCommands(program)).toContain('### undo');
  });
});

describe('command lines in fenced blocks', () => {
  const documents = [{ path: 'README.md', text: readRoot('README.md') }, ...listFiles('docs', ['.md'])].filter(
    ({ path }) => path !== 'docs/commands.md' && !path.startsWith('docs/decisions/'),
  );
  const lines = documents.flatMap(({ path, text }) => commandLinesIn({ path, text: fencedOf(text) }));

  it('are whole: what has to be given is given, and what is given can be read', async () => {
    expect(lines.length).toBeGreaterThan(80);
    const faults: string[] = [];
    for (const line of new Set(lines)) {
      const fault = await faultOf(line);
      if (fault !== undefined) faults.push(fault);
    }
    expect(faults).toEqual([]);
  });

  it('control: a missing option, a missing name, too many names and an unreadable number are found', async () => {
    expect(await faultOf('connections add')).toContain('--file');
    expect(await faultOf('sync')).toContain('connection');
    expect(await faultOf('database status now')).toContain('too many');
    expect(await faultOf('start --port many')).toContain('port');
    expect(await faultOf('sync NAME --later')).toContain('--later');
    expect(await faultOf('entries refuse KEY --why "not ours, see 12" | less')).toBeUndefined();
  });
});

/** Commands in what the program says, each up to where its sentence goes on. What stands for a value is one word. */
function saidCommands(text: string): string[] {
  const plain = text
    .replace(/\$\{[^{}]*\}/g, 'X')
    .replaceAll('[', '')
    .replaceAll(']', '');
  return plain
    .split('seller-ledger ')
    .slice(1)
    .flatMap((rest) => {
      const [line = ''] = rest.split(
        /['`"\\$();,:\n]|\.(?:\s|$)| (?:or|and|then|where|is|with|for|to|of|in|again|says) /,
      );
      // One that gives a value is to be pasted; the others only name a command.
      return /^[a-z].* (?:[A-Z]+|--\S+)(?: |$)/.test(line) ? [line.trim()] : [];
    });
}

/** What keeps a person from giving a command as it was told. Names that a sentence leaves out are no fault. */
async function wrongOptions(line: string): Promise<string | undefined> {
  const fault = await faultOf(line);
  return fault !== undefined && /required option|unknown option/.test(fault) ? fault : undefined;
}

/** Its options are put together from the ones that a person gave. */
const PUT_TOGETHER = 'mapping assign X X --why TEXT';

describe('commands that problems and alerts name', () => {
  const said = listFiles('src', ['.ts'])
    .filter(({ path }) => !path.endsWith('.test.ts'))
    .flatMap(({ text }) => saidCommands(text));

  it('have every option that they need, and no other', async () => {
    expect(said.length).toBeGreaterThan(200);
    const faults: string[] = [];
    for (const line of new Set(said.filter((each) => each !== PUT_TOGETHER))) {
      const fault = await wrongOptions(line);
      if (fault !== undefined) faults.push(fault);
    }
    expect(faults).toEqual([]);
  });

  it('control: one without its reason is found, in the middle of a sentence, too', async () => {
    const [line = ''] = saidCommands(
      'next: `Renew it, then: seller-ledger connections update §{name} --file FILE; then wait`'.replace('§', '$'),
    );
    expect(line).toBe('connections update X --file FILE');
    expect(await wrongOptions(line)).toContain('--why');
    expect(await wrongOptions(`${line} --why TEXT`)).toBeUndefined();
    expect(await wrongOptions('sync X --later')).toContain('--later');
    expect(saidCommands('what seller-ledger audit export wrote')).toEqual([]);
  });
});
