// Measures how fast the page paints, and how fast a settlement is read, ours against others, in one run on one machine:
//
//   npm run bench -- [--lines 1000000] [--rounds 5]
//
// Every measurement is a process of its own, so that memory and warm-up of one do not help another, and the
// contenders take turns within each round. Each must come to the same groups, months and total, or the run fails.
// Another benchmark is another entry in BENCHES.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchFirstPaint } from './first-paint.mjs';
import { writeSettlement } from './settlement-generator.mjs';

const BENCHES = [
  {
    title: 'Read one settlement: decompress, decode, parse, group, sum, split by month, check the total',
    contenders: ['reader-seller-ledger.mjs', 'reader-undeclared.mjs', 'reader-csv-parse.mjs', 'reader-papaparse.mjs'],
    prepare: (directory, { lines }) => writeInput(directory, lines),
  },
];

const SEED = 20_261_031;
const CONTENT_TYPE = 'text/plain; charset=UTF-8';

async function writeInput(directory, lineCount) {
  const path = join(directory, `settlement-${lineCount}.txt.gz`);
  await writeSettlement(path, { lineCount, seed: SEED });
  return { path, lineCount };
}

function digestOf(result) {
  const sorted = (map) => [...map].map(([key, sum]) => `${key}=${sum}`).sort();
  const facts = [result.rows, result.total, ...sorted(result.groups), ...sorted(result.months)];
  return createHash('sha256').update(facts.join('\n')).digest('hex');
}

/** In the child: one reading, its facts as one line of JSON. */
async function measure(contender, path) {
  const { read } = await import(`./${contender}`);
  const startedAt = performance.now();
  const result = await read(path, CONTENT_TYPE);
  const wallMs = performance.now() - startedAt;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const { rows, isProven } = result;
  console.log(JSON.stringify({ wallMs, peakMb, rows, isProven, digest: digestOf(result) }));
}

function runChild(contender, path) {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, [self, '--measure', contender, '--input', path], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${contender} failed: ${child.stderr}`);
  return JSON.parse(child.stdout);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function measureRounds(contenders, input, rounds) {
  const measured = new Map(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    // The first of a round starts from a machine that has just rested; nobody is always first.
    const order = contenders.map((_, index) => contenders[(index + round) % contenders.length]);
    for (const contender of order) measured.get(contender).push(runChild(contender, input.path));
  }
  const results = [...measured.values()].flat();
  const isSame = results.every((result) => result.digest === results[0].digest && result.rows === input.lineCount);
  if (!isSame || !results.every((result) => result.isProven)) {
    throw new Error(`the contenders do not agree: ${JSON.stringify(results)}`);
  }
  return measured;
}

async function printTable(measured) {
  const rows = [];
  for (const [contender, results] of measured) {
    const { label } = await import(`./${contender}`);
    const wallMs = median(results.map((result) => result.wallMs));
    const peakMb = Math.max(...results.map((result) => result.peakMb));
    rows.push({ label, wallMs, linesPerSecond: (results[0].rows / wallMs) * 1000, peakMb });
  }
  const best = rows[0].wallMs;
  const cells = [
    ['reader', 'wall ms (median)', 'lines per second', 'peak RSS MB', 'ratio'],
    ...rows.map((row) => [
      row.label,
      row.wallMs.toFixed(0),
      Math.round(row.linesPerSecond).toLocaleString('en-US'),
      row.peakMb.toFixed(0),
      (row.wallMs / best).toFixed(2),
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  for (const line of cells) {
    console.log(line.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  '));
  }
}

async function main({ lines, rounds }) {
  await benchFirstPaint({ rounds });
  const directory = mkdtempSync(join(tmpdir(), 'seller-ledger-bench-'));
  try {
    for (const bench of BENCHES) {
      const input = await bench.prepare(directory, { lines });
      const sizeMb = (statSync(input.path).size / 1e6).toFixed(1);
      console.log(bench.title);
      console.log(
        `${lines.toLocaleString('en-US')} lines, ${sizeMb} MB gzip, ${rounds} rounds, Node ${process.versions.node}, ${availableParallelism()} cores\n`,
      );
      await printTable(measureRounds(bench.contenders, input, rounds));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function positive(text, name) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number above 0, not ${text}`);
  return value;
}

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    measure: { type: 'string' },
    input: { type: 'string' },
  },
});
if (values.measure) await measure(values.measure, values.input);
else await main({ lines: positive(values.lines, 'lines'), rounds: positive(values.rounds, 'rounds') });
