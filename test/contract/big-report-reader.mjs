// A process that downloads and reads one report of orders as the program does, so that its memory can be measured apart from
// the test's. Compiled code, because Node 20 does not run TypeScript. Arguments: address of the document, and `keep` to hold
// on to every row. Prints what it read and the most memory it had.
import { HttpClient } from '../../dist/src/amazon/http.js';
import { ReportDownloader } from '../../dist/src/amazon/report-download.js';
import { createRequestedReports, reportReaders } from '../../dist/src/amazon/requested-reports/index.js';

const [url, mode] = process.argv.slice(2);
const clock = { nowMs: () => Date.now(), sleep: () => Promise.reject(new Error('nothing waits here')) };
const { signal } = new AbortController();
const http = new HttpClient({ clock, signal, connectTimeoutMs: 30_000 });
const log = { write: () => {} };
const api = { get: async () => ({ value: { reportDocumentId: 'D', url, compressionAlgorithm: 'GZIP' } }) };
const common = { clock, signal, log, randomness: { fraction: () => 0 }, onWait: () => {}, onExchange: () => {} };
const downloader = new ReportDownloader({
  ...common,
  client: api,
  http,
  sellerAccount: 'A2EXAMPLE',
  timeoutMs: 30_000,
});
const requested = createRequestedReports({ ...common, api, downloader });
const source = {
  name: 'a large report',
  contentType: 'text/plain; charset=UTF-8',
  open: async function* () {
    yield* (await requested.download('orders-by-last-update', 'D')).bytes;
  },
};

let [rows, unreadable, minor] = [0, 0, 0n];
const kept = [];
for await (const row of reportReaders.orders(source)) {
  if (!('item' in row)) unreadable += 1;
  else {
    rows += 1;
    for (const { amount } of row.item.items[0].charges) minor += amount.minor;
    if (mode === 'keep') kept.push(row.item);
  }
}
await http.close();
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rows, unreadable, minor: String(minor), megabytes, kept: kept.length }));
