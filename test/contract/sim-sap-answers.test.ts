/** What the pretend SAP answers is what the published descriptions allow, where they are at hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { odataPrefix, type Release } from '../../sim/sap/index.ts';
import { entitySets } from '../../sim/sap/odata-service.ts';
import { createJudge, readFields } from './sim-sap-descriptions.ts';
import { call, createWorld, entryXml, isSharedPresent, post, readShared, type TestEntry } from './sim-sap-kit.ts';
import { marketplace, openService } from './sim-sap-partner-kit.ts';

type Row = Record<string, unknown>;

/** The confirmation alone, as the schema sees it. */
function confirmationOf(release: Release, entry: TestEntry): string {
  const body = String(post(createWorld({ release }), entryXml(entry)).body);
  const [message] = /<n0:JournalEntryBulkCreateConfirmation[\s\S]*<\/n0:JournalEntryBulkCreateConfirmation>/.exec(
    body,
  )!;
  return message;
}

describe.skipIf(!isSharedPresent).each<Release>(['2024', '2020'])(
  'a confirmation of release %s (skipped without ../shared)',
  (release) => {
    it('of a booked document is valid', () => {
      const message = confirmationOf(release, {});
      expect(message).toContain('605(RW)');
      expect(createJudge(release)(message)).toBe(true);
    });

    it('of a refused document breaks the schema only as the real one does, by blanks for the document’s key', () => {
      const judge = createJudge(release);
      const message = confirmationOf(release, { companyCode: '9999' });
      expect(message).toContain('609(RW)');
      expect(judge(message)).toBe(false);
      const filled = message
        .replace('<AccountingDocument> </AccountingDocument>', '<AccountingDocument>0</AccountingDocument>')
        .replace('<CompanyCode> </CompanyCode>', '<CompanyCode>0</CompanyCode>');
      expect(judge(filled)).toBe(true);
    });
  },
);

describe.skipIf(!isSharedPresent)('an answer of a read service (skipped without ../shared)', () => {
  // A skipped block is still collected.
  const links = isSharedPresent ? readShared('specs/sap/fields.txt') : '';
  const real = readFields(links);

  function faultsOf(entry: Row, path: string): string[] {
    const { __metadata: metadata, ...properties } = entry;
    const typeName = String((metadata as Row).type).split('.')[1] ?? '';
    const fields = real.get(typeName);
    return Object.entries(properties).flatMap(([name, value]) => {
      const field = fields?.get(name)?.replace('*', '');
      const at = `${path}/${name}`;
      if (field !== undefined) return isOfType(value, field) ? [] : [`${at}: ${JSON.stringify(value)} is no ${field}`];
      if (!new RegExp(`^TYPE ${typeName}\\b(?:(?!^TYPE )[\\s\\S])*-> ${name}$`, 'm').test(links))
        return [`${at}: unknown`];
      return nestedOf(value).flatMap((nested) => faultsOf(nested, at));
    });
  }

  function nestedOf(value: unknown): Row[] {
    if (value === null || '__deferred' in (value as Row)) return [];
    const { results } = value as { results?: Row[] };
    return results ?? [value as Row];
  }

  function isOfType(value: unknown, field: string): boolean {
    const [type = '', length] = field.split(' ');
    switch (type) {
      case 'Boolean':
        return typeof value === 'boolean';
      case 'DateTime':
        return value === null || /^\/Date\(-?\d+\)\/$/.test(String(value));
      case 'DateTimeOffset':
        return value === null || /^\/Date\(-?\d+\+0000\)\/$/.test(String(value));
      case 'Decimal':
        return /^-?\d+\.\d{3}$/.test(String(value));
      case 'Time':
        return value === null || /^PT\d\dH\d\dM\d\dS$/.test(String(value));
      default:
        return typeof value === 'string' && [...value].length <= Number(length);
    }
  }

  it('has no property, link, type or length that the real one lacks, in any entity set', () => {
    const world = createWorld();
    post(world, entryXml());
    const service = openService(world);
    service.send(
      'POST',
      'A_BusinessPartner',
      marketplace({ OrganizationBPName2: 'Ä'.repeat(40), SearchTerm2: 'x'.repeat(20) }),
    );
    const faults = new Set<string>();
    let entries = 0;
    for (const set of entitySets) {
      const headers = { accept: 'application/json' };
      const expand = set.navigations.map(({ name }) => name).join(',');
      const query = expand === '' ? '' : `?$expand=${expand}`;
      const response = call(world, 'GET', `${odataPrefix}${set.service}/${set.name}${query}`, { headers });
      expect(response.status).toBe(200);
      for (const row of (JSON.parse(String(response.body)) as { d: { results: Row[] } }).d.results) {
        entries += 1;
        for (const fault of faultsOf(row, set.name)) faults.add(fault);
      }
    }
    expect([...faults]).toEqual([]);
    expect(entries).toBeGreaterThan(30);
  });

  it('control: the check finds what does not belong', () => {
    const row = { __metadata: { type: 'API_COMPANYCODE_SRV.A_CompanyCodeType' } };
    expect(faultsOf({ ...row, CompanyCode: '10100' }, 'x')).toEqual(['x/CompanyCode: "10100" is no String 4']);
    expect(faultsOf({ ...row, Invented: '1' }, 'x')).toEqual(['x/Invented: unknown']);
  });
});

describe('the number of a refusal', () => {
  /** Class and numbers that SAP, or somebody who quotes its answers, has published with their meaning. */
  const PUBLISHED = [
    ...[
      'RW 033',
      'RW 605',
      'RW 609',
      'F5 102',
      'F5 104',
      'F5 201',
      'F5 204',
      'F5 507',
      'F5 701',
      'F5 702',
      'F5 703',
      'F5 704',
    ],
    ...['F5 727', 'F5 808', 'FF 817', 'FH 004', 'KI 222', 'KI 234', 'KI 235'],
    ...['001', '002', '003', '004', '007', '008', '022'].map((number) => `FINS_FI_POSTING_IF ${number}`),
  ];
  const root = new URL('../../', import.meta.url);
  const numbers = readdirSync(new URL('sim/sap/', root))
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [
      ...readFileSync(new URL(`sim/sap/${name}`, root), 'utf8').matchAll(/'((?:[A-Z][A-Z0-9_]*) \d{3})'/g),
    ])
    .map(([, number = '']) => number);

  it('is published, or the list of what is unproven names it', () => {
    const differences = readFileSync(new URL('docs/simulator-differences.md', root), 'utf8');
    expect(numbers.filter((number) => !PUBLISHED.includes(number) && !differences.includes(number))).toEqual([]);
  });

  it('control: the numbers are found', () => {
    expect(numbers).toEqual(expect.arrayContaining(['RW 033', 'F5 350', 'NR 751']));
  });
});
