import type { CustomerFacts, CustomerFields } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { flowText } from './flow-text.ts';
import { COMPANY_FIELDS, FIELDS, type FieldSpec, type Form, KEY_LENGTHS, SALES_FIELDS } from './wire.ts';

const STREET_FIELDS = ['address.street', 'address.street2', 'address.street4'] as const;
const NAME_FIELDS = ['name.1', 'name.2', 'name.3', 'name.4'] as const;

/** The value as SAP keeps and shows it, whoever entered it. */
export function inForm(value: string, form: Form): string {
  const text = cleanText(value);
  switch (form) {
    case 'text':
      return text;
    case 'upper':
      return text.toUpperCase();
    case 'number':
      return /^\d+$/.test(text) ? text.replace(/^0+(?=\d)/, '') : text.toUpperCase();
    case 'dialled':
      // An extension is not part of the number; as digits at its end it would make another number of it.
      return text
        .replace(/\s*(?:ext|x|#)\.?\s*\d+\s*$/i, '')
        .replace(/[^+\d]/g, '')
        .replace(/(?!^)\+/g, '');
  }
}

/** One line without control characters and half characters, which SAP's fields do not take. */
function cleanText(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** What of a customer's field a business partner has; `undefined` for a field this program does not know. */
export function specOf(field: string): FieldSpec | undefined {
  if (Object.hasOwn(FIELDS, field)) return FIELDS[field as keyof typeof FIELDS];
  const match = /^(company|sales)\.[^.]+\.(\w+)$/.exec(field);
  if (!match) return undefined;
  const table: Readonly<Record<string, FieldSpec>> = match[1] === 'company' ? COMPANY_FIELDS : SALES_FIELDS;
  const name = match[2] ?? '';
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The facts field by field as SAP will show them. Raises `CUSTOMER_FACTS_UNFIT` (invalid) with every fault at once. */
export function fieldsOf(facts: CustomerFacts): CustomerFields {
  const faults: string[] = [];
  const fields = {
    ...nameFields(facts, faults),
    ...fitted({ searchTerm: facts.searchTerm }, faults),
    ...addressFields(facts, faults),
    ...fitted(reachFields(facts), faults),
    ...Object.fromEntries(facts.roles.map((role) => [`role.${role}`, 'yes'])),
    ...fitted(organisationFields(facts), faults),
  };
  checkKeys(facts, faults);
  if (faults.length > 0) throw unfit(faults);
  return fields;
}

/** Of a person no guess is made which word is the family name: all of it is, unless it is too long for one field. */
function nameFields(facts: CustomerFacts, faults: string[]): CustomerFields {
  const name = cleanText(facts.name);
  if (name === '') faults.push('the name is empty');
  if (facts.nature === 'organisation') {
    return flowing(name, NAME_FIELDS, faults);
  }
  if (name.length <= FIELDS.lastName.lengthMax) return { firstName: '', lastName: name };
  return flowing(name, ['firstName', 'lastName'], faults);
}

function addressFields({ address, isPersonal }: CustomerFacts, faults: string[]): CustomerFields {
  const twoLetters = (text: string, what: string): string => {
    if (/^[A-Z]{2}$/.test(text)) return text;
    faults.push(`${what} is not two capital letters`);
    return '';
  };
  const region = inForm(address.region ?? '', 'upper');
  const isRegionKey = /^[A-Z0-9]{0,3}$/.test(region);
  if (!isRegionKey && !isPersonal) faults.push('address.region is not a key of at most 3 letters and digits');
  const lines = address.streetLines.map(cleanText).filter((line) => line !== '');
  return {
    ...fitted(
      {
        'address.country': twoLetters(address.country, 'the country'),
        'address.language': twoLetters(address.language, 'the language of the address'),
        'address.postalCode': address.postalCode ?? '',
        'address.city': address.city ?? '',
        'address.district': address.district ?? '',
        // Amazon writes the region as people do; SAP wants its own key, and a wrong one would refuse the whole address.
        'address.region': isRegionKey ? region : '',
        'address.houseNumber': address.houseNumber ?? '',
        'address.careOf': address.careOf ?? '',
      },
      faults,
    ),
    ...streetFields(lines, faults),
  };
}

/** Each line in a field of its own where they fit so, else all of them as one text. */
function streetFields(lines: readonly string[], faults: string[]): CustomerFields {
  const fits =
    lines.length <= STREET_FIELDS.length &&
    STREET_FIELDS.every((field, at) => (lines[at] ?? '').length <= FIELDS[field].lengthMax);
  if (fits) return Object.fromEntries(STREET_FIELDS.map((field, at) => [field, lines[at] ?? '']));
  return flowing(lines.join(' '), STREET_FIELDS, faults);
}

function reachFields({ email, phone }: CustomerFacts): CustomerFields {
  return {
    ...(email !== null && email.trim() !== '' && { email }),
    ...(phone !== null && inForm(phone, 'dialled') !== '' && { phone }),
  };
}

function organisationFields({ companyCodes, salesAreas }: CustomerFacts): CustomerFields {
  const companies = companyCodes.flatMap(({ companyCode, reconciliationAccount, paymentTerms }) => [
    [`company.${companyCode}.reconciliationAccount`, reconciliationAccount],
    ...(paymentTerms === null ? [] : [[`company.${companyCode}.paymentTerms`, paymentTerms]]),
  ]);
  const areas = salesAreas.flatMap((area) => [
    [`sales.${salesAreaKey(area)}.currency`, area.currency],
    ...(area.paymentTerms === null ? [] : [[`sales.${salesAreaKey(area)}.paymentTerms`, area.paymentTerms]]),
  ]);
  return Object.fromEntries([...companies, ...areas]);
}

export function salesAreaKey(area: {
  readonly salesOrganization: string;
  readonly distributionChannel: string;
  readonly division: string;
}): string {
  return [area.salesOrganization, area.distributionChannel, area.division].join('/');
}

function checkKeys({ grouping, companyCodes, salesAreas }: CustomerFacts, faults: string[]): void {
  const keys: [name: keyof typeof KEY_LENGTHS, value: string][] = [
    ['BusinessPartnerGrouping', grouping],
    ...companyCodes.map(({ companyCode }): [keyof typeof KEY_LENGTHS, string] => ['CompanyCode', companyCode]),
    ...salesAreas.flatMap((area): [keyof typeof KEY_LENGTHS, string][] => [
      ['SalesOrganization', area.salesOrganization],
      ['DistributionChannel', area.distributionChannel],
      ['Division', area.division],
    ]),
  ];
  for (const [name, value] of keys) {
    const isKey = /^[A-Z0-9]+$/.test(value) && value.length <= KEY_LENGTHS[name];
    if (!isKey) faults.push(`${name} is not a key of 1 to ${KEY_LENGTHS[name]} capital letters and digits`);
  }
}

function flowing(text: string, fields: readonly (keyof typeof FIELDS)[], faults: string[]): CustomerFields {
  const widths = fields.map((field) => FIELDS[field].lengthMax);
  const parts = flowText(text, widths);
  if (parts === undefined) {
    faults.push(`${fields.join(', ')}: ${text.length} characters, and SAP has room for ${widths.join(' + ')}`);
  }
  return Object.fromEntries(fields.map((field, at) => [field, parts?.[at] ?? '']));
}

/** In SAP's form; a value too long for its field is a fault, because half of it would be another value. */
function fitted(values: CustomerFields, faults: string[]): CustomerFields {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => {
      const found = specOf(field);
      if (found === undefined) return [field, value];
      const text = inForm(value, found.form);
      if (text.length > found.lengthMax) {
        faults.push(`${field}: ${text.length} characters, and SAP has room for ${found.lengthMax}`);
      }
      return [field, text];
    }),
  );
}

/** Names fields and lengths, never a value. */
function unfit(faults: readonly string[]): Problem {
  return new Problem({
    code: 'CUSTOMER_FACTS_UNFIT',
    kind: 'invalid',
    says: `The customer does not fit into SAP: ${faults.join('; ')}.`,
    next: 'Correct it under customers in the connection file. A buyer is as Amazon tells it: enter that one in SAP by hand if it is needed there.',
    data: faults.join('\n'),
  });
}
