/** What the pretend SAP knows: master data, who may log on, and the documents booked so far. */
import { type CurrencyCode, isCurrencyCode, type LocalDate, type Money } from '../../src/core/index.ts';
import type { CustomViews } from './custom-views.ts';
import type { EntitySet } from './entity-set.ts';
import type { FaultPlan, FaultRates } from './faults.ts';
import type { Release } from './message-releases.ts';
import type { NumberRange, RecordLock } from './obstacles.ts';
import type { PartnerChange, PartnerGrouping, PartnerStore } from './partners/partner-store.ts';
import type { RateLimit, RateLimitOptions } from './rate-limit.ts';
import type { SessionStore } from './sessions.ts';

export interface CompanyCode {
  readonly companyCode: string;
  readonly name: string;
  readonly country: string;
  readonly currency: string;
  readonly chartOfAccounts: string;
  readonly controllingArea: string;
  /** K4: the calendar year. V3: April to March, named after the year it begins in. */
  readonly fiscalYearVariant?: 'K4' | 'V3';
  /** Refuses a document without TaxDeterminationDate. */
  readonly taxesAreTimeDependent?: boolean;
  /** Refuses a G/L line that has no profit centre and gets none from its cost centre (GLT2 201). */
  readonly profitCenterRequired?: boolean;
}

export type RequiredField = 'CostCenter' | 'ProfitCenter' | 'DocumentItemText' | 'AssignmentReference' | 'ValueDate';

export interface GlAccount {
  readonly chartOfAccounts: string;
  /** With or without leading zeros. */
  readonly glAccount: string;
  readonly name: string;
  readonly kind: 'balanceSheet' | 'profitAndLoss';
  readonly blockedForPosting?: boolean;
  readonly markedForDeletion?: boolean;
  /** Filled from customer or supplier lines; a G/L line to it is refused. */
  readonly reconciles?: 'customers' | 'suppliers';
  /** Where the account exists; absent: in every company code of its chart. */
  readonly companyCodes?: readonly string[];
  /** The account's field status. A missing one is refused with F5 808. */
  readonly requiredFields?: readonly RequiredField[];
  readonly taxCodeRequired?: boolean;
}

export interface CostCenter {
  readonly controllingArea: string;
  readonly costCenter: string;
  readonly name: string;
  readonly companyCode: string;
  readonly profitCenter?: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly blockedForPrimaryCosts?: boolean;
  readonly blockedForRevenue?: boolean;
}

export interface ProfitCenter {
  readonly controllingArea: string;
  readonly profitCenter: string;
  readonly name: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly blocked?: boolean;
}

export interface TaxCode {
  readonly country: string;
  readonly taxCode: string;
  readonly taxType: 'output' | 'input';
  /** Where tax lines with this code go. */
  readonly glAccount: string;
}

export interface DocumentType {
  readonly documentType: string;
  /** S: G/L, D: customer, K: supplier. */
  readonly accountTypes: string;
  /** Allows a debit code with a negative amount and the reverse. */
  readonly negativePostingAllowed?: boolean;
}

export interface BusinessPartner {
  readonly companyCode: string;
  readonly number: string;
  readonly name: string;
  readonly reconciliationAccount: string;
  readonly oneTime?: boolean;
}

export interface SapUser {
  readonly user: string;
  readonly password: string;
  /** Cannot log on, by password or by token. */
  readonly isLocked?: boolean;
  /** Services of the user's arrangement; absent: all that the system offers. */
  readonly services?: readonly string[];
  /** Default true; else the journal entry service answers 403. */
  readonly mayPost?: boolean;
  /** Company codes that the user's role covers; absent: all. */
  readonly postsIn?: readonly string[];
}

export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The communication user its tokens act as. */
  readonly user: string;
}

export interface OpenPeriods {
  /** Absent: every company code. */
  readonly companyCode?: string;
  /** Fiscal year and period, `2026-001`. */
  readonly from: string;
  readonly to: string;
}

/** One unit of `from` is `rate` units of `to`; decimal text. */
export interface ExchangeRate {
  readonly from: string;
  readonly to: string;
  readonly rate: string;
}

export type PartnerEtags = 'own' | 'shared';
export type TaxRows = 'each' | 'withAmount' | 'summarised';

export interface PretendSapWorldOptions extends RateLimitOptions {
  /** Same seed, same requests, same clock: same answers, byte for byte. */
  readonly seed: string;
  readonly companyCodes: readonly CompanyCode[];
  readonly glAccounts: readonly GlAccount[];
  readonly costCenters?: readonly CostCenter[];
  readonly profitCenters?: readonly ProfitCenter[];
  readonly taxCodes?: readonly TaxCode[];
  readonly customers?: readonly BusinessPartner[];
  readonly suppliers?: readonly BusinessPartner[];
  /** Number ranges of business partners. Default: BP02 and BPCU internal, BP03 external. */
  readonly partnerGroupings?: readonly PartnerGrouping[];
  /** Default 0001 to 0004, NT00 and NT30. */
  readonly paymentTerms?: readonly string[];
  /** Identification types that SAP was told to keep unique. Default none. */
  readonly uniqueIdentificationTypes?: readonly string[];
  /** How long a new customer takes to appear behind its business partner, on the world's clock. Default 0. */
  readonly customerDelayMs?: number;
  /** Whether each part of a business partner has a state of its own, or all have that of the whole. Default `own`. */
  readonly partnerEtags?: PartnerEtags;
  readonly documentTypes?: readonly DocumentType[];
  readonly users?: readonly SapUser[];
  readonly oauthClients?: readonly OAuthClient[];
  /** Absent: every period is open until it is closed. */
  readonly openPeriods?: readonly OpenPeriods[];
  /** Services that no communication arrangement contains, by name. */
  readonly missingServices?: readonly string[];
  /** Views that the customer has published. Default none. */
  readonly customViews?: CustomViews;
  /** How far SAP's clock, as its `Date` header shows it, is ahead of the world's. Default 0. */
  readonly clockSkewMs?: number;
  /** Faults that come by chance, drawn from the seed. */
  readonly faultRates?: FaultRates;
  readonly exchangeRates?: readonly ExchangeRate[];
  readonly reversalReasons?: readonly string[];
  /** The state of the journal entry service. Default 2024; an older one refuses elements it does not know. */
  readonly release?: Release;
  /** Whether the journal entry service asks for a CSRF token and its cookies, as the OData services do. Default true. */
  readonly csrfOnSoap?: boolean;
  /** How long a booked document stays invisible to the item cube, on the world's clock. Default 0. */
  readonly itemCubeDelayMs?: number;
  /**
   * Which tax lines become rows of a document: each (default), those with an amount, or one for each tax code, account and side.
   */
  readonly taxRows?: TaxRows;
  /** Entries per page of a collection. Default 1000. */
  readonly pageSizeMax?: number;
  /** Idle time after which a security session and its token end. Default 30 minutes. */
  readonly sessionLifetimeMs?: number;
  /** Default one hour. */
  readonly tokenLifetimeMs?: number;
}

export interface PostedLine {
  /** The position in the entry view, from 1. */
  readonly item: number;
  /** S: G/L, D: customer, K: supplier; tax lines are G/L lines. */
  readonly accountType: 'S' | 'D' | 'K';
  readonly isTaxLine: boolean;
  readonly glAccount: string;
  readonly partner: string;
  readonly debitCreditCode: 'S' | 'H';
  /** Debit positive. */
  readonly amount: Money;
  readonly companyCodeAmount: Money;
  readonly taxBase: Money | undefined;
  readonly taxCode: string;
  readonly taxItemClassification: string;
  readonly costCenter: string;
  readonly profitCenter: string;
  readonly orderId: string;
  readonly wbsElement: string;
  readonly text: string;
  readonly assignment: string;
  readonly references: readonly [string, string, string];
  readonly valueDate: string;
  /** ReferenceDocumentItem of the message. */
  readonly reference: string;
  readonly negativePosting: boolean;
}

export interface PostedDocument {
  readonly companyCode: string;
  readonly fiscalYear: string;
  readonly accountingDocument: string;
  readonly fiscalPeriod: string;
  readonly documentType: string;
  readonly businessTransactionType: string;
  readonly documentReferenceId: string;
  readonly headerText: string;
  readonly reference1: string;
  readonly reference2: string;
  readonly createdByUser: string;
  readonly documentDate: LocalDate;
  readonly postingDate: LocalDate;
  readonly taxDeterminationDate: string;
  readonly plannedReversalDate: string;
  readonly bookedAtMs: number;
  /** MessageHeader of the sender's bulk message and of its entry; empty when not sent. */
  readonly messageId: string;
  readonly messageUuid: string;
  readonly entryMessageId: string;
  readonly reversalReason: string;
  /** Document number + company code + fiscal year of the document that this one reverses; empty otherwise. */
  readonly reverses: string;
  readonly lines: readonly PostedLine[];
}

export type DocumentKey = string & { readonly documentKey: true };

export interface Behaviour {
  readonly release: Release;
  readonly csrfOnSoap: boolean;
  readonly itemCubeDelayMs: number;
  readonly taxRows: TaxRows;
  readonly pageSizeMax: number;
  readonly tokenLifetimeMs: number;
}

export interface PartnerRules {
  readonly groupings: ReadonlyMap<string, PartnerGrouping>;
  readonly paymentTerms: ReadonlySet<string>;
  readonly uniqueIdentificationTypes: ReadonlySet<string>;
  readonly customerDelayMs: number;
  readonly etags: PartnerEtags;
}

export interface AccessToken {
  readonly user: string;
  readonly expiresAtMs: number;
}

/** Everything the request function reads and changes. */
export interface PretendSapWorld {
  readonly companyCodes: Map<string, CompanyCode>;
  readonly glAccounts: Map<string, GlAccount>;
  readonly costCenters: CostCenter[];
  readonly profitCenters: ProfitCenter[];
  readonly taxCodes: TaxCode[];
  readonly suppliers: readonly BusinessPartner[];
  /** Business partners and customers, the given ones and those created since. */
  readonly partners: PartnerStore;
  readonly partnerRules: PartnerRules;
  readonly documentTypes: Map<string, DocumentType>;
  readonly users: Map<string, SapUser>;
  readonly oauthClients: ReadonlyMap<string, OAuthClient>;
  readonly exchangeRates: readonly ExchangeRate[];
  readonly reversalReasons: ReadonlySet<string>;
  readonly behaviour: Behaviour;
  readonly openPeriods: readonly OpenPeriods[] | undefined;
  /** `companyCode/fiscalYear-period`. */
  readonly closedPeriods: Set<string>;
  readonly missingServices: Set<string>;
  readonly customViews: readonly EntitySet[];
  clockSkewMs: number;
  readonly rateLimit: RateLimit;
  readonly locks: RecordLock[];
  /** By `companyCode/fiscalYear`; absent: from 0100000000 without end. */
  readonly numberRanges: Map<string, NumberRange>;
  readonly tokens: Map<string, AccessToken>;
  readonly sessions: SessionStore;
  readonly faults: FaultPlan;
  /** In booking order. */
  readonly documents: PostedDocument[];
  readonly documentsByKey: Map<DocumentKey, PostedDocument>;
  /** How many numbers of each range, `companyCode/fiscalYear`, are used. */
  readonly numbersUsed: Map<string, number>;
  /** Which document reversed the key's document. */
  readonly reversedBy: Map<DocumentKey, PostedDocument>;
  /** Called before a document becomes visible and before its reply leaves; a durable world writes and syncs here. */
  record: (document: PostedDocument) => void;
  /** The same for business partners. */
  recordPartners: (change: PartnerChange) => void;
  /** A name no earlier call has returned, from the seed; `incarnation` keeps it new after a restart. */
  nextName: (purpose: string) => string;
}

/** Document number (10) + company code (4) + fiscal year (4): what SAP calls the reference of an FI document. */
export function documentKey(document: {
  readonly accountingDocument: string;
  readonly companyCode: string;
  readonly fiscalYear: string;
}): DocumentKey {
  return `${document.accountingDocument}${document.companyCode.padEnd(4)}${document.fiscalYear}` as DocumentKey;
}

/** SAP's ALPHA conversion: an all-digit key is padded with zeros to its length, any other key is upper case. */
export function convertAlpha(key: string, length: number): string {
  return /^\d+$/.test(key) ? key.padStart(length, '0') : key.toUpperCase();
}

export function findGlAccount(world: PretendSapWorld, chart: string, account: string): GlAccount | undefined {
  return world.glAccounts.get(`${chart}/${convertAlpha(account, 10)}`);
}

/** The fiscal year and period (three digits) of a posting date. */
export function fiscalPeriodOf(
  companyCode: CompanyCode,
  date: LocalDate,
): { readonly fiscalYear: string; readonly period: string } {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  if (companyCode.fiscalYearVariant !== 'V3') return { fiscalYear: String(year), period: formatPeriod(month) };
  return month >= 4
    ? { fiscalYear: String(year), period: formatPeriod(month - 3) }
    : { fiscalYear: String(year - 1), period: formatPeriod(month + 9) };
}

function formatPeriod(period: number): string {
  return String(period).padStart(3, '0');
}

export function isPeriodOpen(world: PretendSapWorld, companyCode: string, fiscalYear: string, period: string): boolean {
  const at = `${fiscalYear}-${period}`;
  if (world.closedPeriods.has(`${companyCode}/${at}`)) return false;
  const rules = world.openPeriods?.filter((rule) => (rule.companyCode ?? companyCode) === companyCode);
  return rules === undefined || rules.some((rule) => rule.from <= at && at <= rule.to);
}

/** The next free number of a company code and year; undefined at the end of the range, or where there is none. */
export function nextDocumentNumber(
  world: PretendSapWorld,
  companyCode: string,
  fiscalYear: string,
): string | undefined {
  const range = world.numberRanges.get(`${companyCode}/${fiscalYear}`) ?? { from: '100000000', to: '9999999999' };
  if (range === 'missing') return undefined;
  const next = BigInt(range.from) + BigInt(world.numbersUsed.get(`${companyCode}/${fiscalYear}`) ?? 0);
  return next > BigInt(range.to) ? undefined : next.toString().padStart(10, '0');
}

/** Books a finished document: durable first, then visible. */
export function addDocument(world: PretendSapWorld, document: PostedDocument): void {
  world.record(document);
  restoreDocument(world, document);
}

/** Makes an already recorded document visible. */
export function restoreDocument(world: PretendSapWorld, document: PostedDocument): void {
  const range = `${document.companyCode}/${document.fiscalYear}`;
  world.numbersUsed.set(range, (world.numbersUsed.get(range) ?? 0) + 1);
  world.documents.push(document);
  world.documentsByKey.set(documentKey(document), document);
  if (document.reverses !== '') world.reversedBy.set(document.reverses as DocumentKey, document);
}

export function currencyOf(companyCode: CompanyCode): CurrencyCode {
  if (!isCurrencyCode(companyCode.currency)) throw new Error(`company code currency ${companyCode.currency}`);
  return companyCode.currency;
}
