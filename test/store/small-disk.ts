import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no space at all. */
  fill(): void;
  /** Takes away again what `fill` has put there. */
  empty(): void;
  remove(): void;
}

/**
 * A disk of some hundred kilobytes in memory. Only root may make one, and not in every container: then `undefined`, and what it
 * shows is not shown there.
 */
export function smallDisk(folder: string, kilobytes = 256): SmallDisk | undefined {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder]);
  if (mounted.status !== 0) return undefined;
  return {
    folder,
    fill: () => {
      const file = openSync(join(folder, 'filling'), 'a');
      try {
        for (;;) writeSync(file, Buffer.alloc(4_096));
      } catch {
        closeSync(file);
      }
    },
    empty: () => rmSync(join(folder, 'filling'), { force: true }),
    remove: () => void spawnSync('umount', ['-l', folder]),
  };
}
