import type { Command } from 'commander';
import {
  type EntryStore,
  leaveTakenBack,
  type ReversalWish,
  reverseEntry,
  reverseSettlement,
  type SettlementReversal,
} from '../../app/index.ts';
import { type LocalDate, parseLocalDate } from '../../core/index.ts';
import { entrySummary, settlementDetail } from '../http/views.ts';
import { describeEntry } from './format-entry.ts';
import { openConnection, withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { exitCodeOfEntry, exitCodeOfProblems } from './sync-report.ts';
import { userActor } from './user.ts';

interface ReversalOptions {
  readonly reason: string;
  readonly why: string;
  readonly date?: LocalDate;
}

/** Takes one booked entry back in SAP. */
export function addEntryReversal(entries: Command, run: RunCommand): void {
  withReversalOptions(
    entries
      .command('reverse')
      .description('take one posted entry back by a reversal document in SAP')
      .argument('<entry>', 'posting key, SAP document (number, or number/company code/year) or id'),
  ).action(run((context, ref: string, options: ReversalOptions) => reverseOne(context, ref, options)));
}

/** Takes all booked entries of a settlement back in SAP. */
export function addSettlementReversal(settlements: Command, run: RunCommand): void {
  withReversalOptions(
    settlements
      .command('reverse')
      .description('take every posted entry of a settlement back by reversal documents in SAP')
      .argument('<settlement>')
      .option('--propose-again', 'then propose it anew with today’s account table', false),
  ).action(
    run((context, ref: string, options: ReversalOptions & { proposeAgain: boolean }) =>
      reverseAll(context, ref, options),
    ),
  );
}

/** Decides that a settlement of which documents were reversed in SAP stays as it is there. */
export function addLeaveCommand(settlements: Command, run: RunCommand): void {
  settlements
    .command('leave')
    .description(
      'leave a settlement of which documents were reversed in SAP as it is there: nothing more of it is sent',
    )
    .argument('<settlement>')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run((context, ref: string, { why }: { why: string }) => leave(context, ref, why)));
}

function leave(context: CommandContext, ref: string, why: string): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const { books } = workspace;
    const record = await books.getSettlement(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const entries = await leaveTakenBack(connection.context, record, why);
      const settlement = await books.getSettlement(record.key);
      terminal.json({
        settlement: settlementDetail(settlement, await books.listEntries({ originKey: record.key })),
      });
      for (const entry of entries) terminal.say(`${entry.entry.postingKey} is ${describeEntry(entry)}.`);
      terminal.say(
        entries.some(({ state }) => state === 'reversed')
          ? `Settlement ${record.settlementId} stays as it is in SAP.`
          : `Settlement ${record.settlementId} is not taken back any more.`,
      );
      return 0;
    } finally {
      await connection.close();
    }
  });
}

function withReversalOptions(command: Command): Command {
  return command
    .requiredOption('--reason <code>', 'SAP’s reversal reason, for example 01')
    .requiredOption('--why <text>', 'why, for the audit log')
    .option('--date <day>', 'posting date of the reversal, YYYY-MM-DD; without it that of the entry', parseLocalDate)
    .addOption(jsonOption());
}

function wishOf({ reason, why, date }: ReversalOptions): ReversalWish {
  return { reason, why, postingDate: date ?? null };
}

function reverseOne(context: CommandContext, ref: string, options: ReversalOptions): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const record = await workspace.books.getEntry(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const { original, reversal } = await reverseEntry(connection.context, record, wishOf(options));
      terminal.json({ entry: entrySummary(original), reversal: reversal && entrySummary(reversal) });
      terminal.say(`${original.entry.postingKey} is ${describeEntry(original)}.`);
      if (!reversal) {
        terminal.say('It had been reversed in SAP already, so nothing was sent.');
        return 0;
      }
      terminal.say(`${reversal.entry.postingKey} is ${describeEntry(reversal)}.`);
      if (reversal.problem) terminal.say(`${reversal.problem.says} Next: ${reversal.problem.next}`);
      return exitCodeOfEntry(reversal);
    } finally {
      await connection.close();
    }
  });
}

function reverseAll(
  context: CommandContext,
  ref: string,
  options: ReversalOptions & { proposeAgain: boolean },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { terminal, environment } = context;
    const { books } = workspace;
    const record = await books.getSettlement(ref);
    const silent = { actor: userActor(environment), onProgress: () => {} };
    const connection = await openConnection(workspace, record.connectionName, silent);
    try {
      const wish = { ...wishOf(options), proposeAgain: options.proposeAgain };
      const done = await reverseSettlement(connection.context, record, wish);
      const { settlement, isProposedAgain } = done;
      const { progress } = await sayReversal(context, books, done);
      terminal.say(`Settlement ${settlement.settlementId}: ${progress}`);
      if (isProposedAgain)
        terminal.say(`Proposed anew. Look at it: seller-ledger settlements show ${settlement.settlementId}`);
      else if (options.proposeAgain)
        terminal.say('Not proposed anew, because something of it is still in SAP. The next sync goes on.');
      else
        terminal.say(
          `Every sync tells it until it is decided: proposed anew (the same with --propose-again), or seller-ledger settlements leave ${settlement.settlementId} --why TEXT`,
        );
      return exitCodeOfReversal(done);
    } finally {
      await connection.close();
    }
  });
}

/** What became of the entries of a settlement that is taken back, for people and programs; gives how far it is now. */
export async function sayReversal(
  { terminal }: CommandContext,
  books: EntryStore,
  { settlement, entries, problems, isProposedAgain }: SettlementReversal,
): Promise<{ readonly progress: string }> {
  const detail = settlementDetail(settlement, await books.listEntries({ originKey: settlement.key }));
  terminal.json({ settlement: detail, reversals: entries.map(entrySummary), isProposedAgain, problems });
  for (const entry of entries) terminal.say(`${entry.entry.postingKey} is ${describeEntry(entry)}.`);
  for (const { code, says, next } of problems) terminal.say(`${code}: ${says} Next: ${next}`);
  return detail;
}

/** The exit code of the worst that stands in the way, its quarantine among it. */
export function exitCodeOfReversal({ settlement, problems }: SettlementReversal): number {
  return exitCodeOfProblems([...problems, ...(settlement.problem ? [settlement.problem] : [])]);
}
