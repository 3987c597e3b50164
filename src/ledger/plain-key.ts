/**
 * A key of master data (account, cost object, customer) as an accountant writes it: SAP keeps numeric ones with leading
 * zeros and the others in upper case, so `0041000000` and `41000000` are one account.
 */
export function plainKey(text: string): string {
  return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text.toUpperCase();
}
