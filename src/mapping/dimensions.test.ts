import { describe, expect, it } from 'vitest';
import { at, buildSettlement, type TestRow } from '../../test/property/build-settlement.ts';
import { formatMoney, isProblem, parseLocalDate } from '../core/index.ts';
import { type AccountTable, type Proposal, proposeEntries, readAccountTable } from './index.ts';

const HEAD = `companyCodes:
  - { companyCode: 1010, timeZone: Europe/Berlin, documentType: SA, fiscalYear: calendar }
  - { companyCode: 1020, timeZone: Asia/Tokyo, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.de, companyCode: 1010, costCenter: CCDE, profitCenter: PCDE }
  - { name: Amazon.fr, companyCode: 1010, costCenter: CCFR, profitCenter: PCFR }
currencies:
  - { currency: EUR, marketplace: Amazon.de }
taxCodes: []
`;
const ASSIGNMENTS = `assignments:
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, text: Sales }
  - { kind: referral-fee, marketplace: any, glAccount: 65003000, costCenter: default, text: Referral fees }
  - { kind: mcf-fulfilment-fee, marketplace: any, glAccount: 65004600, costCenter: default, text: Other channels }
`;
const BALANCES = `balances:
  - { purpose: payout, marketplace: any, glAccount: 12509400, text: Payout }
  - { purpose: closing-debt, marketplace: any, glAccount: 21009200, text: Debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 12509800, text: Carry-forward }
  - { purpose: cross-company, marketplace: any, glAccount: 12509900, text: Between companies }
`;

const tableWith = ({ rules = '', rows = '' }: { rules?: string; rows?: string }): AccountTable =>
  readAccountTable({
    name: 'test',
    text: `${HEAD}${rules === '' ? '' : `dimensions:\n${rules}`}${ASSIGNMENTS}${rows}${BALANCES}`,
  });

function issuesOf(input: { rules?: string; rows?: string }): string {
  try {
    tableWith(input);
    return '';
  } catch (thrown) {
    if (isProblem(thrown)) return thrown.data ?? '';
    throw thrown;
  }
}

const sale = (sku: string, channel: string, amount = 100n, more: Partial<TestRow> = {}): TestRow => ({
  words: 'Order|ItemPrice|Principal',
  amount,
  postedAt: at('2026-10-05T12:00:00Z'),
  marketplace: 'Amazon.de',
  sku,
  channel,
  ...more,
});

function propose(table: AccountTable, rows: readonly TestRow[]): Proposal {
  const period = { startAt: at('2026-10-01T00:00:00Z'), endAt: at('2026-10-15T00:00:00Z'), currency: 'EUR' };
  return proposeEntries({ ...buildSettlement({ ...period, rows }, table), table, sellerAccount: 'A1SELLER' });
}

const brief = ({ entries }: Proposal) =>
  entries.flatMap((entry) =>
    entry.lines.map(
      (line) =>
        `${entry.companyCode} ${line.glAccount} ${line.costCenter ?? line.profitCenter ?? '-'} ${formatMoney(line.amount)}`,
    ),
  );

describe('rules by channel and SKU', () => {
  it('say which cost object rows take by default; the SKU decides before the channel, the channel before the marketplace', () => {
    const table = tableWith({
      rules: `  - { marketplace: any, sku: ACME-*, profitCenter: PCACME }
  - { marketplace: any, sku: ACME-1*, profitCenter: PCONE }
  - { marketplace: Amazon.de, channel: MFN, profitCenter: PCMFN }
  - { marketplace: any, channel: MFN, profitCenter: PCANY }
  - { marketplace: Amazon.fr, profitCenter: PCFR2 }
`,
    });
    const rows = [
      sale('other', 'AFN', 1n),
      sale('other', 'MFN', 2n),
      sale('acme-2', 'MFN', 4n),
      sale('Acme-12', '', 8n),
      sale('other', 'AFN', 16n, { marketplace: 'Amazon.fr' }),
      sale('other', 'MFN', 32n, { marketplace: 'Amazon.fr' }),
    ];
    expect(brief(propose(table, rows))).toEqual([
      '1010 41000000 PCACME -0.04',
      '1010 41000000 PCANY -0.32',
      '1010 41000000 PCDE -0.01',
      '1010 41000000 PCFR2 -0.16',
      '1010 41000000 PCMFN -0.02',
      '1010 41000000 PCONE -0.08',
      '1010 12509400 - 0.63',
    ]);
  });

  it('leave an object that a row names itself', () => {
    const table = tableWith({
      rules: '  - { marketplace: any, sku: A*, costCenter: CCA }\n',
      rows: '  - { kind: referral-fee, marketplace: Amazon.de, glAccount: 65003001, costCenter: OWN, text: Fees }\n',
    });
    const fee = sale('A1', 'AFN', -15n, { words: 'Order|ItemFees|Commission' });
    expect(brief(propose(table, [fee]))[0]).toBe('1010 65003001 OWN 0.15');
    expect(brief(propose(table, [{ ...fee, marketplace: 'Amazon.fr' }]))[0]).toBe('1010 65003000 CCA 0.15');
  });

  it('move rows to another company code, which closes against the one that is paid out', () => {
    const table = tableWith({
      rules: '  - { marketplace: Amazon.de, sku: ACME-*, companyCode: 1020, costCenter: CC20, profitCenter: PC20 }\n',
    });
    const proposal = propose(table, [sale('ACME-1', 'AFN', 100n), sale('B', 'AFN', 50n)]);
    expect(proposal.proofs.filter((proof) => !proof.ok)).toEqual([]);
    expect(brief(proposal)).toEqual([
      '1010 41000000 PCDE -0.50',
      '1010 12509900 - -1.00',
      '1010 12509400 - 1.50',
      '1020 41000000 PC20 -1.00',
      '1020 12509900 - 1.00',
    ]);
  });

  it('take orders from other sales channels as channel MCF, whoever ships them', () => {
    const table = tableWith({ rules: '  - { marketplace: any, channel: MCF, costCenter: CCMCF }\n' });
    const fee: Partial<TestRow> = { words: 'Order|ItemFees|FBAPerUnitFulfillmentFee', marketplace: 'Non-Amazon DE' };
    expect(brief(propose(table, [sale('A', 'AFN', 100n), sale('A', 'AFN', -30n, fee)]))).toContain(
      '1010 65004600 CCMCF 0.30',
    );
  });

  it('hold from a posting date, and what held before holds before it', () => {
    const table = tableWith({
      rules: `  - { marketplace: any, channel: MFN, profitCenter: OLD }
  - { marketplace: any, channel: MFN, validFrom: 2026-11-01, profitCenter: NEW }
`,
    });
    const on = (date: string) => table.placeOf('Amazon.de', parseLocalDate(date), { channel: 'MFN', skuPatterns: [] });
    expect([on('2026-10-31')?.profitCenter, on('2026-11-01')?.profitCenter]).toEqual(['OLD', 'NEW']);
  });
});

describe('assignments by channel and SKU', () => {
  it('give a kind another account, or none on purpose', () => {
    const table = tableWith({
      rows: `  - { kind: product-sale, marketplace: any, sku: GIFT*, glAccount: 41000900, profitCenter: default, text: Cards }
  - { kind: product-sale, marketplace: any, channel: MFN, glAccount: 41000500, profitCenter: default, text: Own }
  - { kind: product-sale, marketplace: any, sku: STOP }
`,
    });
    const booked = propose(table, [sale('GIFT1', 'MFN', 1n), sale('X', 'MFN', 2n), sale('X', 'AFN', 4n)]);
    expect(brief(booked)).toEqual([
      '1010 41000000 PCDE -0.04',
      '1010 41000500 PCDE -0.02',
      '1010 41000900 PCDE -0.01',
      '1010 12509400 - 0.07',
    ]);
    expect(propose(table, [sale('stop', 'AFN')]).quarantine).toMatchObject([{ code: 'ACCOUNT_MISSING', count: 1 }]);
  });

  it('control: without a SKU pattern in the table no SKU is read', () => {
    expect(tableWith({ rules: '  - { marketplace: any, channel: MFN, costCenter: C }\n' }).hasSkuPatterns).toBe(false);
    expect(tableWith({ rules: '  - { marketplace: any, sku: A, costCenter: C }\n' }).hasSkuPatterns).toBe(true);
  });
});

describe('a table of which nobody could say what holds is refused, with the place', () => {
  it.each([
    [
      'two patterns that tie',
      '  - { marketplace: any, sku: AB*, costCenter: C }\n  - { marketplace: any, sku: A*B, costCenter: D }\n',
      /12:\d+ dimensions\[1\]\.sku: sku a\*b and ab\* in line 11 match the same SKUs/,
    ],
    [
      'the same rule twice',
      '  - { marketplace: any, sku: AB*, costCenter: C }\n  - { marketplace: any, sku: ab*, costCenter: D }\n',
      /the rule for any ab\* is already given in line 11/,
    ],
    ['a rule that says nothing', '  - { marketplace: any, sku: AB* }\n', /the rule says nothing/],
    [
      'a marketplace moved as a whole',
      '  - { marketplace: Amazon.de, companyCode: 1020, costCenter: C, profitCenter: P }\n',
      /names a channel or a sku/,
    ],
    [
      'a company code without its cost objects',
      '  - { marketplace: any, channel: MFN, companyCode: 1020, costCenter: C }\n',
      /moves rows to company code 1020 and has no profitCenter, which 1 row\(s\) take by default/,
    ],
    ['an unknown company code', '  - { marketplace: any, sku: A, companyCode: 1030 }\n', /company code 1030 is not in/],
    ['an unknown channel', '  - { marketplace: any, channel: FBA, costCenter: C }\n', /channel is AFN or MFN or MCF/],
    [
      'an unknown marketplace',
      '  - { marketplace: Amazon.xx, sku: A, costCenter: C }\n',
      /marketplace Amazon.xx is not/,
    ],
    ['default in a rule', '  - { marketplace: any, sku: A, costCenter: default }\n', /costCenter of a rule is a name/],
    [
      'a SKU longer than any',
      `  - { marketplace: any, sku: ${'A'.repeat(41)}, costCenter: C }\n`,
      /has 41 characters; at most 40 fit/,
    ],
  ])('%s', (_, rules, says) => {
    expect(issuesOf({ rules })).toMatch(says);
  });

  it('too many patterns to compare each SKU with', () => {
    const rules = Array.from({ length: 501 }, (__, n) => `  - { marketplace: any, sku: A${n}*, costCenter: C }\n`);
    expect(issuesOf({ rules: rules.join('') })).toMatch(/the table has 501 SKU patterns with \* or \?; at most 500/);
  });

  it('assignments of one kind that tie', () => {
    const row = (sku: string) =>
      `  - { kind: product-sale, marketplace: any, sku: ${sku}, glAccount: 41000900, text: x }\n`;
    expect(issuesOf({ rows: row('AB*') + row('"*AB"') })).toMatch(/neither is more specific/);
    expect(issuesOf({ rows: row('*AB') })).toMatch(/one that begins with \* stands in quotes/);
    // control: what cannot meet does not tie.
    expect(issuesOf({ rows: row('AB*') + row('CD*') })).toBe('');
  });
});
