import { z } from 'zod';
import { isProblem, type LocalDate, Problem, parseLocalDate } from '../core/index.ts';
import { findMarketplaceById, isMultiChannelMarketplaceId, marketplaces } from '../mapping/index.ts';

/** One authorisation of a seller covers one region, so a seller in two regions has two connections. */
export const AMAZON_REGIONS = ['NA', 'EU', 'FE'] as const;
export type AmazonRegion = (typeof AMAZON_REGIONS)[number];

/** Login with Amazon is the same address for every region. */
const LWA_URL = 'https://api.amazon.com/auth/o2/token';

/** Source: developer-docs.amazon.com/sp-api/docs/sp-api-endpoints and …/the-selling-partner-api-sandbox. */
const ENDPOINTS: Readonly<Record<AmazonRegion, { readonly production: string; readonly sandbox: string }>> = {
  NA: {
    production: 'https://sellingpartnerapi-na.amazon.com',
    sandbox: 'https://sandbox.sellingpartnerapi-na.amazon.com',
  },
  EU: {
    production: 'https://sellingpartnerapi-eu.amazon.com',
    sandbox: 'https://sandbox.sellingpartnerapi-eu.amazon.com',
  },
  FE: {
    production: 'https://sellingpartnerapi-fe.amazon.com',
    sandbox: 'https://sandbox.sellingpartnerapi-fe.amazon.com',
  },
};

const secretCharsMax = 4096;
const userAgentCharsMax = 500;

/** True for https, and for plain http that never leaves this machine. */
export function isSafeAddress(address: URL): boolean {
  if (address.protocol === 'https:') return true;
  return address.protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(address.hostname);
}

const baseUrl = z
  .string()
  .trim()
  .refine((text) => URL.canParse(text) && isSafeAddress(new URL(text)), {
    error: 'must be an https address (plain http only for this machine, such as http://127.0.0.1:4010)',
  })
  .refine((text) => !URL.canParse(text) || isPlainBase(new URL(text)), {
    error: 'must hold no user name, password, query or fragment',
  })
  .transform((text) => text.replace(/\/+$/, ''));

function isPlainBase(address: URL): boolean {
  return `${address.username}${address.password}${address.search}${address.hash}` === '';
}

interface FaultTaker {
  addIssue(issue: { code: 'custom'; message: string; path: string[] }): void;
}

/** A fault of the file, so that all of its faults are named at once. */
function parsed<T>(read: () => T, context: FaultTaker, ...path: string[]): T {
  try {
    return read();
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    context.addIssue({ code: 'custom', message: thrown.says, path });
    return z.NEVER;
  }
}

const localDate = z.string().transform((text, context): LocalDate => parsed(() => parseLocalDate(text), context));

/**
 * The marketplaces meant by country codes or ids, as ids, each once. Raises `AMAZON_MARKETPLACE_OUTSIDE_REGION` (invalid)
 * for one that is not of the region, because one authorisation covers one region.
 */
export function marketplaceIdsOf(region: AmazonRegion, names: readonly string[]): readonly string[] {
  const inRegion = marketplaces().filter((store) => store.region === region);
  const ids = names.map((name) => {
    const country = name.toUpperCase() === 'UK' ? 'GB' : name.toUpperCase();
    const byId = isMultiChannelMarketplaceId(name) ? undefined : findMarketplaceById(name);
    const store = inRegion.find((each) => each.country === country || each.id === byId?.id);
    if (store) return store.id;
    throw new Problem({
      code: 'AMAZON_MARKETPLACE_OUTSIDE_REGION',
      kind: 'invalid',
      says: `${JSON.stringify(name.slice(0, 40))} is not a marketplace of region ${region}.`,
      next: `Name some of ${inRegion.map((each) => each.country).join(', ')}. A seller in two regions has one connection for each.`,
    });
  });
  return [...new Set(ids)];
}

/**
 * Settings of one seller account in one region, without secrets. `endpoint` and `lwaUrl` have Amazon's addresses as
 * defaults (`sandbox: true` selects the sandbox host). Unknown members are refused, because they are misspellings.
 * `secretIssuedOn` and `authorisedOn` are the days from which the ages of the client secret and of the seller's
 * authorisation count; `marketplaces` restricts what is read to some of the region, by country code or id.
 * What was read once can be read again: the result is valid input.
 */
export const amazonSettingsSchema = z
  .strictObject({
    region: z.enum(AMAZON_REGIONS),
    sandbox: z.boolean().default(false),
    endpoint: baseUrl.optional(),
    lwaUrl: baseUrl.default(LWA_URL),
    clientId: z.string().trim().min(1).max(200),
    secretIssuedOn: localDate.optional(),
    authorisedOn: localDate.optional(),
    marketplaces: z.array(z.string().trim().min(1)).min(1).max(50).optional(),
  })
  .superRefine(
    ({ region, marketplaces: names }, context) => {
      const areTexts = Array.isArray(names) && names.every((name) => typeof name === 'string');
      if (!AMAZON_REGIONS.includes(region) || !areTexts) return;
      parsed(() => marketplaceIdsOf(region, names), context, 'marketplaces');
    },
    // Also while another setting is wrong, so that all faults are named at once.
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .transform((read): AmazonSettings => {
    const { region, sandbox, endpoint, lwaUrl, clientId, secretIssuedOn, authorisedOn, marketplaces: names } = read;
    return {
      region,
      endpoint: endpoint ?? ENDPOINTS[region][sandbox ? 'sandbox' : 'production'],
      lwaUrl,
      clientId,
      ...(secretIssuedOn !== undefined && { secretIssuedOn }),
      ...(authorisedOn !== undefined && { authorisedOn }),
      ...(names !== undefined && { marketplaces: marketplaceIdsOf(region, names) }),
    };
  });

export interface AmazonSettings {
  readonly region: AmazonRegion;
  readonly endpoint: string;
  readonly lwaUrl: string;
  readonly clientId: string;
  readonly secretIssuedOn?: LocalDate;
  readonly authorisedOn?: LocalDate;
  /** Ids; absent: all the seller takes part in. */
  readonly marketplaces?: readonly string[];
}

/**
 * The settings as a person writes them: marketplaces by country, and no address that follows from the rest. Read again, they are the
 * same settings.
 */
export function writtenAmazonSettings(settings: AmazonSettings): Partial<AmazonSettings> & { readonly sandbox?: true } {
  const { endpoint, lwaUrl, marketplaces: ids, ...rest } = settings;
  const { production, sandbox } = ENDPOINTS[settings.region];
  return {
    ...rest,
    ...(endpoint === sandbox && { sandbox: true as const }),
    ...(endpoint !== production && endpoint !== sandbox && { endpoint }),
    ...(lwaUrl !== LWA_URL && { lwaUrl }),
    ...(ids && { marketplaces: ids.map((id) => findMarketplaceById(id)?.country ?? id) }),
  };
}

/** Whether an address is one of Amazon's own, which the program knows. */
export function isAmazonsOwn(address: string): boolean {
  return address === LWA_URL || Object.values(ENDPOINTS).some((each) => Object.values(each).includes(address));
}

const secret = z
  .string()
  .trim()
  .min(1)
  .max(secretCharsMax)
  .regex(/^[\x21-\x7e]+$/, { error: 'must hold visible ASCII characters only, without spaces' });

/** The two secrets of a connection. They exist in memory only, apart from the vault. */
export const amazonSecretsSchema = z.strictObject({ clientSecret: secret, refreshToken: secret });

export type AmazonSecrets = Readonly<z.output<typeof amazonSecretsSchema>>;

/**
 * The name under which the program introduces itself; Amazon requires one of at most 500 characters.
 * Raises `AMAZON_USER_AGENT_TOO_LONG` (invalid).
 * Source: developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests.
 */
export function formatUserAgent(facts: { version: string; language: string; platform: string }): string {
  const clean = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').replace(/[();\\]/g, ' ');
  const text = `seller-ledger/${clean(facts.version)} (Language=TypeScript/${clean(facts.language)}; Platform=${clean(facts.platform)})`;
  if (text.length <= userAgentCharsMax) return text;
  throw new Problem({
    code: 'AMAZON_USER_AGENT_TOO_LONG',
    kind: 'invalid',
    says: `The user agent has ${text.length} characters; Amazon accepts ${userAgentCharsMax}.`,
    next: 'Shorten the platform name that is passed in.',
  });
}
