import { type Command, Option } from 'commander';
import { type Actor, type ConnectionId, problemsOf, SYSTEM, type SyncReport, syncConnection } from '../../app/index.ts';
import { formatMinute, PROBLEM_KINDS, Problem, toProblem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { assertReachable, LOOPBACK, readPublicUrl } from '../http/sign-in/site.ts';
import { counted } from './format-entry.ts';
import { openConnection, openWorkspace, withBooks } from './lazy.ts';
import { hereOrByService, withoutBooks } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { abortWhen, whileStoppable } from './stop.ts';
import { countBooked, exitCodeOf, progressTo, syncReportDocument } from './sync-report.ts';
import { type EngineSign, type TelemetryChoice, whileMeasured, withTelemetryOptions } from './telemetry-options.ts';
import { userActor } from './user.ts';

const PORT = 4000;

export function addServiceCommands(program: Command, run: RunCommand): void {
  const started = program
    .command('start')
    .description('run the service and its page; with --demo, or with neither a connection nor a server, the demo')
    .option('--port <port>', 'port of the page', parsePort)
    .option('--no-demo', 'books of your own, also while there is no connection: the first one is added on the page')
    .addOption(
      new Option('--host <address>', 'where the page listens; others than this machine need --public-url')
        .env('SELLER_LEDGER_HOST')
        .default(LOOPBACK),
    )
    .addOption(
      new Option('--public-url <url>', 'the address that people open, https:// with a proxy in front')
        .env('SELLER_LEDGER_PUBLIC_URL')
        .argParser(readPublicUrl),
    )
    .addOption(
      new Option(
        '--trusted-proxy <addresses>',
        'proxies whose word about the caller’s address counts, with commas',
      ).env('SELLER_LEDGER_TRUSTED_PROXY'),
    );
  withTelemetryOptions(started, parsePort).action(
    run((context, options: StartOptions) => whileStoppable((stopped) => start(context, options, stopped))),
  );
  program
    .command('sync')
    .description('fetch, prove and post what one connection has new; safe to stop and to repeat')
    .argument('<connection>', 'name of the connection')
    .option('--no-wait', 'do not wait for entries whose outcome is unknown; the next sync looks them up')
    .option('--now', 'send what is approved also outside the posting windows')
    .addOption(jsonOption())
    .action(
      run(
        hereOrByService(sync, async (context, api, name, options) => {
          const { syncByService } = await import('./sync-by-service.ts');
          return syncByService(context, api, name, options);
        }),
      ),
    );
  program
    .command('simulators')
    .description('run the pretend Amazon and the pretend SAP, and write a connection file for them')
    .requiredOption('--folder <folder>', 'where the connection file and the pretend ledger go')
    .option('--seed <text>', 'seed of the pretend seller', '1')
    .option(
      '--clock-speed <factor>',
      'how much faster the pretend Amazon’s clock runs, to outrun its quotas',
      parseFactor,
      1,
    )
    .addOption(jsonOption())
    .action(
      run(
        withoutBooks(async (context, options: { folder: string; seed: string; clockSpeed: number }) => {
          const { runSimulators } = await import('../demo/run-simulators.ts');
          return whileStoppable((stopped) => runSimulators({ ...options, terminal: context.terminal, stopped }));
        }),
      ),
    );
}

function parseFactor(text: string): number {
  const factor = Number(text);
  if (Number.isFinite(factor) && factor >= 1 && factor <= 10_000) return factor;
  throw new Problem({
    code: 'CLOCK_SPEED_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a factor from 1 to 10000.`,
    next: 'Give 1 for real time, or 60 for a minute in a second.',
  });
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Problem({
    code: 'PORT_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not a port.`,
    next: 'Give a number from 0 (any free port) to 65535.',
  });
}

interface StartOptions extends TelemetryChoice {
  /** `false`: with `--no-demo`. */
  readonly demo: boolean;
  readonly port?: number;
  readonly host: string;
  readonly publicUrl?: URL;
  readonly trustedProxy?: string;
}

async function start(context: CommandContext, options: StartOptions, stopped: Promise<void>): Promise<number> {
  assertReachable(options.host, options.publicUrl);
  const { terminal, databaseName, databaseUrl } = context;
  const isDemo = databaseName !== undefined;
  if (isDemo && !options.demo) throw demoOrNot();
  if (databaseUrl === undefined) terminal.note('starting the embedded PostgreSQL');
  if (!isDemo) {
    // Beside what is said to a person, lines for a log collector are noise; what is wrong is told all the same.
    const workspace = await openWorkspace({ ...context, logLevel: terminal.isInteractive ? 'warn' : 'info' });
    try {
      // Whoever names a server, or no demo, means it: the first connection is added on its page.
      const isMeant = databaseUrl !== undefined || !options.demo;
      if (isMeant || (await workspace.books.listConnections()).length > 0) {
        return await serve(context, workspace, options, stopped);
      }
    } finally {
      await workspace.close();
    }
  }
  const { runDemo } = await import('../demo/run-demo.ts');
  const { port = null, host, publicUrl, trustedProxy, metricsPort, listen } = options;
  const site = { host, publicUrl, trustedProxy };
  const measured = metricsPort === undefined ? { listen } : { listen, metricsPort };
  return runDemo({ ...context, ...measured, port, portDefault: PORT, site, stopped });
}

function demoOrNot(): Problem {
  return new Problem({
    code: 'DEMO_OR_NOT',
    kind: 'invalid',
    says: '--demo and --no-demo contradict each other.',
    next: 'Leave one of them out.',
  });
}

async function serve(
  context: CommandContext,
  workspace: Workspace,
  options: StartOptions,
  stopped: Promise<void>,
): Promise<number> {
  const port = options.port ?? PORT;
  const { startHttp } = await import('../http/server.ts');
  const { sayFirstSignIn } = await import('../first-sign-in.ts');
  const { host, publicUrl, trustedProxy } = options;
  const http = await startHttp({
    workspace,
    port,
    host,
    publicUrl,
    trustedProxy,
    about: () => ({ line: 'service' }),
  });
  try {
    context.terminal.say(`seller-ledger ${workspace.programVersion} is running. Page: ${http.url}`);
    await sayFirstSignIn(context.terminal, workspace);
    return await whileMeasured(context, workspace, { ...options, stopped }, (engine) =>
      runJobs(context, { workspace, engine, stopped }),
    );
  } finally {
    await http.close();
  }
}

/** Syncs until it is asked to stop, or until the engine that runs the syncs gives up. */
export async function runJobs(
  { terminal }: CommandContext,
  service: {
    readonly workspace: Workspace;
    readonly concurrency?: number;
    /** Says while the engine runs. */
    readonly engine: EngineSign;
    readonly stopped: Promise<void>;
  },
): Promise<number> {
  const { engine, stopped, ...started } = service;
  let isToStop = false;
  void stopped.then(() => {
    isToStop = true;
  });
  const { startService } = await import('../service.ts');
  const { warnOfClock } = await import('../warn-of-clock.ts');
  const show = progressTo(terminal, started.workspace.clock.nowMs);
  await warnOfClock(started.workspace);
  // Asked while the database was still being started: what would be begun now would be given up at once.
  if (isToStop) return 0;
  const jobs = await startService({
    ...started,
    onProgress: (_connection, event) => show(event),
    onReport: (connection, report) =>
      terminal.say(
        `${connection}: ${report.newDocuments} new reports, ${report.entries.length} entries touched, ${problemsOf(report).length} problems`,
      ),
    onFeedReport: (connection, { feed, counts, problems }) =>
      terminal.say(
        `${connection}: ${feed}, ${counts.inserted} new, ${counts.changed} changed, ${problems.length} problems`,
      ),
  });
  engine.isRunning = true;
  void jobs.ended.then(() => {
    engine.isRunning = false;
  });
  try {
    const isAsked = await Promise.race([stopped.then(() => true), jobs.ended.then(() => false)]);
    terminal.note(
      isAsked ? 'stopping' : 'the job engine gave up, see the log; stopping, so that the service is started anew',
    );
    return isAsked ? 0 : PROBLEM_KINDS.unavailable.exitCode;
  } finally {
    await jobs.stop();
  }
}

interface SyncWish {
  readonly wait: boolean;
  readonly now?: boolean;
}

function sync(context: CommandContext, name: string, { wait, now = false }: SyncWish): Promise<number> {
  return withBooks(context, (workspace) =>
    whileStoppable(async (stopped) => {
      const signal = abortWhen(stopped);
      const connection = await openConnection(workspace, name, {
        actor: SYSTEM,
        onProgress: progressTo(context.terminal, workspace.clock.nowMs, 'as codes'),
        signal,
      });
      try {
        const report = await syncConnection(connection.context, {
          waitForUnknown: wait,
          outsideWindows: now,
          signal,
        });
        await resumeWhenAnswered(workspace, connection.context.connection.id, {
          report,
          person: userActor(context.environment),
        });
        const exitCode = sayReport(context, name, report);
        await sayContinuity(context, workspace, name);
        return exitCode;
      } finally {
        await connection.close();
      }
    }),
  );
}

function sayReport({ terminal }: CommandContext, name: string, report: SyncReport): number {
  terminal.endProgress();
  terminal.json(syncReportDocument(report));
  const { posted, linked } = countBooked(report);
  const found = linked > 0 ? `, ${linked} found in SAP and linked` : '';
  terminal.say(
    `${counted(report.newDocuments, 'new report')}, ${counted(report.settlements.length, 'settlement')} taken further, ${counted(posted, 'document')} posted${found}`,
  );
  const problems = problemsOf(report);
  for (const problem of problems) {
    terminal.say(`${terminal.paint('red', problem.code)}: ${problem.says}`);
    terminal.say(`  next: ${problem.next}`);
  }
  const { forWindow } = report;
  if (forWindow) {
    const entries = counted(forWindow.entries, 'approved entry', 'approved entries');
    const verb = forWindow.entries === 1 ? 'waits' : 'wait';
    const why = forWindow.closedFor === undefined ? '' : ` Nothing is posted today: ${forWindow.closedFor}.`;
    terminal.say(
      `${entries} ${verb} for the next posting window, which begins ${formatMinute(forWindow.opensAt)}.${why} Sooner: seller-ledger sync ${name} --now`,
    );
  }
  // "It is tried again" is said to a service, too; this command is over.
  if (problems.some(({ kind }) => kind === 'unavailable')) terminal.say(`Sync again: seller-ledger sync ${name}`);
  return exitCodeOf(report);
}

/** What is missing between the settlements is no problem of this sync, but whoever runs it should know in time. */
async function sayContinuity({ terminal }: CommandContext, workspace: Workspace, name: string): Promise<void> {
  const { continuityOf } = await import('../reconciliation.ts');
  const { problems } = await continuityOf(workspace, name).catch((thrown: unknown) => ({
    problems: [toProblem(thrown).toJSON()],
  }));
  for (const { code, says } of problems) terminal.note(`${terminal.paint('yellow', code)}: ${says}`);
  if (problems.length > 0) terminal.note(`  next: seller-ledger reconcile continuity ${name}`);
}

/** A person tried, and Amazon let us in: scheduled work may go on. */
async function resumeWhenAnswered(
  { feedBooks }: Workspace,
  id: ConnectionId,
  { report, person }: { report: SyncReport; person: Actor },
): Promise<void> {
  if (report.listProblem || !(await feedBooks.stoppedBy(id))) return;
  await feedBooks.resumeConnection(id, person, 'a sync on a person’s word was let in by Amazon');
}
