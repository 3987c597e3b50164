import { z } from 'zod';
import { isCurrencyCode, isProblem, type Money, parseMoney } from '../../core/index.ts';

/** Long enough for every text of Amazon; what is longer is no order and would not fit an index of the database. */
const textCharsMax = 10_000;
const idCharsMax = 200;
/** What a column of the database holds; sums of a whole order stay below its limit. */
const minorMax = 10n ** 16n;
const countMax = 2_147_483_647;
const earliestMs = Date.parse('1995-01-01T00:00:00Z');
const latestMs = Date.parse('2200-01-01T00:00:00Z');
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** Without what no database takes in a text: NUL, and half a character. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\u{FFFD}');
}

/** An empty text says nothing. */
const text = z
  .string()
  .max(textCharsMax, { error: 'is too long' })
  .transform((value) => storableText(value) || null)
  .nullish()
  .transform((value) => value ?? null);

const id = z
  .string()
  .max(idCharsMax, { error: 'is too long' })
  .transform(storableText)
  .refine((value) => value !== '', { error: 'is empty' });

const optionalId = z
  .string()
  .max(idCharsMax, { error: 'is too long' })
  .transform((value) => storableText(value) || null)
  .nullish()
  .transform((value) => value ?? null);

const count = z
  .number()
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= countMax, { error: 'is no number of pieces' });

/** A time without an offset could mean any zone, so that it is refused. */
const instant = z.string().transform((value, context) => {
  const ms = instantPattern.test(value) ? Date.parse(value) : Number.NaN;
  if (ms >= earliestMs && ms <= latestMs) return new Date(ms).toISOString();
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
});

const amount = z
  .object({ amount: z.string(), currencyCode: z.string() })
  .transform(({ amount: digits, currencyCode }, context): Money => {
    const money = readMoney(digits, currencyCode);
    if (typeof money !== 'string') return money;
    context.addIssue({ code: 'custom', message: money });
    return z.NEVER;
  });

function readMoney(digits: string, currencyCode: string): Money | string {
  if (!isCurrencyCode(currencyCode)) return 'is in a currency that is not known';
  try {
    const money = parseMoney(digits.slice(0, 100), currencyCode);
    return digits.length <= 100 && money.minor < minorMax && money.minor > -minorMax ? money : 'is too large an amount';
  } catch (thrown) {
    if (isProblem(thrown)) return `is not an amount in ${currencyCode}`;
    throw thrown;
  }
}

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();
/** Missing and empty are the same. */
const list = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(schema)
    .nullish()
    .transform((values) => values ?? []);

const breakdown = z.object({
  type: z.string(),
  subtotal: amount,
  detailedBreakdowns: list(z.object({ subtype: text, value: optional(amount) })),
});

const item = z.object({
  orderItemId: id,
  quantityOrdered: count,
  product: optional(
    z.object({
      asin: optionalId,
      title: text,
      sellerSku: optionalId,
      price: optional(z.object({ unitPrice: optional(amount), priceDesignation: text })),
    }),
  ),
  proceeds: optional(z.object({ proceedsTotal: optional(amount), breakdowns: list(breakdown) })),
  expense: optional(
    z.object({
      pointsCost: optional(z.object({ pointsGranted: optional(z.object({ pointsMonetaryValue: optional(amount) })) })),
    }),
  ),
  promotion: optional(z.object({ breakdowns: list(z.object({ promotionId: text })) })),
  cancellation: optional(z.object({ cancellationExecution: optional(z.object({})) })),
  fulfillment: optional(
    z.object({
      quantityFulfilled: optional(count),
      shipping: optional(z.object({ internationalShipping: optional(z.object({ iossNumber: text })) })),
    }),
  ),
  tax: optional(
    z.object({
      taxCalculationBreakdowns: list(z.object({ reportingScheme: text })),
      taxCollections: list(z.object({ model: text, responsibleParty: text })),
    }),
  ),
});

/**
 * One order as far as accounting needs it. Only what Amazon marks as required and we cannot do without is required; lists of
 * values are read as text, because Amazon adds to them. Members about a person are not read here.
 */
export const orderSchema = z.object({
  orderId: id,
  orderAliases: list(z.object({ aliasId: text, aliasType: text })),
  createdTime: instant,
  lastUpdatedTime: instant,
  programs: list(z.string().max(idCharsMax, { error: 'is too long' }).transform(storableText)),
  associatedOrders: list(z.object({ orderId: optionalId, associationType: text })),
  salesChannel: z.object({ channelName: z.string(), marketplaceId: optionalId, marketplaceName: optionalId }),
  recipient: optional(
    z.object({
      deliveryAddress: optional(z.object({ city: text, stateOrRegion: text, countryCode: text })),
    }),
  ),
  proceeds: optional(
    z.object({
      grandTotal: optional(amount),
      breakdowns: list(z.object({ type: z.string(), subtotal: amount })),
    }),
  ),
  payment: optional(
    z.object({ paymentExecutions: list(z.object({ paymentMethod: text, paymentAmount: optional(amount) })) }),
  ),
  tax: optional(
    z.object({
      taxRegistrations: list(z.object({ entityType: text, taxRegistrationType: text, taxRegistrationNumber: text })),
    }),
  ),
  fulfillment: optional(
    z.object({
      fulfillmentStatus: z.string().min(1).max(idCharsMax).transform(storableText),
      fulfilledBy: text,
      fulfillmentServiceLevel: text,
      deliverByWindow: optional(z.object({ latestDateTime: optional(instant) })),
    }),
  ),
  orderItems: z.array(item),
  packages: list(z.object({ shipTime: optional(instant), packageStatus: optional(z.object({ status: text })) })),
});

export type WireOrder = z.infer<typeof orderSchema>;
export type WireOrderItem = WireOrder['orderItems'][number];

/** The envelope alone: an order that is not as documented must not take the others with it. */
export const searchAnswerSchema = z.object({
  orders: z.array(z.unknown()),
  pagination: z.object({ nextToken: z.string().nullish() }).nullish(),
  lastUpdatedBefore: z.unknown().optional(),
});

export const getOrderAnswerSchema = z.object({ order: z.unknown().refine((value) => value !== undefined) });

/** Amazon's time as ours; `null` for anything else. */
export function readInstant(value: unknown): string | null {
  const reading = instant.safeParse(value);
  return reading.success ? reading.data : null;
}
