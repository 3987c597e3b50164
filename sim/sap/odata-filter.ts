/** `$filter` of OData V2: comparisons, `and`, `or`, `not`, parentheses, `startswith`, `endswith`, `substringof`. */
import type { EntitySet, Entry, Field, FieldValue } from './entity-set.ts';

/** Why a query option cannot be understood. */
export class ODataSyntaxError extends Error {
  override readonly name = 'ODataSyntaxError';
}

type Predicate = (entry: Entry) => boolean;
type LiteralType = 'string' | 'boolean' | 'date' | 'moment' | 'number' | 'null';

interface Operand {
  readonly type: LiteralType;
  readonly read: (entry: Entry) => FieldValue;
  /** Leading zeros do not count. */
  readonly isAlpha?: boolean;
}

interface Token {
  readonly kind: 'word' | 'literal' | 'open' | 'close' | 'comma';
  readonly text: string;
  readonly operand?: Operand;
}

const depthMax = 50;
const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};
const functions: Readonly<Record<string, (first: string, second: string) => boolean>> = {
  startswith: (text, start) => text.startsWith(start),
  endswith: (text, end) => text.endsWith(end),
  substringof: (part, text) => text.includes(part),
};

/** Raises ODataSyntaxError for anything it does not know, as SAP answers 400. */
export function parseFilter(source: string, set: EntitySet): Predicate {
  const tokens = tokenize(source, set);
  const reader = { tokens, at: 0, depth: 0 };
  const predicate = parseOr(reader);
  if (reader.at < tokens.length) throw new ODataSyntaxError(`Invalid token '${tokens[reader.at]?.text}' in $filter`);
  return predicate;
}

/** A literal as it appears in `$filter` and in keys, for a field of that type. */
export function parseKeyLiteral(source: string, field: Field): FieldValue {
  const token = readToken(source, 0, undefined);
  if (!token?.token.operand || token.end !== source.length || token.token.operand.type !== literalTypeOf(field)) {
    throw new ODataSyntaxError(`Invalid key value ${source} for ${field.name}`);
  }
  const value = token.token.operand.read({ value: () => null });
  if (field.isAlpha && typeof value === 'string') return dropZeros(value);
  return field.type === 'Edm.DateTime' && typeof value === 'string' ? value.slice(0, 10) : value;
}

function dropZeros(text: string): string {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

function parseOr(reader: Reader): Predicate {
  let left = parseAnd(reader);
  while (takeWord(reader, 'or')) {
    const [first, second] = [left, parseAnd(reader)];
    left = (entry) => first(entry) || second(entry);
  }
  return left;
}

function parseAnd(reader: Reader): Predicate {
  let left = parseUnary(reader);
  while (takeWord(reader, 'and')) {
    const [first, second] = [left, parseUnary(reader)];
    left = (entry) => first(entry) && second(entry);
  }
  return left;
}

function parseUnary(reader: Reader): Predicate {
  reader.depth += 1;
  if (reader.depth > depthMax) throw new ODataSyntaxError(`$filter is nested deeper than ${depthMax}`);
  const predicate = parsePrimary(reader);
  reader.depth -= 1;
  return predicate;
}

function parsePrimary(reader: Reader): Predicate {
  if (takeWord(reader, 'not')) {
    const inner = parseUnary(reader);
    return (entry) => !inner(entry);
  }
  if (reader.tokens[reader.at]?.kind === 'open') {
    reader.at += 1;
    const inner = parseOr(reader);
    expect(reader, 'close');
    return inner;
  }
  const name = reader.tokens[reader.at]?.text.toLowerCase() ?? '';
  const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (apply && reader.tokens[reader.at + 1]?.kind === 'open') return parseFunction(reader, apply);
  return parseComparison(reader);
}

function parseFunction(reader: Reader, apply: (first: string, second: string) => boolean): Predicate {
  reader.at += 1;
  expect(reader, 'open');
  const first = takeOperand(reader);
  expect(reader, 'comma');
  const second = takeOperand(reader);
  expect(reader, 'close');
  // `startswith(Field,'x') eq true` is the long form of the same.
  if (takeWord(reader, 'eq') && takeOperand(reader).read({ value: () => null }) !== true) {
    throw new ODataSyntaxError('A function can only be compared with true');
  }
  return (entry) => apply(String(first.read(entry) ?? ''), String(second.read(entry) ?? ''));
}

function parseComparison(reader: Reader): Predicate {
  const left = takeOperand(reader);
  const operator = reader.tokens[reader.at]?.text ?? '';
  const test = Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
  if (!test) throw new ODataSyntaxError(`Invalid operator '${operator}' in $filter`);
  reader.at += 1;
  const right = takeOperand(reader);
  if (left.type !== right.type && left.type !== 'null' && right.type !== 'null') {
    throw new ODataSyntaxError(`Incompatible types ${left.type} and ${right.type} in $filter`);
  }
  const isNumber = left.type === 'number';
  const isAlpha = left.isAlpha || right.isAlpha;
  const read = (operand: Operand, entry: Entry): FieldValue => {
    const value = operand.read(entry);
    return isAlpha && typeof value === 'string' ? dropZeros(value) : value;
  };
  return (entry) => {
    const [a, b] = [read(left, entry), read(right, entry)];
    if (a === null || b === null) return operator === 'eq' ? a === b : operator === 'ne' && a !== b;
    return test(isNumber ? compareDecimals(String(a), String(b)) : compareText(String(a), String(b)));
  };
}

function takeWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== 'word' || token.text !== word) return false;
  reader.at += 1;
  return true;
}

function expect(reader: Reader, kind: Token['kind']): void {
  const token = reader.tokens[reader.at];
  if (token?.kind !== kind) throw new ODataSyntaxError(`Invalid token '${token?.text ?? 'end'}' in $filter`);
  reader.at += 1;
}

function takeOperand(reader: Reader): Operand {
  const token = reader.tokens[reader.at];
  if (!token?.operand) throw new ODataSyntaxError(`Invalid token '${token?.text ?? 'end'}' in $filter`);
  reader.at += 1;
  return token.operand;
}

function tokenize(source: string, set: EntitySet): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (source[at] === ' ') at += 1;
    if (at >= source.length) return tokens;
    const next = readToken(source, at, set);
    if (!next) throw new ODataSyntaxError(`Invalid character at position ${at} of $filter`);
    tokens.push(next.token);
    at = next.end;
  }
}

const pattern =
  /(?<mark>[(),])|(?:(?<prefix>datetimeoffset|datetime)?'(?<quoted>(?:[^']|'')*)')|(?<number>-?\d+(?:\.\d+)?)[mMdDlL]?(?![\w'])|(?<word>[A-Za-z_]\w*)/y;

function readToken(
  source: string,
  at: number,
  set: EntitySet | undefined,
): { readonly token: Token; readonly end: number } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  if (!match) return undefined;
  const { mark, prefix, quoted, number, word } = match.groups ?? {};
  const [text, end] = [match[0], pattern.lastIndex];
  if (mark !== undefined) {
    const kind = mark === '(' ? 'open' : mark === ')' ? 'close' : 'comma';
    return { token: { kind, text }, end };
  }
  if (quoted !== undefined) return { token: { kind: 'literal', text, operand: readQuoted(prefix, quoted) }, end };
  if (number !== undefined) {
    return { token: { kind: 'literal', text, operand: constant('number', number) }, end };
  }
  return { token: wordToken(word ?? '', set), end };
}

function wordToken(word: string, set: EntitySet | undefined): Token {
  if (word === 'true' || word === 'false') {
    return { kind: 'literal', text: word, operand: constant('boolean', word === 'true') };
  }
  if (word === 'null') return { kind: 'literal', text: word, operand: constant('null', null) };
  const field = set?.fields.get(word);
  if (!field) {
    const known = /^(and|or|not)$/.test(word) || Object.hasOwn(comparisons, word) || Object.hasOwn(functions, word);
    if (known || !set) return { kind: 'word', text: word };
    throw new ODataSyntaxError(`Property ${word} not found in type ${set.typeName.split('.')[1]}`);
  }
  const isDate = field.type === 'Edm.DateTime';
  const read = (entry: Entry): FieldValue => {
    const value = entry.value(word);
    return isDate && typeof value === 'string' ? `${value}T00:00:00` : value;
  };
  const operand = { type: literalTypeOf(field), read, isAlpha: field.isAlpha ?? false };
  return { kind: 'word', text: word, operand };
}

function readQuoted(prefix: string | undefined, quoted: string): Operand {
  const text = quoted.replaceAll("''", "'");
  if (prefix === undefined) return constant('string', text);
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z?)$/.exec(text);
  const isMoment = prefix === 'datetimeoffset';
  if (!match || (match[3] === 'Z') !== isMoment) throw new ODataSyntaxError(`Invalid literal ${prefix}'${quoted}'`);
  return constant(isMoment ? 'moment' : 'date', `${match[1]}${match[2] ?? ':00'}${match[3]}`);
}

function constant(type: LiteralType, value: FieldValue): Operand {
  return { type, read: () => value };
}

function literalTypeOf(field: Field): LiteralType {
  switch (field.type) {
    case 'Edm.Boolean':
      return 'boolean';
    case 'Edm.DateTime':
      return 'date';
    case 'Edm.DateTimeOffset':
      return 'moment';
    case 'Edm.Decimal':
      return 'number';
    default:
      return 'string';
  }
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Exact, without a binary float. */
export function compareDecimals(left: string, right: string): number {
  const decimals = Math.max(left.split('.')[1]?.length ?? 0, right.split('.')[1]?.length ?? 0);
  const scale = (text: string): bigint => {
    const [whole = '0', fraction = ''] = text.split('.');
    return BigInt(whole + fraction.padEnd(decimals, '0'));
  };
  const [a, b] = [scale(left), scale(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
