import { z } from 'zod';

/** A problem as it is told beside a record. */
export const Told = z.object({ code: z.string(), says: z.string(), next: z.string() });
export type Told = z.infer<typeof Told>;

/** The reason of a write, for the audit log. */
export const Why = z.string().trim().min(1, 'Say why: it stands in the audit log.').max(1_000);

export const Fact = z.object({ path: z.string(), value: z.string() });

/** Of a currency, as decimal text. */
export const CurrencyAmount = z.object({ currency: z.string(), amount: z.string() });
export type CurrencyAmount = z.infer<typeof CurrencyAmount>;
