import { formatInstant, formatMoney, type LocalDate, type Money, money, parseLocalDate } from '../../core/index.ts';
import { debitTotal, type PostingKey } from '../../ledger/index.ts';
import type { AccrualRecord, EntryRecord, SettlementRecord } from '../ports.ts';
import { entriesSection, journalSection } from '../reports/journal.ts';
import type { Report, ReportRow, ReportSection } from '../reports/report.ts';
import type { PackagePopulation } from './package-format.ts';

/** All that is in a package, counted and listed while it is packed. */
export class Population {
  readonly #settlements: ReportRow[] = [];
  readonly #proofs: ReportRow[] = [];
  readonly #entries: ReportRow[] = [];
  readonly #lines: ReportRow[] = [];
  readonly #settlementTotals = new Map<string, Money>();
  readonly #debitTotals = new Map<string, Money>();
  readonly #states = new Map<string, number>();
  #accruals = 0;
  #rows = 0;
  #documents = 0;

  addSettlement(record: SettlementRecord, entries: readonly EntryRecord[]): void {
    const { header, settlementId, connectionName: connection } = record;
    this.#rows += record.lineCount;
    addTo(this.#settlementTotals, header.total);
    this.#settlements.push({
      connection,
      settlementId,
      from: formatInstant(header.startAt),
      to: formatInstant(header.endAt),
      deposit: parseLocalDate(formatInstant(header.depositAt).slice(0, 10)),
      state: record.state,
      rows: record.lineCount,
      total: header.total,
      sha256: record.sha256,
      digest: record.digest,
      problem: record.problem?.code ?? null,
    });
    for (const { name, ok, expected, actual } of record.proofs) {
      this.#proofs.push({ connection, settlementId, name, ok, expected, actual });
    }
    this.#addEntries(entries);
  }

  addAccrual(_record: AccrualRecord, entries: readonly EntryRecord[]): void {
    this.#accruals += 1;
    this.#addEntries(entries);
  }

  #addEntries(entries: readonly EntryRecord[]): void {
    this.#entries.push(...entriesSection(entries).rows);
    this.#lines.push(...journalSection(entries).rows);
    for (const { entry, state, document } of entries) {
      this.#states.set(state, (this.#states.get(state) ?? 0) + 1);
      if (document) this.#documents += 1;
      if (state === 'posted' || state === 'reversed') addTo(this.#debitTotals, debitTotal(entry));
    }
  }

  counts(): PackagePopulation {
    return {
      settlements: this.#settlements.length,
      accruals: this.#accruals,
      rows: this.#rows,
      settlementTotals: textOf(this.#settlementTotals),
      entries: this.#entries.length,
      lines: this.#lines.length,
      entriesByState: Object.fromEntries(this.#states),
      sapDocuments: this.#documents,
      debitTotals: textOf(this.#debitTotals),
    };
  }

  /** The tables of the package. */
  report(scope: { readonly from: LocalDate; readonly to: LocalDate }, sampled: ReadonlySet<PostingKey>): Report {
    const entries = { ...entriesSection([]), rows: this.#entries };
    const isSampled = ({ postingKey }: ReportRow) => sampled.has(postingKey as PostingKey);
    const sample = { ...entries, key: 'sample', title: 'Sample', rows: this.#entries.filter(isSampled) };
    return {
      name: 'population',
      title: 'Population',
      facts: [
        { title: 'from', value: scope.from },
        { title: 'to', value: scope.to },
      ],
      sections: [
        settlementsSection(this.#settlements),
        proofsSection(this.#proofs),
        entries,
        { ...journalSection([]), rows: this.#lines },
        ...(sampled.size === 0 ? [] : [sample]),
      ],
      notes: [],
    };
  }
}

function settlementsSection(rows: readonly ReportRow[]): ReportSection {
  return {
    key: 'settlements',
    title: 'Settlements',
    columns: [
      { key: 'connection', title: 'connection', kind: 'text' },
      { key: 'settlementId', title: 'settlement', kind: 'text' },
      { key: 'from', title: 'from', kind: 'text' },
      { key: 'to', title: 'to', kind: 'text' },
      { key: 'deposit', title: 'planned deposit', kind: 'date' },
      { key: 'state', title: 'state', kind: 'text' },
      { key: 'rows', title: 'rows', kind: 'count' },
      { key: 'total', title: 'total', kind: 'money' },
      { key: 'sha256', title: 'file, SHA-256', kind: 'text' },
      { key: 'digest', title: 'digest of the entries', kind: 'text' },
      { key: 'problem', title: 'problem', kind: 'text' },
    ],
    rows,
  };
}

function proofsSection(rows: readonly ReportRow[]): ReportSection {
  return {
    key: 'proofs',
    title: 'Proofs',
    columns: [
      { key: 'connection', title: 'connection', kind: 'text' },
      { key: 'settlementId', title: 'settlement', kind: 'text' },
      { key: 'name', title: 'proof', kind: 'text' },
      { key: 'ok', title: 'holds', kind: 'flag' },
      { key: 'expected', title: 'expected', kind: 'text' },
      { key: 'actual', title: 'found', kind: 'text' },
    ],
    rows,
  };
}

function addTo(sums: Map<string, Money>, amount: Money): void {
  const before = sums.get(amount.currency)?.minor ?? 0n;
  sums.set(amount.currency, money(amount.currency, before + amount.minor));
}

function textOf(sums: ReadonlyMap<string, Money>): Record<string, string> {
  return Object.fromEntries([...sums].map(([currency, sum]) => [currency, formatMoney(sum)]));
}
