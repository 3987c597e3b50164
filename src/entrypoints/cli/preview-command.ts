import type { Command } from 'commander';
import { PREVIEW_SELLER } from '../preview.ts';
import { openAccountTable } from '../spreadsheets/table-files.ts';
import { withoutBooks } from './on-api.ts';
import { preview } from './preview.ts';
import { jsonOption, type RunCommand } from './program.ts';

export function addPreviewCommand(program: Command, run: RunCommand): void {
  program
    .command('preview')
    .description('show what a settlement file comes to in the books; needs no database and no credentials')
    .argument('<file>', 'settlement report V2 (flat file), plain or gzip')
    .option(
      '--mapping <file>',
      'account table: YAML, .xlsx or .csv (default: the YCOA template that ships with the program)',
    )
    .option('--charset <name>', 'utf-8, windows-1252 or shift_jis, for a file whose download header is gone')
    .option('--seller <id>', 'merchant id, part of the posting keys', PREVIEW_SELLER)
    .addOption(jsonOption())
    .action(
      run(
        withoutBooks(
          async ({ terminal }, file: string, options: { mapping?: string; charset?: string; seller: string }) =>
            preview(terminal, {
              file,
              table: await openAccountTable(options.mapping),
              sellerAccount: options.seller,
              charset: options.charset,
            }),
        ),
      ),
    );
}
