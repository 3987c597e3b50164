import { type ProblemFacts, parseLocalDate, parseYearMonth } from '../core/index.ts';
import {
  accrualKeyOf,
  cutText,
  HEADER_REFERENCE_MAX,
  monthEndReferenceOf,
  orderPostingKeyOf,
  ordersReferenceOf,
} from '../ledger/index.ts';
import { nameOf } from './compare-document.ts';
import type { ConnectionContext } from './context.ts';
import { mirrorsAmong, standsIn } from './mirrors.ts';
import { accrualName } from './origin.ts';
import type { AccrualRecord, LedgerDocument } from './ports.ts';

/** How far corrections of one accrual are followed, how many batches of a day, and how many documents of each. */
const REVISIONS_MAX = 20;
const BATCHES_MAX = 20;
const PARTS_MAX = 10;

/** Tells documents that book the same as an accrual and that this database knows nothing of. */
export interface AccrualFamily {
  has(document: LedgerDocument): boolean;
}

/**
 * The documents that a predecessor of this database may have booked for an accrual: other revisions of it, and for a day of orders
 * its other batches. By posting keys, because the reference in the header of a document does not tell one seller from another.
 */
export async function accrualFamilyOf(
  { books, connection }: Pick<ConnectionContext, 'books' | 'connection'>,
  accrual: AccrualRecord,
): Promise<AccrualFamily> {
  const { kind, period } = accrual;
  const orderOf = new Map<string, string | null>();
  const recorded = new Set<string>();
  for (const { key } of await books.listAccruals({ connectionId: connection.id, kind, period })) {
    for (const { entry, state } of await books.listEntries({ originKey: key })) {
      if (key === accrual.key && !entry.reversal) orderOf.set(inSap(entry.headerReference), entry.headerReference);
      if (state !== 'withdrawn') recorded.add(entry.postingKey);
    }
  }
  orderOf.set(inSap(referenceOf(accrual)), null);
  const known = new Map<string, ReadonlySet<string>>();
  return {
    has: (document) => {
      const orderId = orderOf.get(document.headerReference);
      if (orderId === undefined || recorded.has(document.reference)) return false;
      const { companyCode } = document.document;
      const name = JSON.stringify([companyCode, document.currency, document.headerReference]);
      const keys = known.get(name) ?? new Set(keysOf(accrual, orderId, document));
      known.set(name, keys);
      return keys.has(document.reference);
    },
  };
}

/** SAP keeps the references in the header of a document in capital letters. */
function inSap(reference: string): string {
  return reference.toUpperCase();
}

function referenceOf({ kind, name, period }: AccrualRecord): string {
  const reference = kind === 'month-end' ? monthEndReferenceOf(parseYearMonth(name)) : ordersReferenceOf(period.from);
  return cutText(reference, HEADER_REFERENCE_MAX);
}

/** `orderId` is that of a document of one order, `null` for what sums a day or month. */
function* keysOf(accrual: AccrualRecord, orderId: string | null, document: LedgerDocument): Generator<string> {
  const { sellerAccount, kind, name, period } = accrual;
  const { currency } = document;
  const { companyCode } = document.document;
  const place = { sellerAccount, companyCode, currency };
  for (let revision = 0; revision <= REVISIONS_MAX; revision += 1) {
    for (let part = 1; part <= PARTS_MAX; part += 1) {
      if (kind === 'month-end') {
        const facts = { ...place, accrual: kind, month: parseYearMonth(name), part, revision };
        yield accrualKeyOf({ ...facts, side: 'accrual' });
        yield accrualKeyOf({ ...facts, side: 'release' });
        continue;
      }
      const day = parseLocalDate(period.from);
      for (let batch = 1; batch <= BATCHES_MAX; batch += 1) {
        yield orderPostingKeyOf({ ...place, day, batch, orderId, part, revision });
      }
    }
  }
}

/** Documents of the accrual in the books that no entry of this database accounts for. */
export function accrualStrangers(
  family: AccrualFamily,
  documents: readonly LedgerDocument[],
): readonly LedgerDocument[] {
  return documents.filter(standsIn(mirrorsAmong(documents))).filter((document) => family.has(document));
}

/** SAP holds documents of an accrual that none of its entries accounts for. */
export function accruedUnderOtherKeys(
  { name, connectionName }: Pick<AccrualRecord, 'name' | 'connectionName'>,
  documents: readonly LedgerDocument[],
): ProblemFacts {
  const list = documents.map(({ document, reference }) => `${nameOf(document)} (${reference})`).join(', ');
  return {
    code: 'SAP_DOCUMENT_OF_ACCRUAL',
    kind: 'conflict',
    says: `SAP holds documents of accrual ${name} under keys that no entry has: ${list}. Nothing of it is sent, or it would be booked twice.`,
    next: `When they are right, have it made anew under the next keys until they are found: seller-ledger accruals withdraw ${accrualName(name)} --why TEXT. When they are wrong, reverse them in SAP; then sync again: seller-ledger sync ${connectionName}`,
  };
}
