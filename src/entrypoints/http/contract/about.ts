import { z } from 'zod';

/** The answer to `GET /api/v1/about`. */
export const About = z.object({
  program: z.string(),
  version: z.string(),
  /** What kind of service this is: `service`, or words for the demo. */
  line: z.string(),
  user: z
    .object({
      name: z.string(),
      displayName: z.string(),
      roles: z.array(z.string()),
      permissions: z.array(z.string()),
    })
    .nullable(),
});
export type About = z.infer<typeof About>;
