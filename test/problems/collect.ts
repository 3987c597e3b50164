/**
 * Writes down every problem that a run of the tests raises, one JSON line each, so that docs/problems.md can show real messages
 * (tools/problem-examples.mjs). Loaded only where COLLECT_PROBLEMS names a file; the tests themselves do not change by it.
 */
import { appendFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { ProblemFacts } from '../../src/core/problem.ts';

vi.mock('../../src/core/problem.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/core/problem.ts')>();
  class Problem extends original.Problem {
    constructor(facts: ProblemFacts, options?: { cause?: unknown }) {
      super(facts, options);
      const { code, says, next } = facts;
      appendFileSync(process.env.COLLECT_PROBLEMS ?? '', `${JSON.stringify({ code, says, next })}\n`);
    }
  }
  return { ...original, Problem };
});
