import { Problem } from '../core/index.ts';
import { type AccountTable, findMarketplaceById, foldName, type Marketplace, marketplaces } from '../mapping/index.ts';
import type { Order, OrderBuyer } from './amazon-feeds.ts';
import type { CustomerCompanyCode, CustomerFacts, CustomerRole, CustomerSalesArea } from './business-partners.ts';
import type { CustomerKind } from './customer-key.ts';

/** What the settings say of one marketplace's customer; where they say nothing, nothing is made up. */
export interface MarketplaceDetails {
  readonly name: string | null;
  readonly language: string | null;
  readonly country: string | null;
  readonly street: string | null;
  readonly houseNumber: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

/** Which customers a connection keeps in SAP, and how. */
export interface CustomerRules {
  readonly per: 'none' | CustomerKind;
  readonly grouping: string;
  readonly language: string;
  readonly roles: readonly CustomerRole[];
  readonly companyCodes: readonly (CustomerCompanyCode & { readonly salesAreas: readonly CustomerSalesArea[] })[];
  /** By the name of the marketplace. */
  readonly marketplaces: Readonly<Record<string, MarketplaceDetails>>;
}

/** Where a buyer lives, as Amazon tells it for delivery. */
export interface BuyerAddress {
  readonly name: string | null;
  readonly companyName: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly district: string | null;
  readonly region: string | null;
  readonly lines: readonly string[];
  readonly phone: string | null;
}

/**
 * The stores with a customer: those of the region that the account table books somewhere and in which the seller takes part,
 * or that the settings name.
 */
export function marketplacesWithCustomer(context: {
  readonly table: AccountTable;
  readonly region: Marketplace['region'];
  readonly takesPartIn: readonly string[];
  readonly rules: CustomerRules;
}): readonly Marketplace[] {
  const { table, region, takesPartIn, rules } = context;
  const named = new Set(Object.keys(rules.marketplaces).map((name) => foldName(name)));
  return marketplaces().filter((store) => {
    if (store.region !== region || table.marketplace(store.name) === undefined) return false;
    return takesPartIn.includes(store.id) || named.has(foldName(store.name));
  });
}

const NOTHING: MarketplaceDetails = {
  name: null,
  language: null,
  country: null,
  street: null,
  houseNumber: null,
  postalCode: null,
  city: null,
  region: null,
  email: null,
  phone: null,
};

/** The customer that stands for all buyers of one marketplace. Raises `CUSTOMER_COMPANY_CODE_MISSING` (invalid). */
export function marketplaceFacts(rules: CustomerRules, table: AccountTable, store: Marketplace): CustomerFacts {
  const wanted = foldName(store.name);
  const details = Object.entries(rules.marketplaces).find(([name]) => foldName(name) === wanted)?.[1] ?? NOTHING;
  return {
    ...commonFacts(rules, table, store.name),
    nature: 'organisation',
    name: details.name ?? store.name,
    searchTerm: `AMAZON ${store.country}`,
    address: {
      country: details.country ?? store.country,
      language: details.language ?? rules.language,
      postalCode: details.postalCode,
      city: details.city,
      district: null,
      region: details.region,
      houseNumber: details.houseNumber,
      streetLines: details.street === null ? [] : [details.street],
      careOf: null,
    },
    email: details.email,
    phone: details.phone,
    isPersonal: false,
  };
}

/**
 * The customer that is the buyer of one order; `undefined` where Amazon tells too little for one: a name and a country.
 * Raises `CUSTOMER_COMPANY_CODE_MISSING` (invalid).
 */
export function buyerFacts(
  rules: CustomerRules,
  table: AccountTable,
  told: { readonly order: Order; readonly buyer: OrderBuyer; readonly address: BuyerAddress | null },
): CustomerFacts | undefined {
  const { order, buyer, address } = told;
  const company = buyer.companyName ?? address?.companyName ?? null;
  const name = company ?? buyer.name ?? address?.name ?? null;
  const country = address?.country ?? null;
  const store = findMarketplaceById(order.marketplaceId ?? '');
  const marketplaceName = store?.name ?? order.marketplaceName;
  if (name === null || country === null || address === null || marketplaceName === null) return undefined;
  return {
    ...commonFacts(rules, table, marketplaceName),
    nature: company === null ? 'person' : 'organisation',
    name,
    searchTerm: order.orderId,
    address: {
      country,
      language: rules.language,
      postalCode: address.postalCode,
      city: address.city,
      district: address.district,
      region: address.region,
      houseNumber: null,
      streetLines: address.lines,
      careOf: null,
    },
    email: buyer.email,
    phone: address.phone,
    isPersonal: true,
  };
}

function commonFacts(
  rules: CustomerRules,
  table: AccountTable,
  marketplaceName: string,
): Pick<CustomerFacts, 'grouping' | 'roles' | 'companyCodes' | 'salesAreas'> {
  const booked = table.marketplace(marketplaceName)?.companyCode;
  const row = rules.companyCodes.find(({ companyCode }) => companyCode === booked);
  if (row === undefined) throw companyCodeMissing(marketplaceName, booked);
  const { salesAreas, ...company } = row;
  const { grouping, roles } = rules;
  return { grouping, roles, companyCodes: [company], salesAreas: roles.includes('sales') ? salesAreas : [] };
}

function companyCodeMissing(marketplaceName: string, booked: string | undefined): Problem {
  return new Problem({
    code: 'CUSTOMER_COMPANY_CODE_MISSING',
    kind: 'invalid',
    says:
      booked === undefined
        ? `The account table names no company code for ${marketplaceName}, so its customer has none.`
        : `The account table books ${marketplaceName} in company code ${booked}, for which customers.companyCodes has no row.`,
    next: 'Add the row with its reconciliation account to the connection file, then: seller-ledger connections update NAME --file FILE --why TEXT',
    ...(booked !== undefined && { data: booked }),
  });
}
