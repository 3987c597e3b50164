import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Problem, toProblem } from '../../core/index.ts';
import { type Case, GOOD, GZIP, CASES as SHAPE_CASES, withDetail } from './problem-cases.fixture.ts';
import { VALUE_CASES } from './problem-cases-values.fixture.ts';
import { EXCERPT_LENGTH_MAX } from './problems.ts';
import { DETAIL, FEE, fileText, readAll, type SourceOptions, SUMMARY, sourceOf } from './settlement-text.fixture.ts';

const CASES = [...SHAPE_CASES, ...VALUE_CASES];

async function problemOf(
  content: string | Uint8Array,
  options: SourceOptions & Pick<Case, 'limits'>,
): Promise<Problem> {
  try {
    await readAll(sourceOf(content, options), options.limits);
  } catch (thrown) {
    return toProblem(thrown);
  }
  throw new Error('the file was read without a problem');
}

describe('a file that cannot be read for certain', () => {
  it.each(CASES)('$what: $code', async ({ code, content, row, column, data, says, next, ...options }) => {
    const problem = await problemOf(content, options);
    expect(problem.toJSON()).toMatchObject({ code, kind: 'invalid' });
    expect(problem.where).toEqual({
      file: 'settlement.txt',
      ...(row !== undefined && { row }),
      ...(column !== undefined && { column }),
    });
    if (typeof data === 'string') expect(problem.data).toBe(data);
    if (data instanceof RegExp) expect(problem.data).toMatch(data);
    if (says) expect(problem.says).toMatch(says);
    if (next) expect(problem.next).toMatch(next);
    expect(problem.next).toMatch(/Download|download|seller-ledger preview|src\/core\/currency\.ts/);
  });

  it.each(CASES)('is the same problem however it is cut: $what', async ({ content, code, row, ...options }) => {
    for (const chunkLengths of [[1], [7, 50], [1000]]) {
      const problem = await problemOf(content, { ...options, chunkLengths });
      expect([problem.code, problem.where?.row]).toEqual([code, row]);
    }
  });

  it('control: the file all cases start from is read', async () => {
    expect((await readAll(sourceOf(GOOD))).lines).toHaveLength(2);
    expect((await readAll(sourceOf(GZIP))).lines).toHaveLength(2);
  });

  it('has a case here for every code this reader can raise', () => {
    const source = readFileSync(new URL('./problems.ts', import.meta.url), 'utf8');
    const codes = new Set([...source.matchAll(/code: '(\w+)'/g)].map((match) => match[1]));
    const tested = new Set([...CASES.map((one) => one.code), 'SETTLEMENT_ROW_UNKNOWN']);
    expect(codes.size).toBeGreaterThan(25);
    expect([...tested].sort()).toEqual([...codes].sort());
  });

  it('shows no more of it than a line', async () => {
    const problem = await problemOf(withDetail({ amount: 'x'.repeat(500) }), {});
    expect(problem.data).toHaveLength(EXCERPT_LENGTH_MAX);
    expect(problem.says.length).toBeLessThan(250);
    expect((await problemOf(`a\u0007b\tc\n`, {})).data).toBe('a\\u0007b\\tc');
  });

  it('names the most digits an amount may have, so that a large one is not called unreadable without a reason', async () => {
    const { says } = await problemOf(withDetail({ amount: '10000000000000000.00' }), {});
    expect(says).toContain('"10000000000000000.00" is not an amount of at most 18 digits');
    // control: one digit less is read.
    expect((await readAll(sourceOf(withDetail({ amount: '1000000000000000.00' })))).lines).toHaveLength(3);
  });

  it('is cut at no place without being noticed, unless the cut only takes the last, unused column', async () => {
    const text = fileText([SUMMARY, DETAIL, { ...FEE, 'promotion-id': 'PROMO-1' }]);
    const complete = text.indexOf('PROMO-1');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: complete - 1 }), async (length) => {
        // A cut right behind a line end leaves whole rows; the sum of the rows shows it, not the reader.
        fc.pre(text[length - 1] !== '\n');
        // Without its last line feed the row before is complete as well.
        fc.pre(text[length] !== '\n');
        expect((await problemOf(text.slice(0, length), {})).kind).toBe('invalid');
      }),
      { numRuns: 300 },
    );
  });

  it('is never read when its bytes are random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect((await problemOf(bytes, {})).kind).toBe('invalid');
      }),
    );
  });
});
