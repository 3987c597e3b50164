// Writes docs/problems.md from the sources: every code, with what it says and the next step, as they stand in the program.
// `node tools/problems.mjs --write`; without --write it prints.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingOf, constantOf, functionOf, openingAround, readObject, splitAt, tokenise } from './read-source.mjs';

const ROOT = new URL('../', import.meta.url);
const DOCUMENT = new URL('docs/problems.md', ROOT);
/** How many constants, functions and branches a text may lead through. */
const DEPTH_MAX = 8;
const CODE = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|DEFECT|STOPPED)$/;

/** Codes that never reach a person as a problem. */
export const NOT_PROBLEMS = {
  RESPONSE_TOO_LARGE: 'reason inside src/sap/exchange.ts, shown within SAP_ANSWER_LOST or SAP_UNREACHABLE',
  RESPONSE_TOO_SLOW: 'reason inside src/sap/exchange.ts, shown within SAP_ANSWER_LOST or SAP_UNREACHABLE',
};

/** Files whose objects are reasons why a settlement or a month is not booked; src/app makes them problems of this kind. */
const QUARANTINE_FILES = {
  'src/mapping/accrue.ts': 'unmapped',
  'src/mapping/propose-rows.ts': 'unmapped',
  'src/mapping/tax-residual.ts': 'unproven',
};

const KIND_MEANINGS = {
  invalid: ['the caller asked for something impossible', 'does nothing'],
  unmapped: ['it is not known how to book this', 'quarantines the settlement'],
  unproven: ['the numbers do not tie', 'quarantines the settlement'],
  rejected: ['the other side understood and refused', 'stops, and shows its own words'],
  unavailable: ['certainly not done, safe to try again', 'tries again, within a limit'],
  unknown: ['sent, and the answer is lost', 'looks it up before anything else'],
  conflict: ['same key with other content, or the state moved', 'does nothing'],
  defect: ['the program is wrong', 'fails, and keeps the evidence'],
};

/** Program files below src, without tests and fixtures. */
export function sourceFiles() {
  return readdirSync(new URL('src/', ROOT), { recursive: true })
    .map((name) => join('src', name).replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(path))
    .sort()
    .map((path) => ({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));
}

/** Every problem the files can raise, by code; a code that is raised in several places has the texts of all of them. */
export function collectProblems(files) {
  const byCode = new Map();
  for (const file of files) {
    for (const found of problemsIn(file)) {
      if (found.code in NOT_PROBLEMS) continue;
      const known = byCode.get(found.code) ?? { code: found.code, kinds: [], says: [], next: [], files: [] };
      for (const key of ['kinds', 'says', 'next', 'files']) {
        for (const value of found[key]) if (!known[key].includes(value)) known[key].push(value);
      }
      byCode.set(found.code, known);
    }
  }
  return [...byCode.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function problemsIn({ path, text }) {
  const tokens = tokenise(text);
  const found = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'text' || !CODE.test(token.value)) continue;
    const facts = isCodeMember(tokens, index) ? fromObject(tokens, index, path) : fromCall(tokens, index);
    if (facts) found.push(complete(path, token.value, facts));
  }
  return found;
}

function isCodeMember(tokens, index) {
  return tokens[index - 2]?.value === 'code' && tokens[index - 1]?.value === ':';
}

function complete(path, code, { kind, says, next }) {
  if (!(code in NOT_PROBLEMS) && (!kind || says.length === 0 || next.length === 0)) {
    throw new Error(`${path}: kind, says and next of ${code} cannot be read from the source`);
  }
  return { code, kinds: kind ? [kind] : [], says, next, files: [path] };
}

/** `{ code: 'X', kind: …, says: …, next: … }`, where kind and next may come from a spread or from the function it is given to. */
function fromObject(tokens, index, path) {
  const open = openingAround(tokens, index);
  const { members, spreads } = readObject(tokens, open);
  const scope = { tokens, at: tokens[index].at, bound: new Map() };
  for (const spread of spreads) {
    const source = spread.length === 1 ? constantOf(tokens, spread[0].value, scope.at) : undefined;
    if (source?.[0]?.value !== '{') continue;
    for (const [name, value] of readObject(source, 0).members) if (!members.has(name)) members.set(name, value);
  }
  const callee = calleeAround(tokens, open);
  const kind = members.get('kind') ?? memberInBody(callee, 'kind');
  const next = members.get('next') ?? callee?.parameters.find(({ name }) => name === 'next')?.fallback;
  return {
    kind: kind?.[0]?.kind === 'text' ? kind[0].value : QUARANTINE_FILES[path],
    says: textsOf(members.get('says'), scope),
    next: textsOf(next, scope),
  };
}

/** `refused('X', says, next)` where the function's own parameters are `code`, `says` and `next`. */
function fromCall(tokens, index) {
  const open = openingAround(tokens, index);
  const callee = open > 0 ? functionOf(tokens, tokens[open - 1].value) : undefined;
  const names = callee?.parameters.map(({ name }) => name) ?? [];
  if (names[0] !== 'code' || tokens[open + 1] !== tokens[index]) return undefined;
  const values = splitAt(tokens.slice(open + 1, closingOf(tokens, open)), [',']);
  const scope = { tokens, at: tokens[index].at, bound: new Map() };
  return {
    kind: memberInBody(callee, 'kind')?.[0]?.value,
    says: textsOf(values[names.indexOf('says')], scope),
    next: textsOf(values[names.indexOf('next')], scope),
  };
}

function calleeAround(tokens, open) {
  const around = openingAround(tokens, open);
  return around > 0 && tokens[around].value === '(' ? functionOf(tokens, tokens[around - 1].value) : undefined;
}

function memberInBody(callee, name) {
  const at = callee?.body.findIndex((token, index) => token.value === name && callee.body[index + 1]?.value === ':');
  return at === undefined || at < 0 ? undefined : callee.body.slice(at + 2, at + 3);
}

// ------------------------------------------------------------------------------------------------- Texts

/** The sentences an expression can come to. What is only known when the program runs is a `{placeholder}`. */
function textsOf(tokens, scope, depth = 0) {
  if (tokens === undefined || tokens.length === 0 || depth > DEPTH_MAX) return [];
  const deeper = (part, inner = scope) => textsOf(part, inner, depth + 1);
  const choices = splitChoice(tokens);
  if (choices) {
    const texts = choices.flatMap((choice) => deeper(choice));
    return choices.some(isEmptyText) ? texts.map((text) => `[${text}]`) : texts;
  }
  const alternatives = splitAt(tokens, ['||', '??']);
  if (alternatives.length > 1) return alternatives.flatMap((part) => deeper(part));
  const [first, second] = tokens;
  if (tokens.length === 1) return textsOfOne(first, scope, deeper, depth);
  const isBracketed = (open) => closingOf(tokens, open) === tokens.length - 1;
  if (first.value === '(' && isBracketed(0)) return deeper(tokens.slice(1, -1));
  if (first.value === 'join' && second.value === '(' && isBracketed(1)) {
    return [
      splitAt(tokens.slice(2, -1), [','])
        .map((part) => deeper(part)[0])
        .join('/'),
    ];
  }
  if (first.kind === 'word' && second.value === '(' && isBracketed(1)) {
    const texts = returnedTexts(tokens, scope, deeper);
    if (texts.length > 0) return texts;
  }
  return [placeholder(tokens)];
}

function textsOfOne(token, scope, deeper, depth) {
  if (token.kind === 'text') return token.value === '' ? [] : [token.value];
  if (token.kind === 'template') return [templateText(token, scope, depth)];
  if (token.kind === 'number') return [token.value.replaceAll('_', '')];
  if (token.value === 'undefined' || token.value === 'null') return [];
  const bound = scope.bound.get(token.value);
  if (bound) return deeper(bound.tokens, bound.scope);
  const texts = deeper(constantOf(scope.tokens, token.value, scope.at));
  // The name of a constant says more than the names of what it is made from.
  return texts.some((text) => !/^\{[^}]*\}$/.test(text)) ? texts : [placeholder([token])];
}

function isEmptyText(tokens) {
  return tokens.length === 1 && tokens[0].kind === 'text' && tokens[0].value === '';
}

/** Both branches of `test ? a : b`, which may nest; `undefined` when the expression is none. */
function splitChoice(tokens) {
  const [test, rest] = splitFirst(tokens, '?');
  if (!test || !rest) return undefined;
  let depth = 0;
  let open = 0;
  for (const [index, { kind, value }] of rest.entries()) {
    if (kind !== 'mark') continue;
    if ('([{'.includes(value)) depth += 1;
    if (')]}'.includes(value)) depth -= 1;
    if (depth !== 0) continue;
    if (value === '?') open += 1;
    if (value === ':' && open === 0) return [rest.slice(0, index), rest.slice(index + 1)];
    if (value === ':') open -= 1;
  }
  return undefined;
}

function splitFirst(tokens, mark) {
  const [first] = splitAt(tokens, [mark]);
  return first.length === tokens.length ? [undefined, undefined] : [first, tokens.slice(first.length + 1)];
}

/** What a small function of the same file returns, with its parameters bound to the arguments. */
function returnedTexts(tokens, scope, deeper) {
  const callee = functionOf(scope.tokens, tokens[0].value);
  if (!callee) return [];
  const values = splitAt(tokens.slice(2, -1), [',']);
  const bound = new Map(
    callee.parameters.flatMap(({ name }, index) =>
      values[index]?.[0]?.kind === 'text' || values[index]?.[0]?.kind === 'template'
        ? [[name, { tokens: values[index], scope }]]
        : [],
    ),
  );
  const inner = { tokens: scope.tokens, at: callee.body[0]?.at ?? scope.at, bound };
  return callee.body.flatMap((token, index) =>
    token.value === 'return' ? deeper(splitAt(callee.body.slice(index + 1), [';'])[0], inner) : [],
  );
}

function templateText({ parts }, scope, depth) {
  return parts.map((part) => (typeof part === 'string' ? part : holeText(part, scope, depth))).join('');
}

function holeText(tokens, scope, depth) {
  const choices = splitChoice(tokens);
  if (choices) {
    const [one, other] = choices.map((choice) => textsOf(choice, scope, depth + 1)[0] ?? '');
    if (one === '' || other === '') return `[${one}${other}]`;
    // One thing or many: the plural stands for both.
    return other.slice(0, 2) === one.slice(0, 2) ? other : `${one} / ${other}`;
  }
  if (tokens[0].value === 'JSON' || tokens[0].value === 'quote') return `"${placeholder(tokens)}"`;
  const [text, more] = textsOf(tokens, scope, depth + 1);
  return text === undefined || more !== undefined ? placeholder(tokens) : text;
}

/** Words of an expression that say how a value is shown, not which. */
const METHODS = new Set(
  'join slice trim toString map filter get size at length padStart toUpperCase toLowerCase values'.split(' '),
);
const WRAPPERS =
  /^(?:JSON|stringify|String|Number|Math|ceil|round|floor|format\w*|quote|shorten|clean\w*|describe|Object|keys|messages|charCodeAt)$/;
/** A field of SAP that a function is asked for by name. */
const FIELD_NAME = /^[A-Z][a-z]+[A-Z][A-Za-z]+$/;
const END_MARKS = ['?', '/', '+', '-', '||', '??', '=>', ','];
/** Where the name of the variable says too little. */
const NAMES = { next: 'advice on SAP’s message', steps: 'advice on SAP’s messages' };

/** The last word of an expression that names a thing: `record.entry.postingKey` is `{posting key}`. */
function placeholder(tokens) {
  const words = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    // Which element of a list is shown says nothing about what it is.
    if (token.value === '[' && words.length > 0) index = closingOf(tokens, index);
    if (token.kind === 'text' && FIELD_NAME.test(token.value)) words.push(token.value);
    const isCall = tokens[index + 1]?.value === '(' || tokens[index + 1]?.value === '.';
    const isShown = METHODS.has(token.value) || (isCall && WRAPPERS.test(token.value));
    if (token.kind === 'word' && !isShown) words.push(token.value);
    const isEnd = token.kind === 'mark' && END_MARKS.includes(token.value);
    if (isEnd && words.length > 0 && !FIELD_NAME.test(tokens[index + 1]?.value ?? '')) break;
  }
  const name = words.at(-1) ?? 'value';
  if (name in NAMES) return `{${NAMES[name]}}`;
  const isConstant = /^[A-Z0-9_]+$/.test(name);
  const spaced = isConstant
    ? name.replaceAll('_', ' ')
    : name.replace(/^[#_]+/, '').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return `{${spaced.toLowerCase()}}`;
}

// ------------------------------------------------------------------------------------------------ The document

/** HTTP status and exit code of each kind, as src/core/problem.ts states them. */
export function readKinds(text) {
  const pattern = /^ {2}(\w+): \{ httpStatus: (\d+), exitCode: (\d+) \},$/gm;
  return [...text.matchAll(pattern)].map(([, kind, status, exit]) => ({ kind, httpStatus: status, exitCode: exit }));
}

export function renderProblems(problems, kinds, examples = {}) {
  const table = kinds.map(({ kind, httpStatus, exitCode }) => {
    const [meaning, reaction] = KIND_MEANINGS[kind];
    return `| [\`${kind}\`](#${kind}) | ${meaning} | ${reaction} | ${httpStatus} | ${exitCode} |`;
  });
  const sections = kinds.map(({ kind }) => {
    const [meaning] = KIND_MEANINGS[kind];
    const ofKind = problems.filter((problem) => problem.kinds.includes(kind));
    return [
      `## ${kind}`,
      `${meaning[0].toUpperCase()}${meaning.slice(1)}.`,
      ...ofKind.map((problem) => renderProblem(problem, examples[problem.code])),
    ].join('\n\n');
  });
  return `${[
    '# Problems',
    'Every problem the program can tell of: its code, what it says, and what to do next. A code means one thing for\never. Words in braces stand for values, words in square brackets are not always there; an example is what a test\nmade the program say. What to do at night, by symptom: [operations.md](operations.md).',
    'This page is generated from the sources by `tools/problems.mjs`, and a test keeps it fresh.',
    ['| kind | meaning | the program | HTTP | exit code |', '| --- | --- | --- | ---: | ---: |', ...table].join('\n'),
    'A command ends with the exit code of its problem, 0 when there is none. A sync with several problems ends with the most\npressing one.',
    ...sections,
  ].join('\n\n')}\n`;
}

function renderProblem({ code, says, next, files }, example) {
  return [
    `### ${code}`,
    [
      ...says.map((text) => `- ${safe(text)}`),
      ...next.map((text) => `- Next: ${safe(text)}`),
      ...(example ? [`- For example: ${safe(`${example.says} ${example.next}`)}`] : []),
      `- From ${files.map((file) => `\`${file}\``).join(', ')}`,
    ].join('\n'),
  ].join('\n\n');
}

/** Markdown must not take an angle bracket or a star of a message for its own. */
function safe(text) {
  return text.replace(/\s+/g, ' ').trim().replace(/[<*]/g, '\\$&');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = sourceFiles();
  const kinds = readKinds(files.find(({ path }) => path === 'src/core/problem.ts').text);
  const examples = JSON.parse(readFileSync(new URL('./problem-examples.json', import.meta.url), 'utf8'));
  const text = renderProblems(collectProblems(files), kinds, examples);
  if (process.argv.includes('--write')) writeFileSync(DOCUMENT, text);
  else process.stdout.write(text);
}
