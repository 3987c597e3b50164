// A process that takes jobs, for the tests that kill or stop it. Compiled code, because Node 20 does not run TypeScript.
// Its argument is JSON: `databaseUrl`; `name` of the kind; `does`: `hold` (never end a job) or `work` (end each after `workMs`);
// and options of startJobs. Prints one line for each job it begins, and ends when asked by SIGTERM.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { graphileEngine, startJobs } from '../../dist/src/jobs/index.js';
import { createJobHistory, openDatabase } from '../../dist/src/store/index.js';

const { databaseUrl, name, does, workMs, ...options } = JSON.parse(process.argv[2]);
const clock = { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) };
const log = { write: (...facts) => process.env.SHOW_LOG && console.error(process.pid, ...facts) };
const processes = { self: { host: 'child', pid: process.pid, startedAt: null }, stateOf: async () => 'elsewhere' };
const database = await openDatabase({
  databaseUrl,
  home: '/nowhere',
  isRoot: false,
  processes,
  supervisorCommand: [],
  clock,
  log,
});
const jobs = await startJobs({
  pool: database.pool,
  concurrency: 1,
  schedules: [],
  clock,
  randomness: { bytes: randomBytes, fraction: Math.random },
  log,
  history: createJobHistory({ database, engine: graphileEngine }),
  process: { host: 'child', pid: process.pid, version: '0.0.0' },
  ...options,
  kinds: [
    {
      name,
      run: async (payload, signal) => {
        console.log(JSON.stringify({ began: payload }));
        if (does === 'hold') await new Promise(() => {});
        await sleep(workMs, undefined, { signal });
      },
    },
  ],
});
process.once('SIGTERM', async () => {
  await jobs.stop();
  await database.close();
});
