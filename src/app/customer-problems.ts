import { Problem, type ProblemFacts } from '../core/index.ts';
import { findMarketplaceById } from '../mapping/index.ts';
import type { CustomerFields, FoundPartner } from './business-partners.ts';
import type { CustomerContext } from './customer-context.ts';
import { fieldInWords, isSetting } from './customer-field-words.ts';
import type { CustomerKey } from './customer-key.ts';
import type { CustomerRecord } from './customer-store.ts';
import type { HeldElsewhere } from './with-lease.ts';

/** No more numbers than anybody compares. */
const NUMBERS_SHOWN = 5;

export function customersOff({ connection }: CustomerContext): Problem {
  return new Problem({
    code: 'CUSTOMERS_OFF',
    kind: 'invalid',
    says: `Connection ${connection.name} keeps no customers in SAP.`,
    next: `Say which ones (customers.per in the connection file), then: seller-ledger connections update ${connection.name} --file FILE --why TEXT`,
  });
}

export function customersRunning({ connection }: CustomerContext, { heldBy, until }: HeldElsewhere): Problem {
  return new Problem({
    code: 'CUSTOMERS_RUNNING',
    kind: 'conflict',
    says: `The customers of seller account ${connection.sellerAccount}, that of connection ${connection.name}, are being brought up to date by ${heldBy}, whose lease runs until ${until}.`,
    next: 'Wait for it, or try again after that time.',
  });
}

export function customersTakenOver({ connection }: CustomerContext): Problem {
  return new Problem({
    code: 'LEASE_LOST',
    kind: 'conflict',
    says: `Another process took over the customers of ${connection.name} while this one was stopped.`,
    next: 'Nothing to do: the other process looks in SAP and goes on.',
  });
}

/** SAP does not keep the key from being given twice, so this is looked for at every sync. */
export function foundTwice({ key, partnerNumber }: CustomerRecord, found: readonly FoundPartner[]): ProblemFacts {
  const numbers = found.map((each) => each.partnerNumber);
  const shown = numbers.slice(0, NUMBERS_SHOWN).join(', ');
  return {
    code: 'CUSTOMER_TWICE',
    kind: 'conflict',
    says: `SAP holds ${found.length} business partners under the key ${key}: ${shown}${numbers.length > NUMBERS_SHOWN ? ', …' : ''}. ${partnerNumber === null ? 'None of them is used' : `Number ${partnerNumber} stays the one that is used`}.`,
    next: `Decide which one it is: seller-ledger customers adopt ${key} --number NUMBER --why TEXT. Then take the external number ${key} out of the others in SAP, and block them.`,
    data: shown,
  };
}

export function numberDiffers({ key, partnerNumber }: CustomerRecord, [found]: readonly FoundPartner[]): ProblemFacts {
  return {
    code: 'CUSTOMER_NUMBER_DIFFERS',
    kind: 'conflict',
    says: `In SAP the key ${key} now belongs to business partner ${found?.partnerNumber ?? ''}; the key map says ${partnerNumber ?? ''}, which stays the one that is used.`,
    next: `If the new one is right: seller-ledger customers adopt ${key} --number ${found?.partnerNumber ?? 'NUMBER'} --why TEXT. Otherwise take the external number out of it in SAP.`,
  };
}

export function customerGone({ key, partnerNumber }: CustomerRecord): ProblemFacts {
  return {
    code: 'CUSTOMER_GONE',
    kind: 'conflict',
    says: `SAP does not show business partner ${partnerNumber ?? ''} any more.`,
    next: `Check that the connection still leads to the same SAP system and client and that the user may read it. If it was replaced, name the new one: seller-ledger customers adopt ${key} --number NUMBER --why TEXT`,
    ...(partnerNumber !== null && { data: partnerNumber }),
  };
}

export function isBlocked({ key, partnerNumber }: CustomerRecord): ProblemFacts {
  return {
    code: 'CUSTOMER_BLOCKED',
    kind: 'rejected',
    says: `Business partner ${partnerNumber ?? ''} (${key}) is blocked in SAP or marked for archiving, so nothing can be booked to it.`,
    next: 'Take the block away in SAP, or leave the customer out of the account table.',
  };
}

export function creationUnknown({ key }: CustomerRecord, leftMs: number): ProblemFacts {
  return {
    code: 'CUSTOMER_CREATION_UNKNOWN',
    kind: 'unknown',
    says: `Customer ${key} was sent to SAP and the answer is lost; SAP does not show it yet, and for ${Math.ceil(leftMs / 1000)} s more that does not mean that it is not there.`,
    next: 'Nothing to do: it is looked for again, and only created anew when it is certain that it is not there.',
  };
}

export function notYetNumbered({ key, partnerNumber }: CustomerRecord): ProblemFacts {
  return {
    code: 'CUSTOMER_NUMBER_PENDING',
    kind: 'unavailable',
    says: `SAP has business partner ${partnerNumber ?? ''} (${key}) but not yet the customer that belongs to it.`,
    next: 'Nothing to do: it is looked at again. If it lasts, look in SAP for errors of the synchronisation between business partners and customers (transaction MDS_PPO2).',
  };
}

/** Says which fields, and of a marketplace also what is in them; never of a buyer. */
export function editedInSap(
  record: CustomerRecord,
  fields: readonly string[],
  values: { readonly wanted: CustomerFields; readonly inSap: CustomerFields; readonly isPersonal: boolean },
): ProblemFacts {
  const { connectionName, partnerNumber } = record;
  const { wanted, inSap, isPersonal } = values;
  const differences = fields.map((field) => {
    if (isPersonal) return fieldInWords(field);
    const shown = inSap[field] === undefined ? 'missing' : JSON.stringify(inSap[field]);
    return `${fieldInWords(field)} ${shown}, wanted ${JSON.stringify(wanted[field] ?? '')}`;
  });
  const overwrite = `seller-ledger customers sync ${connectionName} --overwrite`;
  return {
    code: 'CUSTOMER_EDITED_IN_SAP',
    kind: 'conflict',
    says: `${customerName(record)}, business partner ${partnerNumber ?? ''}, is not in SAP what is wanted: ${differences.join('; ')}. That was not written by this program and stays as it is.`,
    next:
      !isPersonal && fields.some(isSetting)
        ? `Put what is right into the connection file, or let what is wanted replace it: ${overwrite}`
        : `Nothing to do when it is right in SAP. To let what is wanted replace it: ${overwrite}`,
    data: fields.join(', '),
  };
}

/** How a person calls a customer: by the marketplace, or by the order of the buyer. */
export function customerName({ kind, reference }: Pick<CustomerRecord, 'kind' | 'reference'>): string {
  return kind === 'marketplace' ? (findMarketplaceById(reference)?.name ?? reference) : `order ${reference}`;
}

/** The problem with the names that whoever spoke to SAP could not know, in the command of its next step. */
export function withNames(problem: ProblemFacts, { connectionName, key }: CustomerRecord): ProblemFacts {
  const next = problem.next
    .replace(/(customers sync|connections update) NAME/g, `$1 ${connectionName}`)
    .replace(/customers adopt KEY/g, `customers adopt ${key}`);
  return { ...problem, next };
}

/** Never created, and by now of a marketplace that is to have none. */
export function noLongerWanted(record: CustomerRecord): ProblemFacts {
  return {
    code: 'CUSTOMER_NOT_WANTED',
    kind: 'invalid',
    says: `No customer is wanted any more for ${customerName(record)}: the account table does not book it, or the seller takes no part in it.`,
    next: 'Nothing to do: it is not created, and customers list leaves it out.',
  };
}

/** The number a person names is in no business partner that SAP shows. */
export function numberNotInSap(partnerNumber: string, sapSystem: string): Problem {
  return new Problem({
    code: 'CUSTOMER_NUMBER_UNKNOWN',
    kind: 'invalid',
    says: `SAP system ${sapSystem} shows no business partner ${partnerNumber}, so nothing was changed.`,
    next: 'Look the number up in SAP (app Manage Business Partner), and check that the user of the connection may read it.',
    data: partnerNumber,
  });
}

/** The line of the key map is of a SAP system that the connection does not lead to any more. */
export function ofOtherSystem({ connectionName, key, sapSystem }: CustomerRecord, ownSystem: string): Problem {
  return new Problem({
    code: 'CUSTOMER_SYSTEM_OTHER',
    kind: 'invalid',
    says: `Customer ${key} is of SAP system ${sapSystem}; connection ${connectionName} leads to ${ownSystem} now, so its number cannot be looked up.`,
    next: `Name the customer of the system that is connected: seller-ledger customers list ${connectionName}`,
    data: sapSystem,
  });
}

export function buyerTellsTooLittle(orderId: string): ProblemFacts {
  return {
    code: 'CUSTOMER_BUYER_INCOMPLETE',
    kind: 'unmapped',
    says: `Amazon tells no name, country or marketplace of the buyer of order ${orderId}, so no customer is made of it.`,
    next: 'Nothing to do unless the customer is needed in SAP: then enter it there by hand.',
    data: orderId,
  };
}

export function buyersDeleted({ connection }: CustomerContext, keys: readonly CustomerKey[]): ProblemFacts {
  const shown = keys.slice(0, NUMBERS_SHOWN).join(', ');
  const count = keys.length === 1 ? '1 buyer' : `${keys.length} buyers`;
  return {
    code: 'CUSTOMER_BUYER_DELETED',
    kind: 'unmapped',
    says: `${count} of connection ${connection.name} ${keys.length === 1 ? 'has' : 'have'} no customer in SAP, and none is made any more, because what is needed for it is not kept any longer: ${shown}${keys.length > NUMBERS_SHOWN ? ', …' : ''}.`,
    next: `Nothing to do unless the customer is needed in SAP: then enter it there by hand and name it: seller-ledger customers adopt ${keys[0] ?? 'KEY'} --number NUMBER --why TEXT. All of them: seller-ledger customers list`,
    data: shown,
  };
}
