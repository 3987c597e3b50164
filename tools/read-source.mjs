// Reads just enough TypeScript to find the texts of object literals: tokens, top-level expressions, constants and small
// functions of one file. Not a parser of the language; what it cannot resolve becomes a placeholder named after it.

const WORD = /[A-Za-z_$#][\w$]*/y;
const NUMBER = /\d[\d_]*(?:\.\d+)?n?/y;
const PUNCTUATION = /\?\?=?|\?\.|\|\|=?|&&=?|=>|===?|!==?|\.\.\.|\*\*|[<>]=?|[-+*/%=!?:;,.(){}[\]&|^~@]/y;
/** After one of these a slash begins a regular expression; after anything else it divides. */
const BEFORE_EXPRESSION = /^(?:[([{,;:=!?&|+\-*%<>~^]|=>|&&|\|\||\?\?|===?|!==?|[<>]=|return|typeof|case|of|in)$/;

/** Tokens of a source text: `word`, `number`, `text`, `template` (with `parts`), `regex` and `mark`. */
export function tokenise(source) {
  const tokens = [];
  let at = 0;
  const sticky = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const push = (token, length) => {
    tokens.push({ ...token, at });
    at += length;
  };
  while (at < source.length) {
    const character = source[at];
    if (/\s/.test(character)) at += 1;
    else if (source.startsWith('//', at)) at = endOf(source, '\n', at);
    else if (source.startsWith('/*', at)) at = endOf(source, '*/', at);
    else if (character === "'" || character === '"') {
      const end = endOfText(source, at);
      push({ kind: 'text', value: unescapeText(source.slice(at + 1, end - 1)) }, end - at);
    } else if (character === '`') {
      const { parts, end } = readTemplate(source, at);
      push({ kind: 'template', value: '`', parts }, end - at);
    } else if (character === '/' && BEFORE_EXPRESSION.test(tokens.at(-1)?.value ?? '(')) {
      const end = endOfRegex(source, at);
      push({ kind: 'regex', value: source.slice(at, end) }, end - at);
    } else {
      const word = sticky(WORD);
      const number = word === undefined ? sticky(NUMBER) : undefined;
      const value = word ?? number ?? sticky(PUNCTUATION) ?? character;
      push({ kind: word !== undefined ? 'word' : number !== undefined ? 'number' : 'mark', value }, value.length);
    }
  }
  return tokens;
}

function endOf(source, mark, from) {
  const found = source.indexOf(mark, from + mark.length);
  return found < 0 ? source.length : found + mark.length;
}

function endOfText(source, from) {
  const quote = source[from];
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote) return at + 1;
  }
  throw new Error(`a text that begins at ${from} does not end`);
}

function endOfRegex(source, from) {
  let isInClass = false;
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '[') isInClass = true;
    else if (source[at] === ']') isInClass = false;
    else if (source[at] === '/' && !isInClass) {
      const flags = /[a-z]*/y;
      flags.lastIndex = at + 1;
      return at + 1 + (flags.exec(source)?.[0].length ?? 0);
    }
  }
  throw new Error(`a regular expression that begins at ${from} does not end`);
}

function readTemplate(source, from) {
  const parts = [];
  let text = '';
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '`') {
      parts.push(unescapeText(text));
      return { parts, end: at + 1 };
    }
    if (source[at] === '\\') {
      text += source.slice(at, at + 2);
      at += 1;
    } else if (source.startsWith('${', at)) {
      const end = endOfHole(source, at + 2);
      parts.push(unescapeText(text), tokenise(source.slice(at + 2, end)));
      text = '';
      at = end;
    } else text += source[at];
  }
  throw new Error(`a template that begins at ${from} does not end`);
}

/** Index of the brace that closes a `${`; texts and templates inside may hold braces of their own. */
function endOfHole(source, from) {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const character = source[at];
    if (character === "'" || character === '"') at = endOfText(source, at) - 1;
    else if (character === '`') at = readTemplate(source, at).end - 1;
    else if (character === '{') depth += 1;
    else if (character === '}' && depth === 0) return at;
    else if (character === '}') depth -= 1;
  }
  throw new Error(`a hole of a template that begins at ${from} does not end`);
}

function unescapeText(text) {
  const letters = { n: '\n', t: '\t', r: '\r' };
  return text.replace(/\\(u[\da-fA-F]{4}|.)/gs, (_, what) =>
    what.startsWith('u') && what.length === 5
      ? String.fromCharCode(Number.parseInt(what.slice(1), 16))
      : (letters[what] ?? what),
  );
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
const isMark = (token, value) => token?.kind === 'mark' && token.value === value;

/** Index of the bracket that closes the one at `open`. */
export function closingOf(tokens, open) {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index].kind !== 'mark') continue;
    if (OPENING.has(tokens[index].value)) depth += 1;
    if (CLOSING.has(tokens[index].value)) depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`the bracket at ${tokens[open].at} does not close`);
}

/** Index of the innermost bracket that is open at `index`, or -1. */
export function openingAround(tokens, index) {
  let depth = 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    if (tokens[at].kind !== 'mark') continue;
    if (CLOSING.has(tokens[at].value)) depth += 1;
    if (OPENING.has(tokens[at].value)) {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return -1;
}

/** The parts between separators that stand outside of all brackets. */
export function splitAt(tokens, separators) {
  const parts = [[]];
  let depth = 0;
  for (const token of tokens) {
    const isBracket = token.kind === 'mark';
    if (isBracket && CLOSING.has(token.value)) depth -= 1;
    if (depth === 0 && isBracket && separators.includes(token.value)) parts.push([]);
    else parts.at(-1).push(token);
    if (isBracket && OPENING.has(token.value)) depth += 1;
  }
  return parts;
}

/** Members of the object literal whose brace is at `open`: expressions by name, and the spread expressions. */
export function readObject(tokens, open) {
  const members = new Map();
  const spreads = [];
  for (const part of splitAt(tokens.slice(open + 1, closingOf(tokens, open)), [','])) {
    const [first, second] = part;
    if (isMark(first, '...')) spreads.push(part.slice(1));
    else if (first && isMark(second, ':')) members.set(first.value, part.slice(2));
    else if (first?.kind === 'word' && part.length === 1) members.set(first.value, part);
  }
  return { members, spreads };
}

/** The expression of the last `const name = …` that the position `at` can see: in its own block or in one around it. */
export function constantOf(tokens, name, at = Number.POSITIVE_INFINITY) {
  let found;
  for (const [index, token] of tokens.entries()) {
    if (token.value !== 'const' || tokens[index + 1]?.value !== name || !isMark(tokens[index + 2], '=')) continue;
    const block = openingAround(tokens, index);
    const isSeen = block < 0 || (token.at < at && tokens[closingOf(tokens, block)].at > at);
    if (isSeen) found = splitAt(tokens.slice(index + 3), [';'])[0];
  }
  return found;
}

/** Parameter names and body of a function, or of an arrow function in a constant, of this file. */
export function functionOf(tokens, name) {
  for (let index = 0; index + 2 < tokens.length; index += 1) {
    const isFunction = tokens[index].value === 'function' && tokens[index + 1].value === name;
    const isArrow =
      tokens[index].value === 'const' && tokens[index + 1].value === name && isMark(tokens[index + 2], '=');
    const open = isFunction ? index + 2 : index + 3;
    if ((!isFunction && !isArrow) || !isMark(tokens[open], '(')) continue;
    const close = closingOf(tokens, open);
    const parameters = splitAt(tokens.slice(open + 1, close), [',']).map((part) => ({
      name: part[0]?.value ?? '',
      fallback: splitAt(part, ['='])[1],
    }));
    return { parameters, body: bodyAfter(tokens, close) };
  }
  return undefined;
}

function bodyAfter(tokens, close) {
  let at = close + 1;
  while (at < tokens.length && !isMark(tokens[at], '=>') && !isBodyBrace(tokens, at)) at += 1;
  if (isMark(tokens[at], '=>')) at += 1;
  if (isMark(tokens[at], '{')) return tokens.slice(at + 1, closingOf(tokens, at));
  return splitAt(tokens.slice(at), [';'])[0];
}

/** A brace of a return type (`: { … }`) is followed by the brace of the body. */
function isBodyBrace(tokens, at) {
  return isMark(tokens[at], '{') && !isMark(tokens[at - 1], ':') && tokens[at - 1].value !== '|';
}
