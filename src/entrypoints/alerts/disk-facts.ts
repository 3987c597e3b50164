import { statfs } from 'node:fs/promises';
import type { AlertFacts } from '../../app/index.ts';

export interface DiskFacts {
  readonly disks: AlertFacts['disks'];
  /** Every folder that there is was seen; where there is none, nothing is left to tell. Where several machines share the work, another one may see more. */
  readonly isWhole: boolean;
}

/** The room where the database and the backups lie. A folder that this machine does not have, or may not look at, is left out. */
export async function lookAtDisks(
  folders: Readonly<Record<AlertFacts['disks'][number]['holds'], string | null>>,
): Promise<DiskFacts> {
  const disks: AlertFacts['disks'][number][] = [];
  let isWhole = true;
  for (const holds of ['database', 'backups'] as const) {
    const folder = folders[holds];
    if (folder === null) continue;
    try {
      const { bavail, bsize } = await statfs(folder);
      disks.push({ holds, folder, freeBytes: bavail * bsize });
    } catch {
      isWhole = false;
    }
  }
  return { disks, isWhole };
}
