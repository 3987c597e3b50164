/** A settlement that came twice, what was corrected, and the way from SAP to Amazon's rows and back, as people are shown them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type EntryRecord,
  receiveEvidence,
  replaceSettlement,
  type SettlementRecord,
  SYSTEM,
  writeSources,
} from '../../src/app/index.ts';
import { money, parseCurrencyCode, parseLocalDate, parseYearMonth } from '../../src/core/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { loadAccountTable } from '../../src/entrypoints/files.ts';
import { type AccrualEvent, accrueMonth } from '../../src/mapping/index.ts';
import { createFeedBooks, createReconciliationStore } from '../../src/store/index.ts';
import { openReversalWorld, type ReversalWorld } from '../simulation/reversal-kit.ts';
import { TEST_KEY, urlOf } from '../store/database.ts';
import { event, order, payout } from '../store/feed-samples.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';
import { startTestPage, type TestPage } from './test-page.ts';

const home = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-corrections-`);
const CONNECTION = {
  name: 'test',
  amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
  sap: {
    baseUrl: 'https://sap.invalid',
    journalEntryUrl: 'https://sap.invalid/post',
    createdByUser: 'TEST',
    authentication: { type: 'basic', user: 'u', password: 'p' },
  },
};
const ORDER = '302-0000001-0000001';
let world: ReversalWorld;
let page: TestPage;
let booked: SettlementRecord;
let original: EntryRecord;
let corrected: EntryRecord;
let waiting: SettlementRecord;

beforeAll(async () => {
  world = await openReversalWorld();
  const { database, vault, books } = world.test;
  const feedBooks = createFeedBooks({ database, vault });
  const reconciliation = createReconciliationStore(database);
  page = await startTestPage(world.test, { books, feedBooks, reconciliation });
  [original] = (await world.posted()) as [EntryRecord];
  booked = await books.getSettlement(original.origin.key);
  await issueAgain(booked, '3.00');
  await replaceSettlement(world.context, booked, { reason: '01', postingDate: null, why: 'Amazon corrected the fee' });
  await world.sync();
  original = await books.getEntry(original.id);
  corrected = (await books.listEntries({ originKey: booked.key })).find(
    ({ isCurrent, entry }) => isCurrent && !entry.reversal,
  )!;
  const [unsent] = await world.received();
  waiting = await books.getSettlement(unsent!.origin.key);
  await issueAgain(waiting, '5.00');
  // The commands open the connection, which asks neither Amazon nor SAP for anything here.
  const file = join(home, 'connection.json');
  writeFileSync(file, JSON.stringify({ ...CONNECTION, sellerAccount: booked.sellerAccount }));
  expect(
    await run('connections', 'update', 'test', '--same-sap-system', '--file', file, '--reason', 'for the commands'),
  ).toMatchObject({
    exitCode: 0,
    err: '',
  });
});

afterAll(async () => {
  await page.close();
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

/** The same settlement with another storage fee and one row of the two twins less. */
async function issueAgain({ settlementId }: SettlementRecord, fee: string): Promise<void> {
  const facts = smallSettlement(DIALECTS.US);
  const twin = facts.rows.findLastIndex(({ description }) => description === 'Shipping');
  const rows = facts.rows
    .filter((_, index) => index !== twin)
    .map((row) => (row.description === 'Storage Fee' ? { ...row, amount: `-${fee}` } : row));
  const total = (90.05 + 2 - 4.5 - Number(fee)).toFixed(2);
  const bytes = settlementBytes({ ...facts, settlementId, total, rows: rows.reverse() }, DIALECTS.US);
  const chunks = (async function* () {
    yield bytes;
  })();
  const { sha256 } = await world.test.books.putEvidence(chunks, {
    origin: 'file:again.txt',
    contentType: null,
    headers: {},
  });
  await expect(receiveEvidence(world.context, sha256, 'again.txt')).rejects.toMatchObject({
    code: 'SETTLEMENT_REISSUED',
  });
}

async function run(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const text = { out: '', err: '' };
  for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      text[name] += String(chunk);
      return true;
    });
  }
  const all = ['node', 'seller-ledger', '--home', home, '--database-url', urlOf(world.test.database), ...args];
  const exitCode = await runCli(all, { SELLER_LEDGER_USER: 'anna', SELLER_LEDGER_KEY: TEST_KEY });
  vi.restoreAllMocks();
  return { exitCode, ...text };
}

interface ReportJson {
  readonly facts: readonly { readonly title: string; readonly value: unknown }[];
  readonly sections: readonly { readonly key: string; readonly rows: readonly Record<string, unknown>[] }[];
}

async function json<Value = ReportJson>(...args: string[]): Promise<Value> {
  const { out, err } = await run(...args, '--json');
  if (err !== '') throw new Error(err);
  return JSON.parse(out) as Value;
}

const get = async (path: string) => {
  const answer = await fetch(`${page.url.replace('localhost', '127.0.0.1')}/api/v1/${path}`);
  return (await answer.json()) as ReportJson & Record<string, unknown>;
};
const section = ({ sections }: ReportJson, key: string) => sections.find((each) => each.key === key)?.rows ?? [];
const fact = ({ facts }: ReportJson, title: string) => facts.find((each) => each.title === title)?.value;
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('settlements compare', () => {
  it('shows row by row what the second file changes, and what moves in the books', async () => {
    const compared = await json('settlements', 'compare', waiting.settlementId);
    expect(fact(compared, 'rows in both')).toBe(5);
    expect(section(compared, 'changed')).toMatchObject([
      { amount: usd('-2.00'), amountAfter: usd('-5.00'), changes: '' },
    ]);
    // Of the twins one is left, wherever in the file it stands.
    expect(section(compared, 'removed')).toMatchObject([{ order: ORDER, amount: usd('4.50') }]);
    expect(section(compared, 'added')).toEqual([]);
    expect(fact(compared, 'total moves by')).toEqual(usd('-7.50'));
    const moved = section(compared, 'accounts').map(({ difference }) =>
      Number((difference as { amount: string }).amount),
    );
    expect(moved.sort()).toEqual([-7.5, 3, 4.5].sort());
    const text = (await run('settlements', 'compare', waiting.settlementId)).out;
    expect(text).toContain('settlements keep');
  });

  it('SETTLEMENT_NOT_REISSUED: of a settlement that came once', async () => {
    const [entry] = await world.received();
    expect(await run('settlements', 'compare', entry!.origin.name)).toMatchObject({ exitCode: 7 });
    expect((await run('settlements', 'keep', entry!.origin.name, '--why', 'x')).err).toContain(
      'SETTLEMENT_NOT_REISSUED',
    );
  });

  it('shows the file that was replaced before the one in use', async () => {
    const compared = await json('settlements', 'compare', booked.settlementId);
    expect(fact(compared, 'first file')).toContain(booked.sha256);
    expect(
      section(compared, 'kinds').filter(({ difference }) => Number((difference as { amount: string }).amount) !== 0),
    ).toHaveLength(2);
  });
});

describe('what was corrected', () => {
  it('is linked both ways, with the reversal between', async () => {
    const links = { corrects: [], correctedBy: [{ postingKey: corrected.entry.postingKey, state: 'posted' }] };
    expect(await get(`entries/${original.id}`)).toMatchObject({ state: 'reversed', ...links });
    expect(await get(`entries/${corrected.id}`)).toMatchObject({
      corrects: [{ postingKey: original.entry.postingKey, state: 'reversed' }],
      correctedBy: [],
    });
    expect((await run('entries', 'show', original.entry.postingKey)).out).toContain(
      `corrected by ${corrected.entry.postingKey}`,
    );
    expect((await run('entries', 'show', corrected.entry.postingKey)).out).toContain(
      `corrects ${original.entry.postingKey}`,
    );
  });

  it('is proven: original and reversal are nothing, and what stands is the settlement', async () => {
    const shown = await get(`settlements/${booked.key}`);
    expect(shown.corrections).toMatchObject([
      { name: 'reversals-annihilate', ok: true, actual: '0.00' },
      { name: 'live-entries-equal-settlement', ok: true, actual: '84.55' },
    ]);
    expect(shown.files).toMatchObject([
      { sha256: booked.sha256, state: 'replaced' },
      { state: 'used', totalAmount: '84.55', origins: ['file:again.txt'] },
    ]);
    const text = (await run('settlements', 'show', booked.settlementId, '--all')).out;
    expect(text).toContain('2 files came for it');
    expect(text).toContain('live-entries-equal-settlement');
  });

  it('control: a settlement of which nothing was taken back has no such proof', async () => {
    expect((await get(`settlements/${waiting.key}`)).corrections).toEqual([]);
  });
});

describe('trace', () => {
  it('order: every row of every settlement, with line, entry and document; hyphens or not', async () => {
    const traced = await json('trace', 'order', ORDER.replaceAll('-', ''));
    const rows = section(traced, 'rows');
    expect(rows.every(({ order }) => order === ORDER)).toBe(true);
    expect(rows.filter(({ settlement }) => settlement === booked.settlementId)).toHaveLength(4);
    expect(rows.filter(({ settlement }) => settlement === booked.settlementId)).toMatchObject(
      Array(4).fill({ entry: corrected.entry.postingKey }),
    );
    expect(section(traced, 'entries').map(({ entry }) => entry)).toContain(original.entry.postingKey);
    expect(await get(`trace/orders/${ORDER}`)).toEqual(traced);
  });

  it('a settlement in SAP is not called proposed, and its history tells what its entries came to', async () => {
    const [settlement] = section(await json('trace', 'order', ORDER), 'settlements').filter(
      ({ settlement: id }) => id === booked.settlementId,
    );
    expect(settlement?.progress).toMatch(/^\d of \d posted/);
    const items = (await get(`find?text=${booked.settlementId}`)).items as { kind: string; says: string }[];
    expect(items.find(({ kind }) => kind === 'settlement')?.says).toMatch(/\d of \d posted/);
    const history = (await get(`settlements/${booked.key}`)).history as Record<string, unknown>[];
    expect(history).toContainEqual(
      expect.objectContaining({
        action: 'entry.posted',
        postingKey: corrected.entry.postingKey,
        document: corrected.document,
      }),
    );
    expect(history.some(({ postingKey }) => postingKey === null)).toBe(true);
  });

  it('sku: finds the same rows by their SKU', async () => {
    const byOrder = section(await json('trace', 'order', ORDER), 'rows');
    expect(section(await json('trace', 'sku', 'SKU-1'), 'rows')).toEqual(byOrder);
  });

  it('TRACE_NOTHING_FOUND: an order, SKU or document that nothing has', async () => {
    for (const args of [
      ['order', '1-2-3'],
      ['sku', 'NONE'],
      ['document', '4999999999'],
      ['document', 'x'],
    ]) {
      const { exitCode, err } = await run('trace', ...args);
      expect([exitCode, err]).toEqual([2, expect.stringContaining('TRACE_NOTHING_FOUND')]);
    }
  });

  it('document: in any of its written forms, also by the number that reversed it', async () => {
    const { sapDocumentNumber: number, companyCode, fiscalYear } = corrected.document!;
    const whole = await json('trace', 'document', `${number}/${companyCode}/${fiscalYear}`);
    expect(section(whole, 'corrections')).toMatchObject([{ relation: 'corrects', entry: original.entry.postingKey }]);
    expect(section(whole, 'lines').reduce((sum, { rows }) => sum + Number(rows), 0)).toBe(6);
    for (const form of [`${companyCode}/${Number(number)}/${fiscalYear}`, `${number}${companyCode}${fiscalYear}`]) {
      expect(section(await json('trace', 'document', form), 'entries')).toEqual(section(whole, 'entries'));
    }
    expect(section(await get(`trace/documents/${number}/${companyCode}/${fiscalYear}`), 'entries')).toEqual(
      section(whole, 'entries'),
    );
    const taken = await json('trace', 'document', original.reversedBy!.sapDocumentNumber);
    expect(section(taken, 'entries').map(({ entry }) => entry)).toContain(original.entry.postingKey);
  });

  it('row and line: each row names its line, and the line its rows, with the sum equal to the cent', async () => {
    const row = await json('trace', 'row', booked.settlementId, '3');
    const [line] = section(row, 'lines');
    expect(line).toMatchObject({ entry: corrected.entry.postingKey, rows: 1 });
    const down = await json('trace', 'line', String(line!.entry), String(line!.line));
    expect(section(down, 'rows').map((each) => each.row)).toContain(3);
    expect(fact(down, 'rows and line are the same')).toBe(true);
    expect(await get(`trace/entries/${String(line!.entry)}/lines/${String(line!.line)}`)).toEqual(down);
    expect(await get(`trace/settlements/${booked.key}/rows/3`)).toEqual(row);
    const summary = await run('trace', 'row', booked.settlementId, '2');
    expect(summary.out).toContain('summary row');
  });

  it('line of an entry that was replaced: ENTRY_WITHDRAWN says where its rows are now', async () => {
    const { exitCode, err } = await run('trace', 'line', original.entry.postingKey, '1');
    expect([exitCode, err]).toEqual([7, expect.stringContaining('ENTRY_WITHDRAWN')]);
  });

  it('settlement: its files, entries of all proposals, proofs and history', async () => {
    const traced = await json('trace', 'settlement', booked.settlementId);
    expect(section(traced, 'files').map(({ state }) => state)).toEqual(['replaced', 'used']);
    expect(section(traced, 'entries')).toHaveLength(3);
    expect(section(traced, 'history').map(({ action }) => action)).toContain('settlement.file-replaced');
    expect(await get(`trace/settlements/${booked.settlementId}`)).toEqual(traced);
  });
});

/** What Amazon tells of an order that it has not settled. */
const shipment = (orderId: string): AccrualEvent => {
  const amount = money(parseCurrencyCode('USD'), 4_000n);
  return {
    key: `S-${orderId}`,
    revision: 1,
    eventType: 'Shipment',
    postedAt: Date.parse('2026-10-20T12:00:00Z') / 1000,
    marketplaceId: 'ATVPDKIKX0DER',
    orderId,
    total: amount,
    isBookedByOrders: false,
    amounts: [{ path: ['Sales', 'ProductCharges', 'OurPricePrincipal'], amount, sku: null, channel: null }],
  };
};

describe('what Amazon and an accrual tell of an order', () => {
  let accrued: string;
  beforeAll(async () => {
    const { database, vault, books } = world.test;
    const feeds = createFeedBooks({ database, vault });
    const { id } = world.context.connection;
    await feeds.putOrders(id, [order({ orderId: ORDER })], { reportSha256: null });
    await feeds.putFinanceEvents(id, [event('E-1', { orderId: ORDER, settlementId: booked.settlementId })]);
    await feeds.putPayouts(id, [payout('P-1', { settlementIds: [booked.settlementId] })]);
    const events = ['999-0000000-0000000', ORDER].map(shipment);
    const { sha256: sourcesSha256 } = await books.putEvidence(Readable.from(writeSources(events)), {
      origin: 'accrual',
      contentType: null,
      headers: {},
    });
    const table = loadAccountTable();
    const { sellerAccount } = world.context.connection;
    const month = parseYearMonth('2026-10');
    const { entries, digest } = accrueMonth({ month, events, table, sellerAccount, revision: 0, sides: 'both' });
    const proposal = {
      digest,
      entries,
      mappingSha256: table.sha256,
      mappingText: table.text,
      programVersion: '0.0.0-test',
    };
    const accrual = await books.recordAccrual({
      connectionId: id,
      kind: 'month-end',
      name: '2026-10',
      revision: 0,
      period: { from: parseLocalDate('2026-10-01'), to: parseLocalDate('2026-10-31') },
      asOf: '2026-11-02T00:00:00.000Z',
      sourcesSha256,
      sourceCount: 2,
      proposal,
      actor: SYSTEM,
      why: 'month end',
    });
    accrued = (await books.listEntries({ originKey: accrual.key }))[0]!.entry.postingKey;
  });

  it('stands beside its rows: items, events, payouts, and the accruals whose sources name it', async () => {
    const traced = await json('trace', 'order', ORDER);
    expect(section(traced, 'items').length).toBeGreaterThan(0);
    expect(section(traced, 'events')).toMatchObject([{ event: 'E-1', settlement: booked.settlementId }]);
    expect(section(traced, 'payouts')).toMatchObject([{ payout: 'P-1' }]);
    expect(section(traced, 'entries')).toContainEqual(
      expect.objectContaining({ entry: accrued, origin: 'accrual 2026-10' }),
    );
    const document = await json('trace', 'document', corrected.document!.sapDocumentNumber);
    expect(section(document, 'payouts')).toMatchObject([{ payout: 'P-1' }]);
    expect((await run('entries', 'show', accrued)).exitCode).toBe(0);
  });

  it('control: an accrual of other orders is not among them', async () => {
    const traced = await json('trace', 'order', '999-0000000-0000000');
    expect(section(traced, 'rows')).toEqual([]);
    expect(section(traced, 'entries').map((each) => each.entry)).toContain(accrued);
    expect(section(traced, 'entries').map((each) => each.origin)).toEqual(['accrual 2026-10', 'accrual 2026-10']);
    const { exitCode, err } = await run('trace', 'order', '998-0000000-0000000');
    expect([exitCode, err]).toEqual([2, expect.stringContaining('TRACE_NOTHING_FOUND')]);
  });
});

describe('settlements keep and replace', () => {
  it('say what was decided, and the settlement that is not sent is worked out anew', async () => {
    const replaced = await run('settlements', 'replace', waiting.settlementId, '--why', 'the second is right');
    expect(replaced).toMatchObject({ exitCode: 0, err: '' });
    expect(replaced.out).toContain('0 of 1 posted');
    await issueAgain(waiting, '7.00');
    const kept = await run('settlements', 'keep', waiting.settlementId, '--why', 'the third is not');
    expect([kept.exitCode, kept.out]).toEqual([0, expect.stringContaining('is left-out')]);
    const shown = await json<{ files: { state: string }[] }>('settlements', 'show', waiting.settlementId);
    expect(shown.files.map(({ state }) => state)).toEqual(['replaced', 'used', 'left-out']);
  });

  it('REPLACEMENT_NEEDS_REASON: where something is booked', async () => {
    const digest = booked.sha256.slice(0, 12);
    const { exitCode, err } = await run('settlements', 'replace', booked.settlementId, '--why', 'x', '--with', digest);
    expect([exitCode, err]).toEqual([2, expect.stringContaining('REPLACEMENT_NEEDS_REASON')]);
  });
});
