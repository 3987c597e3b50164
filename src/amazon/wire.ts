/**
 * The answers this module reads, as Amazon spells them. Members it does not need are left out and unknown ones are
 * tolerated; enumerations are read as text, because Amazon adds values without notice.
 * Source: Amazon's models reports_2021-06-30 and sellers; developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api.
 */
import { z } from 'zod';

export const REPORTS_PATH = '/reports/2021-06-30';

const visibleAscii = /^[\x21-\x7e]+$/;

export const tokenAnswerSchema = z.object({
  access_token: z.string().min(1).max(2048).regex(visibleAscii),
  /** Seconds; 3600 as a rule. */
  expires_in: z.number().positive().max(86_400),
});

export const tokenErrorSchema = z.object({
  error: z.string(),
  error_description: z.string().optional(),
});

export const errorListSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().nullish(), details: z.string().nullish() })),
});

export type WireError = z.output<typeof errorListSchema>['errors'][number];

export const reportSchema = z.object({
  reportId: z.string().min(1),
  reportType: z.string(),
  createdTime: z.string(),
  processingStatus: z.string(),
  reportDocumentId: z.string().min(1).nullish(),
  dataStartTime: z.string().nullish(),
  dataEndTime: z.string().nullish(),
  marketplaceIds: z.array(z.string()).nullish(),
});

export type WireReport = z.output<typeof reportSchema>;

export const getReportsAnswerSchema = z.object({
  reports: z.array(reportSchema),
  nextToken: z.string().min(1).nullish(),
});

export const getReportDocumentAnswerSchema = z.object({
  reportDocumentId: z.string(),
  /** Signed for five minutes: whoever has it can read the report. Never logged, never kept. */
  url: z.string().refine((text) => URL.canParse(text), { error: 'is not an address' }),
  compressionAlgorithm: z.string().nullish(),
});

export const marketplaceParticipationsAnswerSchema = z.object({
  payload: z
    .array(
      z.object({
        marketplace: z.object({
          id: z.string().min(1),
          name: z.string(),
          countryCode: z.string(),
          defaultCurrencyCode: z.string().nullish(),
        }),
        participation: z.object({ isParticipating: z.boolean(), hasSuspendedListings: z.boolean().nullish() }),
      }),
    )
    .nullish(),
  /** Beside or instead of the payload: then it is a refusal, whatever the status says. */
  errors: errorListSchema.shape.errors.nullish(),
});

export type WireParticipation = NonNullable<z.output<typeof marketplaceParticipationsAnswerSchema>['payload']>[number];
