import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenDatabaseOptions } from '../../src/store/index.ts';
import type { ChildTask } from './child.ts';
import { compiled } from './compiled.ts';
import { isRoot, testOptions } from './database.ts';
import { QUICK_FOLDER } from './quick-folder.ts';
import { realClock } from './real-clock.ts';

export interface Child {
  readonly pid: number;
  /** The line it printed when it had done its task or failed. */
  readonly answer: { readonly done?: string; readonly code?: string; readonly says?: string; readonly place?: string };
  kill(): Promise<void>;
}

const NOBODY = { uid: 65534, gid: 65534 };

/** A process of its own that opens the database; `as` an unprivileged user when we are root. */
export function launchChild(task: ChildTask, as?: 'nobody'): { process: ChildProcess; ready: Promise<Child> } {
  const child = spawn(process.execPath, [compiled('test/store/child.ts'), JSON.stringify(task)], {
    ...(as && isRoot ? NOBODY : {}),
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<Child>((resolve, reject) => {
    let out = '';
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const end = out.indexOf('\n');
      if (end < 0) return;
      resolve({
        pid: child.pid ?? 0,
        answer: JSON.parse(out.slice(0, end)),
        kill: () => {
          child.kill('SIGKILL');
          return ended;
        },
      });
    });
    child.once('exit', (code, signal) => reject(new Error(`the child ended (${code ?? signal}) with: ${errors}`)));
  });
  ready.catch(() => {});
  return { process: child, ready };
}

export function startChild(task: ChildTask, as?: 'nobody'): Promise<Child> {
  return launchChild(task, as).ready;
}

/** A new empty home that every user may enter, or that only `nobody` may. */
export function newHome(owner?: 'nobody'): string {
  const home = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-home-`);
  chmodSync(home, owner ? 0o700 : 0o755);
  if (owner && isRoot) chownSync(home, NOBODY.uid, NOBODY.gid);
  return home;
}

/** Options for a server of its own in this home, which stops one second after its last client. */
export async function serverOptions(home: string): Promise<OpenDatabaseOptions> {
  return { ...(await testOptions()), home, idleStopMs: 1_000 };
}

export function taskOf(options: OpenDatabaseOptions, then: ChildTask['then']): ChildTask {
  const { processes: _processes, clock: _clock, log: _log, ...plain } = options;
  return { options: plain, then };
}

/** Waits for a state, for at most a minute. */
export async function waitFor<Result>(what: string, look: () => Promise<Result | undefined | false>): Promise<Result> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await realClock.sleep(20);
  }
  throw new Error(`waited a minute in vain for: ${what}`);
}

/** Processes with this text in their command line, by /proc. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const command = readFileSync(join('/proc', name, 'cmdline'), 'utf8')
        .replaceAll('\0', ' ')
        .trim();
      return command.includes(text) && Number(name) !== process.pid ? [{ pid: Number(name), command }] : [];
    } catch {
      return [];
    }
  });
}

/** Without the copies of itself that a postmaster forks, which carry its command line until they name themselves. */
export function postmastersOf(home: string): { pid: number; command: string }[] {
  const found = processesWith(home).filter(({ command }) => /bin\/postgres -D/.test(command));
  return found.filter(({ pid }) => !found.some((other) => other.pid === parentOf(pid)));
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

export const supervisorsOf = (home: string) =>
  processesWith(home).filter(({ command }) => /postgres-supervisor\.js \S+ \d+$/.test(command));
