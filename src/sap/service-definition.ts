/**
 * Which elements the journal entry service of one tenant knows: SAP adds some with its releases, and the order and the
 * lengths are the service's, not ours.
 */

/** Editions of the service of which the schema is known. A tenant between or after them is told by its own WSDL. */
export type SapRelease = '2020' | '2024';

export interface ElementDefinition {
  /** In characters; `null` for an element without a limit of its own. */
  readonly lengthMax: number | null;
  /** The schema refuses its parent without it. */
  readonly isRequired: boolean;
  /** In the order of the schema; empty for an element with text. */
  readonly children: ReadonlyMap<string, ElementDefinition>;
}

export interface ServiceDefinition {
  /** Where this is from, for a person: `release 2024`. */
  readonly says: string;
  /** The message's root, `JournalEntryBulkCreateRequest`. */
  readonly root: ElementDefinition;
}

type Written = number | null | { readonly [name: string]: Written };

/** `!` after a name: the schema demands it. A number is the length, `null` a value without one. */
const AMOUNT = null;
const MESSAGE_HEADER = { ID: 35, UUID: 36, 'CreationDateTime!': null };
const ITEM_VALUES = { 'AmountInTransactionCurrency!': AMOUNT, DebitCreditCode: 1, DocumentItemText: 50 };
const ITEMS = {
  Item: {
    ReferenceDocumentItem: 10,
    'GLAccount!': 10,
    ...ITEM_VALUES,
    AssignmentReference: 18,
    Tax: { 'TaxCode!': 4, TaxItemGroup: 6 },
    AccountAssignment: { ProfitCenter: 10, CostCenter: 10 },
  },
  DebtorItem: { 'ReferenceDocumentItem!': 10, 'Debtor!': 10, ...ITEM_VALUES, AssignmentReference: 18 },
  ProductTaxItem: {
    'TaxCode!': 4,
    TaxItemClassification: 3,
    ConditionType: 4,
    TaxItemGroup: 6,
    'AmountInTransactionCurrency!': AMOUNT,
    DebitCreditCode: 1,
    'TaxBaseAmountInTransCrcy!': AMOUNT,
  },
};

function entryOf(reversal: Readonly<Record<string, Written>>): Written {
  return {
    'OriginalReferenceDocumentType!': 5,
    'BusinessTransactionType!': 4,
    'AccountingDocumentType!': 5,
    DocumentReferenceID: 16,
    DocumentHeaderText: 25,
    ...reversal,
    'CreatedByUser!': 12,
    'CompanyCode!': 4,
    'DocumentDate!': null,
    'PostingDate!': null,
    TaxDeterminationDate: null,
    Reference1InDocumentHeader: 20,
    ...ITEMS,
  };
}

function messageOf(entry: Written): ElementDefinition {
  const request = { 'MessageHeader!': MESSAGE_HEADER, 'JournalEntry!': entry };
  return definitionOf({ 'MessageHeader!': MESSAGE_HEADER, 'JournalEntryCreateRequest!': request }, true);
}

function definitionOf(written: Written, isRequired: boolean): ElementDefinition {
  const children = new Map<string, ElementDefinition>();
  if (typeof written !== 'object' || written === null) return { lengthMax: written, isRequired, children };
  for (const [name, inner] of Object.entries(written)) {
    children.set(name.replace('!', ''), definitionOf(inner, name.endsWith('!')));
  }
  return { lengthMax: null, isRequired, children };
}

const RELEASES: Readonly<Record<SapRelease, ServiceDefinition>> = {
  '2020': { says: 'release 2020', root: messageOf(entryOf({})) },
  '2024': {
    says: 'release 2024',
    root: messageOf(entryOf({ ReversalReason: 2, ReversalReferenceDocument: 20 })),
  },
};

/** The part of the service that this program uses, as that edition of SAP's schema has it. */
export function serviceOfRelease(release: SapRelease): ServiceDefinition {
  return RELEASES[release];
}

/** The definition at that path below the message's root; `undefined` when the service has no such element. */
export function elementAt({ root }: ServiceDefinition, path: readonly string[]): ElementDefinition | undefined {
  let found: ElementDefinition | undefined = root;
  for (const name of path) found = found?.children.get(name);
  return found;
}

/** Path of one entry below the message's root. */
export const ENTRY_PATH = ['JournalEntryCreateRequest', 'JournalEntry'] as const;

/** The service reverses a document by its own fields; otherwise the mirror is booked. */
export function canReverse(service: ServiceDefinition): boolean {
  return ['ReversalReason', 'ReversalReferenceDocument'].every(
    (name) => elementAt(service, [...ENTRY_PATH, name]) !== undefined,
  );
}
