import type { QuotaKey, QuotaState, QuotaStore } from '../app/index.ts';
import type { Database } from './database.ts';
import { type Session, sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';

interface QuotaRow {
  readonly tokens: string;
  readonly updated_at_ms: string;
  readonly rate_per_second: string;
  readonly blocked_until_ms: string;
}

/**
 * Buckets in the database, by its clock: processes and machines that work on one seller share one allowance, and a restart
 * does not fill it. With another `readTime` they go by that one, for runs in virtual time.
 */
export function createQuotaStore(database: Database, readTime: ReadTime = databaseTime): QuotaStore {
  return {
    async update(key, change) {
      for (;;) {
        const step = await database.transaction(async (session) => {
          const state = await lockState(session, key);
          // Read after the lock is had: before it, the time may be older than that of the change waited for.
          const next = change(state, Date.parse(await readTime(session)));
          const isKept = state
            ? await replaceState(session, key, next.state)
            : await insertState(session, key, next.state);
          return { isKept, result: next.result };
        });
        // Another process made the bucket in the meantime, so the step starts from its state.
        if (step.isKept) return step.result;
      }
    },
  };
}

async function lockState(session: Session, key: QuotaKey): Promise<QuotaState | undefined> {
  const [row] = await session.query<QuotaRow>(sql`
    select tokens, updated_at_ms, rate_per_second, blocked_until_ms from amazon_quota
    where application = ${key.application} and region = ${key.region}
      and seller_account = ${key.sellerAccount} and operation = ${key.operation}
    for update`);
  return (
    row && {
      tokens: Number(row.tokens),
      updatedAtMs: Number(row.updated_at_ms),
      ratePerSecond: Number(row.rate_per_second),
      blockedUntilMs: Number(row.blocked_until_ms),
    }
  );
}

async function replaceState(session: Session, key: QuotaKey, state: QuotaState): Promise<true> {
  await session.query(sql`
    update amazon_quota set tokens = ${state.tokens}, updated_at_ms = ${state.updatedAtMs},
      rate_per_second = ${state.ratePerSecond}, blocked_until_ms = ${state.blockedUntilMs}
    where application = ${key.application} and region = ${key.region}
      and seller_account = ${key.sellerAccount} and operation = ${key.operation}`);
  return true;
}

/** `false` when there is one already. */
async function insertState(session: Session, key: QuotaKey, state: QuotaState): Promise<boolean> {
  const inserted = await session.query(sql`
    insert into amazon_quota (application, region, seller_account, operation, tokens, updated_at_ms, rate_per_second,
      blocked_until_ms)
    values (${key.application}, ${key.region}, ${key.sellerAccount}, ${key.operation}, ${state.tokens},
      ${state.updatedAtMs}, ${state.ratePerSecond}, ${state.blockedUntilMs})
    on conflict do nothing
    returning operation`);
  return inserted.length === 1;
}
