/** The whole ledger as an auditor reads it: plain JSON, amounts as decimal text with the currency's decimals. */
import { type CurrencyCode, currencyDecimals, formatMinor, formatMoney } from '../../src/core/index.ts';
import { type DocumentKey, documentKey, type PostedDocument, type PostedLine, type PretendSapWorld } from './world.ts';

export interface LedgerLine {
  readonly item: number;
  readonly accountType: 'S' | 'D' | 'K';
  readonly isTaxLine: boolean;
  readonly glAccount: string;
  readonly partner: string;
  readonly debitCreditCode: 'S' | 'H';
  readonly currency: string;
  /** Signed, debit positive. */
  readonly amount: string;
  readonly companyCodeCurrency: string;
  readonly companyCodeAmount: string;
  readonly taxCode: string;
  readonly taxBase: string;
  readonly costCenter: string;
  readonly profitCenter: string;
  readonly text: string;
  readonly assignment: string;
}

export interface LedgerDocument {
  readonly companyCode: string;
  readonly fiscalYear: string;
  readonly accountingDocument: string;
  readonly fiscalPeriod: string;
  readonly documentType: string;
  readonly documentReferenceId: string;
  readonly headerText: string;
  readonly reference1: string;
  readonly reference2: string;
  readonly createdByUser: string;
  readonly documentDate: string;
  readonly postingDate: string;
  readonly bookedAt: string;
  readonly messageId: string;
  readonly messageUuid: string;
  readonly reversalReason: string;
  /** Number + company code + year of the other document; empty when there is none. */
  readonly reverses: string;
  readonly reversedBy: string;
  /** Sums of the debits and of the credits, both positive, per transaction currency. */
  readonly totals: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
  readonly lines: readonly LedgerLine[];
}

export interface LedgerBalance {
  readonly companyCode: string;
  readonly glAccount: string;
  readonly currency: string;
  /** Signed, debit positive. Reversed documents and their reversals are both in it. */
  readonly balance: string;
}

/** Every document in booking order. */
export function viewLedger(world: PretendSapWorld): readonly LedgerDocument[] {
  return world.documents.map((document) => viewDocument(document, world.reversedBy));
}

/** Per company code, G/L account and transaction currency, in that order; zero balances are listed too. */
export function viewBalances(world: PretendSapWorld): readonly LedgerBalance[] {
  const sums = new Map<string, { readonly document: PostedDocument; readonly line: PostedLine; minor: bigint }>();
  for (const document of world.documents) {
    for (const line of document.lines) {
      const key = `${document.companyCode}/${line.glAccount}/${line.amount.currency}`;
      const sum = sums.get(key) ?? { document, line, minor: 0n };
      sum.minor += line.amount.minor;
      sums.set(key, sum);
    }
  }
  return [...sums.entries()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { document, line, minor }]) => ({
      companyCode: document.companyCode,
      glAccount: line.glAccount,
      currency: line.amount.currency,
      balance: formatMoney({ currency: line.amount.currency, minor }),
    }));
}

function viewDocument(document: PostedDocument, reversals: ReadonlyMap<DocumentKey, PostedDocument>): LedgerDocument {
  const reversal = reversals.get(documentKey(document));
  return {
    companyCode: document.companyCode,
    fiscalYear: document.fiscalYear,
    accountingDocument: document.accountingDocument,
    fiscalPeriod: document.fiscalPeriod,
    documentType: document.documentType,
    documentReferenceId: document.documentReferenceId,
    headerText: document.headerText,
    reference1: document.reference1,
    reference2: document.reference2,
    createdByUser: document.createdByUser,
    documentDate: document.documentDate,
    postingDate: document.postingDate,
    bookedAt: new Date(document.bookedAtMs).toISOString(),
    messageId: document.messageId,
    messageUuid: document.messageUuid,
    reversalReason: document.reversalReason,
    reverses: document.reverses,
    reversedBy: reversal ? documentKey(reversal) : '',
    totals: totalsOf(document),
    lines: document.lines.map(viewLine),
  };
}

function totalsOf(document: PostedDocument): LedgerDocument['totals'] {
  const sums = new Map<CurrencyCode, { debit: bigint; credit: bigint }>();
  for (const { amount } of document.lines) {
    const sum = sums.get(amount.currency) ?? { debit: 0n, credit: 0n };
    if (amount.minor > 0n) sum.debit += amount.minor;
    else sum.credit -= amount.minor;
    sums.set(amount.currency, sum);
  }
  return [...sums].map(([currency, { debit, credit }]) => {
    const decimals = currencyDecimals(currency);
    return { currency, debit: formatMinor(debit, decimals), credit: formatMinor(credit, decimals) };
  });
}

function viewLine(line: PostedLine): LedgerLine {
  return {
    item: line.item,
    accountType: line.accountType,
    isTaxLine: line.isTaxLine,
    glAccount: line.glAccount,
    partner: line.partner,
    debitCreditCode: line.debitCreditCode,
    currency: line.amount.currency,
    amount: formatMoney(line.amount),
    companyCodeCurrency: line.companyCodeAmount.currency,
    companyCodeAmount: formatMoney(line.companyCodeAmount),
    taxCode: line.taxCode,
    taxBase: line.taxBase ? formatMoney(line.taxBase) : '',
    costCenter: line.costCenter,
    profitCenter: line.profitCenter,
    text: line.text,
    assignment: line.assignment,
  };
}
