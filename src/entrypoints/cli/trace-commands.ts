import type { Command } from 'commander';
import {
  type Report,
  type TraceContext,
  traceDocument,
  traceLine,
  traceOrder,
  traceRow,
  traceSettlement,
  traceSku,
} from '../../app/index.ts';
import { withBooks } from './lazy.ts';
import type { CommandContext, RunCommand } from './program.ts';
import { addReportCommand } from './report-commands.ts';

/** Both ways between Amazon's rows and SAP's documents. Reads what is recorded, and asks neither Amazon nor SAP. */
export function addTraceCommands(program: Command, run: RunCommand): void {
  const trace = program
    .command('trace')
    .description(
      'from a document in SAP down to Amazon’s rows and orders, and back; with --format table, csv, json, xlsx or pdf',
    );
  const add = (
    name: string,
    description: string,
    args: readonly (readonly [name: string, description: string])[],
    find: (context: TraceContext, ...args: string[]) => Promise<Report>,
  ) =>
    addReportCommand(trace, run, {
      name,
      description,
      declare: (command) => {
        for (const arg of args) command.argument(...arg);
      },
      make: (context: CommandContext, ...given: string[]) =>
        withTrace(context, (tracing) => find(tracing, ...given.slice(0, args.length))),
    });
  add('order', 'everything of an order', [['<order>', 'Amazon’s number, with or without hyphens']], traceOrder);
  add('sku', 'everything of a SKU', [['<sku>', 'as in the settlement']], traceSku);
  add(
    'document',
    'everything behind a document in SAP',
    [['<document>', 'its number, or number/company code/year']],
    traceDocument,
  );
  add('settlement', 'everything of a settlement', [['<settlement>', 'Amazon’s number or id']], traceSettlement);
  add(
    'row',
    'the journal line and the document that a row of a settlement is booked in',
    [
      ['<settlement>', 'Amazon’s number or id'],
      ['<row>', 'its number in the file; the names of the columns are row 1'],
    ],
    (context, settlement = '', row = '') => traceRow(context, settlement, Number(row)),
  );
  add(
    'line',
    'the rows and orders behind a line of an entry; of an accrual its finance events',
    [
      ['<entry>', 'posting key, SAP document or id'],
      ['<line>', 'its number in the entry'],
    ],
    (context, entryRef = '', line = '') => traceLine(context, { entryRef, lineNumber: Number(line) }),
  );
}

function withTrace<Result>(context: CommandContext, work: (context: TraceContext) => Promise<Result>): Promise<Result> {
  return withBooks(context, async ({ books, feedBooks: feeds, reconciliation: deposits }) => {
    const { readSettlementFile: readSettlement, readSettlementRows: readRows } = await import('../../amazon/index.ts');
    return work({ books, feeds, deposits, readSettlement, readRows });
  });
}
