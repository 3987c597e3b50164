import type { Books, EntryRecord } from '../ports.ts';

const DECODER_CARRY = 64;

/**
 * Entries of accruals whose sources name one of these orders. The sources are the canonical JSON lines an accrual was computed
 * from; they are searched as they are stored, so that this asks nothing of their shape.
 */
export async function accrualsOf(
  books: Pick<Books, 'listAccruals' | 'openEvidence' | 'listEntries'>,
  orderIds: readonly string[],
): Promise<EntryRecord[]> {
  const wanted = orderIds.map((orderId) => JSON.stringify(orderId));
  const entries: EntryRecord[] = [];
  for (const accrual of await books.listAccruals()) {
    if (!(await names(books.openEvidence(accrual.sourcesSha256), wanted))) continue;
    entries.push(...(await books.listEntries({ originKey: accrual.key })));
  }
  return entries;
}

async function names(bytes: AsyncIterable<Uint8Array>, wanted: readonly string[]): Promise<boolean> {
  // Ids are ASCII, so the bytes may be looked at as Latin-1, chunk by chunk with the end of the one before.
  let carry = '';
  for await (const chunk of bytes) {
    const text = carry + Buffer.from(chunk).toString('latin1');
    if (wanted.some((word) => text.includes(word))) return true;
    carry = text.slice(-DECODER_CARRY);
  }
  return false;
}
