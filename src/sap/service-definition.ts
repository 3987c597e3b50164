/**
 * Which elements the journal entry service of one tenant knows: SAP adds some with its releases, and the order and the
 * lengths are the service's, not ours.
 */

import { z } from 'zod';

/** The root element of a message. */
export const ROOT_NAME = 'JournalEntryBulkCreateRequest';

/** Editions of the service of which the schema is known. A tenant between or after them is told by its own WSDL. */
export type SapRelease = '2020' | '2024';

export interface ElementDefinition {
  readonly name: string;
  /** In characters; `null` for an element without a limit of its own. */
  readonly lengthMax: number | null;
  /** The schema refuses its parent without it. */
  readonly isRequired: boolean;
  /** In the order of the schema; empty for an element with text. */
  readonly children: readonly ElementDefinition[];
}

/** Plain data in arrays, because it is stored with the connection as JSON, whose objects keep no order. */
export interface ServiceDefinition {
  /** Where this is from, for a person: `release 2024`. */
  readonly says: string;
  /** The message's root, `JournalEntryBulkCreateRequest`. */
  readonly root: ElementDefinition;
}

const elementSchema: z.ZodType<ElementDefinition> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    lengthMax: z.int().min(1).nullable(),
    isRequired: z.boolean(),
    children: z.array(elementSchema),
  }),
);

/** A definition as it is stored. */
export const serviceDefinitionSchema: z.ZodType<ServiceDefinition> = z.strictObject({
  says: z.string(),
  root: elementSchema,
});

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
  return definitionOf(`${ROOT_NAME}!`, { 'MessageHeader!': MESSAGE_HEADER, 'JournalEntryCreateRequest!': request });
}

function definitionOf(marked: string, written: Written): ElementDefinition {
  const isLeaf = typeof written !== 'object' || written === null;
  return {
    name: marked.replace('!', ''),
    lengthMax: isLeaf ? written : null,
    isRequired: marked.endsWith('!'),
    children: isLeaf ? [] : Object.entries(written).map(([name, inner]) => definitionOf(name, inner)),
  };
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

/** The service of this connection: its tenant's own WSDL where it is stated, else its release. */
export function serviceDefinitionOf(settings: {
  readonly journalEntryService?: ServiceDefinition | undefined;
  readonly release: SapRelease;
}): ServiceDefinition {
  return settings.journalEntryService ?? serviceOfRelease(settings.release);
}

/** The definition at that path below the message's root; `undefined` when the service has no such element. */
export function elementAt({ root }: ServiceDefinition, path: readonly string[]): ElementDefinition | undefined {
  let found: ElementDefinition | undefined = root;
  for (const step of path) found = found?.children.find(({ name }) => name === step);
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
