/**
 * The answers that only reports on request have, as Amazon spells them; see `../wire.ts`.
 * Source: Amazon's models reports_2021-06-30 and tokens_2021-03-01.
 */
import { z } from 'zod';

export const createReportAnswerSchema = z.object({ reportId: z.string().min(1) });

export const restrictedTokenAnswerSchema = z.object({
  /** Opens one document with buyer data for an hour: never kept, never logged. */
  restrictedDataToken: z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[\x21-\x7e]+$/),
  expiresIn: z.number(),
});
