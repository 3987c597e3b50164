import { z } from 'zod';
import type { Connection, FeedName, FeedRules } from '../app/index.ts';
import { DAY_S, formatInstant, MINUTE_MS, parseLocalDate } from '../core/index.ts';

/** Without `since` the first load begins this long before the connection was added. */
const FIRST_LOAD_DAYS = 90;
/** Amazon keeps orders for two years; asking for more days only finds nothing. */
const FIRST_LOAD_YEAR_MIN = 2016;

const isSwitchedOn = (usual: boolean) => ({ enabled: z.boolean().default(usual) });

/** What a connection reads besides settlements. Every member is optional; what was read once can be read again. */
export const feedSettingsSchema = z
  .strictObject({
    /** The first day of the first load, UTC. */
    since: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a calendar day written as YYYY-MM-DD' })
      .refine(isDay, { error: `must be a calendar day from ${FIRST_LOAD_YEAR_MIN} on` })
      .nullable()
      .default(null),
    orders: z
      .strictObject({
        ...isSwitchedOn(true),
        source: z.enum(['automatic', 'api', 'report']).default('automatic'),
        overlapMinutes: z.int().min(0).max(1440).default(30),
      })
      .prefault({}),
    finances: z.strictObject({ ...isSwitchedOn(true), lagMinutes: z.int().min(2).max(2880).default(2) }).prefault({}),
    payouts: z.strictObject(isSwitchedOn(true)).prefault({}),
    reimbursements: z.strictObject(isSwitchedOn(false)).prefault({}),
    vat: z.strictObject(isSwitchedOn(false)).prefault({}),
    /** Names and addresses of buyers; needs a role, is kept encrypted and deleted 30 days after delivery. */
    buyers: z.boolean().default(false),
  })
  .prefault({});

export type FeedSettings = Readonly<z.output<typeof feedSettingsSchema>>;

/** What the feeds of a connection ask for; `marketplaceIds` as the connection names them, `null` for all. */
export function feedRulesOf(
  settings: FeedSettings,
  connection: Pick<Connection, 'createdAt'>,
  marketplaceIds: readonly string[] | null,
): FeedRules {
  const enabled: Record<FeedName, boolean> = {
    orders: settings.orders.enabled,
    finances: settings.finances.enabled,
    payouts: settings.payouts.enabled,
    reimbursements: settings.reimbursements.enabled,
    vat: settings.vat.enabled,
  };
  const since = settings.since ?? formatInstant(Date.parse(connection.createdAt) / 1000 - FIRST_LOAD_DAYS * DAY_S);
  return {
    enabled,
    since: parseLocalDate(since.slice(0, 10)),
    buyers: settings.buyers,
    marketplaceIds,
    orders: { source: settings.orders.source, overlapMs: settings.orders.overlapMinutes * MINUTE_MS },
    finances: { lagMs: settings.finances.lagMinutes * MINUTE_MS },
  };
}

function isDay(text: string): boolean {
  try {
    return parseLocalDate(text) === text && Number(text.slice(0, 4)) >= FIRST_LOAD_YEAR_MIN;
  } catch {
    return false;
  }
}
