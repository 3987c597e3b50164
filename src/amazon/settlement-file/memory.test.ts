import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SettlementSource } from '../../mapping/index.ts';
import { readSettlementFile } from './index.ts';
import { DETAIL, fileText, rowText, SUMMARY } from './settlement-text.fixture.ts';

const LINES = 300_000;
const LINES_PER_SAMPLE = 50_000;
/** Keeping one 20-letter id a line would take several times as much. */
const GROWTH_MB_MAX = 6;

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

/** Megabytes in use after each so many lines, garbage collected before. */
async function measure(onOrder: (orderId: string) => void): Promise<number[]> {
  const samples: number[] = [];
  let lines = 0;
  await readSettlementFile(SOURCE, {
    header: () => {},
    line(line) {
      onOrder(line.orderId());
      if (++lines % LINES_PER_SAMPLE !== 0) return;
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      samples.push((heapUsed + arrayBuffers) / 1024 / 1024);
    },
  });
  return samples;
}

function growthOf(samples: readonly number[]): number {
  expect(samples).toHaveLength(LINES / LINES_PER_SAMPLE);
  return Math.max(...samples.slice(1)) - samples[0]!;
}

describe('a file of any size', () => {
  it(`is read without keeping its rows: ${LINES} lines add less than ${GROWTH_MB_MAX} MB`, async () => {
    let letters = 0;
    expect(growthOf(await measure((orderId) => (letters += orderId.length)))).toBeLessThan(GROWTH_MB_MAX);
    expect(letters).toBe(LINES * 18);
  });

  it('control: a visitor that keeps every order id is noticed', async () => {
    const kept: string[] = [];
    expect(growthOf(await measure((orderId) => kept.push(`${orderId}#`)))).toBeGreaterThan(GROWTH_MB_MAX);
    expect(kept).toHaveLength(LINES);
  });
});
