/**
 * Columns that may say something about a person. Amazon wants buyers gone 30 days after delivery, and evidence stays, so
 * these never get into it. Country codes stay where a tax depends on them; city, state and country are not personal by
 * Amazon's list, but of a VAT report no more than the country is needed.
 */
const PERSONAL: readonly RegExp[] = [
  /^buyer\b/,
  /^recipient\b/,
  /^bill\b/,
  /^ship to (?!country$)/,
  /^ship address\b/,
  /^ship (postal|post) code$/,
  /^arrival (address|city|post code)\b/,
  /^purchase order number$/,
  /^cpf\b/,
  /\b(e ?mail|phone|gift message)\b/,
  // An invoice of Amazon names the buyer, and so may whatever its address leads to.
  /\burl$/,
];

/** By its name alone, without regard to case, `_`, `-` and spaces. */
export function isPersonalColumn(name: string): boolean {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[_\-\s]+/g, ' ');
  return PERSONAL.some((pattern) => pattern.test(plain));
}
