/**
 * A strict reader for the small XML that arrives at a web service: well-formedness and namespaces are enforced,
 * a document type declaration is refused, comments and processing instructions are skipped.
 */

export interface XmlAttribute {
  readonly name: string;
  /** Empty when the attribute has no prefix. */
  readonly namespace: string;
  readonly value: string;
}

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** Empty when the element is in no namespace. */
  readonly namespace: string;
  /** Without namespace declarations. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All character data directly inside this element, unchanged. */
  readonly text: string;
}

/** Why a text is not an XML document. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface OpenElement {
  qualifiedName: string;
  name: string;
  namespace: string;
  attributes: XmlAttribute[];
  children: XmlElement[];
  text: string;
  scope: Scope;
}

type Scope = ReadonlyMap<string, string>;

const depthMax = 100;
const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const namePattern = '[A-Za-z_\\u00C0-\\uFFFD][\\w.\\-\\u00B7\\u00C0-\\uFFFD]*';
const qualifiedName = new RegExp(`^(?:(${namePattern}):)?(${namePattern})$`);
const tagName = new RegExp(`${namePattern}(?::${namePattern})?`, 'y');
const attribute = new RegExp(`\\s+(${namePattern}(?::${namePattern})?)\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const tagEnd = /\s*(\/?)>/y;
// XML 1.0, production 2: control characters and lone surrogates are no characters.
const allowedCharacters = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
const namedEntities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads one whole document and returns its root. Raises XmlError. */
export function parseXml(source: string): XmlElement {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (!allowedCharacters.test(text)) throw new XmlError('a character that XML does not allow');
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let at = /^<\?xml\s[^>]*\?>/.exec(text)?.[0].length ?? 0;
  while (at < text.length) {
    const top = open.at(-1);
    const less = text.indexOf('<', at);
    const end = less < 0 ? text.length : less;
    addText(top, text.slice(at, end), root);
    if (less < 0) break;
    at = less;
    if (text.startsWith('<!--', at)) {
      at = skipPast(text, '-->', at + 4, 'comment');
    } else if (text.startsWith('<![CDATA[', at)) {
      const close = skipPast(text, ']]>', at + 9, 'CDATA section');
      if (!top) throw new XmlError('CDATA outside the root element');
      top.text += text.slice(at + 9, close - 3);
      at = close;
    } else if (text.startsWith('<?', at)) {
      if (/^<\?xml\s/i.test(text.slice(at, at + 6))) throw new XmlError('an XML declaration that is not at the start');
      at = skipPast(text, '?>', at + 2, 'processing instruction');
    } else if (text.startsWith('<!', at)) {
      throw new XmlError('a document type declaration is not accepted');
    } else if (text.startsWith('</', at)) {
      const close = /<\/([^\s>]+)\s*>/y;
      close.lastIndex = at;
      const match = close.exec(text);
      const closed = open.pop();
      if (!match || !closed || match[1] !== closed.qualifiedName) {
        throw new XmlError(`end tag ${match?.[1] ?? '?'} does not close ${closed?.qualifiedName ?? 'anything'}`);
      }
      at = close.lastIndex;
      root = attach(open, closed) ?? root;
    } else {
      if (root) throw new XmlError('a second root element');
      const started = startElement(text, at, top?.scope ?? new Map([['xml', xmlNamespace]]));
      at = started.next;
      if (open.length >= depthMax) throw new XmlError(`deeper than ${depthMax} elements`);
      if (started.empty) root = attach(open, started.element) ?? root;
      else open.push(started.element);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw new XmlError(`${unclosed.qualifiedName} is not closed`);
  if (!root) throw new XmlError('no root element');
  return root;
}

function addText(top: OpenElement | undefined, raw: string, root: XmlElement | undefined): void {
  if (raw === '') return;
  if (top) {
    if (raw.includes(']]>')) throw new XmlError(']]> in character data');
    top.text += resolveEntities(raw);
  } else if (raw.trim() !== '') {
    throw new XmlError(root ? 'text after the root element' : 'text before the root element');
  }
}

function skipPast(text: string, mark: string, from: number, what: string): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw new XmlError(`a ${what} that does not end`);
  return found + mark.length;
}

function attach(open: readonly OpenElement[], closed: OpenElement): XmlElement | undefined {
  const { name, namespace, attributes, children, text } = closed;
  const element: XmlElement = { name, namespace, attributes, children, text };
  const parent = open.at(-1);
  if (!parent) return element;
  parent.children.push(element);
  return undefined;
}

function startElement(text: string, at: number, outer: Scope): { element: OpenElement; next: number; empty: boolean } {
  tagName.lastIndex = at + 1;
  const tag = tagName.exec(text)?.[0];
  if (!tag) throw new XmlError(`no element name at position ${at}`);
  let next = tagName.lastIndex;
  const raw = new Map<string, string>();
  for (;;) {
    attribute.lastIndex = next;
    const match = attribute.exec(text);
    if (!match?.[1]) break;
    if (raw.has(match[1])) throw new XmlError(`attribute ${match[1]} twice in ${tag}`);
    raw.set(match[1], resolveEntities((match[2] ?? match[3] ?? '').replace(/[\t\n]/g, ' ')));
    next = attribute.lastIndex;
  }
  tagEnd.lastIndex = next;
  const end = tagEnd.exec(text);
  if (!end) throw new XmlError(`the start tag ${tag} is not well formed`);
  const scope = declareNamespaces(raw, outer);
  const own = resolveName(tag, scope, true);
  const attributes = [...raw]
    .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .map(([name, value]) => ({ ...resolveName(name, scope, false), value }));
  const element = { qualifiedName: tag, ...own, attributes, children: [], text: '', scope };
  return { element, next: tagEnd.lastIndex, empty: end[1] === '/' };
}

function declareNamespaces(raw: ReadonlyMap<string, string>, outer: Scope): Scope {
  const declared = [...raw].filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return outer;
  const scope = new Map(outer);
  for (const [name, value] of declared) {
    if (name !== 'xmlns' && value === '') throw new XmlError(`${name} is bound to nothing`);
    scope.set(name === 'xmlns' ? '' : name.slice('xmlns:'.length), value);
  }
  return scope;
}

function resolveName(name: string, scope: Scope, useDefault: boolean): { name: string; namespace: string } {
  const [, prefix, local] = qualifiedName.exec(name) ?? [];
  if (local === undefined) throw new XmlError(`${name} is not a name`);
  if (prefix === undefined) return { name: local, namespace: useDefault ? (scope.get('') ?? '') : '' };
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw new XmlError(`the prefix ${prefix} is not declared`);
  return { name: local, namespace };
}

function resolveEntities(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+)?(;?)/g, (whole, entity: string | undefined, end: string) => {
    const named = entity === undefined ? undefined : namedEntities[entity];
    if (end !== ';' || entity === undefined) throw new XmlError(`an ampersand that starts no entity: ${whole}`);
    if (named !== undefined) return named;
    if (!entity.startsWith('#')) throw new XmlError(`the entity ${whole} is not declared`);
    const code = entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number.parseInt(entity.slice(1), 10);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : '';
    if (character === '' || !allowedCharacters.test(character)) throw new XmlError(`${whole} is no XML character`);
    return character;
  });
}

/** For element content and for attribute values in double quotes. */
export function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');
}

/** The first child of that name, whatever its namespace. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text of a child with outer white space removed; undefined when the child is absent. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return childOf(element, name)?.text.trim();
}
