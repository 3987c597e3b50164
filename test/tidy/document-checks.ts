/** What is checked in the documents, as functions from text to sentences about what is wrong. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT, type SourceFile } from './source-files.ts';

export function readRoot(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The prose: without fenced blocks, whose contents are commands and examples. */
export function proseOf(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, '');
}

/** The fenced blocks alone, with nothing between them. */
export function fencedOf(markdown: string): string {
  return [...markdown.matchAll(/^```\w*\n[\s\S]*?^```$/gm)].map(([block]) => block).join('\n');
}

/** Lines of fenced blocks, and inline code, in the order of the document. */
export function codeIn(markdown: string): string[] {
  const fenced = [...markdown.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].flatMap((match) => (match[1] ?? '').split('\n'));
  const inline = [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...fenced, ...inline];
}

/** Anchors of the headings, as code hosts make them. */
export function anchorsOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Relative links whose file, or whose heading in that file, does not exist. */
export function brokenLinks(document: SourceFile): string[] {
  const links = [...proseOf(document.text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return links.flatMap((link) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document.path : normalize(join(dirname(document.path), path));
    if (!existsSync(join(ROOT, target))) return [`${document.path}: ${link} leads to no file`];
    if (anchor === undefined || anchorsOf(readRoot(target)).includes(anchor)) return [];
    return [`${document.path}: ${link} leads to no heading`];
  });
}

const PATH = /^(?:\.ci|bench|deploy|docs|sim|src|templates|test|tools|web)\/[\w./@-]*$/;

/** Inline code that looks like a path of this repository and is none. */
export function missingPaths(document: SourceFile): string[] {
  return codeIn(document.text)
    .filter((code) => PATH.test(code) && !existsSync(join(ROOT, code)))
    .map((code) => `${document.path}: ${code} does not exist`);
}

/** `npm run …` and the like that package.json does not have. */
export function unknownScripts(document: SourceFile, scripts: Readonly<Record<string, string>>): string[] {
  const runs = [...document.text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(test|start))\b/g)];
  return runs
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((name) => !(name in scripts))
    .map((name) => `${document.path}: there is no script ${name}`);
}

/** One command of the program: its options, and its subcommands when it is only a group. */
export interface CommandHelp {
  readonly options: readonly string[];
  readonly subcommands: ReadonlyMap<string, CommandHelp>;
}

/** Command lines in code: `seller-ledger …` and, in a checkout, `npm run cli -- …`. Options with an ellipsis are prose. */
export function commandLinesIn(document: SourceFile): string[] {
  return codeIn(document.text).flatMap((code) => {
    const match = /(?:^|\s)(?:seller-ledger|npm run cli --) +([a-z-].*)$/.exec(code);
    return match?.[1] === undefined || match[1].startsWith('…') ? [] : [match[1]];
  });
}

/** Commands that a sentence tells a person to run: after a colon or in brackets, up to the end of the sentence. */
export function commandsToldIn(document: SourceFile): string[] {
  return [...document.text.matchAll(/(?:: |\()seller-ledger (.+?)(?=\. |\)|$)/gm)].map((match) => match[1] ?? '');
}

/** What is wrong with a command line, or `undefined`. A group written as `one / other` may be either. */
export function commandFault(line: string, program: CommandHelp): string | undefined {
  const words = line.replace(/\s+#.*$/, '').split(/\s+/);
  let command = program;
  const known = new Set(program.options);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word.startsWith('--')) {
      if (!known.has(word.replace(/[.,;]$/, ''))) return `${line}: there is no option ${word}`;
      // Global options stand before the command and take a value, except those that only switch.
      if (command === program && !['--json', '--wide', '--demo', '--no-color', '--help', '--version'].includes(word))
        at += 1;
      continue;
    }
    if (command.subcommands.size === 0) continue;
    const other = words[at + 1] === '/' ? words[at + 2] : undefined;
    if (other !== undefined && !command.subcommands.has(other)) return `${line}: there is no command ${other}`;
    const next = command.subcommands.get(word.replace(/[.,;]$/, ''));
    if (!next) return `${line}: there is no command ${word}`;
    command = next;
    for (const option of next.options) known.add(option);
    if (other !== undefined) at += 2;
  }
  const isGroup = command !== program && command.subcommands.size > 0;
  return isGroup ? `${line}: the name of a group is no command` : undefined;
}

/** Rows of the first table behind a heading or a mark: the cells of each line, header and rule left out. */
export function tableAfter(markdown: string, mark: string): string[][] {
  const from = markdown.indexOf(mark);
  if (from < 0) throw new Error(`there is no ${mark}`);
  const lines = markdown.slice(from).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rest = lines.slice(first);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(2, end < 0 ? undefined : end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** Dependencies that are listed and not there, or there and not listed. `@types/*` stands for all of them. */
export function dependencyFaults(listed: readonly string[], installed: readonly string[]): string[] {
  const isListed = (name: string) =>
    listed.includes(name) || (name.startsWith('@types/') && listed.includes('@types/*'));
  return [
    ...installed.filter((name) => !isListed(name)).map((name) => `${name} is not listed`),
    ...listed
      .filter((name) => name !== '@types/*' && !installed.includes(name))
      .map((name) => `${name} is listed but is no dependency`),
  ];
}
