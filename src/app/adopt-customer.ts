import { Problem } from '../core/index.ts';
import type { CustomerContext } from './customer-context.ts';
import { numberNotInSap, ofOtherSystem } from './customer-problems.ts';
import type { CustomerRecord, CustomerStore } from './customer-store.ts';
import { customersLeaseOf } from './maintain-customers.ts';
import type { Leases, PauseStore, SharedClock } from './ports.ts';
import { assertSapOpen } from './sap-pause.ts';
import { type HeldElsewhere, withLease } from './with-lease.ts';

/** Only two statements to the database. */
const LEASE_MS = 30_000;

/**
 * A person says which business partner a customer is. What SAP holds of it counts as theirs: nothing of it is replaced at the
 * next sync. SAP is asked for the number before anything is stored; `nameInSap` is for the person to see that it is the right
 * one, and `null` for a buyer. Raises `CUSTOMER_NUMBER_INVALID` (invalid), `CUSTOMER_NUMBER_UNKNOWN` (invalid),
 * `CUSTOMER_SYSTEM_OTHER` (invalid), `CUSTOMER_NUMBER_TAKEN` (conflict), `CUSTOMERS_RUNNING` (conflict), and `SAP_PAUSED`
 * (unavailable) while SAP is left alone.
 */
export async function adoptCustomer(
  context: Pick<CustomerContext, 'connection' | 'partners' | 'sapSystem' | 'log' | 'actor'> & {
    readonly books: CustomerStore & Leases & PauseStore & SharedClock;
  },
  record: CustomerRecord,
  decision: { readonly partnerNumber: string; readonly why: string },
): Promise<{ readonly customer: CustomerRecord; readonly nameInSap: string | null }> {
  const partnerNumber = numberOf(decision.partnerNumber);
  if (record.sapSystem !== context.sapSystem) throw ofOtherSystem(record, context.sapSystem);
  await assertSapOpen(context);
  const found = await context.partners.find(record.key, partnerNumber);
  if (!found.some((each) => each.partnerNumber === partnerNumber)) {
    throw numberNotInSap(partnerNumber, context.sapSystem);
  }
  const nameInSap = record.kind === 'buyer' ? null : await context.partners.nameOf(partnerNumber);
  const customer = await store(context, record, { ...decision, partnerNumber });
  return { customer, nameInSap };
}

function store(
  context: Pick<CustomerContext, 'connection' | 'sapSystem' | 'log' | 'actor'> & {
    readonly books: CustomerStore & Leases;
  },
  record: CustomerRecord,
  { partnerNumber, why }: { readonly partnerNumber: string; readonly why: string },
): Promise<CustomerRecord> {
  const { books, actor } = context;
  const { connectionId, connectionName, sapSystem, key } = record;
  const refuse = ({ heldBy, until }: HeldElsewhere) =>
    new Problem({
      code: 'CUSTOMERS_RUNNING',
      kind: 'conflict',
      says: `The customers of ${connectionName} are being brought up to date by ${heldBy}, whose lease runs until ${until}.`,
      next: 'Wait for it, or try again after that time.',
    });
  return withLease(context, { name: customersLeaseOf(context), leaseMs: LEASE_MS, refuse }, async () => {
    const place = { connectionId, sapSystem, key };
    const current = (await books.findCustomer(place)) ?? record;
    const findings = { partnerNumber, customerNumber: null, written: {}, intended: {}, edited: [], problem: null };
    if (current.state !== 'kept') {
      return books.moveCustomer({ ...place, ...findings, from: current.state, to: 'kept', actor, why });
    }
    return books.noteCustomer(place, 'kept', findings, {
      actor,
      action: 'customer.adopt',
      why,
      before: { partnerNumber: current.partnerNumber },
      after: { partnerNumber },
    });
  });
}

/** As SAP shows it: without the zeros that fill a number up. */
function numberOf(text: string): string {
  const number = text.trim().toUpperCase();
  if (/^[A-Z0-9]{1,10}$/.test(number)) return number.replace(/^0+(?=\d+$)/, '');
  throw new Problem({
    code: 'CUSTOMER_NUMBER_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not the number of a business partner: 1 to 10 letters and digits.`,
    next: 'Look the number up in SAP (app Manage Business Partner).',
    data: text,
  });
}
