import { z } from 'zod';
import type { CustomerRules, MarketplaceDetails } from '../app/index.ts';
import { findMarketplace } from '../mapping/index.ts';

const key = (lengthMax: number, example: string) =>
  z.string().regex(new RegExp(`^[A-Z0-9]{1,${lengthMax}}$`), {
    error: `must be 1 to ${lengthMax} capital letters and digits in quotes, for example '${example}'`,
  });
const text = z.string().trim().min(1).optional();
const language = z.string().regex(/^[A-Z]{2}$/, { error: 'must be two capital letters, for example DE' });

const salesAreaSchema = z.strictObject({
  salesOrganization: key(4, '1010'),
  distributionChannel: key(2, '10'),
  division: key(2, '00'),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'must be a currency code, for example EUR' }),
  paymentTerms: key(4, '0004').optional(),
});

const companyCodeSchema = z.strictObject({
  companyCode: key(4, '1010'),
  reconciliationAccount: key(10, '12100000'),
  paymentTerms: key(4, '0004').optional(),
  salesAreas: z.array(salesAreaSchema).default([]),
});

/** Only what is given is written; nothing is made up. */
const marketplaceSchema = z.strictObject({
  name: text,
  language: language.optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'must be two capital letters, for example LU' })
    .optional(),
  street: text,
  houseNumber: text,
  postalCode: text,
  city: text,
  region: key(3, 'BY').optional(),
  email: text,
  phone: text,
});

/** Customers (business partners) that a connection keeps in SAP; none unless it says so. */
export const customerSettingsSchema = z
  .strictObject({
    per: z.enum(['none', 'marketplace', 'buyer']).default('none'),
    /** Configuration of the SAP system; one whose numbers SAP gives. */
    grouping: key(4, 'BP02').optional(),
    /** Of the addresses; SAP makes no customer of an address without one. */
    language: language.default('EN'),
    roles: z
      .array(z.enum(['finance', 'sales']))
      .default(['finance'])
      .refine((roles) => roles.includes('finance'), { error: 'must hold finance, because customers are booked to' }),
    companyCodes: z.array(companyCodeSchema).default([]),
    /** By the name of the marketplace, as in the account table. */
    marketplaces: z.record(z.string(), marketplaceSchema).default({}),
  })
  .superRefine(checkAcross)
  .prefault({});

export type CustomerSettings = Readonly<z.output<typeof customerSettingsSchema>>;

/** The rules of a connection; with `per: none` the others say nothing. */
export function customerRulesOf(settings: CustomerSettings): CustomerRules {
  const { per, language: usual, roles } = settings;
  return {
    per,
    grouping: settings.grouping ?? '',
    language: usual,
    roles,
    companyCodes: settings.companyCodes.map(({ paymentTerms, salesAreas, ...row }) => ({
      ...row,
      paymentTerms: paymentTerms ?? null,
      salesAreas: salesAreas.map((area) => ({ ...area, paymentTerms: area.paymentTerms ?? null })),
    })),
    marketplaces: Object.fromEntries(
      Object.entries(settings.marketplaces).map(([name, details]): [string, MarketplaceDetails] => [
        name,
        {
          name: details.name ?? null,
          language: details.language ?? null,
          country: details.country ?? null,
          street: details.street ?? null,
          houseNumber: details.houseNumber ?? null,
          postalCode: details.postalCode ?? null,
          city: details.city ?? null,
          region: details.region ?? null,
          email: details.email ?? null,
          phone: details.phone ?? null,
        },
      ]),
    ),
  };
}

function checkAcross(
  settings: {
    readonly per: string;
    readonly grouping?: string | undefined;
    readonly roles: readonly string[];
    readonly marketplaces: Readonly<Record<string, unknown>>;
    readonly companyCodes: readonly { readonly companyCode: string; readonly salesAreas: readonly unknown[] }[];
  },
  context: z.RefinementCtx,
): void {
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const { companyCodes, marketplaces, roles } = settings;
  for (const name of Object.keys(marketplaces)) {
    if (findMarketplace(name) === undefined) {
      fault('marketplaces', `names ${name}, which is not the name of a marketplace, for example Amazon.de`);
    }
  }
  const codes = companyCodes.map(({ companyCode }) => companyCode);
  if (new Set(codes).size < codes.length) fault('companyCodes', 'names a company code twice');
  const hasAreas = companyCodes.some(({ salesAreas }) => salesAreas.length > 0);
  if (hasAreas && !roles.includes('sales')) fault('roles', 'must hold sales, because there are sales areas');
  if (settings.per === 'none') return;
  if (settings.grouping === undefined)
    fault('grouping', 'is missing; ask whoever configures SAP for it, for example BP02');
  if (codes.length === 0) fault('companyCodes', 'is empty; a customer is booked to in a company code');
  if (roles.includes('sales') && companyCodes.some(({ salesAreas }) => salesAreas.length === 0)) {
    fault('companyCodes', 'lacks salesAreas, which the role sales needs in every company code');
  }
}
