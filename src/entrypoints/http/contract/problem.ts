import { z } from 'zod';

/** The body of every answer that is not what was asked for: `application/problem+json`. */
export const ProblemAnswer = z
  .object({
    type: z.string().optional(),
    /** The code again, for readers of the standard form. */
    title: z.string(),
    status: z.int(),
    /** The sentence again, for readers of the standard form. */
    detail: z.string(),
    code: z.string().meta({ description: 'Stable and never reused; docs/problems.md lists all.' }),
    kind: z.enum(['invalid', 'unmapped', 'unproven', 'rejected', 'unavailable', 'unknown', 'conflict', 'defect']),
    says: z.string().meta({ description: 'One sentence with the numbers in it.' }),
    next: z.string().meta({ description: 'What to do next.' }),
    where: z
      .object({
        file: z.string().optional(),
        row: z.int().optional(),
        column: z.string().optional(),
        path: z.string().optional(),
      })
      .optional(),
    data: z.string().optional(),
    fields: z
      .array(z.object({ path: z.string(), code: z.string(), says: z.string() }))
      .optional()
      .meta({
        description: 'Of a body or query that was refused for its form: each field with what is wrong with it.',
      }),
    correlationId: z
      .string()
      .optional()
      .meta({ description: 'Stands in the log lines and audit events of the request.' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong, and what to do next.' });
export type ProblemAnswer = z.infer<typeof ProblemAnswer>;
