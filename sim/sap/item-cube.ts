/** The read service over booked lines: one entry per line of the entry view, tax lines included. */
import { currencyDecimals, formatMinor, type Money } from '../../src/core/index.ts';
import { date, decimal, defineEntitySet, flag, key, text, time, upper } from './entity-set.ts';
import {
  type CompanyCode,
  type DocumentKey,
  documentKey,
  findGlAccount,
  type GlAccount,
  type PostedDocument,
  type PostedLine,
  type PretendSapWorld,
} from './world.ts';

interface CubeRow {
  readonly document: PostedDocument;
  readonly line: PostedLine;
  readonly company: CompanyCode | undefined;
  readonly account: GlAccount | undefined;
  /** The document that reverses this one or is reversed by it, once both are visible. */
  readonly counterpart: PostedDocument | undefined;
  readonly isReversed: boolean;
}

const amountDecimals = 3;
const postingKeys = { S: ['40', '50'], D: ['01', '11'], K: ['21', '31'] } as const;

export const itemCube = defineEntitySet<CubeRow>({
  service: 'API_OPLACCTGDOCITEMCUBE_SRV',
  name: 'A_OperationalAcctgDocItemCube',
  rows: listRows,
  fields: {
    CompanyCode: key(upper(4, ({ document }) => document.companyCode)),
    FiscalYear: key(text(4, ({ document }) => document.fiscalYear)),
    AccountingDocument: key(upper(10, ({ document }) => document.accountingDocument)),
    AccountingDocumentItem: key(text(3, ({ line }) => String(line.item).padStart(3, '0'))),
    CompanyCodeName: text(25, ({ company }) => company?.name ?? ''),
    ChartOfAccounts: upper(4, ({ company }) => company?.chartOfAccounts ?? ''),
    ControllingArea: upper(4, ({ company }) => company?.controllingArea ?? ''),
    AccountingDocumentItemType: upper(1, ({ line }) => (line.isTaxLine ? 'T' : '')),
    ClearingDate: date(() => ''),
    ClearingAccountingDocument: upper(10, () => ''),
    IsCleared: flag(() => false),
    PostingKey: upper(2, ({ line }) => postingKeys[line.accountType][line.debitCreditCode === 'S' ? 0 : 1]),
    FinancialAccountType: upper(1, ({ line }) => line.accountType),
    DebitCreditCode: upper(1, ({ line }) => line.debitCreditCode),
    TaxCode: upper(2, ({ line }) => line.taxCode),
    TransactionTypeDetermination: upper(3, ({ line }) => line.taxItemClassification),
    ValueDate: date(({ line }) => line.valueDate),
    AssignmentReference: text(18, ({ line }) => line.assignment),
    DocumentItemText: text(50, ({ line }) => line.text),
    CostCenter: upper(10, ({ line }) => line.costCenter),
    ProfitCenter: upper(10, ({ line }) => line.profitCenter),
    OrderID: upper(12, ({ line }) => line.orderId),
    Project: upper(24, ({ line }) => line.wbsElement),
    GLAccount: upper(10, ({ line }) => line.glAccount),
    OperationalGLAccount: upper(10, ({ line }) => line.glAccount),
    GLAccountName: text(30, ({ account }) => account?.name.slice(0, 30) ?? ''),
    GLAccountLongName: text(50, ({ account }) => account?.name.slice(0, 50) ?? ''),
    IsBalanceSheetAccount: flag(({ account }) => account?.kind === 'balanceSheet'),
    Customer: upper(10, ({ line }) => (line.accountType === 'D' ? line.partner : '')),
    Supplier: upper(10, ({ line }) => (line.accountType === 'K' ? line.partner : '')),
    IsAutomaticallyCreated: flag(({ line }) => line.isTaxLine),
    IsNegativePosting: flag(({ line }) => line.negativePosting),
    Reference1IDByBusinessPartner: upper(12, ({ line }) => line.references[0]),
    Reference2IDByBusinessPartner: upper(12, ({ line }) => line.references[1]),
    Reference3IDByBusinessPartner: upper(20, ({ line }) => line.references[2]),
    TaxDeterminationDate: date(({ document }) => document.taxDeterminationDate),
    ReferenceDocumentType: upper(5, () => 'BKPFF'),
    OriginalReferenceDocument: upper(20, ({ document }) => documentKey(document)),
    ReferenceDocumentLogicalSystem: upper(10, () => ''),
    AccountingDocumentItemRef: text(10, ({ line }) => line.reference.padStart(10, '0')),
    FiscalPeriod: text(3, ({ document }) => document.fiscalPeriod),
    AccountingDocumentCategory: upper(1, () => ''),
    PostingDate: date(({ document }) => document.postingDate),
    DocumentDate: date(({ document }) => document.documentDate),
    AccountingDocumentType: upper(2, ({ document }) => document.documentType),
    CompanyCodeCurrency: upper(5, ({ line }) => line.companyCodeAmount.currency),
    AmountInCompanyCodeCurrency: decimal(({ line }) => formatAmount(line.companyCodeAmount)),
    TransactionCurrency: upper(5, ({ line }) => line.amount.currency),
    AmountInTransactionCurrency: decimal(({ line }) => formatAmount(line.amount)),
    TaxBaseAmountInTransCrcy: decimal(({ line }) => formatAmount(line.taxBase ?? { ...line.amount, minor: 0n })),
    AccountingDocumentCreationDate: date(({ document }) => new Date(document.bookedAtMs).toISOString().slice(0, 10)),
    CreationTime: time(({ document }) => formatTime(document.bookedAtMs)),
    AccountingDocCreatedByUser: text(12, ({ document }) => document.createdByUser),
    DocumentReferenceID: upper(16, ({ document }) => document.documentReferenceId),
    ReverseDocument: upper(10, ({ counterpart }) => counterpart?.accountingDocument ?? ''),
    ReverseDocumentFiscalYear: text(4, ({ counterpart }) => counterpart?.fiscalYear ?? '0000'),
    ReversalReason: upper(2, (row) => (row.isReversed ? row.counterpart : row.document)?.reversalReason ?? ''),
    AccountingDocumentHeaderText: text(25, ({ document }) => document.headerText),
    BusinessTransactionType: upper(4, ({ document }) => document.businessTransactionType),
    ReversalIsPlanned: flag(({ document }) => document.plannedReversalDate !== ''),
    PlannedReversalDate: date(({ document }) => document.plannedReversalDate),
    Reference1InDocumentHeader: upper(20, ({ document }) => document.reference1),
    Reference2InDocumentHeader: upper(20, ({ document }) => document.reference2),
    Ledger: upper(2, () => ''),
    LedgerGroup: upper(4, () => ''),
    IsReversal: flag(({ document }) => document.reverses !== ''),
    IsReversed: flag((row) => row.isReversed),
  },
});

function listRows(world: PretendSapWorld, nowMs: number): CubeRow[] {
  const isVisible = (document: PostedDocument | undefined): document is PostedDocument =>
    document !== undefined && document.bookedAtMs + world.behaviour.itemCubeDelayMs <= nowMs;
  return world.documents.filter(isVisible).flatMap((document) => {
    const company = world.companyCodes.get(document.companyCode);
    const reversal = world.reversedBy.get(documentKey(document));
    const isReversed = isVisible(reversal);
    const original = world.documentsByKey.get(document.reverses as DocumentKey);
    return document.lines.map((line) => ({
      document,
      line,
      company,
      account: findGlAccount(world, company?.chartOfAccounts ?? '', line.glAccount),
      counterpart: isReversed ? reversal : original,
      isReversed,
    }));
  });
}

/** Every amount has three decimals here, whatever its currency: 19.99 EUR is `19.990`, 1999 JPY is `1999.000`. */
function formatAmount({ currency, minor }: Money): string {
  return formatMinor(minor * 10n ** BigInt(amountDecimals - currencyDecimals(currency)), amountDecimals);
}

function formatTime(atMs: number): string {
  const [hours, minutes, seconds] = new Date(atMs).toISOString().slice(11, 19).split(':');
  return `PT${hours}H${minutes}M${seconds}S`;
}
