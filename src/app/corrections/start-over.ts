import type { ConnectionContext } from '../context.ts';
import type { SettlementKey, SettlementRecord, Withdraws } from '../ports.ts';
import type { SettlementFile } from './file-store.ts';

/**
 * Takes a settlement back to `received`: with the file that a person wants instead, when there is one, otherwise with its own.
 * Raises `PROPOSAL_FROZEN` (conflict) when its entries went further than `withdraws` allows.
 */
export async function startOver(
  { books, actor }: Pick<ConnectionContext, 'books' | 'actor'>,
  { key, state }: Pick<SettlementRecord, 'key' | 'state'>,
  { why, withdraws }: { readonly why: string; readonly withdraws: Withdraws },
): Promise<SettlementRecord> {
  const wanted = await wantedFileOf({ books }, key);
  if (!wanted) return books.moveSettlement({ key, from: state, to: 'received', actor, why, withdraws });
  const { sha256, decision } = wanted;
  return books.replaceSettlementFile({ key, from: state, sha256, actor, why: decision?.why ?? why, withdraws });
}

/** The file that is to take the place of the one in use. */
export async function wantedFileOf(
  { books }: Pick<ConnectionContext, 'books'>,
  key: SettlementKey,
): Promise<SettlementFile | undefined> {
  return (await books.listSettlementFiles(key)).find(({ state }) => state === 'wanted');
}

/** Whoever wants the settlement as it stands does not want another file in its place; that file waits again. */
export async function dropWantedFile(
  context: Pick<ConnectionContext, 'books' | 'actor'>,
  key: SettlementKey,
  why: string,
): Promise<void> {
  const wanted = await wantedFileOf(context, key);
  if (!wanted) return;
  const { books, actor } = context;
  await books.decideSettlementFile({ key, sha256: wanted.sha256, to: 'waiting', actor, why });
}
