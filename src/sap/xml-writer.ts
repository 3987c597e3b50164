/** An element: its name as written, and either its text or its children. */
export interface XmlElement {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly XmlElement[];
}

/**
 * An element, or `null` when it would be empty: to SAP an empty element means "set this to blank", so it must not be
 * sent. Children that are `null` are left out.
 */
export function element(
  name: string,
  content: string | null | readonly (XmlElement | null)[],
  attributes?: Readonly<Record<string, string>>,
): XmlElement | null {
  if (content === null || content.length === 0) return null;
  if (typeof content === 'string') return { name, content, ...(attributes && { attributes }) };
  const children = content.filter((child) => child !== null);
  return children.length === 0 ? null : { name, content: children, ...(attributes && { attributes }) };
}

/** A document in UTF-8, indented so that a person can read it in the evidence. The same tree gives the same bytes. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(root, '')}`;
}

function writeElement({ name, attributes, content }: XmlElement, indent: string): string {
  const written = Object.entries(attributes ?? {}).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const start = `${indent}<${name}${written.join('')}>`;
  if (typeof content === 'string') return `${start}${escapeXml(content)}</${name}>\n`;
  const children = content.map((child) => writeElement(child, `${indent}  `));
  return `${start}\n${children.join('')}${indent}</${name}>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/**
 * Text that may stand in a SAP field: characters that XML 1.0 forbids (most controls, lone surrogates, U+FFFE and
 * U+FFFF) are taken out, white space is one space, none at the ends.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/[\p{Zs}\t\n\r\u0085\u2028\u2029]+/gu, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
      .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|\p{Cs}/gu, '')
      .trim()
  );
}

/**
 * At most `lengthMax` characters. SAP's fields count UTF-16 units and XML Schema counts code points; the cut keeps
 * both limits and never splits a character.
 */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  let cut = '';
  for (const character of text) {
    if (cut.length + character.length > lengthMax) break;
    cut += character;
  }
  return cut.trimEnd();
}
