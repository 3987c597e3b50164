/** What would be booked once a value is taught, asked of the service first and compared with the entries that there are then. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOf, type Role } from '../../src/app/index.ts';
import type { Impact, NewBooking, TableCheck } from '../../src/entrypoints/http/contract/mapping.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { TABLE_TEXT } from './mapping-table.ts';
import { type DetailFacts, DIALECTS, minorOf, settlementBytes, smallSettlement } from './settlement-files.ts';
import { openShop, type Shop } from './shop.ts';

const identify: Identify = async ({ headers }) => {
  const role = String(headers['x-test-role'] ?? 'mapping-editor') as Role;
  const permissions = permissionsOf([role]);
  return { userId: role, name: role, displayName: role, roles: [role], permissions, via: 'token', credentialId: role };
};

const WORDS = { transactionType: 'Order', amountType: 'ItemFees', amountDescription: 'FeeOfTomorrow' };
const TEACH = { kind: 'teach', ...WORDS, lineKind: 'closing-fee' };
const AMAZON = { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token', marketplaces: ['US'] };
const POSTING = { approval: 'review', approverNot: 'nobody', mappingApproval: 'self' };

/** One kind, and five places for it: by SKU, by channel, by day, by the cost object of a SKU, and for all others. */
const RULES = TABLE_TEXT.replace(
  '  - { kind: fba-fulfilment-fee',
  `  - { kind: closing-fee, marketplace: any, sku: GIFT*, glAccount: 65000101, profitCenter: default, text: gifts }
  - { kind: closing-fee, marketplace: any, channel: MFN, glAccount: 65000102, costCenter: default, text: own }
  - { kind: closing-fee, marketplace: Amazon.com, validFrom: 2026-11-01, glAccount: 65000103, costCenter: default, text: new }
  - { kind: fba-fulfilment-fee`,
).replace('assignments:', 'dimensions:\n  - { marketplace: any, sku: ACME-*, costCenter: CCACME }\nassignments:');

const fee = (sku: string, amount: string, day: string, description = 'FeeOfTomorrow'): DetailFacts => ({
  type: 'Order',
  amountType: 'ItemFees',
  description,
  amount,
  day,
  order: '302-0000001-0000001',
  sku,
});
const FEES = [
  fee('GIFT-1', '-1.00', '2026-10-20'),
  fee('GIFT-2', '-0.50', '2026-11-03'),
  fee('OWN-1', '-0.30', '2026-10-21'),
  fee('SKU-1', '-0.07', '2026-10-22'),
  fee('SKU-1', '0.02', '2026-10-23'),
  fee('SKU-1', '-2.00', '2026-11-04'),
  fee('ACME-1', '-0.40', '2026-10-24'),
];

/** From October into November; what `OWN-1` names was sent by the seller. */
function bytesOf(settlementId: string, fees: readonly DetailFacts[]): Buffer {
  const small = smallSettlement(DIALECTS.US);
  const rows = [...small.rows, ...fees].map((row) => (row.day < '2026-10-16' ? { ...row, day: '2026-10-19' } : row));
  const minor = rows.reduce((sum, { amount }) => sum + minorOf(amount, 2), 0n);
  const total = `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
  const period = { start: '2026-10-18', end: '2026-11-06', deposit: '2026-11-08' };
  const text = settlementBytes({ ...small, ...period, settlementId, total, rows }, DIALECTS.US).toString();
  const lines = text.split('\n').map((line) => (line.includes('OWN-1') ? line.replace('AFN', 'MFN') : line));
  return Buffer.from(lines.join('\n'));
}

let shop: Shop;

beforeAll(async () => {
  shop = await openShop('would-book', { posting: POSTING, amazon: AMAZON }, identify);
  await post('versions', { change: { ...(await wholeTable()) }, why: 'rules' });
  await shop.receive(bytesOf('70000000911', FEES));
}, 60_000);
afterAll(() => shop.close());

async function post<Answer = Record<string, unknown>>(path: string, body: unknown, role?: Role): Promise<Answer> {
  const address = `${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/mapping/shop/${path}`;
  const headers = { 'content-type': 'application/json', ...(role && { 'x-test-role': role }) };
  return (await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })).json() as Promise<Answer>;
}

async function wholeTable() {
  const address = `${shop.page.url.replace('localhost', '127.0.0.1')}/api/v1/mapping/shop/rows-of-file?name=rules.yaml`;
  const headers = { 'content-type': 'application/octet-stream' };
  const { sections } = (await (await fetch(address, { method: 'POST', headers, body: RULES })).json()) as Impact & {
    sections: unknown;
  };
  return { kind: 'table', basis: 1, name: 'rules', sections, validFrom: null };
}

async function ask(change: unknown, role: Role = 'viewer'): Promise<Impact> {
  const checked = await post<TableCheck>('check', { change, withImpact: true }, role);
  expect(checked).toMatchObject({ faults: [] });
  return checked.impact!;
}

const said = ({ place, rowCount, amount, settlements, isWaiting }: NewBooking) =>
  `${place.companyCode} ${place.glAccount} ${place.costCenter ?? place.profitCenter} ${rowCount} of ${settlements.length}: ${amount}${isWaiting ? ' later' : ''}`;

/** What the entries have of a kind, with the account first; its sign is the ledger’s. */
async function entriesOf(settlementId: string, kind: string): Promise<Record<string, bigint>> {
  const { key } = await shop.test.books.getSettlement(settlementId);
  const sums: Record<string, bigint> = {};
  for (const { entry } of await shop.test.books.listEntries({ originKey: key })) {
    for (const line of entry.lines.filter((each) => each.kind === kind)) {
      const place = `${entry.companyCode} ${line.glAccount} ${line.costCenter ?? line.profitCenter}`;
      sums[place] = (sums[place] ?? 0n) + line.amount.minor;
    }
  }
  return sums;
}

describe('what would be booked once a value is taught', () => {
  let told: Impact;

  it('is told account by account by the rules of the table, to whoever may look at it, and nothing is written', async () => {
    told = await ask(TEACH);
    expect(told.bookings.map(said)).toEqual([
      '0001 65000100 CCACME 1 of 1: -0.40',
      '0001 65000100 CCUS 2 of 1: -0.05',
      '0001 65000101 PCUS 2 of 1: -1.50',
      '0001 65000102 CCUS 1 of 1: -0.30',
      '0001 65000103 CCUS 1 of 1: -2.00',
    ]);
    expect(told.stopped).toEqual([]);
    const [connection] = await shop.test.books.listConnections();
    expect(await shop.test.books.listMappings(connection!.id)).toHaveLength(2);
    expect((await shop.test.books.getSettlement('70000000911')).state).toBe('quarantined');
  });

  it('names what has no account even so, with the reason', async () => {
    const { bookings, stopped } = await ask({ ...TEACH, lineKind: 'advertising' });
    expect(bookings).toEqual([]);
    expect(stopped).toEqual([
      expect.objectContaining({
        ...WORDS,
        code: 'ACCOUNT_MISSING',
        rowCount: 7,
        amounts: [{ currency: 'USD', amount: '-4.25' }],
        settlements: ['70000000911'],
      }),
    ]);
  });

  it('tells apart what is booked later only, because something else stops its settlement', async () => {
    await shop.receive(bytesOf('70000000912', [FEES[2]!, fee('SKU-1', '-0.09', '2026-10-25', 'AnotherFee')]));
    const { bookings, stopped } = await ask(TEACH);
    expect(bookings.map(said).slice(-2)).toEqual([
      '0001 65000103 CCUS 1 of 1: -2.00',
      '0001 65000102 CCUS 1 of 1: -0.30 later',
    ]);
    // control: the same value is not among what still stops them.
    expect(stopped).toEqual([
      expect.objectContaining({ amountDescription: 'AnotherFee', code: 'LINE_KIND_UNKNOWN', rowCount: 1 }),
    ]);
  });

  it('is what the entries have, once it is taught and the settlement worked out anew', async () => {
    expect(await post('versions', { change: TEACH, why: 'looked up' })).toMatchObject({
      settlements: expect.arrayContaining([{ settlementId: '70000000911', state: 'proposed' }]),
    });
    const expected = told.bookings.map(({ place, amount }): [string, bigint] => [
      `${place.companyCode} ${place.glAccount} ${place.costCenter ?? place.profitCenter}`,
      -minorOf(amount, 2),
    ]);
    expect(await entriesOf('70000000911', 'closing-fee')).toEqual(Object.fromEntries(expected));
  });
});
