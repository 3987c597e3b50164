/** Problems that a sync meets: a file that does not tie, an attempt that was cut short, a SAP that shows nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectionContext, receiveEvidence, SYSTEM, syncConnection } from '../../src/app/index.ts';
import { readAccountTable } from '../../src/mapping/index.ts';
import { ledgerFor, SapStandIn } from '../contract/sap-stand-in.ts';
import { DIALECTS, type SettlementFacts, settlementBytes, smallSettlement } from '../entrypoints/settlement-files.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';

let vendors: Vendors;
let test: TestBooks;
let context: ConnectionContext;

beforeEach(async () => {
  vendors = await startVendors({ seed: 'problems' });
  test = await openTestBooks({ clock: vendors.clock });
  context = await vendors.context(test);
});

afterEach(async () => {
  await vendors.close();
  await test.close();
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function receive(change: Partial<SettlementFacts>) {
  const bytes = settlementBytes(smallSettlement(DIALECTS.US, change), DIALECTS.US);
  const { sha256 } = await test.books.putEvidence(whole(bytes), { origin: 'test', contentType: null, headers: {} });
  return receiveEvidence(context, sha256, 'settlement.txt');
}

describe('PROOF_FAILED', () => {
  it('one cent that does not tie quarantines the settlement with both numbers, and nothing of it is proposed', async () => {
    const record = await receive({ total: '90.06' });
    expect(record).toMatchObject({
      state: 'quarantined',
      problem: {
        code: 'PROOF_FAILED',
        kind: 'unproven',
        says: expect.stringContaining('Expected 90.06, found 90.05.'),
      },
    });
    expect(await test.books.listEntries({ originKey: record.key })).toEqual([]);
  });

  it('control: the same file with its true total is proposed', async () => {
    expect(await receive({})).toMatchObject({ state: 'proposed', problem: null });
  });
});

describe('TAX_RESIDUAL', () => {
  const tax = { type: 'Order', order: '302-0000001-0000001', sku: 'SKU-1', day: '2026-10-03' };
  const rows = [
    ...smallSettlement(DIALECTS.US).rows,
    { ...tax, amountType: 'ItemPrice', description: 'Tax', amount: '1.00' },
    { ...tax, amountType: 'ItemWithheldTax', description: 'MarketplaceFacilitatorTax-Principal', amount: '-0.98' },
  ];
  const withRow = () => {
    const text = context.table.text.replace(/^# +(- \{ purpose: tax-residual)/m, '  $1');
    return { ...context, table: readAccountTable({ name: context.table.name, text }) };
  };

  it('two cents that Amazon did not withhold stop the settlement with the order, until the row of the template is taken into use', async () => {
    const stopped = await receive({ rows, total: '90.07' });
    expect(stopped).toMatchObject({
      state: 'quarantined',
      problem: {
        code: 'TAX_RESIDUAL',
        kind: 'unproven',
        says: expect.stringMatching(
          /^Settlement 70000000901: Amazon withheld another tax .*302-0000001-0000001 \(order\)/,
        ),
      },
    });
    expect(stopped.proofs.filter((proof) => !proof.ok).map((proof) => proof.name)).toEqual([
      'facilitator-tax-residual',
    ]);
    await syncConnection(withRow(), { waitForUnknown: false });
    const [entry] = await test.books.listEntries({ originKey: stopped.key });
    const residual = entry?.entry.lines.filter((line) => line.kind === 'tax-residual');
    expect(residual).toMatchObject([{ glAccount: '22008100', amount: { minor: -2n } }]);
  });
});

describe('a file whose download declares a charset that it is not in', () => {
  it('is read when the same bytes arrive again with their true charset', async () => {
    const bytes = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
    const arrive = async (charset: string) => {
      const facts = { origin: 'test', contentType: `text/plain; charset=${charset}`, headers: {} };
      return receiveEvidence(context, (await test.books.putEvidence(whole(bytes), facts)).sha256, 'settlement.txt');
    };
    await expect(arrive('EUC-JP')).rejects.toMatchObject({ code: 'SETTLEMENT_CHARSET_UNSUPPORTED' });
    expect(await arrive('utf-8')).toMatchObject({ state: 'proposed' });
  });
});

describe('POST_INTERRUPTED', () => {
  it('an entry that a dead process left in sending is looked up, and not sent before the quiet period is over', async () => {
    const record = await receive({});
    const [proposed] = await test.books.listEntries({ originKey: record.key });
    const { id, digest } = proposed!;
    await test.books.moveEntry({
      id,
      from: 'proposed',
      to: 'approved',
      actor: SYSTEM,
      why: 'test',
      approvedDigest: digest,
    });
    const messageCreatedAt = new Date(vendors.clock.nowMs()).toISOString();
    await test.books.moveEntry({ id, from: 'approved', to: 'sending', actor: SYSTEM, why: 'test', messageCreatedAt });

    const report = await syncConnection(context, { waitForUnknown: false });
    expect(report.entries.find((entry) => entry.id === id)).toMatchObject({
      state: 'unknown',
      problem: { code: 'POST_INTERRUPTED', kind: 'unknown' },
    });
    const reference = proposed!.entry.postingKey;
    const isBooked = () => vendors.ledger().some((document) => document.documentReferenceId === reference);
    expect(isBooked()).toBe(false);
    await syncConnection(context, { waitForUnknown: true });
    expect(isBooked()).toBe(true);
  });
});

describe('SAP_COMPANY_CODE_HIDDEN', () => {
  it('a connection test says so when SAP shows the user no company code', async () => {
    const standIn = await SapStandIn.start();
    const checks = await ledgerFor(standIn.url).client.ping();
    expect(checks.find(({ name }) => name === 'company codes')).toMatchObject({
      ok: false,
      says: 'SAP shows no company code to this user.',
      next: expect.stringContaining('authorisation'),
    });
  });

  it('control: it is content with one', async () => {
    const row =
      '{"CompanyCode":"1010","CompanyCodeName":"A","Currency":"EUR","ChartOfAccounts":"YCOA","FiscalYearVariant":"K4"}';
    const standIn = await SapStandIn.start({
      read: ({ url }) => ({
        headers: { 'content-type': 'application/json' },
        body: `{"d":{"results":[${url.includes('COMPANYCODE') ? row : ''}]}}`,
      }),
    });
    const checks = await ledgerFor(standIn.url).client.ping();
    expect(checks.find(({ name }) => name === 'company codes')).toMatchObject({ ok: true });
  });
});
