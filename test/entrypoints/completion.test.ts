/** The tab key: the scripts are run by real shells, with a stand-in for the program where it is asked for names. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionTree } from '../../src/entrypoints/cli/completion/completion-tree.ts';
import { completionScript } from '../../src/entrypoints/cli/completion/scripts.ts';
import { createProgram } from '../../src/entrypoints/cli/program.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

const folder = mkdtempSync('/var/tmp/seller-ledger-completion-');
const scriptOf = (shell: Shell) => join(folder, `completion.${shell}`);

const isThere = (shell: Shell) => {
  try {
    execFileSync(shell, ['-c', 'exit 0'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** What the tab key offers behind these words, in the order of the alphabet. */
function offered(shell: Shell, words: readonly string[]): string[] {
  return offeredForEach(shell, [words])[0] ?? [];
}

const ASK: Readonly<Record<Shell, (words: readonly string[]) => string>> = {
  bash: (words) =>
    `COMP_WORDS=(${words.map(quoted).join(' ')}); COMP_CWORD=${words.length - 1}; _seller_ledger; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `words=(${words.map(quoted).join(' ')}); CURRENT=${words.length}; _seller_ledger`,
  fish: (words) => `complete -C ${quoted(words.join(' '))} | string replace -r '\\t.*' ''`,
};

/** In place of the completion system of zsh, which wants a person at a terminal: what its functions would offer. */
const BEFORE: Readonly<Record<Shell, string>> = {
  bash: '',
  zsh: String.raw`
compdef() { :; }
_files() { print -l -- FILES; }
compadd() { local each; for each in "\${(@P)2}"; do [[ $each == $words[CURRENT]* ]] && print -r -- $each; done; }
_describe() { local each; for each in "\${(@P)2}"; do [[ $each == $words[CURRENT]* ]] && print -r -- \${each%%:*}; done; }
`.replaceAll('\\$', '$'),
  fish: '',
};

/** One shell answers for all of them, as starting it takes longer than asking. */
function offeredForEach(shell: Shell, lines: readonly (readonly string[])[]): string[][] {
  const script = [
    BEFORE[shell],
    `source ${quoted(scriptOf(shell))}`,
    ...lines.flatMap((words) => [ASK[shell](['seller-ledger', ...words]), 'echo ----']),
  ].join('\n');
  const out = execFileSync(shell, shell === 'zsh' ? ['-f', '-c', script] : ['-c', script], {
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder },
    cwd: folder,
  });
  return out
    .split('----\n')
    .slice(0, -1)
    .map((text) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    );
}

function quoted(text: string): string {
  return `'${text}'`;
}

beforeAll(async () => {
  const tree = completionTree(await createProgram([], () => async () => {}));
  for (const shell of SHELLS) writeFileSync(scriptOf(shell), completionScript(shell, tree));
  const standIn = [
    '#!/bin/sh',
    'echo "$*" >> asked',
    'case "$*" in *"words connection"*) printf "acme\\nacorn\\n" ;; esac',
  ];
  writeFileSync(join(folder, 'seller-ledger'), `${standIn.join('\n')}\n`);
  chmodSync(join(folder, 'seller-ledger'), 0o755);
  writeFileSync(join(folder, 'accounts.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(SHELLS)('completion in %s', (shell) => {
  // Bash is there wherever the tests run; the other two are tried where they are installed.
  it.skipIf(shell !== 'bash' && !isThere(shell))(
    'offers commands, options, choices, names in the books and files',
    () => {
      const lines: readonly (readonly [readonly string[], readonly string[]])[] = [
        [['sett'], ['settings', 'settlements']],
        [['settlements', 'li'], ['list']],
        [
          ['settlements', 'list', '--state', 'pro'],
          ['proposed', 'proven'],
        ],
        [['settlements', 'list', '--st'], ['--state']],
        [['privacy', 'hold', 'rel'], ['release']],
        [['--home', '/somewhere', 'settlements', 'list', '--limit', '5', '--state', 'rec'], ['received']],
        [
          ['sync', 'ac'],
          ['acme', 'acorn'],
        ],
        [
          ['sync', '--no-wait', 'ac'],
          ['acme', 'acorn'],
        ],
        [
          ['connections', 'doctor', 'ac'],
          ['acme', 'acorn'],
        ],
        [
          ['jobs', 'list', '--connection', 'ac'],
          ['acme', 'acorn'],
        ],
        [['completion', 'words', 'sett'], ['settlement']],
      ];
      expect(
        offeredForEach(
          shell,
          lines.map(([words]) => words),
        ),
      ).toEqual(lines.map(([, expected]) => expected));
      expect(offered(shell, ['preview', '']).join()).toContain(shell === 'zsh' ? 'FILES' : 'accounts.yaml');
    },
  );

  it.skipIf(shell !== 'bash' && !isThere(shell))('control: offers nothing where nobody can say what comes', () => {
    const lines = [
      ['sync', 'acme', ''],
      ['deposits', 'add', '--amount', ''],
      ['nothing', 'x'],
    ];
    expect(offeredForEach(shell, lines)).toEqual([[], [], []]);
  });

  it.skipIf(!isThere(shell))('is text that the shell can read', () => {
    expect(() => execFileSync(shell, ['-n', scriptOf(shell)])).not.toThrow();
  });
});
