/**
 * The answers of Finances and Transfers, as Amazon spells them and as `readExactJson` reads them: every number is a text.
 * Nearly every member may be missing. Enumerations are read as text, because Amazon adds values without notice; members
 * that are not named here are tolerated.
 * Source: Amazon's models finances_2024-06-19 and transfers_2024-06-01.
 */
import { z } from 'zod';

export const FINANCES_PATH = '/finances/2024-06-19';
export const PAYOUTS_PATH = '/finances/transfers/2024-06-01/payouts';

const text = z.string().nullish();
const currencyAmount = z.object({ currencyCode: text, currencyAmount: text }).nullish();

export interface WireBreakdown {
  readonly breakdownType?: string | null | undefined;
  readonly breakdownAmount?: z.output<typeof currencyAmount>;
  readonly breakdowns?: readonly WireBreakdown[] | null | undefined;
}

const breakdown: z.ZodType<WireBreakdown> = z.object({
  breakdownType: text,
  breakdownAmount: currencyAmount,
  get breakdowns() {
    return z.array(breakdown).nullish();
  },
});
const breakdowns = z.array(breakdown).nullish();

const context = z.object({
  contextType: text,
  asin: text,
  sku: text,
  quantityShipped: text,
  fulfillmentNetwork: text,
  deferralReason: text,
  maturityDate: text,
});
const contexts = z.array(context).nullish();
const relatedIdentifiers = z.array(z.object({ relatedIdentifierName: text, relatedIdentifierValue: text })).nullish();

export type WireAmount = z.output<typeof currencyAmount>;
export type WireContexts = z.output<typeof contexts>;
export type WireRelatedIdentifiers = z.output<typeof relatedIdentifiers>;

const item = z.object({
  description: text,
  relatedIdentifiers: z
    .array(z.object({ itemRelatedIdentifierName: text, itemRelatedIdentifierValue: text }))
    .nullish(),
  totalAmount: currencyAmount,
  breakdowns,
  contexts,
});

export type WireItem = z.output<typeof item>;

/** One of `transactions`; called an event everywhere else. */
export const eventSchema = z.object({
  sellingPartnerMetadata: z.object({ accountType: text, marketplaceId: text }).nullish(),
  relatedIdentifiers,
  transactionType: text,
  transactionId: text,
  transactionStatus: text,
  description: text,
  postedDate: text,
  totalAmount: currencyAmount,
  marketplaceDetails: z.object({ marketplaceId: text }).nullish(),
  items: z.array(item).nullish(),
  contexts,
  breakdowns,
});

export type WireEvent = z.output<typeof eventSchema>;

/** Each record is read by itself, so that one that is not as documented is kept aside and not the whole page. */
const records = z.array(z.unknown()).nullish();
const nextToken = text;

export const listTransactionsAnswerSchema = z.object({ payload: z.object({ transactions: records, nextToken }) });

const partnerMetadata = z.object({ accountType: text, marketplaceId: text }).nullish();

export const summarySchema = z.object({
  partnerMetadata,
  netProceeds: currencyAmount,
  relatedIdentifiers,
  breakdowns,
  periodStart: text,
  periodEnd: text,
});

export const listSummaryAnswerSchema = z.object({ summaries: records, nextToken });

export interface WireBalance {
  readonly partnerMetadata?: z.output<typeof partnerMetadata>;
  readonly balanceType?: string | null | undefined;
  readonly amount?: WireAmount;
  readonly balances?: readonly WireBalance[] | null | undefined;
  readonly asOfDate?: string | null | undefined;
  readonly lastUpdatedTime?: string | null | undefined;
}

const balance: z.ZodType<WireBalance> = z.object({
  partnerMetadata,
  balanceType: text,
  amount: currencyAmount,
  get balances() {
    return z.array(balance).nullish();
  },
  asOfDate: text,
  lastUpdatedTime: text,
});

export const listBalancesAnswerSchema = z.object({ balances: z.array(balance).nullish(), nextToken });

export const payoutSchema = z.object({
  id: z.string().min(1),
  partnerMetadata: z.object({ accountType: z.string().min(1), marketplaceId: z.string().min(1) }),
  currentStatus: z.string().min(1),
  statusHistory: z.array(z.object({ status: text, lastUpdatedDate: text, failureReason: text })).nullish(),
  type: text,
  amount: currencyAmount,
  accountTail: text,
  paymentMethod: text,
  paymentRail: text,
  traceId: text,
  creationDate: text,
  period: z.object({ startDate: text, endDate: text }).nullish(),
  relatedIdentifiers,
});

export type WirePayout = z.output<typeof payoutSchema>;

export const listPayoutsAnswerSchema = z.object({ payouts: records, nextToken });
