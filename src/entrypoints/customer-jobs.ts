import { maintainCustomers, SYSTEM } from '../app/index.ts';
import { toProblem } from '../core/index.ts';
import type { JobKind, JobRequest, JobSchedule } from '../jobs/index.ts';
import { openConnection, type Workspace } from './composition.ts';
import { settingsOf } from './connection-file.ts';

/** Behind settlements, which nobody should wait for. */
const CUSTOMER_PRIORITY = 20;

export interface CustomerJobsOptions {
  readonly workspace: Workspace;
  readonly enqueue: (request: JobRequest) => Promise<void>;
}

/** Once a day: master data changes rarely. */
export const CUSTOMER_SCHEDULES: readonly JobSchedule[] = [{ name: 'customers-all', cron: '7 4 * * *' }];

/** The kinds of work that customers add to the service. Each is safe to repeat. */
export function customerJobKinds(options: CustomerJobsOptions): readonly JobKind[] {
  return [
    { name: 'customers-all', run: () => enqueueCustomers(options) },
    {
      name: 'customers',
      run: (payload, signal) => runCustomers(options.workspace, (payload as { connection: string }).connection, signal),
    },
  ];
}

async function enqueueCustomers({ workspace, enqueue }: CustomerJobsOptions): Promise<void> {
  for (const connection of await workspace.books.listConnections()) {
    if (settingsOf(connection).customers.per === 'none') continue;
    const { name } = connection;
    const key = `customers:${name}`;
    await enqueue({ name: 'customers', payload: { connection: name }, key, queue: key, priority: CUSTOMER_PRIORITY });
  }
}

async function runCustomers(workspace: Workspace, name: string, signal: AbortSignal): Promise<void> {
  const { log } = workspace;
  const opened = await openConnection(workspace, name, { actor: SYSTEM, signal });
  try {
    const context = opened.customerContext(() => {});
    const { problems, ...counts } = await maintainCustomers(context, { overwrite: false, signal });
    log.write('info', 'customers.done', { connection: name, ...counts });
    for (const { code, says } of problems) log.write('warn', 'customers.problem', { connection: name, code, says });
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, customers were switched off, SAP is in maintenance, or we are asked to stop.
    if (['CUSTOMERS_RUNNING', 'CUSTOMERS_OFF', 'SAP_PAUSED'].includes(problem.code) || signal.aborted) return;
    log.write('error', 'customers.failed', { connection: name, code: problem.code, says: problem.says });
    throw problem;
  } finally {
    await opened.close();
  }
}
