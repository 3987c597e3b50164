/** Every field that is written or read exists in SAP's metadata, with the length we believe: everywhere, from a list of our own. */
import { describe, expect, it } from 'vitest';
import {
  COMPANY_FIELDS,
  FIELDS,
  type FieldSpec,
  FOUND_FIELDS,
  KEY_LENGTHS,
  READ_FIELDS,
  SALES_FIELDS,
  SETS,
  WAYS,
} from '../../src/sap/business-partners/wire.ts';
import {
  COMPANY_CODES,
  COST_CENTERS,
  CUSTOMER_ACCOUNTS,
  GL_ACCOUNTS,
  type SetFacts,
} from '../../src/sap/master-data/wire.ts';
import {
  COMPANY_CODE_FIELDS,
  COMPANY_CODE_SET,
  ITEM_CUBE_FIELDS,
  ITEM_CUBE_FILTER_FIELDS,
  ITEM_CUBE_SET,
} from '../../src/sap/wire.ts';
import { PUBLISHED_SETS, publishedFields } from './sap-published-fields.ts';
import { isSharedPresent, readShared } from './sim-sap-kit.ts';

const missing = (set: string, names: readonly string[]) => names.filter((name) => !publishedFields(set).has(name));

describe('the fields of business partners', () => {
  const specs: readonly FieldSpec[] = [FIELDS, COMPANY_FIELDS, SALES_FIELDS].flatMap((table) => Object.values(table));

  it.each(specs)('that are written exist, as long and in the case that we believe: $part $name', (spec) => {
    const { part, name, lengthMax, form } = spec;
    const published = publishedFields(SETS[part]).get(name);
    expect(published?.lengthMax).toBe(lengthMax);
    if (form === 'text') expect(published?.isUpperCase).toBe(false);
    if (form === 'number') expect(published?.isUpperCase).toBe(true);
  });

  it('that are read or are keys exist, and control: one that does not is seen', () => {
    for (const [part, names] of Object.entries(READ_FIELDS)) {
      expect(missing(SETS[part as keyof typeof SETS], names), part).toEqual([]);
    }
    expect(missing(SETS.partner, FOUND_FIELDS)).toEqual([]);
    for (const [name, lengthMax] of Object.entries(KEY_LENGTHS)) {
      const found = Object.values(SETS).flatMap((set) => publishedFields(set).get(name) ?? []);
      expect(new Set(found.map((field) => field.lengthMax)), name).toEqual(new Set([lengthMax]));
    }
    expect(missing(SETS.partner, ['OrganizationBPName5'])).toEqual(['OrganizationBPName5']);
  });

  it('are reached by links that exist where they are gone', () => {
    expect(missing(SETS.partner, [WAYS.roles, WAYS.addresses, WAYS.customer])).toEqual([]);
    expect(missing(SETS.address, [WAYS.emails, WAYS.phones])).toEqual([]);
    expect(missing('A_Customer', [WAYS.companies, WAYS.salesAreas])).toEqual([]);
  });
});

describe('the fields of master data and of documents', () => {
  const sets: readonly SetFacts[] = [COMPANY_CODES, GL_ACCOUNTS, COST_CENTERS, CUSTOMER_ACCOUNTS];

  it.each(sets)('that are read exist: $set', ({ set, select, orderBy }) => {
    const own = [...select, ...orderBy].map((name) => name.split('/')[0] ?? '');
    expect(missing(set, own)).toEqual([]);
    const ofTexts = select.flatMap((name) => name.split('/')[1] ?? []);
    expect(missing('A_GLAccountText', ofTexts)).toEqual([]);
  });

  it('that are read of documents and company codes exist, and control: another spelling does not', () => {
    expect(missing(ITEM_CUBE_SET, [...ITEM_CUBE_FIELDS, ...ITEM_CUBE_FILTER_FIELDS])).toEqual([]);
    expect(missing(COMPANY_CODE_SET, COMPANY_CODE_FIELDS)).toEqual([]);
    expect(missing(ITEM_CUBE_SET, ['DocumentReferenceId'])).toEqual(['DocumentReferenceId']);
  });
});

describe('the list of our own', () => {
  const files = [
    'API_BUSINESS_PARTNER.2026',
    'API_COMPANYCODE_SRV',
    'API_GLACCOUNTINCHARTOFACCOUNTS_SRV',
    'API_COSTCENTER_SRV',
    'API_OPLACCTGDOCITEMCUBE_SRV',
  ];

  it.runIf(isSharedPresent)('says what SAP’s metadata says (skipped without ../shared)', () => {
    const metadata = files.map((file) => readShared(`specs/sap/${file}.edmx`)).join('\n');
    for (const set of PUBLISHED_SETS) {
      const type = new RegExp(`<EntityType[^>]* Name="${set}Type"[\\s\\S]*?</EntityType>`).exec(metadata)?.[0] ?? '';
      for (const [name, { lengthMax, isUpperCase }] of publishedFields(set)) {
        const property = new RegExp(`<(?:Navigation)?Property Name="${name}"[^>]*>`).exec(type)?.[0];
        expect(property, `${set}/${name}`).toBeDefined();
        expect(/MaxLength="(\d+)"/.exec(property ?? '')?.[1] ?? null, `${set}/${name}`).toBe(
          lengthMax === null ? null : String(lengthMax),
        );
        if (lengthMax !== null) expect(property?.includes('UpperCase'), `${set}/${name}`).toBe(isUpperCase);
      }
    }
  });
});
