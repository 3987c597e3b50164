import type { ProblemFacts } from '../core/index.ts';
import type { CustomerKey } from './customer-key.ts';
import type { SapAway } from './sap-stores.ts';

/** `finance`: may be booked to. `sales`: may also be sold to. */
export type CustomerRole = 'finance' | 'sales';

export interface CustomerAddress {
  /** ISO 3166 alpha-2. */
  readonly country: string;
  /** ISO 639-1, upper case; SAP takes no customer whose address has none. */
  readonly language: string;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly district: string | null;
  /** SAP's key of the region; left out when it has another form. */
  readonly region: string | null;
  readonly houseNumber: string | null;
  /** Lines below the name; they flow into the fields SAP has for a street. */
  readonly streetLines: readonly string[];
  readonly careOf: string | null;
}

export interface CustomerCompanyCode {
  readonly companyCode: string;
  readonly reconciliationAccount: string;
  readonly paymentTerms: string | null;
}

export interface CustomerSalesArea {
  readonly salesOrganization: string;
  readonly distributionChannel: string;
  readonly division: string;
  readonly currency: string;
  readonly paymentTerms: string | null;
}

/** What one customer shall be in SAP. */
export interface CustomerFacts {
  readonly nature: 'organisation' | 'person';
  readonly name: string;
  readonly searchTerm: string;
  /** Decides which numbers SAP gives; configuration of the SAP system. */
  readonly grouping: string;
  readonly roles: readonly CustomerRole[];
  readonly address: CustomerAddress;
  readonly email: string | null;
  readonly phone: string | null;
  readonly companyCodes: readonly CustomerCompanyCode[];
  readonly salesAreas: readonly CustomerSalesArea[];
  /** Of a buyer: then no word of SAP that may repeat it is shown, only SAP's codes. */
  readonly isPersonal: boolean;
}

/**
 * A customer field by field, in the form in which SAP keeps and shows it: `name.1`, `address.city`,
 * `company.1010.reconciliationAccount`, `role.finance`. Blank: there is a place for it and nothing in it. A field that is
 * missing has no place yet, such as those of a company code the customer is not in.
 */
export type CustomerFields = Readonly<Record<string, string>>;

/**
 * Fields that say who somebody is. Their values appear in no log and no audit event, and in a problem only where they are those
 * of a marketplace.
 */
export function isPersonalField(field: string): boolean {
  return /^(name\.|firstName$|lastName$|address\.|email$|phone$|searchTerm$)/.test(field);
}

export interface FoundPartner {
  readonly partnerNumber: string;
  /** `false` for one that was only found by its number: a person took the key out of it, or never put it in. */
  readonly carriesKey: boolean;
  /** What an entry names; `null` until SAP has made the customer of the business partner. */
  readonly customerNumber: string | null;
  /** Blocked centrally or marked for archiving: nothing can be booked to it. */
  readonly isBlocked: boolean;
}

/** What became of a creation. `unavailable`: certainly nothing was created. `unknown`: nobody knows. */
export type CreateOutcome =
  | {
      readonly outcome: 'created';
      readonly partnerNumber: string;
      readonly customerNumber: string | null;
      /** SAP remarked an error beside it, so something of it may be missing. */
      readonly isDoubtful: boolean;
    }
  | {
      readonly outcome: 'refused' | 'unavailable' | 'unknown';
      readonly problem: ProblemFacts;
      /** The answer speaks of SAP as a whole: it may be in maintenance. */
      readonly away?: SapAway | null | undefined;
    };

/** `gone`: SAP does not know the number. `stale`: somebody else kept changing it. `unknown`: some of it may be done. */
export type ReviseOutcome =
  | { readonly outcome: 'done'; readonly wasChanged: boolean }
  | {
      readonly outcome: 'gone' | 'stale' | 'refused' | 'unavailable' | 'unknown';
      readonly problem: ProblemFacts;
      readonly away?: SapAway | null | undefined;
    };

export interface WriteLimits {
  /** Asked right before each write: the moment after which it must not leave. Raises when the write must not happen. */
  readonly leaveByMs: () => Promise<number>;
}

/** Business partners of one SAP system. Raises the problems of the connection when a read fails. */
export interface BusinessPartners {
  /** Raises `CUSTOMER_FACTS_UNFIT` (invalid) with every fault at once: what SAP has no room or no place for. */
  fieldsOf(facts: CustomerFacts): CustomerFields;
  /** All business partners that carry the key or have the number, in the order of their numbers. */
  find(key: CustomerKey, partnerNumber: string | null): Promise<readonly FoundPartner[]>;
  /** What SAP calls it; `null` when it does not show the number. Of a buyer this is never asked. */
  nameOf(partnerNumber: string): Promise<string | null>;
  /** Sends once. The key travels with it, so that the business partner is found again whatever becomes of the answer. */
  create(key: CustomerKey, facts: CustomerFacts, limits: WriteLimits): Promise<CreateOutcome>;
  /**
   * Reads the business partner, asks `decide` which fields to write and writes those, each only where SAP still has what
   * was read. Where somebody was faster, or SAP remarked an error beside a write, it reads and asks again, a few times.
   */
  revise(
    partner: { readonly partnerNumber: string; readonly key: CustomerKey; readonly facts: CustomerFacts },
    decide: (inSap: CustomerFields) => Promise<CustomerFields>,
    limits: WriteLimits,
  ): Promise<ReviseOutcome>;
}
