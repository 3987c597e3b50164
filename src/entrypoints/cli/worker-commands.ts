import type { Command } from 'commander';
import { Problem } from '../../core/index.ts';
import { addWorkerList } from './job-commands.ts';
import { openWorkspace } from './lazy.ts';
import type { CommandContext, RunCommand } from './program.ts';
import { parsePort, runJobs } from './service-commands.ts';
import { whileStoppable } from './stop.ts';
import { type TelemetryChoice, whileMeasured, withTelemetryOptions } from './telemetry-options.ts';

const CONCURRENCY = 12;
const CONCURRENCY_MAX = 200;
/** The engine needs four clients besides those of the jobs; the rest is for reading while all jobs write. */
const CLIENTS_BESIDE_JOBS = 8;

/** The service without its page, any number of times against one database. */
export function addWorkerCommands(program: Command, run: RunCommand): void {
  const worker = program
    .command('worker')
    .description('run the service without its page; any number of workers share one database')
    .option('--concurrency <count>', 'jobs at once', parseConcurrency, CONCURRENCY);
  withTelemetryOptions(worker, parsePort).action(
    run((context, options: WorkerOptions) => whileStoppable((stopped) => work(context, options, stopped))),
  );
  addWorkerList(program.command('workers').description('the processes that run jobs'), run);
}

function parseConcurrency(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= CONCURRENCY_MAX) return count;
  throw new Problem({
    code: 'CONCURRENCY_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a number of jobs from 1 to ${CONCURRENCY_MAX}.`,
    next: `Give a whole number, for example ${CONCURRENCY}; each job takes one connection to the database.`,
  });
}

interface WorkerOptions extends TelemetryChoice {
  readonly concurrency: number;
}

async function work(context: CommandContext, options: WorkerOptions, stopped: Promise<void>): Promise<number> {
  const { concurrency } = options;
  const workspace = await openWorkspace({
    ...context,
    logLevel: 'info',
    poolSizeMax: concurrency + CLIENTS_BESIDE_JOBS,
    // Workers of several versions would disagree about the tables, so only a person's command changes them.
    mayMigrate: false,
  });
  try {
    const { programVersion, database } = workspace;
    context.terminal.say(`seller-ledger ${programVersion} works on ${database.place}, ${concurrency} jobs at once.`);
    return await whileMeasured(context, workspace, { ...options, stopped }, (engine) =>
      runJobs(context, { workspace, concurrency, engine, stopped }),
    );
  } finally {
    await workspace.close();
  }
}
