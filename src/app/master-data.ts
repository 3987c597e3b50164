import type { LocalDate, ProblemFacts } from '../core/index.ts';

/** A company code of SAP. Keys are as an accountant writes them: upper case, a numeric key without leading zeros. */
export interface CompanyCodeFacts {
  readonly companyCode: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly chartOfAccounts: string;
  readonly controllingArea: string;
}

/** A G/L account in its chart of accounts. */
export interface GlAccountFacts {
  readonly glAccount: string;
  readonly name: string;
  /** Takes income or expense, so that SAP asks for a cost object. */
  readonly isProfitAndLoss: boolean;
  /** Only for postings inside controlling; a document from outside cannot use it. */
  readonly isSecondary: boolean;
  /** Income or expense outside of cost accounting, for which SAP asks for no cost object. */
  readonly isNonOperating: boolean;
  readonly isBlocked: boolean;
  readonly isMarkedForDeletion: boolean;
}

/** One interval of validity of a cost centre; a cost centre may have several. */
export interface CostCenterFacts {
  readonly costCenter: string;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly companyCode: string;
  readonly isBlockedForCosts: boolean;
  readonly isBlockedForRevenue: boolean;
}

/** One interval of validity of a profit centre. */
export interface ProfitCenterFacts {
  readonly profitCenter: string;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly isBlocked: boolean;
}

/** A customer's accounting data in one company code. */
export interface CustomerAccountFacts {
  readonly customer: string;
  readonly companyCode: string;
  readonly reconciliationAccount: string;
  readonly isBlocked: boolean;
  readonly isMarkedForDeletion: boolean;
}

/** What a company code adds to an account of its chart. */
export interface CompanyGlAccountFacts {
  readonly glAccount: string;
  readonly companyCode: string;
  readonly isBlocked: boolean;
  /** For customers, suppliers or assets: posted through these only. */
  readonly isReconciliation: boolean;
  /** Only SAP itself posts to it. */
  readonly isPostedAutomatically: boolean;
}

export interface TaxCodeFacts {
  readonly taxCode: string;
  /** Blank where the view does not say. */
  readonly country: string;
}

export interface DocumentTypeFacts {
  readonly documentType: string;
  /** `S` G/L, `D` customer, `K` supplier, …; blank where the view does not say. */
  readonly accountTypes: string;
}

/** Posting dates of a company code that are open, or closed. */
export interface PostingPeriodFacts {
  readonly companyCode: string;
  /** Both `null` for a period whose days are not known. */
  readonly from: LocalDate | null;
  readonly to: LocalDate | null;
  readonly isOpen: boolean;
}

/** What is read of SAP's master data, by kind. The rows are plain values, so that they can be kept as JSON. */
export interface MasterDataRows {
  readonly 'company-codes': CompanyCodeFacts;
  readonly 'gl-accounts': GlAccountFacts;
  readonly 'cost-centers': CostCenterFacts;
  readonly 'profit-centers': ProfitCenterFacts;
  readonly customers: CustomerAccountFacts;
  readonly 'company-gl-accounts': CompanyGlAccountFacts;
  readonly 'tax-codes': TaxCodeFacts;
  readonly 'document-types': DocumentTypeFacts;
  readonly 'posting-periods': PostingPeriodFacts;
}

export type MasterDataKind = keyof MasterDataRows;

/** In the order in which they are read and shown. */
export const MASTER_DATA_KINDS: readonly MasterDataKind[] = [
  'company-codes',
  'gl-accounts',
  'cost-centers',
  'profit-centers',
  'customers',
  'company-gl-accounts',
  'tax-codes',
  'document-types',
  'posting-periods',
];

/**
 * Which rows: all of a scope, or those with these names. The scope is a chart of accounts (`gl-accounts`), a controlling
 * area (`cost-centers`, `profit-centers`), a company code (`customers`, `company-gl-accounts`, `posting-periods`), or
 * blank for the others.
 */
export interface MasterDataQuestion<Kind extends MasterDataKind = MasterDataKind> {
  readonly kind: Kind;
  readonly scope: string;
  readonly names: 'all' | readonly string[];
}

/** Reads master data of one SAP system. Changes nothing there. */
export interface MasterDataSource {
  /** Names the system and who looks at it how: connections that see the same share what was read. */
  readonly system: string;
  /** Kinds this connection can ask for: those SAP has a service for, and those whose view the settings name. */
  readonly kinds: readonly MasterDataKind[];
  /**
   * In few requests, whatever the number of names. Raises `rejected` problems (also `SAP_TOO_MANY_ROWS`) and
   * `unavailable` ones.
   */
  read<Kind extends MasterDataKind>(
    question: MasterDataQuestion<Kind>,
    signal?: AbortSignal,
  ): Promise<readonly MasterDataRows[Kind][]>;
}

/** What is kept of one kind and scope. */
export interface MasterDataPart<Kind extends MasterDataKind = MasterDataKind> {
  readonly kind: Kind;
  readonly scope: string;
  /** What `rows` answers for: a name in here without a row does not exist in SAP. */
  readonly covers: 'all' | readonly string[];
  /** `null` as long as it could never be read. */
  readonly rows: readonly MasterDataRows[Kind][] | null;
  /** When the rows were read, ISO 8601 UTC. */
  readonly readAt: string | null;
  /** When SAP was last asked. */
  readonly askedAt: string;
  /** Why SAP did not answer then; the rows, if any, are older. */
  readonly problem: ProblemFacts | null;
}

/** Keeps what was read, for every process and for every connection that sees the same of a system. */
export interface MasterDataStore {
  /** Everything that is kept under this name, in the order of kind and scope. */
  listMasterData(system: string): Promise<readonly MasterDataPart[]>;
  /** Replaces what is kept of this kind and scope. The store's clock gives the times: rows that are given are of now. */
  keepMasterData(
    system: string,
    part: Pick<MasterDataPart, 'kind' | 'scope'> &
      (
        | { readonly covers: 'all' | readonly string[]; readonly rows: readonly unknown[] }
        | { readonly problem: ProblemFacts }
      ),
  ): Promise<MasterDataPart>;
}
