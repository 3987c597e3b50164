// Our reader, doing what every contender does: decompress, decode, parse, group, sum, split by month, check the total.
import { createReadStream } from 'node:fs';
import { readSettlementFile } from '../dist/src/amazon/settlement-file/index.js';

const SECONDS_PER_DAY = 86_400;

export const label = 'seller-ledger';

export async function read(path, contentType) {
  const groups = new Map();
  const months = new Map();
  let total = 0n;
  let day = -1;
  let month = '';
  const sums = [];
  const reading = await readSettlementFile(
    { name: path, contentType, open: () => createReadStream(path, { highWaterMark: 1024 * 1024 }) },
    {
      header() {},
      line(line) {
        const lineDay = Math.floor(line.postedAt / SECONDS_PER_DAY);
        if (lineDay !== day) {
          day = lineDay;
          month = new Date(line.postedAt * 1000).toISOString().slice(0, 7);
        }
        let byMonth = sums[line.triple];
        if (!byMonth) {
          byMonth = new Map();
          sums[line.triple] = byMonth;
        }
        byMonth.set(month, (byMonth.get(month) ?? 0n) + line.amountMinor);
      },
    },
  );
  for (const [index, byMonth] of sums.entries()) {
    const { transactionType, amountType, amountDescription } = reading.tables.triples[index];
    for (const [key, sum] of byMonth) {
      groups.set([transactionType, amountType, amountDescription, key].join('\t'), sum);
      months.set(key, (months.get(key) ?? 0n) + sum);
      total += sum;
    }
  }
  return { rows: reading.lineCount, total, isProven: total === reading.header.total.minor, groups, months };
}
