/**
 * The real program, killed (SIGKILL) and paused past every lease (SIGSTOP, then SIGCONT) at random while it syncs against
 * pretend vendors: nothing lost, nothing double, every job ends. With `KILLS=200` only; `KILL_SEED` for other blows.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { createRandom, type Random } from '../../sim/world/index.ts';
import { systemClock } from '../../src/entrypoints/system.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { runCli, startCli } from './cli.ts';
import { embeddedPlace, type KillPlace, serverPlace } from './places.ts';
import { sendAgain } from './send-again.ts';
import { type KillVendors, startKillVendors } from './vendors.ts';

const KILLS = Number(process.env.KILLS ?? 0);
const SEED = process.env.KILL_SEED ?? 'first light';
const IS_SOAK = KILLS >= 50;
const SELLERS = IS_SOAK ? 6 : 2;
/** Longer than the sync lease, and than the time after which a worker counts as lost. */
const PAUSE_MS = 100_000;
const PAUSED_MAX = 2;
const STOP_MS_MAX = 10_000;
/** As often as a job may die with its worker. */
const INTERRUPTIONS_MAX = 10;
const SETTLED_MS_MAX = IS_SOAK ? 900_000 : 200_000;
/** What is asked again and again here, though by the schedule it would be asked every few hours. */
const OFTEN = ['settlements', 'posting', 'finances', 'payouts'];

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
}, 60_000);

it.runIf(KILLS > 0)(
  `embedded database: a service killed ${KILLS} times books every settlement once, and every job ends (seed ${SEED})`,
  async () => {
    await soak({ place: (folder) => embeddedPlace(folder), processes: 1, args: ['start', '--port', '0'] });
  },
  SETTLED_MS_MAX * 2 + KILLS * 30_000,
);

it.runIf(IS_SOAK)(
  `server: workers killed and paused ${KILLS} times book every settlement once, and every job ends (seed ${SEED})`,
  async () => {
    await soak({ place: serverPlace, processes: 4, args: ['worker', '--concurrency', '4'] });
  },
  SETTLED_MS_MAX * 2 + KILLS * 30_000,
);

interface Soak {
  readonly place: (folder: string) => KillPlace | Promise<KillPlace>;
  readonly processes: number;
  readonly args: readonly string[];
}

async function soak({ place: open, processes, args }: Soak): Promise<void> {
  const startedMs = systemClock.nowMs();
  const random = createRandom(`kills/${SEED}/${args[0]}`);
  // In a folder where the embedded server's own user may enter when the tests run as root.
  const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-kills-`);
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const vendors = await startKillVendors({ folder, seed: SEED, sellerCount: SELLERS });
  closers.push(() => vendors.close());
  const place = await open(folder);
  closers.push(() => place.close());
  for (const file of vendors.connectionFiles) {
    const added = await runCli(['connections', 'add', '--file', file], place.environment);
    expect(added.exitCode, added.err).toBe(0);
  }
  const crew = new Crew(place, args);
  closers.push(() => crew.end());
  const counts = await strike({ crew, place, vendors, random, processes });
  vendors.show(1);
  const stoppedInMs = await crew.stopAll();
  for (let index = 0; index < processes; index += 1) crew.start();
  await settle(place, vendors);
  await crew.stopAll();
  const facts = await gather(place, vendors);
  const seconds = Math.round((systemClock.nowMs() - startedMs) / 1000);
  const summary = { program: args[0], seconds, stoppedInMs, ...counts, ...summaryOf(facts) };
  if (IS_SOAK) process.stdout.write(`${JSON.stringify(summary)}\n`);
  prove(facts);
  await controlDuplicates(place, vendors, facts.references);
  expect(stoppedInMs).toBeLessThan(STOP_MS_MAX);
}

/** The processes of the program. */
class Crew {
  readonly #place: KillPlace;
  readonly #args: readonly string[];
  /** Each with the moment at which it says that it is up. */
  readonly #running = new Map<ChildProcess, Promise<unknown>>();
  readonly #isUp = new WeakSet<ChildProcess>();
  readonly #paused = new Map<ChildProcess, number>();
  #log = '';

  constructor(place: KillPlace, args: readonly string[]) {
    this.#place = place;
    this.#args = args;
  }

  start(): void {
    const child = startCli(this.#args, this.#place.environment);
    child.stderr?.on('data', (chunk) => {
      this.#log = (this.#log + chunk).slice(-20_000);
    });
    const stdout = child.stdout!;
    const isUp = once(stdout, 'data').then(() => this.#isUp.add(child));
    this.#running.set(child, Promise.race([isUp, once(child, 'exit')]));
    child.once('exit', () => {
      this.#running.delete(child);
      this.#paused.delete(child);
    });
  }

  get log(): string {
    return this.#log;
  }

  get pausedCount(): number {
    return this.#paused.size;
  }

  /** Waits until one is at work. */
  async awake(): Promise<readonly ChildProcess[]> {
    const awake = [...this.#running].filter(([child]) => !this.#paused.has(child));
    await Promise.race(awake.map(([, isUp]) => isUp));
    return awake.map(([child]) => child).filter((child) => this.#isUp.has(child));
  }

  async kill(victim: ChildProcess): Promise<void> {
    const ended = once(victim, 'exit');
    victim.kill('SIGKILL');
    await ended;
  }

  pause(victim: ChildProcess): void {
    victim.kill('SIGSTOP');
    this.#paused.set(victim, systemClock.nowMs());
  }

  /** Those whose pause has been long enough. */
  wake(afterMs: number): void {
    for (const [child, sinceMs] of this.#paused) {
      if (systemClock.nowMs() - sinceMs < afterMs) continue;
      child.kill('SIGCONT');
      this.#paused.delete(child);
    }
  }

  /** How long it takes until all have ended as asked, in the middle of their work. */
  async stopAll(): Promise<number> {
    this.wake(0);
    await Promise.all(this.#running.values());
    const askedMs = systemClock.nowMs();
    const children = [...this.#running.keys()];
    const ends = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGTERM');
    const codes = (await Promise.all(ends)).map(([code]) => code);
    expect(codes, this.#log).toEqual(children.map(() => 0));
    return systemClock.nowMs() - askedMs;
  }

  async end(): Promise<void> {
    const ends = [...this.#running.keys()].map((child) => once(child, 'exit'));
    for (const child of this.#running.keys()) child.kill('SIGKILL');
    await Promise.all(ends);
  }
}

interface Blows {
  readonly crew: Crew;
  readonly place: KillPlace;
  readonly vendors: KillVendors;
  readonly random: Random;
  readonly processes: number;
}

async function strike({ crew, place, vendors, random, processes }: Blows) {
  const counts = { kills: 0, pauses: 0, serverKills: 0 };
  for (let index = 0; index < processes; index += 1) crew.start();
  while (counts.kills < KILLS) {
    vendors.show((counts.kills + 1) / (KILLS + 1));
    // Before that it has nothing to lose.
    await crew.awake();
    await makeDue(place);
    await systemClock.sleep(random.between(800, processes > 1 ? 3_500 : 4_500));
    crew.wake(PAUSE_MS);
    const awake = await crew.awake();
    const victim = awake[random.between(0, awake.length - 1)];
    expect(victim, crew.log).toBeDefined();
    if (!victim) return counts;
    if (processes > 1 && crew.pausedCount < PAUSED_MAX && random.between(0, 9) === 0) {
      crew.pause(victim);
      counts.pauses += 1;
      continue;
    }
    const serverPid = place.serverPid();
    if (serverPid && random.between(0, 19) === 0) {
      process.kill(serverPid, 'SIGKILL');
      counts.serverKills += 1;
    }
    await crew.kill(victim);
    counts.kills += 1;
    crew.start();
    const references = vendors.references();
    expect(new Set(references).size, `kill ${counts.kills}`).toBe(references.length);
  }
  return counts;
}

/** Time made short: what is done every few hours is due now. */
async function makeDue(place: KillPlace): Promise<void> {
  await place
    .query(
      "update schedule set next_due_at = date_trunc('second', clock_timestamp()) where is_on and work = any($1) and next_due_at > clock_timestamp()",
      [OFTEN],
    )
    // Before the program has made its tables, or while its server is away.
    .catch(() => {});
}

/** Until everything that Amazon shows is posted and nothing waits or runs any more. */
async function settle(place: KillPlace, vendors: KillVendors): Promise<void> {
  const untilMs = systemClock.nowMs() + SETTLED_MS_MAX;
  for (let isAllPosted = false; ; ) {
    // What is made due for ever never ends.
    if (!isAllPosted) await makeDue(place);
    await systemClock.sleep(3_000);
    const state = await place
      .query<{ settlements: number; open: number; jobs: number }>(
        `select (select count(*) from settlement where state = 'proposed')::int as settlements,
           (select count(*) from entry where state <> 'posted')::int as open,
           (select count(*) from job where state in ('waiting', 'running') and name = any($1))::int as jobs`,
        [OFTEN],
      )
      .catch(() => [{ settlements: 0, open: 1, jobs: 1 }]);
    const [{ settlements = 0, open = 1, jobs = 1 } = {}] = state;
    isAllPosted = settlements === vendors.reportedSettlements().length && open === 0;
    if (isAllPosted && jobs === 0) return;
    expect(systemClock.nowMs(), JSON.stringify(state)).toBeLessThan(untilMs);
  }
}

/** Control: without this the proof could hold because the pretend SAP refuses duplicates. */
async function controlDuplicates(place: KillPlace, vendors: KillVendors, [reference = '']: readonly string[]) {
  await vendors.loseNoMoreAnswers();
  expect(await sendAgain(vendors.connectionFiles[0]!, place.environment, reference)).toMatchObject({
    outcome: 'posted',
  });
  expect(vendors.references().filter((each) => each === reference)).toHaveLength(2);
}

/** What is in the books and at the vendors in the end. */
async function gather(place: KillPlace, vendors: KillVendors) {
  const entries = await place.query<{ key: string; state: string }>('select posting_key as key, state from entry');
  const booked = await place.query<{ id: string }>(
    "select settlement_id as id from settlement where state = 'proposed'",
  );
  const jobs = await place.query<{ state: string; count: number }>(
    'select state, count(*)::int as count from job group by state',
  );
  // The tenth interruption ends a job: it may be what kills its worker. The next turn does its work.
  const poisoned = await place.query<{ id: string; interruptions: number; isDoneLater: boolean }>(
    `select j.id, (select count(*) from job_attempt a where a.job_id = j.id and a.outcome = 'interrupted')::int as interruptions,
       exists (select from job later where later.key = j.key and later.state = 'done'
         and later.requested_at > j.requested_at) as "isDoneLater"
     from job j where j.state = 'gave-up'`,
  );
  const [{ open, interrupted } = {}] = await place.query<{ open: number; interrupted: number }>(
    `select count(*) filter (where ended_at is null)::int as open,
       count(*) filter (where outcome = 'interrupted')::int as interrupted from job_attempt`,
  );
  const verified = await runCli(['audit', 'verify', '--everything'], place.environment);
  return {
    entries,
    references: vendors.references(),
    booked: booked.map(({ id }) => id),
    reported: vendors.reportedSettlements(),
    jobs: Object.fromEntries(jobs.map(({ state, count }) => [state, count])),
    attempts: { open, interrupted },
    poisoned,
    verified,
    requests: vendors.requests(),
    lostAnswers: await vendors.lostAnswers(),
  };
}

type Facts = Awaited<ReturnType<typeof gather>>;

function summaryOf({ entries, references, booked, reported, verified, ...facts }: Facts) {
  return {
    settlements: booked.length,
    reported: reported.length,
    entries: entries.length,
    documents: references.length,
    duplicates: references.length - new Set(references).size,
    auditVerify: verified.exitCode,
    ...facts,
  };
}

function prove({ entries, references, booked, reported, jobs, attempts, poisoned, verified, requests }: Facts): void {
  expect(entries.filter(({ state }) => state !== 'posted')).toEqual([]);
  expect([...references].sort()).toEqual(entries.map(({ key }) => key).sort());
  expect([...booked].sort()).toEqual([...reported].sort());
  expect(jobs).not.toHaveProperty('running');
  expect(jobs).not.toHaveProperty('failed');
  // As often again when its turn was asked for again, by a dispatcher that was killed before it could note the first time.
  const perRequest = poisoned.map((each) => ({ ...each, interruptions: each.interruptions % INTERRUPTIONS_MAX }));
  expect(perRequest).toEqual(poisoned.map(({ id }) => ({ id, interruptions: 0, isDoneLater: true })));
  expect(attempts.open).toBe(0);
  // Control: the blows did hit work.
  expect(attempts.interrupted).toBeGreaterThan(0);
  expect(verified.exitCode, verified.out + verified.err).toBe(0);
  // What all processes ask is paced; one that waits for a busy machine on its way may still come too close to the next.
  expect(requests.refused).toBeLessThanOrEqual(requests.count / 100);
}
