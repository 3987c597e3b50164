import type { DocumentName } from './drill-down-store.ts';

/** The most digits SAP's document number has. */
const NUMBER_LENGTH = 10;

/**
 * An order's number in the forms in which Amazon may have written it: as given, and in groups of 3, 7 and 7 where somebody left
 * the hyphens out.
 */
export function orderIdForms(text: string): readonly string[] {
  const given = text.trim();
  const whole = /^([0-9A-Za-z]{3})-?(\d{7})-?(\d{7})$/.exec(given);
  if (!whole) return [given];
  return [...new Set([given, whole.slice(1).join('-').toUpperCase()])];
}

/**
 * A document in SAP as people and SAP itself write it: `100000010`, `0100000010/1710/2026`, `1710 100000010 2026`,
 * `1710/100000010/2026` or, as in SAP's reference key, `010000001017102026`. `undefined` for a text that has no number in it.
 */
export function parseDocumentName(text: string): DocumentName | undefined {
  const key = /^(\d{10})([0-9A-Za-z]{4})(\d{4})$/.exec(text.trim());
  const [first, second, third, ...more] = key
    ? key.slice(1)
    : text
        .trim()
        .split(/[\s/,;_-]+/)
        .filter((part) => part !== '');
  if (first === undefined || more.length > 0) return undefined;
  // Company code, number, year is the order of SAP's own keys; number, company code, year that of this program.
  const [number, companyCode] =
    second !== undefined && second.length > 4 && first.length <= 4 ? [second, first] : [first, second];
  if (!/^\d{1,10}$/.test(number) || (third !== undefined && !/^\d{4}$/.test(third))) return undefined;
  if (companyCode !== undefined && !/^[0-9A-Za-z]{1,4}$/.test(companyCode)) return undefined;
  const bare = number.replace(/^0+(?=\d)/, '');
  return {
    numbers: [...new Set([number, bare, bare.padStart(NUMBER_LENGTH, '0')])],
    companyCode: companyCode?.toUpperCase() ?? null,
    fiscalYear: third ?? null,
  };
}
