import {
  DAY_S,
  epochSecondsOfUtcMidnight,
  firstDayOf,
  formatInstant,
  type LocalDate,
  lastDayOf,
  money,
  type YearMonth,
} from '../../core/index.ts';
import type { CutOffRow, MonthCheck } from '../periods/index.ts';
import type { AuditEvent, Books, Connection, EntryRecord, SettlementKey, SettlementRecord } from '../ports.ts';
import { progressOf } from '../posting-progress.ts';
import { type CloseCheck, sectionsOf } from './close-check.ts';
import { balancesSection, entriesSection } from './journal.ts';
import type { ReportRow, ReportSection } from './report.ts';

/** What is recorded of a connection and a month. */
export interface MonthFacts {
  readonly connection: Pick<Connection, 'id' | 'name'>;
  readonly month: YearMonth;
  /** All settlements of the connection. */
  readonly settlements: readonly SettlementRecord[];
  /** How far each of them is in SAP, in words. */
  readonly progress: ReadonlyMap<SettlementKey, string>;
  /** Dated in the month and not withdrawn. */
  readonly entries: readonly EntryRecord[];
  readonly verifications: readonly AuditEvent[];
  readonly chain: Awaited<ReturnType<Books['verify']>>;
}

type MonthBooks = Pick<Books, 'countEntries' | 'listSettlements' | 'listEntries' | 'listEvents' | 'verify'>;

export async function monthFacts(
  books: MonthBooks,
  connection: Pick<Connection, 'id' | 'name'>,
  month: YearMonth,
): Promise<MonthFacts> {
  const postingDates = { from: firstDayOf(month), to: lastDayOf(month) };
  const dated = await books.listEntries({ connectionId: connection.id, postingDates });
  const events = await books.listEvents({ subject: `connection/${connection.id}` });
  const settlements = await books.listSettlements({ connectionId: connection.id });
  return {
    connection,
    month,
    settlements,
    progress: await progressOf(books, touching({ settlements, month })),
    entries: dated.filter(({ state }) => state !== 'withdrawn'),
    verifications: events.filter(({ action }) => action === 'sap.verify'),
    chain: await books.verify({ chain: connection.id }),
  };
}

/** The questions that need nothing but what is recorded. */
export function recordedChecks(facts: MonthFacts, check: MonthCheck): CloseCheck[] {
  return [
    settledCheck(facts, check),
    quarantineCheck(facts),
    proofsCheck(facts),
    postedCheck(facts),
    troubleCheck(facts),
    accruedCheck(facts, check),
    closedCheck(facts, check),
    identityCheck(facts, check),
    verifiedCheck(facts),
    chainCheck(facts),
  ];
}

/** Entries and balances of the month, for the end of the pack. */
export function monthSections({ entries }: MonthFacts): ReportSection[] {
  return sectionsOf('month', 'Month', [balancesSection(entries), entriesSection(entries)]);
}

const IN_SAP: ReadonlySet<EntryRecord['state']> = new Set(['posted', 'reversed']);

function touching({ settlements, month }: Pick<MonthFacts, 'settlements' | 'month'>): SettlementRecord[] {
  const start = epochSecondsOfUtcMidnight(firstDayOf(month));
  const end = endOf(month);
  return settlements.filter(({ header }) => header.startAt < end && header.endAt >= start);
}

function endOf(month: YearMonth): number {
  return epochSecondsOfUtcMidnight(lastDayOf(month)) + DAY_S;
}

function settledCheck(facts: MonthFacts, { accrual }: MonthCheck): CloseCheck {
  const own = touching(facts);
  const until = own.reduce((latest, { header }) => Math.max(latest, header.endAt), 0);
  const isCovered = until >= endOf(facts.month) || accrual !== null;
  return {
    key: 'settled',
    title: 'Settlements cover the month, or it is accrued',
    state: own.length > 0 && isCovered ? 'done' : 'open',
    number: String(own.length),
    says:
      own.length === 0
        ? 'No settlement touches the month.'
        : `Settlements until ${formatInstant(until)}${accrual ? `; what is left was accrued as of ${accrual.asOf}` : ''}.`,
    next: isCovered && own.length > 0 ? null : `seller-ledger sync ${facts.connection.name}`,
    sections: [settlementsSection(own, facts.progress)],
  };
}

function settlementsSection(records: readonly SettlementRecord[], progress: MonthFacts['progress']): ReportSection {
  return {
    key: 'settlements',
    title: 'Settlements that touch the month',
    columns: [
      { key: 'settlementId', title: 'settlement', kind: 'text' },
      { key: 'from', title: 'from', kind: 'text' },
      { key: 'to', title: 'to', kind: 'text' },
      { key: 'progress', title: 'state', kind: 'text' },
      { key: 'proofs', title: 'proofs hold', kind: 'flag' },
      { key: 'rows', title: 'rows', kind: 'count' },
      { key: 'total', title: 'total', kind: 'money' },
    ],
    rows: records.map(({ key, settlementId, header, state, proofs, lineCount }) => ({
      settlementId,
      from: formatInstant(header.startAt),
      to: formatInstant(header.endAt),
      progress: progress.get(key) ?? state,
      proofs: proofs.length > 0 && proofs.every(({ ok }) => ok),
      rows: lineCount,
      total: header.total,
    })),
  };
}

function quarantineCheck(facts: MonthFacts): CloseCheck {
  const stopped = touching(facts).filter(({ state }) => state === 'quarantined');
  const [first] = stopped;
  return {
    key: 'quarantine',
    title: 'Nothing is in quarantine',
    state: stopped.length === 0 ? 'done' : 'open',
    number: String(stopped.length),
    says: first
      ? (first.problem?.says ?? `Settlement ${first.settlementId} cannot be booked.`)
      : 'Every row is known and has an account.',
    next: first ? `seller-ledger settlements show ${first.settlementId}` : null,
    sections: stopped.length === 0 ? [] : [unknownSection(stopped)],
  };
}

/** Unknown values over all settlements that wait, added up, the most frequent first. */
function unknownSection(stopped: readonly SettlementRecord[]): ReportSection {
  const items = new Map<
    string,
    { row: ReportRow; count: number; settlements: number; item: SettlementRecord['quarantine'][number] }
  >();
  for (const item of stopped.flatMap(({ quarantine }) => quarantine)) {
    const words = [item.transactionType, item.amountType, item.amountDescription].join(' | ');
    const row = { code: item.code, words, marketplace: item.marketplace };
    const key = JSON.stringify([row, item.amount.currency]);
    const before = items.get(key);
    const minor = (before?.item.amount.minor ?? 0n) + item.amount.minor;
    items.set(key, {
      row,
      count: (before?.count ?? 0) + item.count,
      settlements: (before?.settlements ?? 0) + 1,
      item: { ...item, amount: money(item.amount.currency, minor) },
    });
  }
  return {
    key: 'unknown',
    title: 'Values that wait for somebody',
    columns: [
      { key: 'code', title: 'code', kind: 'text' },
      { key: 'words', title: 'Amazon’s words', kind: 'text' },
      { key: 'marketplace', title: 'marketplace', kind: 'text' },
      { key: 'settlements', title: 'settlements', kind: 'count' },
      { key: 'count', title: 'rows', kind: 'count' },
      { key: 'amount', title: 'amount', kind: 'money' },
      { key: 'next', title: 'next', kind: 'text' },
    ],
    rows: [...items.values()]
      .sort((a, b) => b.count - a.count)
      .map(({ row, count, settlements, item }) => ({
        ...row,
        settlements,
        count,
        amount: item.amount,
        next: item.next,
      })),
  };
}

function proofsCheck(facts: MonthFacts): CloseCheck {
  const proofs = touching(facts).flatMap((record) =>
    record.proofs.map((proof) => ({ ...proof, of: record.settlementId })),
  );
  const failed = proofs.filter(({ ok }) => !ok);
  const [first] = failed;
  return {
    key: 'proofs',
    title: 'Every proof holds',
    state: proofs.length === 0 ? 'not checked' : first ? 'open' : 'done',
    number: `${proofs.length - failed.length} of ${proofs.length}`,
    says: first
      ? `Settlement ${first.of}, ${first.name}: expected ${first.expected}, found ${first.actual}.`
      : 'Rows, totals, balances and links of every settlement tie to the cent.',
    next: first ? `seller-ledger settlements show ${first.of}` : null,
    sections: [],
  };
}

function postedCheck({ entries, connection }: MonthFacts): CloseCheck {
  const sent = entries.filter(({ state }) => IN_SAP.has(state)).length;
  const open = entries.length - sent;
  return {
    key: 'posted',
    title: 'Every entry dated in the month is in SAP',
    state: entries.length === 0 ? 'not checked' : open === 0 ? 'done' : 'open',
    number: `${sent} of ${entries.length}`,
    says: open === 0 ? 'Each has its document number.' : `${open} are not in SAP.`,
    next: open === 0 ? null : `seller-ledger entries list; seller-ledger sync ${connection.name}`,
    sections: [],
  };
}

function troubleCheck({ entries }: MonthFacts): CloseCheck {
  const troubled = entries.filter(({ problem, state }) => problem !== null && !IN_SAP.has(state));
  const [first] = troubled;
  return {
    key: 'troubles',
    title: 'No entry is refused, unknown or held',
    state: first ? 'open' : 'done',
    number: String(troubled.length),
    says: first ? `${first.entry.postingKey}: ${first.problem?.says ?? first.state}` : 'Nothing waits for a person.',
    next: first ? `seller-ledger entries show ${first.entry.postingKey}` : null,
    sections: [],
  };
}

function accruedCheck({ month, connection, settlements }: MonthFacts, { accrual, unbooked }: MonthCheck): CloseCheck {
  const isSettled = settlements.some(({ header }) => header.endAt >= endOf(month));
  const waiting = accrual ? unbooked.filter(({ origin }) => origin.key === accrual.key).length : 0;
  const isDone = accrual !== null && waiting === 0;
  return {
    key: 'accrued',
    title: 'What Amazon has not settled is accrued',
    state: isDone ? 'done' : accrual === null && isSettled ? 'not checked' : 'open',
    number: accrual ? `${accrual.sourceCount} events` : 'none',
    says: accrual
      ? `Accrued as of ${accrual.asOf}${waiting > 0 ? `; ${waiting} of its entries are not in SAP` : ''}.`
      : isSettled
        ? 'There is no accrual; the settlements so far reach beyond the month.'
        : 'There is no accrual, and the settlements so far end within the month.',
    next: isDone || (accrual === null && isSettled) ? null : `seller-ledger accruals month ${connection.name} ${month}`,
    sections: [],
  };
}

function closedCheck({ month, connection }: MonthFacts, { isClosed }: MonthCheck): CloseCheck {
  return {
    key: 'closed',
    title: 'The month is closed for entries',
    state: isClosed ? 'done' : 'open',
    number: isClosed ? 'closed' : 'open',
    says: isClosed
      ? 'Later rows of the month go to the next open one.'
      : 'A settlement that comes later can still book into it.',
    next: isClosed ? null : `seller-ledger periods close ${connection.name} ${month} --why TEXT`,
    sections: [],
  };
}

function identityCheck({ month, connection }: MonthFacts, check: MonthCheck): CloseCheck {
  const broken = check.rows.filter(({ expected, booked }) => expected.minor !== booked.minor).length;
  return {
    key: 'identity',
    title: 'Profit and loss is settled plus accrued less released',
    state: check.rows.length === 0 ? 'not checked' : check.holds ? 'done' : 'open',
    number: `${check.rows.length - broken} of ${check.rows.length} groups`,
    says: check.holds ? 'It holds in every group and currency.' : `${broken} groups differ.`,
    next: check.holds ? null : `seller-ledger periods check ${connection.name} ${month}`,
    sections: [],
  };
}

interface Verification {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly isProven: boolean;
}

/** The last time that the month was compared with SAP, if nothing of it has moved since. */
function verifiedCheck({ month, connection, verifications, entries }: MonthFacts): CloseCheck {
  const covering = verifications.filter(({ after }) => {
    const { from, to } = after as unknown as Verification;
    return from <= firstDayOf(month) && to >= lastDayOf(month);
  });
  const last = covering.at(-1);
  const isProven = (last?.after as Verification | null | undefined)?.isProven === true;
  const isStale = last !== undefined && entries.some(({ updatedAt }) => Date.parse(updatedAt) > Date.parse(last.at));
  return {
    key: 'verified',
    title: 'SAP has the same documents',
    state: last === undefined ? 'not checked' : isProven && !isStale ? 'done' : 'open',
    number: last?.at ?? 'never',
    says:
      last === undefined
        ? 'The month was not compared with SAP.'
        : `${last.why}${isStale ? '; entries moved since' : ''}.`,
    next: last && isProven && !isStale ? null : `seller-ledger sap verify ${connection.name} --month ${month}`,
    sections: [],
  };
}

function chainCheck({ chain }: MonthFacts): CloseCheck {
  return {
    key: 'chain',
    title: 'The audit chain is unbroken',
    state: chain.ok ? 'done' : 'open',
    number: `${chain.eventCount} events`,
    says: chain.firstBroken?.says ?? `Its head is ${chain.chains.at(-1)?.end.hash ?? '(none)'}.`,
    next: chain.ok ? null : 'seller-ledger audit verify',
    sections: [],
  };
}

/** Rows that are booked in another month than their own: for a person to read, whatever their number. */
export function cutOffCheck(rows: readonly CutOffRow[], sections: readonly ReportSection[]): CloseCheck {
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  return {
    key: 'cutOff',
    title: 'Rows booked in another month than their own are known',
    state: 'done',
    number: String(count),
    says: count === 0 ? 'There is none.' : 'They are listed below with their reasons.',
    next: null,
    sections: count === 0 ? [] : sectionsOf('cutOff', 'Cut-off', sections),
  };
}
