/** Every problem code means one thing, says what to do next, is in the documents, and has a test that makes it happen. */
import { describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from '../../src/core/index.ts';
import { chooseExamples, isFrom } from '../../tools/problem-examples.mjs';
import { collectProblems, NOT_PROBLEMS, readKinds, renderProblems, sourceFiles } from '../../tools/problems.mjs';
import { readRoot } from './document-checks.ts';
import { listFiles, type SourceFile } from './source-files.ts';

/** Codes that no test makes happen, each with a date and the reason why none can. */
const WITHOUT_TEST: Readonly<Record<string, string>> = {};

const problems = collectProblems(sourceFiles());
const codes = problems.map(({ code }) => code);
const kinds = readKinds(readRoot('src/core/problem.ts'));
const examples = JSON.parse(readRoot('tools/problem-examples.json')) as Record<string, { says: string; next: string }>;

const tests = [
  // Tests of what is written about a code make none happen.
  ...listFiles('test', ['.ts']).filter(({ path }) => !/^test\/(?:tidy|page)\//.test(path)),
  ...listFiles('src', ['.test.ts', '.fixture.ts']),
  ...listFiles('sim', ['.test.ts']),
];

function codesWithoutTest(wanted: readonly string[], files: readonly SourceFile[]): string[] {
  const text = files.map((file) => file.text).join('\n');
  const words = new Set(text.match(/\b[A-Z][A-Z0-9_]+\b/g));
  return wanted.filter((code) => !words.has(code));
}

/** A planted source in which one object raises a problem. */
function source(members: string): SourceFile {
  return { path: 'src/app/planted.ts', text: `throw new Problem({ code: 'PLANTED_CODE', ${members} });` };
}

describe('docs/problems.md', () => {
  it('is what the sources say; after a change run: node tools/problems.mjs --write', () => {
    expect(readRoot('docs/problems.md')).toBe(renderProblems(problems, kinds, examples));
  });

  it('has every code that stands in the sources, whoever counts', () => {
    const counted = sourceFiles().flatMap(({ text }) =>
      [...text.matchAll(/\b(?:code: |refused\(\s*)'([A-Z][A-Z0-9_]+)'/g)].map((match) => match[1] ?? ''),
    );
    expect(counted.length).toBeGreaterThan(120);
    const expected = [...new Set(counted)].filter((code) => !(code in NOT_PROBLEMS)).sort();
    expect([...codes].sort()).toEqual(expected);
    expect(Object.keys(NOT_PROBLEMS).filter((code) => !counted.includes(code))).toEqual([]);
  });

  it('shows real messages, each of which is still what the source says (tools/problem-examples.mjs)', () => {
    expect(Object.keys(examples).length).toBeGreaterThan(100);
    expect(chooseExamples(problems, [], examples)).toEqual(examples);
  });

  it('control: an example of another sentence, or of no code, is dropped', () => {
    const [code = ''] = Object.keys(examples);
    const planted = {
      ...examples,
      [code]: { says: 'Something else.', next: 'Wait.' },
      NO_SUCH_CODE: { says: 'a', next: 'b' },
    };
    const chosen = chooseExamples(problems, [], planted);
    expect(Object.keys(examples).filter((each) => !(each in chosen))).toEqual([code]);
    expect(chosen).not.toHaveProperty('NO_SUCH_CODE');
    expect(isFrom('There are {count} rows[ of {file}].', 'There are 3 rows of x.txt.')).toBe(true);
    expect(isFrom('There are {count} rows.', 'There were 3 rows.')).toBe(false);
  });

  it('states HTTP status and exit code of each kind as the program has them', () => {
    const stated = Object.fromEntries(
      kinds.map(({ kind, httpStatus, exitCode }) => [
        kind,
        { httpStatus: Number(httpStatus), exitCode: Number(exitCode) },
      ]),
    );
    expect(stated).toEqual(PROBLEM_KINDS);
  });

  it('control: another sentence in a source makes another document', () => {
    const files = sourceFiles().map((file) => ({
      ...file,
      text: file.text.replace('The file has no content.', 'It is empty.'),
    }));
    const document = renderProblems(collectProblems(files), kinds);
    expect(document).not.toBe(renderProblems(problems, kinds));
    expect(document).toContain('- It is empty.\n');
  });
});

describe('problem codes', () => {
  it('mean one thing: each has one kind, and it is one of the eight', () => {
    expect(problems.filter((problem) => problem.kinds.length !== 1)).toEqual([]);
    expect(problems.filter(({ kinds: [kind = ''] }) => !(kind in PROBLEM_KINDS))).toEqual([]);
    const twice = collectProblems([
      source("kind: 'invalid', says: 'a', next: 'b'"),
      source("kind: 'conflict', says: 'a', next: 'b'"),
    ]);
    expect(twice[0]?.kinds).toEqual(['invalid', 'conflict']);
  });

  it('always say what is wrong and what to do next', () => {
    for (const { code, says, next } of problems) {
      expect(says.length, code).toBeGreaterThan(0);
      expect(next.length, code).toBeGreaterThan(0);
      for (const text of [...says, ...next]) expect(text.trim(), code).not.toBe('');
    }
    expect(() => collectProblems([source("kind: 'invalid', says: 'a', next: ''")])).toThrow('PLANTED_CODE');
    expect(() => collectProblems([source("kind: 'invalid', says: 'a'")])).toThrow('PLANTED_CODE');
    expect(() => collectProblems([source("says: 'a', next: 'b'")])).toThrow('PLANTED_CODE');
  });

  it('each happens in a test', () => {
    expect(tests.length).toBeGreaterThan(40);
    expect(codesWithoutTest(codes, tests)).toEqual(Object.keys(WITHOUT_TEST).sort());
    expect(Object.values(WITHOUT_TEST).filter((reason) => !/^\d{4}-\d{2}-\d{2}: .{20,}/.test(reason))).toEqual([]);
    expect(codesWithoutTest(['NO_SUCH_CODE'], tests)).toEqual(['NO_SUCH_CODE']);
  });

  it('that need a person or patience have a section for the operator, who finds no code that does not exist', () => {
    const operations = readRoot('docs/operations.md');
    const named = [...operations.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:_…)?`/g)].map((match) => match[1] ?? '');
    const isNamed = (code: string) => named.includes(code);
    const needed = problems.filter(({ kinds: [kind] }) => kind !== 'invalid').map(({ code }) => code);
    expect(needed.length).toBeGreaterThan(60);
    expect(needed.filter((code) => !isNamed(code))).toEqual([]);
    const inCodesLines = [...operations.matchAll(/^Codes: ([\s\S]*?)\n\n/gm)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/`([A-Z][A-Z0-9_]+?)(_…)?`/g)].map(([, code = '', prefix]) => ({ code, prefix })),
    );
    const unknown = inCodesLines.filter(({ code, prefix }) =>
      prefix === undefined ? !codes.includes(code) : !codes.some((each) => each.startsWith(`${code}_`)),
    );
    expect(inCodesLines.length).toBeGreaterThan(80);
    expect(unknown).toEqual([]);
  });
});

describe('how a text of the source is read', () => {
  /** `§` stands for the dollar sign of a template in the planted source. */
  const read = (before: string, says: string) =>
    collectProblems([
      {
        path: 'src/app/planted.ts',
        text: `${before}\nthrow new Problem({ code: 'PLANTED_CODE', kind: 'invalid', says: ${says}, next: 'Go.' });`.replaceAll(
          '§',
          '$',
        ),
      },
    ])[0]?.says;

  it.each([
    ["'plain'", '', ['plain']],
    ['`a §{record.entry.postingKey} b`', '', ['a {posting key} b']],
    ['`§{count} §{count === 1 ? "row" : "rows"}`', '', ['{count} rows']],
    ['`HTTP §{status}§{wait === null ? "" : `, wait §{wait} s`}.`', '', ['HTTP {status}[, wait {wait} s].']],
    ['isNew ? "new" : "old"', '', ['new', 'old']],
    ['SAID', 'const SAID = `said with §{LIMIT}`;\nconst LIMIT = 1_000;', ['said with 1000']],
    ['told("x")', 'function told(what: string): string {\n  return `told §{what}`;\n}', ['told x']],
    ['`it\'s "{}" /* no comment */`', '// `a comment', ['it\'s "{}" /* no comment */']],
    ['`§{JSON.stringify(text)} after a /regex/`', 'const pattern = /[`\'"]/;', ['"{text}" after a /regex/']],
    ['why', 'function a() {\n  const why = "another";\n}', ['{why}']],
  ])('%s', (says, before, expected) => {
    expect(read(before, says)).toEqual(expected);
  });
});
