import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';

/** One run of one process. The start time tells it from a later process with the same id. */
export interface ProcessIdentity {
  /** Machine, its boot and its process id space: ids mean something only within one of these. */
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string | null;
}

/** `elsewhere`: on another machine or in another container, where nothing can be known from here. */
export type ProcessState = 'alive' | 'dead' | 'elsewhere';

/** What can be known about processes of this machine. */
export interface ProcessTable {
  readonly self: ProcessIdentity;
  stateOf(process: ProcessIdentity): Promise<ProcessState>;
}

/** Reads `/proc` where there is one (Linux), otherwise asks `ps` (macOS). */
export async function readProcessTable(input: { pid: number; hostName: string }): Promise<ProcessTable> {
  const self = { host: await hostIdentity(input.hostName), pid: input.pid, startedAt: await startOf(input.pid) };
  return {
    self,
    async stateOf(process) {
      if (process.host !== self.host) return 'elsewhere';
      const startedAt = await startOf(process.pid);
      return startedAt !== null && (process.startedAt === null || startedAt === process.startedAt) ? 'alive' : 'dead';
    },
  };
}

async function hostIdentity(hostName: string): Promise<string> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  const pidSpace = await readlink('/proc/self/ns/pid').catch(() => '');
  return [hostName, bootId.trim().slice(0, 8), pidSpace.replace(/\D/g, '')].filter((part) => part !== '').join('/');
}

/** `null` when no such process runs. A process that ended and was not yet collected by its parent does not run. */
async function startOf(pid: number): Promise<string | null> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses, which may hold anything; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return (await readFile('/proc/self/stat', 'utf8').catch(() => null)) === null ? startByPs(pid) : null;
  }
}

function startByPs(pid: number): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], (error, stdout) => {
      const line = stdout.trim();
      resolve(error || line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, ''));
    });
  });
}
