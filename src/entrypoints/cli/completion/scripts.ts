import { readFileSync } from 'node:fs';
import { packageRoot } from '../../package-root.ts';
import type { Completion, CompletionCommand, CompletionOption } from './completion-tree.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** The completion script of a shell: all of the tree in it, so that only names in the books are asked for. */
export function completionScript(shell: Shell, tree: readonly CompletionCommand[]): string {
  const template = readFileSync(new URL(`templates/completion/seller-ledger.${shell}`, packageRoot()), 'utf8');
  const facts = shell === 'fish' ? fishFacts(tree) : branches(tree, shell === 'zsh');
  return template.replace('@FACTS@', () => facts.join('\n'));
}

/** A text between single quotes, as all three shells read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const hasValue = ({ value }: CompletionOption) => value !== undefined;

/** What the functions below do with a value: `words a b`, `books connection`, `file`, or nothing. */
function told(value: Completion | undefined): string {
  if (!value) return '';
  if ('words' in value) return `words ${value.words.join(' ')}`;
  return 'books' in value ? `books ${value.books}` : 'file';
}

/** `case` branches for what each command has, in the words of bash and zsh. */
function branches(tree: readonly CompletionCommand[], isDescribed: boolean): string[] {
  const listed = (each: { readonly name: string; readonly says: string }) =>
    isDescribed ? quoted(`${each.name}:${each.says}`) : each.name;
  return tree.flatMap(({ path, commands, options, values }) => {
    const withValue = options.filter(hasValue);
    return [
      `    ${quoted(path)})`,
      `      subs=(${commands.map(listed).join(' ')})`,
      `      opts=(${options.map(listed).join(' ')})`,
      `      valued=' ${withValue.map(({ name }) => name).join(' ')} '`,
      `      vals=(${values.map((value) => quoted(told(value))).join(' ')})`,
      '      case "$option" in',
      ...withValue.map(({ name, value }) => `        ${name}) value=${quoted(told(value))} ;;`),
      '      esac',
      '      ;;',
    ];
  });
}

function fishFacts(tree: readonly CompletionCommand[]): string[] {
  const listed = (each: { readonly name: string; readonly says: string }) => quoted(`${each.name}\t${each.says}`);
  const set = (name: string, words: readonly string[]) =>
    words.length === 0 ? [] : [`      set __seller_ledger_${name} ${words.join(' ')}`];
  return tree.flatMap(({ path, commands, options, values }) => {
    const withValue = options.filter(hasValue);
    return [
      `    case ${quoted(path)}`,
      ...set(
        'names',
        commands.map(({ name }) => name),
      ),
      ...set('subs', commands.map(listed)),
      ...set('opts', options.map(listed)),
      ...set(
        'valued',
        withValue.map(({ name }) => name),
      ),
      ...set(
        'vals',
        values.map((value) => quoted(told(value))),
      ),
      '      switch "$option"',
      ...withValue.map(
        ({ name, value }) => `        case ${name}\n          set __seller_ledger_value ${quoted(told(value))}`,
      ),
      '      end',
    ];
  });
}
