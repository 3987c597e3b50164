/** The documents say what is in the tree: paths, links, commands, scripts, versions, tables and words. */
import { describe, expect, it } from 'vitest';
import { readCommandTree } from './command-tree.ts';
import {
  brokenLinks,
  codeIn,
  commandFault,
  commandLinesIn,
  commandsToldIn,
  dependencyFaults,
  missingPaths,
  readRoot,
  tableAfter,
  unknownScripts,
} from './document-checks.ts';
import { IMPORT_TABLE } from './import-table.ts';
import { codeOf, listFiles, type SourceFile } from './source-files.ts';

const documents: readonly SourceFile[] = [
  ...['README.md', 'CHANGELOG.md'].map((path) => ({ path, text: readRoot(path) })),
  ...listFiles('docs', ['.md']),
];
const packageJson = JSON.parse(readRoot('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
};
const readme = readRoot('README.md');
const planted = (text: string, path = 'docs/planted.md'): SourceFile => ({ path, text });

describe('links and paths', () => {
  it('every relative link of a document leads to a file, and to a heading in it', () => {
    expect(documents.length).toBeGreaterThan(20);
    expect(documents.flatMap(brokenLinks)).toEqual([]);
  });

  it('every document is in the index of documents, which has nothing else', () => {
    const index = readRoot('docs/README.md');
    const own = documents
      .map(({ path }) => path)
      .filter((path) => /^docs\/[\w-]+\.md$/.test(path) && !path.endsWith('/README.md'));
    const linked = new Set([...index.matchAll(/\]\(([\w-]+\.md)/g)].map(([, name]) => `docs/${name}`));
    expect(own.filter((path) => !linked.has(path))).toEqual([]);
    expect(own.length).toBeGreaterThan(15);
  });

  it('every path that a document names exists', () => {
    expect(documents.flatMap(missingPaths)).toEqual([]);
    expect(
      documents.flatMap((document) => codeIn(document.text)).filter((code) => /^src\//.test(code)).length,
    ).toBeGreaterThan(100);
  });

  it('every document that the sources name exists', () => {
    const sources = ['src', 'sim', 'test', 'tools', 'web', 'templates'].flatMap((folder) =>
      listFiles(folder, ['.ts', '.mjs', '.js', '.yaml', '.html', '.sql']),
    );
    const named = sources
      .filter((file) => file.path !== 'test/tidy/docs.test.ts')
      .flatMap((file) =>
        [...file.text.matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map((match) => ({ file, link: match[0] })),
      );
    expect(named.length).toBeGreaterThan(5);
    expect(
      named.flatMap(({ file, link }) =>
        brokenLinks(planted(`[x](${link})`, 'README.md')).map(() => `${file.path}: ${link}`),
      ),
    ).toEqual([]);
  });

  it('control: a link to no file, a link to no heading and a missing path are found', () => {
    expect(brokenLinks(planted('[x](nowhere.md)'))).toHaveLength(1);
    expect(brokenLinks(planted('[x](glossary.md#no-such-heading)'))).toHaveLength(1);
    expect(brokenLinks(planted('[x](glossary.md#words) [y](https://example.com/z)'))).toEqual([]);
    expect(missingPaths(planted('See `src/core/nothing.ts`.'))).toHaveLength(1);
    expect(missingPaths(planted('See `src/core/money.ts`, written 1/2 or `a/b`.'))).toEqual([]);
  });
});

describe('commands, scripts and versions', () => {
  it('every command of the program that a document shows exists, with its options', async () => {
    const program = await readCommandTree();
    const lines = documents.flatMap(commandLinesIn);
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.flatMap((line) => commandFault(line, program) ?? [])).toEqual([]);
  });

  it('every command that a problem tells a person to run exists', async () => {
    const program = await readCommandTree();
    const told = documents.filter(({ path }) => path === 'docs/problems.md').flatMap(commandsToldIn);
    expect(told.length).toBeGreaterThan(20);
    expect(told.flatMap((line) => commandFault(line, program) ?? [])).toEqual([]);
  });

  it('control: a command, a subcommand and an option that do not exist are found', async () => {
    const program = await readCommandTree();
    expect(program.subcommands.size).toBeGreaterThan(6);
    expect(commandFault('doctor', program)).toBeDefined();
    expect(commandFault('entries undo KEY', program)).toBeDefined();
    expect(commandFault('entries', program)).toBeDefined();
    expect(commandFault('sync NAME --later', program)).toBeDefined();
    expect(commandFault('--home /tmp entries show KEY', program)).toBeUndefined();
    expect(commandFault('entries / settlements show KEY', program)).toBeUndefined();
    expect(commandLinesIn(planted('`npm run cli -- sync NAME` and `seller-ledger …`'))).toEqual(['sync NAME']);
    expect(commandsToldIn(planted('Look: seller-ledger doctor'))).toEqual(['doctor']);
  });

  it('every npm script that a document names exists', () => {
    expect(documents.flatMap((document) => unknownScripts(document, packageJson.scripts))).toEqual([]);
    expect(unknownScripts(planted('Run `npm run nothing` and `npm test`.'), packageJson.scripts)).toHaveLength(1);
  });

  it('the README asks for the Node version that package.json asks for', () => {
    const version = /^>=(\d+\.\d+)$/.exec(packageJson.engines.node)?.[1];
    expect(/Node (\d+\.\d+) or newer/.exec(readme)?.[1]).toBe(version);
  });

  it('CI runs the test command of the README', () => {
    const command = codeIn(readme).find((line) => line.includes('npm test'));
    expect(command).toBeDefined();
    expect(readRoot('.ci/run').trimEnd().split('\n').at(-1)).toBe(command);
  });

  it('the list of dependencies is the list of package.json', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageJson;
    const text = readRoot('docs/dependencies.md');
    const listed = (mark: string) =>
      tableAfter(text, mark).flatMap(([cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
    expect(dependencyFaults(listed('## At run time'), Object.keys(dependencies))).toEqual([]);
    expect(
      dependencyFaults(listed('## For development'), Object.keys({ ...devDependencies, ...optionalDependencies })),
    ).toEqual([]);
    expect(dependencyFaults(['left-pad', '@types/*'], ['undici', '@types/node'])).toEqual([
      'undici is not listed',
      'left-pad is listed but is no dependency',
    ]);
  });
});

describe('what is said of dependencies', () => {
  const sources = listFiles('src', ['.ts']).filter((file) => !file.path.endsWith('.test.ts'));
  const isUsed = (name: string) =>
    sources.some((file) => [`'${name}'`, `'${name}/`].some((quoted) => codeOf(file.text).includes(quoted)));

  it('every dependency at run time is used by the program', () => {
    expect(Object.keys(packageJson.dependencies).filter((name) => !isUsed(name))).toEqual([]);
  });

  it('control: one that nothing uses is noticed', () => {
    expect(['left-pad', 'fast'].filter(isUsed)).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it('shows the import table that is enforced', () => {
    const names = (modules: readonly string[]) => modules.map((name) => name.replace(/^src\//, '')).join(', ') || '–';
    const rows = Object.entries(IMPORT_TABLE).map(([module, { values, types }]) => [
      `\`${module}\``,
      names(values),
      names(types),
    ]);
    expect(tableAfter(readRoot('docs/architecture.md'), '<!-- import-table')).toEqual(rows);
  });

  it('has a section with its invariant for every module of src', () => {
    const text = readRoot('docs/architecture.md');
    for (const module of Object.keys(IMPORT_TABLE).filter((name) => name.startsWith('src/'))) {
      const section = text.split(`### \`${module}\`\n`)[1]?.split('\n### ')[0] ?? '';
      expect(section, module).toContain('**Architecture invariant.**');
    }
  });
});

describe('docs/upstream-behaviour.md', () => {
  it('says of every quirk what happens, how it is known and where it is handled', () => {
    const sections = readRoot('docs/upstream-behaviour.md').split('\n### ').slice(1);
    expect(sections.length).toBeGreaterThan(40);
    for (const section of sections) {
      const [title = ''] = section.split('\n');
      expect(section, title).toMatch(/\*\*What happens\.\*\* \S/);
      expect(section, title).toMatch(/\*\*Evidence\.\*\* (Documented|Reported|None found)/);
      expect(section, title).toMatch(/\*\*Handled in\*\* `src\//);
    }
  });
});

describe('docs/glossary.md', () => {
  const banned = tableAfter(readRoot('docs/glossary.md'), '## Words we do not use').map(([word = '']) =>
    word.replaceAll('`', ''),
  );
  const production = listFiles('src', ['.ts']).filter((file) => !/\.(test|fixture)\.ts$/.test(file.path));

  /** Names that a file declares: types, values, functions and members. Names of libraries and texts are not its own. */
  function declaredIn({ path, text }: SourceFile): string[] {
    const code = codeOf(text).replace(/'[^'\n]*'|"[^"\n]*"/g, "''");
    const types = code.matchAll(/^\s*(?:export )?(?:abstract )?(?:interface|class|type|function|const) (\w+)/gm);
    const members = code.matchAll(/^\s*readonly (\w+)\??:/gm);
    return [...types, ...members].map((match) => `${path}: ${match[1]}`);
  }

  function usesOf(word: string, files: readonly SourceFile[]): string[] {
    return files.flatMap(declaredIn).filter((name) => name.endsWith(`: ${word}`));
  }

  it('lists words that no file of src declares as a name', () => {
    expect(banned.length).toBeGreaterThan(6);
    expect(production.flatMap(declaredIn).length).toBeGreaterThan(1000);
    expect(banned.flatMap((word) => usesOf(word, production))).toEqual([]);
  });

  it('control: a planted name is found, a longer one and a text are not', () => {
    const plant = (text: string) => [{ path: 'src/app/planted.ts', text }];
    expect(usesOf('Transaction', plant('export interface Transaction {\n'))).toHaveLength(1);
    expect(usesOf('documentId', plant('interface X {\n  readonly documentId: string;\n}'))).toHaveLength(1);
    expect(
      usesOf('Account', plant('interface AccountTable {}\nconst x = "interface Account {";\n// type Account = 1')),
    ).toEqual([]);
  });
});
