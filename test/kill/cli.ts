import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../dist/src/entrypoints/cli/main.js', import.meta.url));

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The compiled program as a process of its own, as a user starts it. */
export function startCli(args: readonly string[], environment: Record<string, string>): ChildProcess {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build`);
  return spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function collect(child: ChildProcess): Promise<CliResult> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, out, err }));
  });
}

export function runCli(args: readonly string[], environment: Record<string, string>): Promise<CliResult> {
  return collect(startCli(args, environment));
}

/** The first whole JSON document that a process prints on standard output. */
export function firstJson<Value>(child: ChildProcess): Promise<Value> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text) as Value);
      } catch {
        // Not whole yet.
      }
    });
    child.once('close', (code) => reject(new Error(`the process ended with ${code} before it printed JSON: ${text}`)));
  });
}
