import { addFault } from '../../../sim/sap/index.ts';
import { isAmong, problemsOf, SYSTEM, type SyncReport, syncConnection, waitingApprovals } from '../../app/index.ts';
import { isProblem, PROBLEM_KINDS } from '../../core/index.ts';
import { sayMissing } from '../cli/approval-words.ts';
import { asTyped } from '../cli/own-command.ts';
import type { CommandContext } from '../cli/program.ts';
import { progressTo } from '../cli/sync-report.ts';
import { type EngineSign, type TelemetryChoice, whileMeasured } from '../cli/telemetry-options.ts';
import type { Terminal } from '../cli/terminal.ts';
import { openApprovals, openConnection, type Workspace, withBooks } from '../composition.ts';
import { connectionFromFile } from '../connection-file.ts';
import { loadAccountTable } from '../files.ts';
import { type HttpOptions, startHttp } from '../http/server.ts';
import { systemClock } from '../system.ts';
import { type DemoMonth, demoMonth } from './demo-month.ts';
import {
  DEMO_ACCOUNTS,
  DEMO_CUSTOMERS,
  DEMO_ORDERS,
  DEMO_POSTING,
  DEMO_RECONCILIATION_ACCOUNT,
  DEMO_SEED,
} from './demo-rules.ts';
import { DEMO_APPROVERS, DEMO_PASSWORDS, prepareDemoUsers, sayDemoUsers } from './demo-users.ts';
import { startDemoWork, untilFirstTurns } from './demo-work.ts';
import { asOnlyDemo } from './one-demo.ts';
import { type PretendVendors, startPretendVendors } from './pretend-vendors.ts';
import { pathOfOrigin, sayPosted } from './say-result.ts';

const CONNECTION = 'demo';
const ENTRIES_SHOWN = 2;
const PORTS_TRIED_MAX = 20;

export interface DemoOptions extends CommandContext, TelemetryChoice {
  /** A port that was asked for; `null`: the default or the next free one. */
  readonly port: number | null;
  readonly portDefault: number;
  /** Where the page listens, and how people reach it: as of any service. */
  readonly site: Pick<HttpOptions, 'host' | 'publicUrl' | 'trustedProxy'>;
  readonly stopped: Promise<void>;
}

/**
 * A pretend Amazon, a pretend SAP and one seller with a month of settlements in the United States and Canada, posted
 * while one watches. Everything but the vendors is the real program, with books of its own in the embedded database, and
 * does its work by schedule as a service does. Raises `DEMO_RUNNING` (conflict) while another process runs the same one.
 */
export async function runDemo(given: DemoOptions): Promise<number> {
  const month = demoMonth(given.home, systemClock.nowMs() / 1000);
  const books = { ...given, databaseUrl: undefined, databaseName: month.databaseName };
  return withBooks(books, (workspace) =>
    asOnlyDemo({ workspace, folder: month.folder }, async (sayPage, lost) => {
      const options = { ...given, stopped: Promise.race([given.stopped, lost]) };
      void lost.then(() => given.terminal.note('another process runs this demo by now; this one ends'));
      // Before anything of the demo is changed: where there is no port there is no demo.
      const http = await startPage(options, { ...workspace, passwords: DEMO_PASSWORDS });
      try {
        sayPage(http.url);
        return await withVendors(options, month, (vendors) =>
          whileMeasured(options, workspace, options, (engine) =>
            showMonth(options, { month, vendors, workspace, url: http.url, engine }),
          ),
        );
      } finally {
        await http.close();
      }
    }),
  );
}

async function withVendors<Result>(
  { terminal }: DemoOptions,
  month: DemoMonth,
  work: (vendors: PretendVendors) => Promise<Result>,
): Promise<Result> {
  terminal.note('starting a pretend Amazon and a pretend SAP');
  const vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: DEMO_SEED,
    from: month.from,
    to: month.to,
    folder: month.folder,
    accounts: DEMO_ACCOUNTS,
    posting: DEMO_POSTING,
    reconciliationAccount: DEMO_RECONCILIATION_ACCOUNT,
    nowMs: systemClock.nowMs,
  });
  try {
    return await work(vendors);
  } finally {
    await vendors.close();
  }
}

interface Shown {
  readonly month: DemoMonth;
  readonly vendors: PretendVendors;
  readonly workspace: Workspace;
  readonly url: string;
  readonly engine: EngineSign;
}

async function showMonth(options: DemoOptions, shown: Shown): Promise<number> {
  const { month, vendors, workspace, url, engine } = shown;
  const { terminal, stopped } = options;
  const password = await prepareDemoUsers(workspace);
  terminal.say();
  terminal.say(`  ${terminal.paint('bold', 'seller-ledger demo')}: one pretend seller, ${month.from} to ${month.to}`);
  terminal.say(`  Page             ${terminal.paint('cyan', url)}`);
  sayDemoUsers(terminal, password);
  terminal.say(`  Pretend Amazon   ${vendors.amazon.url}`);
  terminal.say(`  Pretend SAP      ${vendors.sap.url}/_sim/ledger`);
  terminal.say();
  await prepareConnection(shown);
  const controller = new AbortController();
  void stopped.then(() => controller.abort(new Error('stopped')));
  const { signal } = controller;
  const report = await syncDemo(options, workspace, signal);
  if (!report) return 0;
  const work = await startDemoWork(workspace);
  engine.isRunning = true;
  try {
    terminal.progress('reading orders, payouts and financial events');
    await untilFirstTurns(workspace, { connection: CONNECTION, signal });
    await sayResult(options, workspace, report, url);
    terminal.say(`Sign in as anna with the password ${terminal.paint('bold', password)}`);
    const isAsked = await Promise.race([stopped.then(() => true), work.ended.then(() => false)]);
    return isAsked ? 0 : PROBLEM_KINDS.unavailable.exitCode;
  } finally {
    engine.isRunning = false;
    await work.stop();
  }
}

async function startPage(options: DemoOptions, workspace: Workspace) {
  const about = () => ({ line: 'demo with a pretend Amazon and a pretend SAP' });
  const { site } = options;
  if (options.port !== null) return startHttp({ ...site, workspace, port: options.port, about });
  for (let port = options.portDefault; ; port += 1) {
    try {
      return await startHttp({ ...site, workspace, port, about });
    } catch (error) {
      const isTaken = isProblem(error) && error.code === 'PORT_IN_USE';
      if (!isTaken || port >= options.portDefault + PORTS_TRIED_MAX) throw error;
    }
  }
}

/** The vendors' ports differ at every start, so the connection is pointed at them anew. */
async function prepareConnection({ month, vendors, workspace }: Shown): Promise<void> {
  const usual = vendors.connectionFile(CONNECTION);
  const feeds = { since: month.from, orders: DEMO_ORDERS };
  const settings = { ...usual, feeds, customers: DEMO_CUSTOMERS };
  const file = connectionFromFile(settings, {
    path: 'demo',
    folder: '.',
    readEnvironment: () => undefined,
  });
  const known = (await workspace.books.listConnections()).find(({ name }) => name === CONNECTION);
  if (known) {
    await workspace.books.updateConnection(known.id, file, SYSTEM, 'the pretend vendors listen on other ports now');
    return;
  }
  await workspace.books.addConnection(file, SYSTEM);
  // The first answer of the pretend SAP gets lost after it booked, so that one sees what happens then.
  addFault(vendors.sap.world.faults, { kind: 'dropReply', on: 'journalEntry', times: 1 });
}

async function syncDemo(
  options: DemoOptions,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<SyncReport | undefined> {
  const connection = await openConnection(workspace, CONNECTION, {
    actor: SYSTEM,
    onProgress: progressTo(options.terminal, systemClock.nowMs),
  });
  try {
    return await syncConnection(connection.context, { waitForUnknown: true, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await connection.close();
  }
}

async function sayResult(
  { terminal, environment }: DemoOptions,
  workspace: Workspace,
  report: SyncReport,
  url: string,
): Promise<void> {
  const { books } = workspace;
  const entries = await books.listEntries();
  const posted = entries.filter((entry) => entry.state === 'posted');
  terminal.endProgress();
  terminal.say();
  for (const each of posted.slice(0, ENTRIES_SHOWN)) await sayPosted(terminal, books, each);
  const settlements = await books.listSettlements();
  const quarantined = settlements.filter((settlement) => settlement.state === 'quarantined');
  terminal.say(
    `${terminal.paint('green', `${posted.length} documents posted`)} from ${settlements.length} settlements, ${quarantined.length} in quarantine.`,
  );
  if (quarantined.length > 0) {
    terminal.say(`Sign in as mia to teach what is not known: ${terminal.paint('cyan', `${url}/mapping`)}`);
  }
  await sayWaiting(terminal, workspace, url);
  for (const problem of problemsOf(report)) terminal.say(`${terminal.paint('yellow', problem.code)}  ${problem.says}`);
  terminal.say();
  terminal.say(`All of them: ${terminal.paint('cyan', url)}   Stop with Ctrl-C.`);
  const typed = (command: string) => terminal.paint('bold', asTyped(command, environment));
  terminal.say(`In another terminal: ${typed('seller-ledger --demo settlements list')}`);
  terminal.say(`Your own books on this machine, without a demo: ${typed('seller-ledger start --no-demo')}`);
}

/** What waits for people, why, and who of the demo does what about it. */
async function sayWaiting(terminal: Terminal, workspace: Workspace, url: string): Promise<void> {
  const { paint } = terminal;
  const connection = await workspace.books.getConnection(CONNECTION);
  const { rules } = await openApprovals(workspace, CONNECTION);
  for (const each of await waitingApprovals(workspace.books, connection, rules)) {
    const { entry, origin } = each.record;
    terminal.say(`${entry.postingKey} waits for ${sayMissing(each.standing)}: ${each.needs.because}.`);
    const left = DEMO_APPROVERS.filter((name) => !isAmong(name, each.standing.given));
    const page = paint('cyan', `${url}${pathOfOrigin(origin)}`);
    terminal.say(
      `  Sign in as ${left.join(', then as ')} to approve it, then as anna to post it, or leave that to the schedule: ${page}`,
    );
  }
}
