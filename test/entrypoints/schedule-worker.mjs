// A worker of the test of many connections: the real dispatcher and the real job engine, in time that runs `factor` times as
// fast, with work that only takes its time. Compiled code, because Node 20 does not run TypeScript. Its argument is JSON. Prints
// what it served when it is stopped.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { feedOfWork, priorityOf, queueOf, WORK_NAMES } from '../../dist/src/app/schedule/index.js';
import { runScheduler } from '../../dist/src/entrypoints/work/scheduler.js';
import { DONE, jobKindOf, requestFor } from '../../dist/src/entrypoints/work/turn.js';
import { graphileEngine, startJobs } from '../../dist/src/jobs/index.js';
import { createBooks, createJobHistory, openDatabase, timeOf } from '../../dist/src/store/index.js';

const { databaseUrl, factor, startsAt, concurrency, noisy, sliceS, seconds } = JSON.parse(process.argv[2]);
const FEEDS_AT_ONCE_MAX = Math.ceil((concurrency * 8) / 12);
// The hour begins when all workers are there: a machine that is busy starts them late.
process.stdout.write('ready\n');
const [line] = await once(process.stdin, 'data');
const realStart = Number(line);
process.stdin.pause();
const log = { write: (level, event, facts) => level !== 'info' && console.error(event, JSON.stringify(facts)) };
const realClock = { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const clock = {
  nowMs: () => Math.round(startsAt + (Date.now() - realStart) * factor),
  sleep: (ms, signal) => sleep(ms / factor, undefined, { signal }),
};
const processes = { self: { host: 'child', pid: process.pid, startedAt: null }, stateOf: async () => 'elsewhere' };
const database = await openDatabase({
  databaseUrl,
  home: '/nowhere',
  isRoot: false,
  processes,
  supervisorCommand: [],
  clock: realClock,
  log,
});
const books = createBooks({ database, vault: {}, assertMove: () => {}, processes, readTime: timeOf(clock) });
const workspace = { books, database, clock, log };

const served = [];
let bounced = 0;
let feeds = 0;
const enqueue = (request) => jobs.enqueue(request);
const goOn = async (work, turn, delayMs) => {
  const place = { queue: queueOf(work, turn.connection), priority: priorityOf(work), delayMs: delayMs / factor };
  await enqueue(requestFor(work, { ...turn, part: turn.part + 1 }, place));
  return { state: 'goes on' };
};
async function serve(work, turn, signal) {
  const isNoisy = turn.connection === noisy;
  const fromMs = clock.nowMs();
  const [least, most] = seconds[work];
  await clock.sleep((isNoisy ? sliceS : least + Math.random() * (most - least)) * 1_000, signal);
  served.push([turn.connection, work, fromMs, clock.nowMs(), Date.parse(turn.slotAt)]);
  return isNoisy ? goOn(work, turn, 0) : DONE;
}
const works = WORK_NAMES.map((name) => ({
  name,
  mayBegin: () => feedOfWork(name) === undefined || feeds < FEEDS_AT_ONCE_MAX,
  run: async (turn, signal) => {
    if (feedOfWork(name) === undefined) return serve(name, turn, signal);
    if (feeds >= FEEDS_AT_ONCE_MAX) {
      bounced += 1;
      return goOn(name, turn, 60_000);
    }
    feeds += 1;
    try {
      return await serve(name, turn, signal);
    } finally {
      feeds -= 1;
    }
  },
}));
const jobs = await startJobs({
  pool: database.pool,
  concurrency,
  schedules: [],
  clock: realClock,
  randomness: { bytes: randomBytes, fraction: Math.random },
  log,
  history: createJobHistory({ database, engine: graphileEngine }),
  process: { host: 'child', pid: process.pid, version: '0.0.0' },
  kinds: works.map((work) => jobKindOf(workspace, work)),
});
const stopping = new AbortController();
const scheduler = runScheduler({ workspace, enqueue, installationWorks: [] }, stopping.signal);
process.once('SIGTERM', async () => {
  const cpuS = (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  const toldAtMs = Date.now();
  const told = { served: [...served], bounced, cpuS };
  stopping.abort();
  await scheduler;
  await jobs.stop();
  await database.close();
  process.stdout.write(JSON.stringify({ ...told, stopMs: Date.now() - toldAtMs }));
});
