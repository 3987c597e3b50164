import { DAY_S, epochSecondsOfUtcMidnight, formatInstant, type LocalDate, type Log } from '../core/index.ts';
import type { CredentialAge, CredentialKind } from './amazon-feeds.ts';
import type { ConnectionWatch } from './feed-stores.ts';
import type { Connection } from './ports.ts';

/** Amazon closes a settlement every 14 days at the latest. */
const SETTLEMENT_DAYS_MAX = 16;

/** What a person should be told now. Each is told once for each credential, expiry and threshold. */
export interface ConnectionWarning {
  readonly kind: CredentialKind | 'no-settlement';
  readonly expiresOn: LocalDate;
  readonly says: string;
  readonly next: string;
}

export interface WatchContext {
  readonly connection: Connection;
  readonly books: Pick<ConnectionWatch, 'warnOnce'>;
  readonly log: Log;
}

/**
 * Warns of a client secret or an authorisation that ends soon, and of a seller account without a settlement for more
 * than 16 days. A connection is never stopped for its age: Amazon itself says when it refuses it.
 */
export async function watchCredentials(
  context: WatchContext,
  facts: {
    readonly ages: readonly CredentialAge[];
    /** The day on which the newest settlement ended; `null` when there is none yet, which warns of nothing. */
    readonly lastSettlementOn: LocalDate | null;
    readonly today: LocalDate;
  },
): Promise<readonly ConnectionWarning[]> {
  const warnings: ConnectionWarning[] = [];
  for (const age of facts.ages) {
    if (age.threshold === null) continue;
    const { kind, expiresOn, threshold } = age;
    if (await context.books.warnOnce(context.connection.id, { kind, expiresOn, threshold })) {
      warnings.push(ageWarning(context.connection.name, age));
    }
  }
  const quiet = await watchSettlements(context, facts);
  if (quiet) warnings.push(quiet);
  for (const { kind, expiresOn, says } of warnings) {
    context.log.write('warn', 'connection.warning', { connection: context.connection.name, kind, expiresOn, says });
  }
  return warnings;
}

async function watchSettlements(
  { connection, books }: WatchContext,
  { lastSettlementOn, today }: { readonly lastSettlementOn: LocalDate | null; readonly today: LocalDate },
): Promise<ConnectionWarning | undefined> {
  if (lastSettlementOn === null) return undefined;
  const expiresOn = daysAfter(lastSettlementOn, SETTLEMENT_DAYS_MAX);
  if (today <= expiresOn) return undefined;
  const kind = 'no-settlement';
  if (!(await books.warnOnce(connection.id, { kind, expiresOn, threshold: 0 }))) return undefined;
  return {
    kind,
    expiresOn,
    says: `No settlement of ${connection.name} ended after ${lastSettlementOn}; Amazon closes one every 14 days at the latest.`,
    next: 'Look in Seller Central whether there is one: Payments, All statements.',
  };
}

function ageWarning(name: string, { kind, expiresOn, daysLeft }: CredentialAge): ConnectionWarning {
  const what = kind === 'client-secret' ? 'client secret' : 'authorisation';
  const ends =
    daysLeft < 0 ? `ended on ${expiresOn}` : `ends on ${expiresOn}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
  const deed =
    kind === 'client-secret'
      ? 'Rotate it in Seller Central (Develop Apps)'
      : 'Let the seller authorise the application again';
  return {
    kind,
    expiresOn,
    says: `The ${what} of ${name} ${ends}.`,
    next: `${deed}, then: seller-ledger connections update ${name} --file FILE --why TEXT`,
  };
}

function daysAfter(day: LocalDate, days: number): LocalDate {
  return formatInstant(epochSecondsOfUtcMidnight(day) + days * DAY_S).slice(0, 10) as LocalDate;
}
