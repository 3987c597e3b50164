/**
 * Spreads a text over fields of these widths, from the first on, between words where it can. A word longer than a field is cut
 * between characters, never through one. `undefined` when there is more text than room.
 */
export function flowText(text: string, widths: readonly number[]): readonly string[] | undefined {
  let rest = text.replace(/\s+/gu, ' ').trim();
  const parts = widths.map((width) => {
    const part = headOf(rest, width);
    rest = rest.slice(part.length).trimStart();
    return part.trimEnd();
  });
  return rest === '' ? parts : undefined;
}

/** As many words as fit; of a single word as many characters. Widths count as SAP does, in UTF-16 units. */
function headOf(text: string, width: number): string {
  if (text.length <= width) return text;
  const space = text.lastIndexOf(' ', width);
  if (space > 0) return text.slice(0, space);
  const isCutThrough = /[\uD800-\uDBFF]/.test(text.charAt(width - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(width));
  return text.slice(0, isCutThrough ? width - 1 : width);
}
