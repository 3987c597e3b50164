/**
 * The small process beside the embedded database: stops the server when nobody has used it for a while, so that nothing
 * is left behind however its clients ended. Started by the store; arguments: the server's folder, the idle time in ms.
 */
import { hostname } from 'node:os';
import { readProcessTable, runSupervisor } from '../store/index.ts';
import { systemClock } from './system.ts';

const [cluster, idleStopMs] = process.argv.slice(2);
if (cluster === undefined || !Number.isSafeInteger(Number(idleStopMs))) {
  console.error('usage: postgres-supervisor SERVER-FOLDER IDLE-MS');
  process.exit(2);
}

await runSupervisor({
  cluster,
  idleStopMs: Number(idleStopMs),
  processes: await readProcessTable({ pid: process.pid, hostName: hostname() }),
  clock: systemClock,
  log: {
    write: (level, event, facts) =>
      console.error(JSON.stringify({ at: new Date(systemClock.nowMs()).toISOString(), level, event, ...facts })),
  },
  interrupt: (pid) => process.kill(pid, 'SIGINT'),
});
process.exit(0);
