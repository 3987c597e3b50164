import { z } from 'zod';
import { listOf, ProblemFacts, Why } from './facts.ts';
import { Amount } from './list.ts';

/** A row of an account table: column to text. A column that is left out is not there. */
export const TableRow = z.record(z.string().max(40), z.string().max(500));
export type TableRow = z.infer<typeof TableRow>;

export const SectionName = z.enum([
  'companyCodes',
  'marketplaces',
  'currencies',
  'taxCodes',
  'dimensions',
  'assignments',
  'balances',
  'vocabulary',
]);

export const TableSection = z.object({ name: z.string(), rows: z.array(TableRow).max(20_000).readonly() });
export type TableSection = z.infer<typeof TableSection>;

export const ByConnection = z.object({ connection: z.string().min(1).max(200) });
export const ByVersion = ByConnection.extend({ number: z.coerce.number().int().min(1).max(1_000_000) });

/** What every account table is made of. */
export const TableWords = z.object({
  kinds: listOf(
    z.object({ kind: z.string(), title: z.string(), group: z.number(), nature: z.string(), meaning: z.string() }),
  ),
  purposes: listOf(z.string()),
  sections: listOf(
    z.object({
      name: z.string(),
      columns: listOf(z.string()),
      required: listOf(z.string()),
      /** Rows may begin to hold on a day. */
      isDated: z.boolean(),
    }),
  ),
});
export type TableWords = z.infer<typeof TableWords>;

export const MappingVersion = z.object({
  version: z.number(),
  /** What its source was called. */
  name: z.string(),
  sha256: z.string(),
  /** First posting date for which its changes hold. */
  validFrom: z.string().nullable(),
  author: z.string(),
  reason: z.string(),
  recordedAt: z.string(),
  approvedBy: z.string().nullable(),
  approvedAt: z.string().nullable(),
  approvalReason: z.string().nullable(),
  state: z.enum(['in-use', 'waiting', 'overtaken', 'past']),
});
export type MappingVersion = z.infer<typeof MappingVersion>;

/** The account table that a connection is booked by. */
export const AccountTable = z.object({
  connection: z.string(),
  inUse: MappingVersion,
  /** Recorded, and not approved yet. */
  waiting: MappingVersion.nullable(),
  newest: z.number(),
  /** Whether somebody else has to approve a new version. */
  approvedBy: z.enum(['self', 'other']),
  companyCodes: listOf(z.string()),
  sections: listOf(TableSection),
});
export type AccountTable = z.infer<typeof AccountTable>;

export const MappingVersions = z.object({ items: listOf(MappingVersion) });
export type MappingVersions = z.infer<typeof MappingVersions>;

export const RowChange = z.object({
  section: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** Which row it is, in words. */
  row: z.string(),
  columns: listOf(z.object({ column: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
});
export type RowChange = z.infer<typeof RowChange>;

export const TableDifference = z.object({ before: z.number(), after: z.number(), changes: listOf(RowChange) });
export type TableDifference = z.infer<typeof TableDifference>;

/** What stops settlements, added up over all of them. */
export const StoppingValue = z.object({
  code: z.string(),
  transactionType: z.string(),
  amountType: z.string(),
  amountDescription: z.string(),
  marketplace: z.string(),
  rowCount: z.number(),
  /** In Amazon's sign. */
  amounts: listOf(z.object({ currency: z.string(), amount: Amount })),
  settlements: listOf(z.string()),
  says: z.string(),
});
export type StoppingValue = z.infer<typeof StoppingValue>;

export const UnknownValue = StoppingValue.extend({
  connection: z.string(),
  firstSeenAt: z.string(),
  proposal: z.object({
    /** The kind that the words have: only its account is missing. */
    kind: z.string().nullable(),
    suggestions: listOf(z.object({ kind: z.string(), because: z.string() })),
    row: z
      .object({
        section: z.string(),
        /** As it would stand in a YAML file. */
        text: z.string(),
        cells: TableRow,
        because: z.string(),
      })
      .nullable(),
  }),
});
export type UnknownValue = z.infer<typeof UnknownValue>;

export const UnknownValues = z.object({ items: listOf(UnknownValue) });
export type UnknownValues = z.infer<typeof UnknownValues>;

const Word = z.string().max(200).default('');

/** A change of an account table. What it does not name stays as it is. */
export const TableChange = z.discriminatedUnion('kind', [
  z.strictObject({
    /** What words mean that the program does not know, and the account of that kind where it has none. */
    kind: z.literal('teach'),
    transactionType: Word,
    amountType: Word,
    amountDescription: Word,
    lineKind: z.string().min(1).max(100),
    assignment: TableRow.optional(),
  }),
  z.strictObject({
    /** The account of a kind of line, or of the purpose of a balancing line. */
    kind: z.literal('assign'),
    assignment: TableRow,
  }),
  z.strictObject({ kind: z.literal('row'), section: SectionName, cells: TableRow }),
  z.strictObject({
    /** The whole table. */
    kind: z.literal('table'),
    /** The newest version that its author has seen. */
    basis: z.number().int().min(0).max(1_000_000),
    name: z.string().trim().min(1).max(200),
    sections: z.array(TableSection).max(20).readonly(),
    validFrom: z.iso.date().nullable().default(null),
  }),
]);
export type TableChange = z.infer<typeof TableChange>;

export const CheckWish = z.strictObject({
  change: TableChange,
  /** Also ask SAP whether it has what is named. */
  withSap: z.boolean().default(false),
  /** Also work out what would move. */
  withImpact: z.boolean().default(false),
  /** So many of the newest settlements that are booked are compared, too. */
  bookedMax: z.number().int().min(0).max(1_000).default(0),
});

/** One thing that is wrong, and in which cell. Row -1: of the section, or the table, as a whole. */
export const TableFault = z.object({
  section: z.string(),
  row: z.number(),
  column: z.string(),
  says: z.string(),
});
export type TableFault = z.infer<typeof TableFault>;

export const SapFinding = TableFault.extend({
  severity: z.enum(['error', 'warning', 'not-checked']),
  code: z.string(),
  value: z.string(),
  label: z.string(),
  next: z.string(),
});
export type SapFinding = z.infer<typeof SapFinding>;

const Place = z.object({
  companyCode: z.string(),
  postingDate: z.string().nullable(),
  glAccount: z.string(),
  customer: z.string().nullable(),
  costCenter: z.string().nullable(),
  profitCenter: z.string().nullable(),
  taxCode: z.string().nullable(),
});

export const BookingMove = z.object({
  from: Place.nullable(),
  to: Place.nullable(),
  kinds: listOf(z.string()),
  rowCount: z.number(),
  currency: z.string(),
  debit: Amount,
  credit: Amount,
});
export type BookingMove = z.infer<typeof BookingMove>;

/** Rows that the table in use has no place for, and the one that they get. */
export const NewBooking = z.object({
  place: Place,
  kinds: listOf(z.string()),
  rowCount: z.number(),
  settlements: listOf(z.string()),
  currency: z.string(),
  /** In Amazon's sign. */
  amount: Amount,
  /** Something else stops their settlements, too: they are booked so once that is known. */
  isWaiting: z.boolean(),
});
export type NewBooking = z.infer<typeof NewBooking>;

export const Impact = z.object({
  settlements: listOf(
    z.object({
      settlementId: z.string(),
      state: z.enum(['open', 'booked']),
      change: z.enum(['none', 'moves', 'texts', 'leaves-quarantine', 'enters-quarantine', 'other-quarantine']),
      reasons: listOf(z.string()),
    }),
  ),
  open: listOf(BookingMove),
  booked: listOf(BookingMove),
  /** Of the rows that the change speaks of, or of all where it is a whole table. */
  bookings: listOf(NewBooking),
  /** What would still stop the settlements that have such rows. */
  stopped: listOf(StoppingValue),
  problems: listOf(ProblemFacts),
});
export type Impact = z.infer<typeof Impact>;

/** What a change would come to. Nothing is recorded. */
export const TableCheck = z.object({
  changes: listOf(RowChange),
  /** As long as there is one, it cannot be recorded. */
  faults: listOf(TableFault),
  warnings: listOf(TableFault),
  /** `null`: not asked for, or there are faults. */
  sap: z.object({ isBookable: z.boolean(), findings: listOf(SapFinding) }).nullable(),
  impact: Impact.nullable(),
});
export type TableCheck = z.infer<typeof TableCheck>;

export const RecordWish = Why.extend({ change: TableChange });

/** A version, and what became of the settlements that waited. */
export const VersionRecorded = z.object({
  version: MappingVersion,
  settlements: listOf(z.object({ settlementId: z.string(), state: z.string() })),
  problems: listOf(ProblemFacts),
});
export type VersionRecorded = z.infer<typeof VersionRecorded>;

/** A file as rows. */
export const TableOfFile = z.object({ name: z.string(), sections: listOf(TableSection) });
export type TableOfFile = z.infer<typeof TableOfFile>;

export const LookUpQuery = z.object({
  kind: z.enum(['gl-accounts', 'cost-centers', 'profit-centers', 'customers', 'tax-codes']),
  /** Default: the first of the account table. */
  companyCode: z.string().max(10).optional(),
  text: z.string().max(60).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** What SAP has under a number or a name. */
export const LookUpAnswer = z.object({
  companyCode: z.string(),
  items: listOf(
    z.object({
      number: z.string(),
      name: z.string(),
      /** What speaks against it. */
      notes: listOf(
        z.enum([
          'not-in-company-code',
          'blocked',
          'marked-for-deletion',
          'secondary',
          'reconciliation',
          'posted-automatically',
          'not-valid-today',
          'other-company-code',
        ]),
      ),
    }),
  ),
  matchCount: z.number(),
  /** `false`: only whole numbers are found. */
  isSearchable: z.boolean(),
  readAt: z.string().nullable(),
  problem: ProblemFacts.nullable(),
});
export type LookUpAnswer = z.infer<typeof LookUpAnswer>;
