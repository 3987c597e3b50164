import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SettlementSource } from '../../mapping/index.ts';
import { readSettlementFile } from './index.ts';
import { DETAIL, fileText, rowText, SUMMARY } from './settlement-text.fixture.ts';

const MB = 1024 * 1024;
const LINES = 300_000;
const LINES_PER_SAMPLE = 50_000;
/** The heap at rest does not grow with the lines; keeping one id a line would take ten times as much. */
const HEAP_GROWTH_MB_MAX = 1;
/** Chunks on their way through the compressor of this test and the inflater come and go, a few MB at a time. */
const BUFFERS_MB_MAX = 24;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function* chunks(): Generator<string> {
  yield fileText([SUMMARY]);
  for (let line = 0; line < LINES; line += 500) {
    let chunk = '';
    for (let i = line; i < line + 500; i++) {
      chunk += `${rowText({ ...DETAIL, 'order-id': `111-${String(i).padStart(14, '0')}`, sku: `SKU-${i}`, amount: '0.01' })}\n`;
    }
    yield chunk;
  }
}

const SOURCE: SettlementSource = {
  name: 'large',
  contentType: 'text/plain; charset=utf-8',
  open: () => Readable.from(chunks(), { objectMode: false }).pipe(createGzip({ level: 1 })),
};

interface Sample {
  readonly heapMb: number;
  readonly buffersMb: number;
}

/** Memory in use after each so many lines, garbage collected before. */
async function measure(onOrder: (orderId: string) => void): Promise<Sample[]> {
  const samples: Sample[] = [];
  let lines = 0;
  collectGarbage();
  // Other tests of this process may have left some.
  const { arrayBuffers: before } = process.memoryUsage();
  await readSettlementFile(SOURCE, {
    header: () => {},
    line(line) {
      onOrder(line.orderId());
      if (++lines % LINES_PER_SAMPLE !== 0) return;
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      samples.push({ heapMb: heapUsed / MB, buffersMb: (arrayBuffers - before) / MB });
    },
  });
  expect(samples).toHaveLength(LINES / LINES_PER_SAMPLE);
  return samples;
}

function heapGrowthMb([first, ...later]: readonly Sample[]): number {
  return Math.max(...later.map((sample) => sample.heapMb)) - first!.heapMb;
}

describe('a file of any size', () => {
  it(`is read without keeping its rows or its bytes, over ${LINES} lines`, async () => {
    let letters = 0;
    const samples = await measure((orderId) => {
      letters += orderId.length;
    });
    expect(letters).toBe(LINES * 18);
    expect(heapGrowthMb(samples)).toBeLessThan(HEAP_GROWTH_MB_MAX);
    expect(Math.max(...samples.map((sample) => sample.buffersMb))).toBeLessThan(BUFFERS_MB_MAX);
  });

  it('control: a visitor that keeps every order id is noticed', async () => {
    const kept: string[] = [];
    const samples = await measure((orderId) => kept.push(`${orderId}#`));
    expect(heapGrowthMb(samples)).toBeGreaterThan(5 * HEAP_GROWTH_MB_MAX);
    expect(kept).toHaveLength(LINES);
  });

  it('control: the file is larger than what its reading may hold', () => {
    let bytes = 0;
    for (const chunk of chunks()) bytes += chunk.length;
    expect(bytes / MB).toBeGreaterThan(1.5 * BUFFERS_MB_MAX);
  });
});
