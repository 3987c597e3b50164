import { type Database, isSchemaCurrent, sql } from '../../store/index.ts';
import { within } from './metrics.ts';

const DATABASE_MS_MAX = 1_000;

export interface HealthCheck {
  readonly name: 'database' | 'schema' | 'engine' | 'not-stopping';
  readonly ok: boolean;
}

export interface Readiness {
  readonly ok: boolean;
  readonly checks: readonly HealthCheck[];
}

/** Whether work can be given to this process. It says what does not work, and nothing of the books. */
export interface Health {
  ready(): Promise<Readiness>;
  /** From now on it is not ready, so that nobody counts on it any more. */
  stop(): void;
}

/** `isRunning` says whether the engine that runs the jobs is at work. */
export function createHealth(database: Database, isRunning: () => boolean): Health {
  let isStopping = false;
  // A database that hangs gets one question at a time.
  let asking: Promise<{ database: boolean; schema: boolean }> | undefined;
  const ask = () => {
    asking ??= askDatabase(database).finally(() => {
      asking = undefined;
    });
    return within(asking, DATABASE_MS_MAX);
  };
  return {
    async ready() {
      const answer = (await ask()) ?? { database: false, schema: false };
      const checks: HealthCheck[] = [
        { name: 'database', ok: answer.database },
        { name: 'schema', ok: answer.schema },
        { name: 'engine', ok: isRunning() },
        { name: 'not-stopping', ok: !isStopping },
      ];
      return { ok: checks.every(({ ok }) => ok), checks };
    },
    stop() {
      isStopping = true;
    },
  };
}

async function askDatabase(database: Database): Promise<{ database: boolean; schema: boolean }> {
  try {
    await database.query(sql`select 1 as one`);
    return { database: true, schema: await isSchemaCurrent(database) };
  } catch {
    return { database: false, schema: false };
  }
}
