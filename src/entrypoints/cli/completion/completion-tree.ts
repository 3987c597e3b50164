import type { Argument, Command, Option } from 'commander';

/** What may stand in a place: one of these words, a name that the books know, or a file. `null`: nobody can say. */
export type Completion =
  | { readonly words: readonly string[] }
  | { readonly books: 'connection' | 'settlement' | 'entry' }
  | { readonly file: true }
  | null;

export interface CompletionOption {
  /** With its dashes. */
  readonly name: string;
  readonly says: string;
  /** What follows it; `undefined` for a switch. */
  readonly value: Completion | undefined;
}

/** One command with everything that the tab key may offer in it. */
export interface CompletionCommand {
  /** `settlements list`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly says: string }[];
  readonly options: readonly CompletionOption[];
  readonly values: readonly Completion[];
}

const BOOKS: Readonly<Record<string, 'connection' | 'settlement' | 'entry'>> = {
  connection: 'connection',
  settlement: 'settlement',
  entry: 'entry',
};
const FILES: readonly string[] = ['file', 'path', 'folder', 'table', 'before', 'after'];
/** Groups of commands whose `<name>` is the name of a connection. */
const NAME_IS_CONNECTION = /^(connections|sap|secrets|keys)\b/;

/** The tree of the commands, flat, the program itself first. */
export function completionTree(program: Command): readonly CompletionCommand[] {
  const globals = program.options.filter(({ long }) => long !== '--version' && long !== '--json');
  const walk = (command: Command, path: string): CompletionCommand[] => {
    const own = command === program ? [...program.options] : [...command.options, ...globals];
    const visible = own.filter(({ hidden }) => !hidden);
    const entry: CompletionCommand = {
      path,
      commands: command.commands.map((each) => ({ name: each.name(), says: each.description() })),
      options: [...visible.map((option) => optionOf(option, path)), HELP],
      values: command.registeredArguments.map((argument) => argumentOf(argument, path)),
    };
    return [
      entry,
      ...command.commands.flatMap((each) => walk(each, path === '' ? each.name() : `${path} ${each.name()}`)),
    ];
  };
  return walk(program, '');
}

const HELP: CompletionOption = { name: '--help', says: 'what it takes', value: undefined };

function optionOf(option: Option, path: string): CompletionOption {
  const value =
    option.required || option.optional ? completionOf(namedIn(option.flags), path, option.argChoices) : undefined;
  return { name: option.long ?? option.flags, says: option.description, value };
}

function argumentOf(argument: Argument, path: string): Completion {
  return completionOf(argument.name(), path, argument.argChoices);
}

function completionOf(name: string, path: string, choices: readonly string[] | undefined): Completion {
  if (choices) return { words: choices };
  if (name === 'name' && NAME_IS_CONNECTION.test(path)) return { books: 'connection' };
  const books = BOOKS[name];
  if (books) return { books };
  return FILES.includes(name) ? { file: true } : null;
}

/** `settlement` of `--settlement <settlement>`. */
function namedIn(flags: string): string {
  const [, long = '', value = ''] = /--([\w-]+) [<[]([\w-]+)/.exec(flags) ?? [];
  return BOOKS[long] ? long : value;
}
