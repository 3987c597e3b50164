/** SAP's limit of the header text. These limits count characters and are from the journal entry service, WSDL of 2024. */
export const HEADER_TEXT_MAX = 25;
/** Of reference 1 in the header. */
export const HEADER_REFERENCE_MAX = 20;
/** Of the text of an item. */
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

/** How long the keys of an entry may be in SAP; the same source. */
export const KEY_LENGTHS = {
  postingKey: 16,
  companyCode: 4,
  documentType: 5,
  glAccount: 10,
  customer: 10,
  costCenter: 10,
  profitCenter: 10,
  taxCode: 4,
} as const;
