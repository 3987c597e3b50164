// A process that takes jobs and never ends one, for the test that kills it. Compiled code, because Node 20 does not run
// TypeScript. Arguments: the pool's options as JSON, and the name of the kind. Prints one line for each job it begins.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startJobs } from '../../dist/src/jobs/index.js';

const [poolOptions, name] = process.argv.slice(2);
const pool = new pg.Pool({ ...JSON.parse(poolOptions), max: 8 });
await startJobs({
  pool,
  concurrency: 1,
  schedules: [],
  clock: { nowMs: () => Date.now(), sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
  log: { write: (...facts) => console.error(...facts) },
  kinds: [
    {
      name,
      run: (payload) => {
        console.log(JSON.stringify({ began: payload }));
        return new Promise(() => {});
      },
    },
  ],
});
