import { z } from 'zod';

/** What an OData service or one of its sets may be called. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, { error: 'must be a name of letters, digits and _' });
const field = name.nullable();

/**
 * A CDS view that the customer has released as an OData service, because SAP has none for it. `service` and `set` are as its
 * metadata names them. Field names are those that SAP's view underneath is believed to have unless they are given; `null`: it has none.
 */
function view<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.strictObject({ service: name, set: name, fields: z.strictObject(fields).prefault({} as never) });
}

/** The views that may be named in the connection file, each of which lets something more be checked before it is sent. */
export const customViewsSchema = z
  .strictObject({
    /** Over `I_TaxCode`. */
    taxCodes: view({ taxCode: name.default('TaxCode'), country: field.default(null) }).optional(),
    /** Over `I_AccountingDocumentType`. */
    documentTypes: view({
      documentType: name.default('AccountingDocumentType'),
      accountTypes: field.default(null),
    }).optional(),
    /** Over `I_GLAccountInCompanyCode`. Its name is published, that of its fields beyond the keys is not: compare before use. */
    glAccountsInCompanyCode: view({
      companyCode: name.default('CompanyCode'),
      glAccount: name.default('GLAccount'),
      isBlocked: field.default('AccountIsBlockedForPosting'),
      reconciliationType: field.default('ReconciliationAccountType'),
      isPostedAutomatically: field.default('IsAutomaticallyPosted'),
    }).optional(),
    /**
     * SAP releases no view of its own for this. One row for each interval of posting dates of a company code, with `from` and
     * `to`; or, where both are `null`, for each fiscal period, which is understood where the fiscal year is the calendar year.
     */
    postingPeriods: view({
      companyCode: name.default('CompanyCode'),
      from: field.default('PeriodStartDate'),
      to: field.default('PeriodEndDate'),
      fiscalYear: field.default(null),
      fiscalPeriod: field.default(null),
      fiscalYearVariant: field.default(null),
      isOpen: name.default('PostingPeriodIsOpen'),
    })
      .refine(({ fields }) => isWhole(fields), {
        path: ['fields'],
        error: 'must name from and to, or fiscalYear, fiscalPeriod and fiscalYearVariant',
      })
      .optional(),
  })
  .prefault({});

function isWhole(
  fields: Readonly<Record<'from' | 'to' | 'fiscalYear' | 'fiscalPeriod' | 'fiscalYearVariant', unknown>>,
) {
  const { from, to, fiscalYear, fiscalPeriod, fiscalYearVariant } = fields;
  const [byDate, byPeriod] = [
    [from, to],
    [fiscalYear, fiscalPeriod, fiscalYearVariant],
  ];
  const isAll = (names: readonly unknown[]) => names.every((each) => each !== null);
  const isNone = (names: readonly unknown[]) => names.every((each) => each === null);
  return (isAll(byDate) && isNone(byPeriod)) || (isNone(byDate) && isAll(byPeriod));
}

export type CustomViews = z.output<typeof customViewsSchema>;
