import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

/** Files that change nothing that others see: what one has loaded, the next one need not load again. */
const PURE = ['src/**/*.test.ts', 'sim/**/*.test.ts', 'test/{app,contract,golden,property,shipping,tidy}/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    setupFiles: process.env.COLLECT_PROBLEMS ? ['test/problems/collect.ts'] : [],
    // By default a machine of two cores would use one of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...PURE] },
      },
    ],
  },
});
