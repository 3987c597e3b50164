import type {
  Actor,
  Books,
  Connection,
  ExchangeRecord,
  ProposalToRecord,
  SettlementRecord,
} from '../../src/app/index.ts';
import { type CurrencyCode, type LocalDate, money, type Sha256, sha256Of } from '../../src/core/index.ts';
import {
  type CompanyCode,
  entriesDigest,
  type GlAccount,
  type JournalEntry,
  type JournalLine,
  type PostingKey,
} from '../../src/ledger/index.ts';
import type { SettlementId, SettlementReading } from '../../src/mapping/index.ts';

export const EUR = 'EUR' as CurrencyCode;
export const ANNA: Actor = { kind: 'user', name: 'anna' };
export const SYSTEM_ACTOR: Actor = { kind: 'system', name: 'seller-ledger' };

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

let named = 0;

export async function addConnection(books: Books, sellerAccount = `SELLER${named}`): Promise<Connection> {
  named += 1;
  return books.addConnection(
    { name: `connection-${named}`, sellerAccount, settings: { region: 'eu' }, secrets: {} },
    ANNA,
  );
}

export function reading(settlementId: string, totalMinor = 12_345n): SettlementReading {
  const total = money(EUR, totalMinor);
  return {
    header: {
      settlementId: settlementId as SettlementId,
      startAt: 1_790_000_000,
      endAt: 1_791_209_600,
      depositAt: 1_791_382_400,
      currency: EUR,
      total,
      row: 2,
    },
    format: {
      charset: 'utf-8',
      charsetFrom: 'detected',
      decimalMark: ',',
      datePattern: 'dd.MM.yyyy',
      compression: 'none',
      columnCount: 24,
    },
    tables: { triples: [], marketplaces: [], channels: [] },
    lineCount: 6,
    lastRow: 9,
  };
}

export async function receive(
  books: Books,
  connection: Connection,
  settlementId: string,
  content = `file of ${settlementId}`,
): Promise<SettlementRecord> {
  const { sha256 } = await books.putEvidence(bytesOf(content), { origin: 'test', contentType: null, headers: {} });
  return books.receiveSettlement({ connectionId: connection.id, sha256, reading: reading(settlementId) }, SYSTEM_ACTOR);
}

export function line(minor: bigint, facts: Partial<JournalLine> = {}): JournalLine {
  return {
    kind: 'order.revenue',
    glAccount: '41000000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(EUR, minor),
    text: 'Amazon orders',
    buckets: [],
    ...facts,
  };
}

/** A posting key of 16 characters that differs for each `number`. */
export function postingKey(number: number): PostingKey {
  return `AMZ${String(number).padStart(13, 'A')}` as PostingKey;
}

export function entry(key: PostingKey, lines: readonly JournalLine[]): JournalEntry {
  return {
    postingKey: key,
    companyCode: '1710' as CompanyCode,
    documentType: 'SA',
    documentDate: '2026-10-31' as LocalDate,
    postingDate: '2026-10-31' as LocalDate,
    currency: EUR,
    headerText: 'AMAZON 2026-10',
    headerReference: '12345678901',
    part: 1,
    partCount: 1,
    lines,
  };
}

export function proposalOf(entries: readonly JournalEntry[], facts: Partial<ProposalToRecord> = {}): ProposalToRecord {
  const mappingText = 'accounts: test';
  return {
    digest: entriesDigest(entries),
    mappingSha256: sha256Of(mappingText),
    mappingText,
    programVersion: '0.1.0',
    revision: 0,
    entries,
    // A file has rows, whatever is made of them.
    rows: { bucketOfRow: new Uint32Array([0, 1]), runs: [] },
    ...facts,
  };
}

/** Takes a received settlement to `proposed` with these entries. */
export async function propose(
  books: Books,
  settlement: SettlementRecord,
  proposal: ProposalToRecord,
): Promise<SettlementRecord> {
  const { key } = settlement;
  await books.moveSettlement({ key, from: 'received', to: 'proven', actor: SYSTEM_ACTOR, why: 'it ties' });
  return books.moveSettlement({ key, from: 'proven', to: 'proposed', actor: SYSTEM_ACTOR, why: 'mapped', proposal });
}

export function exchange(text: string): ExchangeRecord {
  return {
    requestSha256: sha256Of(text),
    httpStatus: 200,
    responseSha256: sha256Of(`${text} answer`),
    durationMs: 12.4,
  };
}

export const SOME_SHA = sha256Of('something else') as Sha256;

/** The code of the problem that a promise is rejected with; fails when it is fulfilled or rejected with anything else. */
export async function problemCode(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return code;
    throw error;
  }
  throw new Error('expected a problem, but there was none');
}
