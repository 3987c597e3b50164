import { readFileSync, statfsSync } from 'node:fs';

const IN_MEMORY = '/dev/shm';
/** Room for some dozens of small databases and a gigabyte of a server's log. */
const FREE_BYTES_MIN = 4 * 1024 ** 3;

/**
 * The folder for the databases of tests; every user may enter it. In memory where there is room: PostgreSQL makes a thousand
 * files for each database, for which many disks need a second. A container often has a small one or forbids programs there.
 */
export const QUICK_FOLDER = isRoomy() ? IN_MEMORY : '/var/tmp';

function isRoomy(): boolean {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const options = mounts.map((line) => line.split(' ')).findLast(([, place]) => place === IN_MEMORY)?.[3];
    if (options === undefined || options.split(',').some((option) => option === 'noexec' || option === 'ro'))
      return false;
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= FREE_BYTES_MIN;
  } catch {
    return false;
  }
}
