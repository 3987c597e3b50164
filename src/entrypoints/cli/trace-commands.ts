import type { Command } from 'commander';
import type { Asked } from '../api-client/api.ts';
import type { RunCommand } from './program.ts';
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
    ask: (...args: string[]) => Asked,
  ) =>
    addReportCommand(trace, run, {
      name,
      description,
      declare: (command) => {
        for (const arg of args) command.argument(...arg);
      },
      ask,
    });
  add('order', 'everything of an order', [['<order>', 'Amazon’s number, with or without hyphens']], (id = '') => ({
    path: '/trace/orders/:id',
    params: { id },
  }));
  add('sku', 'everything of a SKU', [['<sku>', 'as in the settlement']], (sku = '') => ({
    path: '/trace/skus/:sku',
    params: { sku },
  }));
  add(
    'document',
    'everything behind a document in SAP',
    [['<document>', 'its number, or number/company code/year']],
    (place = '') => ({ path: '/trace/documents/*', params: { '*': place } }),
  );
  add('settlement', 'everything of a settlement', [['<settlement>', 'Amazon’s number or id']], (id = '') => ({
    path: '/trace/settlements/:id',
    params: { id },
  }));
  add(
    'row',
    'the journal line and the document that a row of a settlement is booked in',
    [
      ['<settlement>', 'Amazon’s number or id'],
      ['<row>', 'its number in the file; the names of the columns are row 1'],
    ],
    (id = '', row = '') => ({ path: '/trace/settlements/:id/rows/:row', params: { id, row } }),
  );
  add(
    'line',
    'the rows and orders behind a line of an entry; of an accrual its finance events',
    [
      ['<entry>', 'posting key, SAP document or id'],
      ['<line>', 'its number in the entry'],
    ],
    (id = '', line = '') => ({ path: '/trace/entries/:id/lines/:line', params: { id, line } }),
  );
}
