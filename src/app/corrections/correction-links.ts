import type { AccrualKey } from '../accrual-store.ts';
import type { Books, EntryId, EntryRecord } from '../ports.ts';

/** Which entries took the place of which; both lists are empty for an entry that was never corrected and corrects none. */
export interface CorrectionLinks {
  /** Entries of the proposal before, which were reversed or withdrawn. */
  readonly corrects: readonly EntryRecord[];
  /** Entries of the next proposal. */
  readonly correctedBy: readonly EntryRecord[];
}

const TAKEN_BACK: readonly EntryRecord['state'][] = ['reversed', 'withdrawn'];

/**
 * Links entries that were reversed or withdrawn with those of the next proposal: of the same company code, currency and month,
 * or, where that month has none, of the same company code and currency. Reversals have links of their own
 * (`EntryRecord.reversalKey` and `JournalEntry.reversal`).
 */
export function correctionLinks(entries: readonly EntryRecord[]): ReadonlyMap<EntryId, CorrectionLinks> {
  const own = entries.filter(({ entry }) => !entry.reversal);
  const revisions = [...new Set(own.map(({ revision }) => revision))].sort((a, b) => a - b);
  const links = new Map<EntryId, { corrects: EntryRecord[]; correctedBy: EntryRecord[] }>();
  for (const { id } of entries) links.set(id, { corrects: [], correctedBy: [] });
  for (const before of own.filter(({ state }) => TAKEN_BACK.includes(state))) {
    const next = revisions.find((revision) => revision > before.revision);
    if (next === undefined) continue;
    for (const after of successorsOf(
      before,
      own.filter(({ revision }) => revision === next),
    )) {
      links.get(before.id)?.correctedBy.push(after);
      links.get(after.id)?.corrects.push(before);
    }
  }
  return links;
}

function successorsOf({ entry }: EntryRecord, candidates: readonly EntryRecord[]): readonly EntryRecord[] {
  const same = candidates.filter(
    (after) => after.entry.companyCode === entry.companyCode && after.entry.currency === entry.currency,
  );
  const month = entry.postingDate.slice(0, 7);
  const ofMonth = same.filter((after) => after.entry.postingDate.startsWith(month));
  return ofMonth.length > 0 ? ofMonth : same;
}

/**
 * Every entry that may correct this one or be corrected by it: those of its settlement, or of all revisions of its accrual.
 */
export async function entriesOfFamily(
  books: Pick<Books, 'listEntries' | 'listAccruals'>,
  { origin, connectionId }: EntryRecord,
): Promise<readonly EntryRecord[]> {
  if (origin.kind === 'settlement') return books.listEntries({ originKey: origin.key });
  const accruals = await books.listAccruals({ connectionId, kind: origin.accrualKind });
  const keys: AccrualKey[] = accruals.filter(({ name }) => name === origin.name).map(({ key }) => key);
  return (await Promise.all(keys.map((originKey) => books.listEntries({ originKey })))).flat();
}
