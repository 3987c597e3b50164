/** SAP's limits of the texts of an entry, in characters (journal entry service, WSDL of 2024). */
export const HEADER_TEXT_MAX = 25;
export const HEADER_REFERENCE_MAX = 20;
export const LINE_TEXT_MAX = 50;

/** The first `charactersMax` characters. Counts characters as people do in SAP, so that no half of one is left. */
export function cutText(text: string, charactersMax: number): string {
  const characters = Array.from(text);
  return characters.length <= charactersMax ? text : characters.slice(0, charactersMax).join('').trimEnd();
}

/** A line text that ends with `reference`: the text gives way, because the reference is what a person searches for. */
export function textWithReference(text: string, reference: string): string {
  const room = LINE_TEXT_MAX - Array.from(reference).length - 1;
  if (room < 1) return cutText(reference, LINE_TEXT_MAX);
  return `${cutText(text, room)} ${reference}`.trimStart();
}
