import { formatMoney, money } from '../../core/index.ts';
import type { JournalLine, Proof } from '../../ledger/index.ts';
import { proveEntriesEqualSettlement, type SettlementHeader } from '../../mapping/index.ts';
import type { EntryRecord } from '../ports.ts';

/**
 * What holds for a settlement of which something was taken back: each reversed entry and its reversal together are nothing,
 * account by account, and the entries that stand are the settlement. Empty while nothing was taken back or withdrawn.
 */
export function proveCorrections(header: SettlementHeader, entries: readonly EntryRecord[]): readonly Proof[] {
  const isCorrected = entries.some(({ state, isCurrent }) => state === 'reversed' || !isCurrent);
  if (!isCorrected) return [];
  return [proveReversalsAnnihilate(header, entries), proveLiveEntries(header, entries)];
}

function proveReversalsAnnihilate({ currency }: SettlementHeader, entries: readonly EntryRecord[]): Proof {
  const sums = new Map<string, bigint>();
  const pairs = entries.flatMap((original) => {
    const reversal = entries.find(
      ({ entry, state }) => state === 'posted' && entry.reversal?.postingKey === original.entry.postingKey,
    );
    return original.state === 'reversed' && reversal ? [{ original, reversal }] : [];
  });
  for (const { original, reversal } of pairs) {
    for (const line of [...original.entry.lines, ...reversal.entry.lines]) {
      const key = `${original.id}\n${placeOf(line)}`;
      sums.set(key, (sums.get(key) ?? 0n) + line.amount.minor);
    }
  }
  const open = [...sums.values()].reduce((total, minor) => total + (minor < 0n ? -minor : minor), 0n);
  const byOthers = entries.filter(({ state }) => state === 'reversed').length - pairs.length;
  const others = byOthers === 0 ? '' : ` ${byOthers} more ${byOthers === 1 ? 'was' : 'were'} reversed in SAP by hand.`;
  return {
    name: 'reversals-annihilate',
    ok: open === 0n,
    expected: formatMoney(money(currency, 0n)),
    actual: formatMoney(money(currency, open)),
    says: `What ${pairs.length} reversed ${pairs.length === 1 ? 'entry' : 'entries'} and the reversals come to, account by account, against nothing.${others}`,
  };
}

function placeOf({ glAccount, customer, costCenter, profitCenter, taxCode }: JournalLine): string {
  return [glAccount, customer, costCenter, profitCenter, taxCode].join('\t');
}

/** A settlement that was taken back and not proposed anew does not stand in the books, and this says so. */
function proveLiveEntries(header: SettlementHeader, entries: readonly EntryRecord[]): Proof {
  const live = entries.filter(
    ({ entry, state, isCurrent }) => isCurrent && !entry.reversal && state !== 'reversed' && state !== 'withdrawn',
  );
  const posted = live.filter(({ state }) => state === 'posted').length;
  const proof = proveEntriesEqualSettlement(
    header,
    live.map(({ entry }) => entry),
  );
  return {
    ...proof,
    name: 'live-entries-equal-settlement',
    says: `${proof.says} Of ${live.length} ${live.length === 1 ? 'entry' : 'entries'} that stand ${posted} ${posted === 1 ? 'is' : 'are'} posted.`,
  };
}
