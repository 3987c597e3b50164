/** A pretend seller whose months are closed: files are received, events are read, and SAP takes whatever is sent. */
import { printSettlement, type SellerWorld } from '../../sim/world/index.ts';
import { digestSettlementContent, readSettlementFile } from '../../src/amazon/index.ts';
import {
  type AccrualFeeds,
  type AccrueWish,
  accrueMonthEnd,
  accrueShippedOrders,
  type ConnectionContext,
  type EntryRecord,
  type MonthEndAccrual,
  receiveEvidence,
  SYSTEM,
} from '../../src/app/index.ts';
import { type LocalDate, parseYearMonth, silentLog, yearMonthOf } from '../../src/core/index.ts';
import { systemRandomness } from '../../src/entrypoints/system.ts';
import type { AccountTable } from '../../src/mapping/index.ts';
import { type Feeds, startFeeds } from './feeds-kit.ts';
import { accountTable } from './vendors.ts';

const DAY_MS = 86_400_000;

export interface ClosingSeller {
  readonly feeds: Feeds;
  readonly context: ConnectionContext;
  /** Receives the files of what closed until now and has not come, and reads Amazon's events. */
  catchUp(): Promise<void>;
  /** Moves the clock, receiving each file the day after its period ended. */
  until(instant: string): Promise<void>;
  /** Sends all that is open, as far as the store is concerned. */
  book(): Promise<void>;
  accrue(month: string, wish?: Partial<AccrueWish>): Promise<MonthEndAccrual>;
  entries(): Promise<readonly EntryRecord[]>;
  close(): Promise<void>;
}

/** Only what an accrual asks of SAP: nothing is there that was not sent. */
const emptyLedger = { findByPostingKey: async () => [] } as unknown as ConnectionContext['ledger'];

export async function startClosing(options: {
  readonly world: SellerWorld;
  readonly at: string;
  readonly since: string;
  readonly table?: AccountTable;
  /** In the orders model: what was shipped is booked before files are received. */
  readonly accruesOrders?: boolean;
}): Promise<ClosingSeller> {
  const { world } = options;
  const feeds = await startFeeds({ world, at: options.at, since: options.since });
  const { books } = feeds.books;
  const context: ConnectionContext = {
    connection: feeds.context.connection,
    books,
    reports: feeds.settlements,
    ledger: emptyLedger,
    table: options.table ?? accountTable,
    posting: {
      approval: 'automatic',
      quietPeriodMs: 60_000,
      leaveWithinMs: 60_000,
      leaseMs: 180_000,
      bookFrom: null,
    },
    readSettlement: readSettlementFile,
    digestContent: digestSettlementContent,
    clock: feeds.clock,
    randomness: systemRandomness,
    log: silentLog,
    programVersion: 'test',
    actor: SYSTEM,
    onProgress: () => {},
  };
  const received = new Set<string>();
  const receive = async () => {
    for (const settlement of world.settlements) {
      const { settlementId, endAt } = settlement;
      if (received.has(settlementId) || endAt * 1000 + DAY_MS > feeds.clock.nowMs()) continue;
      received.add(settlementId);
      const printed = printSettlement(settlement);
      const { sha256 } = await books.putEvidence(chunk(printed.bytes), {
        origin: 'test',
        contentType: printed.contentType,
        headers: {},
      });
      await receiveEvidence(context, sha256, settlementId);
    }
  };
  const book = async () => {
    for (const record of await books.listEntries({ connectionId: context.connection.id, states: ['proposed'] })) {
      await bookEntry(context, record);
    }
  };
  return {
    feeds,
    context,
    catchUp: async () => {
      if (!options.accruesOrders) await receive();
      const startedAt = new Date(feeds.clock.nowMs()).toISOString();
      const run = await feeds.finances();
      await feeds.context.books.recordFeedRun(context.connection.id, 'finances', { ...run, startedAt });
      if (run.problems.length > 0) throw new Error(JSON.stringify(run.problems));
      if (!options.accruesOrders) return;
      const { waiting } = await accrueShippedOrders(context, { keepAlive: async () => {} });
      if (waiting.length > 0) throw new Error(waiting[0]?.says);
      await receive();
    },
    until: async (instant) => {
      while (feeds.clock.nowMs() < Date.parse(instant)) {
        await feeds.clock.sleep(Math.min(DAY_MS, Date.parse(instant) - feeds.clock.nowMs()));
        await receive();
      }
    },
    book,
    accrue: (month, wish = {}) =>
      accrueMonthEnd(context, feeds.context.books as AccrualFeeds, {
        month: parseYearMonth(month),
        sides: 'both',
        why: null,
        isDryRun: false,
        leaveOutUnknown: false,
        mayBeIncomplete: false,
        ...wish,
      }),
    entries: () => books.listEntries({ connectionId: context.connection.id }),
    close: () => feeds.close(),
  };
}

let documents = 0;

/** As far as the store is concerned: approved, sent, and taken by SAP. */
export async function bookEntry({ books }: ConnectionContext, record: EntryRecord): Promise<void> {
  const { id, digest, entry } = record;
  const base = { id, actor: SYSTEM, why: 'test' };
  await books.moveEntry({ ...base, from: 'proposed', to: 'approved', approvedDigest: digest });
  await books.moveEntry({ ...base, from: 'approved', to: 'sending', messageCreatedAt: '2026-01-01T00:00:00Z' });
  documents += 1;
  const sapDocumentNumber = String(documents).padStart(10, '0');
  const document = { companyCode: entry.companyCode, fiscalYear: entry.postingDate.slice(0, 4), sapDocumentNumber };
  await books.moveEntry({ ...base, from: 'sending', to: 'posted', attempt: 1, document });
}

/** `account month` → minor units, debit positive. */
export function balancesOf(records: readonly EntryRecord[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { entry, state } of records) {
    if (state !== 'posted' && state !== 'reversed') continue;
    for (const { glAccount, amount } of entry.lines) {
      const key = `${entry.companyCode} ${glAccount} ${yearMonthOf(entry.postingDate as LocalDate)}`;
      balances.set(key, (balances.get(key) ?? 0n) + amount.minor);
    }
  }
  return balances;
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
