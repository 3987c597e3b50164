import type { DrillDownStore } from './drill-down/drill-down-store.ts';
import { orderIdForms, parseDocumentName } from './drill-down/names.ts';
import type { ListStore } from './lists/list-store.ts';
import type { BookCounts, EntryRecord, EntryStore, SettlementKey, SettlementRecord } from './ports.ts';
import { type PostingProgress, postingProgresses } from './posting-progress.ts';

/** What a text may mean to somebody who knows a number. */
export interface FoundRecords {
  readonly settlements: readonly SettlementRecord[];
  /** How far each of these settlements is in SAP. */
  readonly progress: ReadonlyMap<SettlementKey, PostingProgress>;
  /** By posting key, or by SAP's document number. */
  readonly entries: readonly EntryRecord[];
  /** Amazon's order number, where the text has its form. */
  readonly orderId: string | null;
}

const FOUND_MAX = 10;

/** Looks a number up whatever it is: a settlement, a posting key, a document in SAP, an order. Nothing found is no problem. */
export async function findRecords(
  books: Pick<ListStore, 'partOfSettlements' | 'partOfEntries'> &
    Pick<DrillDownStore, 'findEntriesOfDocument'> &
    Pick<BookCounts, 'countEntries'> &
    Pick<EntryStore, 'getEntry'>,
  text: string,
): Promise<FoundRecords> {
  const wanted = text.trim();
  if (wanted === '') return { settlements: [], progress: new Map(), entries: [], orderId: null };
  const name = parseDocumentName(wanted);
  const [settlements, byKey, ids] = await Promise.all([
    books.partOfSettlements({ limit: FOUND_MAX, text: wanted }),
    books.partOfEntries({ limit: FOUND_MAX, text: wanted }),
    name ? books.findEntriesOfDocument(name) : [],
  ]);
  const byDocument = await Promise.all(ids.slice(0, FOUND_MAX).map((id) => books.getEntry(id)));
  const entries = new Map([...byDocument, ...byKey.items].map((entry) => [entry.id, entry]));
  const order = orderIdForms(wanted).find((form) => /^[0-9A-Z]{3}-\d{7}-\d{7}$/.test(form));
  const progress = await postingProgresses(books, settlements.items);
  return { settlements: settlements.items, progress, entries: [...entries.values()], orderId: order ?? null };
}
