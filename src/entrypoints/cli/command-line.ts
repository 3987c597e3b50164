import type { Command } from 'commander';

/** Global options that take a value, which is not the command. */
export const GLOBALS_WITH_VALUE: readonly string[] = ['--home', '--database-url', '--service', '--token-file'];
const GLOBAL_SWITCHES: readonly string[] = ['--wide', '--demo', '--no-color', '--service-without-tls'];
/** Words of Node and of the program itself, before those that a person wrote. */
const OWN_WORDS = 2;

/** The same command line with its global options before the command, so that they may be written anywhere. */
export function globalsFirst(argv: readonly string[]): readonly string[] {
  const globals: string[] = [];
  const others: string[] = [];
  const words = argv.slice(OWN_WORDS);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    // Behind two dashes nothing is an option.
    if (word === '--') return [...argv.slice(0, OWN_WORDS), ...globals, ...others, ...words.slice(at)];
    const [name = ''] = word.split('=', 1);
    if (GLOBAL_SWITCHES.includes(word)) globals.push(word);
    else if (GLOBALS_WITH_VALUE.includes(name)) {
      globals.push(word);
      const value = words[at + 1];
      if (name === word && value !== undefined) {
        globals.push(value);
        at += 1;
      }
    } else others.push(word);
  }
  return [...argv.slice(0, OWN_WORDS), ...globals, ...others];
}

/** Whether a command line asks for anything besides saying where the books are and how to print. */
export function namesCommand(argv: readonly string[]): boolean {
  return (
    wordsOf(argv).length > 0 || argv.slice(OWN_WORDS).some((word) => /^(--help|--version|-h|-V|--json)$/.test(word))
  );
}

/** The command that a command line comes to: the program itself where it names none that exists. */
export function commandAt(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of wordsOf(argv)) {
    const next = command.commands.find((each) => each.name() === word);
    if (!next) return command;
    command = next;
  }
  return command;
}

const OLDER_NAME = '--reason';
const NAME = '--why';

/**
 * The same command line with the name that an option has everywhere. Some commands called it `--reason` before, which is still
 * understood where no option of the command is named so.
 */
export function namedAsEverywhere(program: Command, argv: readonly string[]): readonly string[] {
  const has = (name: string) => commandAt(program, argv).options.some(({ long }) => long === name);
  if (!has(NAME) || has(OLDER_NAME)) return argv;
  const end = argv.indexOf('--');
  return argv.map((word, at) => {
    const isOlder = word === OLDER_NAME || word.startsWith(`${OLDER_NAME}=`);
    return isOlder && (end < 0 || at < end) ? NAME + word.slice(OLDER_NAME.length) : word;
  });
}

/** Without options, and without the values of the global ones. */
export function wordsOf(argv: readonly string[]): string[] {
  return argv
    .slice(OWN_WORDS)
    .filter((word, index, words) => !word.startsWith('-') && !GLOBALS_WITH_VALUE.includes(words[index - 1] ?? ''));
}
