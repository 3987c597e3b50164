/**
 * Renders the part of Go's templates that the chart is written in, because neither Helm nor Go is where the tests run. What it
 * does not know it refuses, so a chart that uses more fails here. That it agrees with the real engine is compared where Go is
 * installed (chart.test.ts).
 */
import { stringify } from 'yaml';

export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | { readonly [name: string]: Value };

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly words: string }
  | {
      readonly kind: 'block';
      readonly name: string;
      readonly words: string;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    };

interface Scope {
  readonly root: Value;
  readonly dot: Value;
  readonly names: Map<string, Value>;
  readonly templates: ReadonlyMap<string, readonly Node[]>;
}

/** All files of a chart rendered with one context, by file name. Throws what `required` says, and what is not understood. */
export function renderTemplates(files: ReadonlyMap<string, string>, context: Value): Map<string, string> {
  const templates = new Map<string, readonly Node[]>();
  const parsed = [...files].map(([name, text]) => [name, parse(text, templates)] as const);
  return new Map(
    parsed.map(([name, nodes]) => [name, render(nodes, { root: context, dot: context, names: new Map(), templates })]),
  );
}

// ------------------------------------------------------------------------------------------------- Reading

function parse(text: string, templates: Map<string, readonly Node[]>): readonly Node[] {
  const tokens = tokensOf(text);
  const [nodes, end] = parseUntil(tokens, 0, templates);
  if (end < tokens.length) throw new Error('an end without a beginning');
  return nodes;
}

type Token = { readonly text: string } | { readonly words: string };

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let rest = text;
  for (
    let match = /\{\{(- )?([\s\S]*?)( -)?\}\}/.exec(rest);
    match;
    match = /\{\{(- )?([\s\S]*?)( -)?\}\}/.exec(rest)
  ) {
    const [whole, trimsBefore, words = '', trimsAfter] = match;
    const before = rest.slice(0, match.index);
    tokens.push({ text: trimsBefore ? before.trimEnd() : before });
    if (!/^\s*\/\*/.test(words)) tokens.push({ words: words.trim() });
    rest = rest.slice(match.index + whole.length);
    if (trimsAfter) rest = rest.trimStart();
  }
  return [...tokens, { text: rest }];
}

function parseUntil(tokens: readonly Token[], from: number, templates: Map<string, readonly Node[]>): [Node[], number] {
  const nodes: Node[] = [];
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    at += 1;
    if ('text' in token) {
      nodes.push({ kind: 'text', text: token.text });
      continue;
    }
    const [name = ''] = token.words.split(/\s/);
    if (name === 'end' || name === 'else') return [nodes, at - 1];
    if (!['if', 'with', 'range', 'define'].includes(name)) {
      nodes.push({ kind: 'action', words: token.words });
      continue;
    }
    const [body, stop] = parseUntil(tokens, at, templates);
    const stopWords = wordsOf(tokens[stop]);
    if (stopWords.startsWith('else ')) throw new Error('an else with a condition is not known here');
    const [otherwise, end] = stopWords === 'else' ? parseUntil(tokens, stop + 1, templates) : [[], stop];
    if (wordsOf(tokens[end]) !== 'end') throw new Error(`${token.words} has no end`);
    at = end + 1;
    const words = token.words.slice(name.length).trim();
    if (name === 'define') templates.set(JSON.parse(words), body);
    else nodes.push({ kind: 'block', name, words, body, otherwise });
  }
  return [nodes, at];
}

function wordsOf(token: Token | undefined): string {
  return token && 'words' in token ? token.words : '';
}

// ------------------------------------------------------------------------------------------------- Rendering

function render(nodes: readonly Node[], scope: Scope): string {
  return nodes.map((node) => renderNode(node, scope)).join('');
}

function renderNode(node: Node, scope: Scope): string {
  if (node.kind === 'text') return node.text;
  if (node.kind === 'action') {
    const assigned = /^\$(\w+) :=\s*([\s\S]*)$/.exec(node.words);
    if (!assigned) return textOf(evaluate(node.words, scope));
    scope.names.set(assigned[1] ?? '', evaluate(assigned[2] ?? '', scope));
    return '';
  }
  const value = evaluate(node.words, scope);
  if (node.name === 'if') return render(isTrue(value) ? node.body : node.otherwise, scope);
  if (node.name === 'with' && isTrue(value)) return render(node.body, { ...scope, dot: value });
  if (node.name === 'range' && isTrue(value)) {
    if (!Array.isArray(value)) throw new Error('a range over something that is no list is not known here');
    return value.map((dot: Value) => render(node.body, { ...scope, dot })).join('');
  }
  return render(node.otherwise, scope);
}

function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

function textOf(value: Value): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') throw new Error('an object is no text');
  return String(value);
}

/** `a b | c d`: what comes out of the left is the last argument of the right. */
function evaluate(words: string, scope: Scope): Value {
  const tokens = words.match(/"(?:\\.|[^"])*"|[()|]|[^\s()|]+/g) ?? [];
  const [value, end] = evaluatePipe(tokens, 0, scope);
  if (end < tokens.length) throw new Error(`${words} cannot be read`);
  return value;
}

function evaluatePipe(tokens: readonly string[], from: number, scope: Scope): [Value, number] {
  let at = from;
  let piped: Value[] = [];
  for (;;) {
    const parts: (Value | { readonly call: string })[] = [];
    for (; at < tokens.length && tokens[at] !== '|' && tokens[at] !== ')'; at += 1) {
      if (tokens[at] === '(') {
        const [value, end] = evaluatePipe(tokens, at + 1, scope);
        parts.push(value);
        at = end;
      } else parts.push(operandOf(tokens[at] ?? '', scope));
    }
    const value = apply([...parts, ...piped], scope);
    if (tokens[at] !== '|') return [value, at];
    piped = [value];
    at += 1;
  }
}

function operandOf(token: string, scope: Scope): Value | { readonly call: string } {
  if (token.startsWith('"')) return JSON.parse(token) as string;
  if (/^-?\d+$/.test(token)) return Number(token);
  if (token === 'true' || token === 'false') return token === 'true';
  const path = /^(\$\w*)?((?:\.\w+)*)\.?$/.exec(token);
  if (!path) return { call: token };
  const [, variable, members = ''] = path;
  const start = variable === undefined ? scope.dot : variable === '$' ? scope.root : scope.names.get(variable.slice(1));
  return members
    .split('.')
    .slice(1)
    .reduce<Value>((value, name) => (value as Record<string, Value> | undefined)?.[name], start);
}

function apply(parts: readonly (Value | { readonly call: string })[], scope: Scope): Value {
  const [first, ...rest] = parts;
  const name = typeof first === 'object' && first !== null && 'call' in first ? String(first.call) : undefined;
  if (name === undefined) {
    if (rest.length > 0) throw new Error('a value takes no arguments');
    return first as Value;
  }
  if (name === 'include') {
    const template = scope.templates.get(String(rest[0]));
    if (!template) throw new Error(`there is no template ${rest[0]}`);
    const dot = rest[1] as Value;
    return render(template, { ...scope, root: dot, dot, names: new Map() });
  }
  const known = FUNCTIONS[name];
  if (!known) throw new Error(`the function ${name} is not known here`);
  return known(rest as Value[]);
}

const indent = (count: Value, text: Value) => textOf(text).replace(/^/gm, ' '.repeat(Number(count)));

const FUNCTIONS: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  contains: ([part, whole]) => String(whole).includes(String(part)),
  default: ([otherwise, value]) => (isTrue(value) ? value : otherwise),
  dict: (values) => Object.fromEntries(values.flatMap((name, at) => (at % 2 ? [] : [[String(name), values[at + 1]]]))),
  eq: ([one, other]) => one === other,
  list: (values) => values,
  nindent: ([count, text]) => `\n${indent(count, text)}`,
  not: ([value]: readonly Value[]) => !isTrue(value),
  printf: ([form, ...values]) => {
    let at = -1;
    return String(form).replaceAll('%s', () => {
      at += 1;
      return textOf(values[at]);
    });
  },
  quote: ([value]) => JSON.stringify(textOf(value)),
  required: ([says, value]) => {
    if (value === undefined || value === null || value === '') throw new Error(String(says));
    return value;
  },
  toString: ([value]: readonly Value[]) => textOf(value),
  toYaml: ([value]: readonly Value[]) => stringify(value, { sortMapEntries: true, lineWidth: 0 }).trimEnd(),
  trimSuffix: ([suffix, text]) => {
    const [end, whole] = [String(suffix), String(text)];
    return whole.endsWith(end) ? whole.slice(0, -end.length) : whole;
  },
  trunc: ([length, text]) => String(text).slice(0, Number(length)),
};
