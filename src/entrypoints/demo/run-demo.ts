import { addFault } from '../../../sim/sap/index.ts';
import { isAmong, problemsOf, SYSTEM, type SyncReport, syncConnection, waitingApprovals } from '../../app/index.ts';
import { isProblem } from '../../core/index.ts';
import { sayMissing } from '../cli/approval-words.ts';
import { formatDocument, sayEntry, sayProofs } from '../cli/format-entry.ts';
import type { CommandContext } from '../cli/program.ts';
import { progressTo } from '../cli/sync-report.ts';
import type { Terminal } from '../cli/terminal.ts';
import { openApprovals, openConnection, type Workspace, withBooks } from '../composition.ts';
import { connectionFromFile } from '../connection-file.ts';
import { loadAccountTable } from '../files.ts';
import { startHttp } from '../http/server.ts';
import { systemClock } from '../system.ts';
import { type DemoMonth, demoMonth } from './demo-month.ts';
import { DEMO_ACCOUNTS, DEMO_POSTING, DEMO_SEED } from './demo-rules.ts';
import { DEMO_APPROVERS, DEMO_PASSWORDS, prepareDemoUsers, sayDemoUsers } from './demo-users.ts';
import { type PretendVendors, startPretendVendors } from './pretend-vendors.ts';

const CONNECTION = 'demo';
const ENTRIES_SHOWN = 2;
const PORTS_TRIED_MAX = 20;

export interface DemoOptions extends CommandContext {
  /** A port that was asked for; `null`: the default or the next free one. */
  readonly port: number | null;
  readonly portDefault: number;
  readonly stopped: Promise<void>;
}

/**
 * A pretend Amazon, a pretend SAP and one seller with a month of settlements in the United States and Canada, posted
 * while one watches. Everything but the vendors is the real program, with books of its own in the embedded database.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const month = demoMonth(options.home, systemClock.nowMs() / 1000);
  options.terminal.note('starting the embedded PostgreSQL, a pretend Amazon and a pretend SAP');
  const vendors = await startPretendVendors({
    table: loadAccountTable(),
    seed: DEMO_SEED,
    from: month.from,
    to: month.to,
    folder: month.folder,
    accounts: DEMO_ACCOUNTS,
    posting: DEMO_POSTING,
    nowMs: systemClock.nowMs,
  });
  try {
    const books = { ...options, databaseUrl: undefined, databaseName: month.databaseName };
    return await withBooks(books, (workspace) => showMonth(options, month, vendors, workspace));
  } finally {
    await vendors.close();
  }
}

async function showMonth(
  options: DemoOptions,
  month: DemoMonth,
  vendors: PretendVendors,
  workspace: Workspace,
): Promise<number> {
  const { terminal } = options;
  const password = await prepareDemoUsers(workspace);
  const http = await startPage(options, { ...workspace, passwords: DEMO_PASSWORDS });
  try {
    terminal.say();
    terminal.say(`  ${terminal.paint('bold', 'seller-ledger demo')}: one pretend seller, ${month.from} to ${month.to}`);
    terminal.say(`  Page             ${terminal.paint('cyan', http.url)}`);
    sayDemoUsers(terminal, password);
    terminal.say(`  Pretend Amazon   ${vendors.amazon.url}`);
    terminal.say(`  Pretend SAP      ${vendors.sap.url}/_sim/ledger`);
    terminal.say();
    await prepareConnection(workspace, vendors);
    const report = await syncDemo(options, workspace);
    if (report) await sayResult(options, workspace, report, http.url);
    if (report) terminal.say(`Sign in as anna with the password ${terminal.paint('bold', password)}`);
    await options.stopped;
    return 0;
  } finally {
    await http.close();
  }
}

async function startPage(options: DemoOptions, workspace: Workspace) {
  const about = () => ({ line: 'demo with a pretend Amazon and a pretend SAP' });
  if (options.port !== null) return startHttp({ workspace, port: options.port, about });
  for (let port = options.portDefault; ; port += 1) {
    try {
      return await startHttp({ workspace, port, about });
    } catch (error) {
      const isTaken = isProblem(error) && error.code === 'PORT_IN_USE';
      if (!isTaken || port >= options.portDefault + PORTS_TRIED_MAX) throw error;
    }
  }
}

/** The vendors' ports differ at every start, so the connection is pointed at them anew. */
async function prepareConnection(workspace: Workspace, vendors: PretendVendors): Promise<void> {
  const file = connectionFromFile(vendors.connectionFile(CONNECTION), {
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

async function syncDemo(options: DemoOptions, workspace: Workspace): Promise<SyncReport | undefined> {
  const controller = new AbortController();
  void options.stopped.then(() => controller.abort(new Error('stopped')));
  const connection = await openConnection(workspace, CONNECTION, {
    actor: SYSTEM,
    onProgress: progressTo(options.terminal, systemClock.nowMs),
  });
  try {
    return await syncConnection(connection.context, { waitForUnknown: true, signal: controller.signal });
  } catch (error) {
    if (controller.signal.aborted) return undefined;
    throw error;
  } finally {
    await connection.close();
  }
}

async function sayResult(
  { terminal }: DemoOptions,
  workspace: Workspace,
  report: SyncReport,
  url: string,
): Promise<void> {
  const { books } = workspace;
  const entries = await books.listEntries();
  const posted = entries.filter((entry) => entry.state === 'posted');
  terminal.endProgress();
  terminal.say();
  for (const entry of posted.slice(0, ENTRIES_SHOWN)) {
    const settlement = await books.getSettlement(entry.origin.key);
    terminal.say(`Settlement ${settlement.settlementId}, proofs:`);
    sayProofs(terminal, settlement.proofs);
    sayEntry(terminal, entry.entry, entry.document ? `SAP document ${formatDocument(entry.document)}` : '');
  }
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
  terminal.say('And in another terminal: seller-ledger --demo settlements list');
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
    const page = paint('cyan', `${url}/settlements/${origin.name}`);
    terminal.say(`  Sign in as ${left.join(', then as ')} to approve it, then as anna to post it: ${page}`);
  }
}
