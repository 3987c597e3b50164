import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/slowest-first.ts';

/** Files that have a process to themselves: they change what others load, or are about processes and their environment. */
const ALONE = [
  'test/{e2e,kill}/**/*.test.ts',
  'test/entrypoints/{jobs,many-connections,nameless-user,open-connection,service,telemetry}*.test.ts',
  'test/problems/{process,start}.test.ts',
  // Memory is measured there.
  'test/store/{backup,evidence}.test.ts',
  'test/store/{embedded,places}.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What comes true comes true later on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    setupFiles: process.env.COLLECT_PROBLEMS ? ['test/problems/collect.ts'] : [],
    // By default a machine of two cores would use one of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: SlowestFirst },
    // By their names: the ones alone first, so that none of these long ones is left for the end.
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{src,sim,test}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          // These change nothing that others see: what one has loaded, the next one need not load again.
          isolate: false,
        },
      },
    ],
  },
});
