/**
 * A process of its own, for tests about processes. Its argument is JSON: `options` for opening the database, and `then`:
 * `hold` keeps it open until killed, `leave` closes it at once, `lease` takes the lease `work` and holds it until killed.
 * Prints one JSON line when that is done, or when it could not be done.
 */
import { hostname } from 'node:os';
import { assertMove } from '../../src/app/life-cycle.ts';
import { isProblem, silentLog } from '../../src/core/index.ts';
import {
  createBooks,
  givenKeys,
  type OpenDatabaseOptions,
  openDatabase,
  openVault,
  readProcessTable,
  VaultKey,
} from '../../src/store/index.ts';
import { realClock } from './real-clock.ts';

export interface ChildTask {
  readonly options: Omit<OpenDatabaseOptions, 'processes' | 'clock' | 'log'>;
  readonly then: 'hold' | 'leave' | 'lease';
}

const task = JSON.parse(process.argv[2] ?? '') as ChildTask;
const processes = await readProcessTable({ pid: process.pid, hostName: hostname() });
try {
  const database = await openDatabase({ ...task.options, processes, clock: realClock, log: silentLog });
  if (task.then === 'lease') {
    const { vault } = await openVault({ database, sources: [givenKeys([new VaultKey(Buffer.alloc(32, 7))])] });
    const books = createBooks({ database, vault, assertMove, processes });
    await books.acquire('work', 3_600_000);
  }
  console.log(JSON.stringify({ done: task.then, place: database.place }));
  if (task.then === 'leave') await database.close();
} catch (error) {
  console.log(JSON.stringify(isProblem(error) ? error : { code: 'OTHER', says: String(error) }));
  process.exitCode = 1;
}
