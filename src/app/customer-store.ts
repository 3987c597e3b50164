import { Problem, type ProblemFacts } from '../core/index.ts';
import type { CustomerFields } from './business-partners.ts';
import type { CustomerKey, CustomerKind } from './customer-key.ts';
import type { LoadedSettings } from './loaded-settings.ts';
import type { Actor, ConnectionId, JsonObject } from './ports.ts';

/**
 * wanted: not in SAP as far as is known. creating: the intent is committed, the answer is not in yet. unknown: SAP may or may
 * not have created it. kept: it has a number. refused: SAP said no. conflict: a person has to say which one it is.
 */
export type CustomerState = 'wanted' | 'creating' | 'unknown' | 'kept' | 'refused' | 'conflict';

export const CUSTOMER_STATES: readonly CustomerState[] = [
  'wanted',
  'creating',
  'unknown',
  'kept',
  'refused',
  'conflict',
];

const MOVES: Readonly<Record<CustomerState, readonly CustomerState[]>> = {
  wanted: ['creating', 'kept', 'conflict'],
  creating: ['kept', 'refused', 'wanted', 'unknown'],
  // Not found after the quiet period: wanted again, to be created with the same key.
  unknown: ['kept', 'wanted', 'conflict'],
  kept: [],
  refused: ['wanted', 'kept', 'conflict'],
  conflict: ['kept'],
};

/** Raises `STATE_MOVE_IMPOSSIBLE` (conflict) for a move a customer does not make. */
export function assertCustomerMove(from: CustomerState, to: CustomerState): void {
  if (MOVES[from].includes(to)) return;
  throw new Problem({
    code: 'STATE_MOVE_IMPOSSIBLE',
    kind: 'conflict',
    says: `A customer that is ${from} cannot become ${to}.`,
    next: 'Look at it again: seller-ledger customers show KEY',
  });
}

/** A fingerprint of each field: enough to see that a value is still the same, and not enough to tell what it is. */
export type FieldPrints = Readonly<Record<string, string>>;

/** One line of the key map. Nothing in it says who a buyer is, beside the order. */
export interface CustomerRecord {
  readonly connectionId: ConnectionId;
  readonly connectionName: string;
  /** The same key is another business partner in another SAP system. */
  readonly sapSystem: string;
  readonly key: CustomerKey;
  readonly kind: CustomerKind;
  /** Amazon's marketplace id, or the order id of the buyer. */
  readonly reference: string;
  readonly state: CustomerState;
  readonly partnerNumber: string | null;
  readonly customerNumber: string | null;
  /** What we wrote last, by field. */
  readonly written: FieldPrints;
  /** What we were about to write and do not know to be written. */
  readonly intended: FieldPrints;
  /** Fields in which a person changed what we wrote, as of `checkedAt`. */
  readonly edited: readonly string[];
  readonly attempt: number;
  readonly unknownSince: string | null;
  readonly problem: ProblemFacts | null;
  readonly checkedAt: string | null;
  readonly updatedAt: string;
}

/** Which line of the key map. */
export interface CustomerPlace {
  readonly connectionId: ConnectionId;
  readonly sapSystem: string;
  readonly key: CustomerKey;
}

/** What is learnt about a customer; a member that is missing stays as it was. */
export interface CustomerFindings {
  readonly partnerNumber?: string;
  readonly customerNumber?: string | null;
  readonly written?: FieldPrints;
  readonly intended?: FieldPrints;
  readonly edited?: readonly string[];
  readonly problem?: ProblemFacts | null;
  /** SAP was asked just now. */
  readonly isChecked?: boolean;
}

export interface CustomerMove extends CustomerPlace, CustomerFindings {
  readonly from: CustomerState;
  readonly to: CustomerState;
  readonly actor: Actor;
  readonly why: string;
  /** What sends it goes by. Raises `SETTINGS_OUTDATED` (conflict). */
  readonly loaded?: LoadedSettings;
}

export interface CustomerFilter {
  readonly connectionId?: ConnectionId;
  readonly sapSystem?: string;
  readonly kind?: CustomerKind;
  readonly states?: readonly CustomerState[];
  /** Only those whose number SAP has not told yet. */
  readonly withoutNumber?: boolean;
  readonly after?: CustomerKey | null;
  /** Default 200, at most 10,000. */
  readonly limit?: number;
}

export interface CustomerStore {
  /** Adds those that are not there yet, as `wanted`, with one audit event that says how many. Says how many. */
  wantCustomers(
    place: Omit<CustomerPlace, 'key'>,
    wanted: readonly { readonly key: CustomerKey; readonly kind: CustomerKind; readonly reference: string }[],
    actor: Actor,
  ): Promise<number>;
  /** In the order of their keys. */
  listCustomers(filter: CustomerFilter): Promise<readonly CustomerRecord[]>;
  findCustomer(place: CustomerPlace): Promise<CustomerRecord | undefined>;
  /** By its key, its number in SAP or its reference. Raises `CUSTOMER_UNKNOWN` (invalid) and `CUSTOMER_AMBIGUOUS` (invalid). */
  getCustomer(ref: string): Promise<CustomerRecord>;
  /** Checks the expected state; raises `STATE_MOVED` (conflict). Writes the audit event with it. */
  moveCustomer(move: CustomerMove): Promise<CustomerRecord>;
  /**
   * Writes down what was learnt without a move. With `event` it is told to the audit. A `partnerNumber` that differs from the
   * known one is a person's decision and needs an event.
   */
  noteCustomer(
    place: CustomerPlace,
    state: CustomerState,
    findings: CustomerFindings,
    event?: {
      readonly actor: Actor;
      readonly action: string;
      readonly why: string;
      readonly before?: JsonObject;
      readonly after?: JsonObject;
      /** What sends it goes by. Raises `SETTINGS_OUTDATED` (conflict). */
      readonly loaded?: LoadedSettings;
    },
  ): Promise<CustomerRecord>;
  /**
   * Shipped orders whose buyer is kept and who are no customer yet, or one that is still to be created, in the order of their
   * ids, those behind `after`. At most 200.
   */
  ordersWantingCustomer(place: Omit<CustomerPlace, 'key'>, after: string | null): Promise<readonly string[]>;
  /** The same for the same value of the same field of the same customer; it tells nothing without the vault's key. */
  fingerprint(key: CustomerKey, field: string, value: string): string;
  /** All fields at once. */
  fingerprints(key: CustomerKey, fields: CustomerFields): FieldPrints;
}
