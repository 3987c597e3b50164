import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, '.cache', 'store-test');
const FOLDERS = ['src/core', 'src/ledger', 'src/store', 'src/store/embedded', 'test/store'];
const ENTRIES = ['src/entrypoints/postgres-supervisor.ts', 'test/store/child.ts'];

/**
 * Compiles what child processes of the tests run, once per state of the sources: Node 20 does not run TypeScript. Returns
 * the path of an entry's JavaScript.
 */
export function compiled(entry: (typeof ENTRIES)[number]): string {
  const directory = join(CACHE, sourceDigest());
  if (!existsSync(directory)) compileInto(directory);
  return join(directory, entry.replace(/\.ts$/, '.js'));
}

function compileInto(directory: string): void {
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  const project = join(draft, 'tsconfig.json');
  const options = { noCheck: true, outDir: draft, rootDir: ROOT, sourceMap: false };
  const files = ENTRIES.map((entry) => join(ROOT, entry));
  writeFileSync(
    project,
    JSON.stringify({ extends: join(ROOT, 'tsconfig.build.json'), compilerOptions: options, include: [], files }),
  );
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'pipe' });
  // Temporary folders are closed to others, but some children run as another user.
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, directory);
  } catch (error) {
    // Another test process compiled the same sources first.
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
}

function sourceDigest(): string {
  const digest = createHash('sha256');
  for (const folder of FOLDERS) {
    for (const name of readdirSync(join(ROOT, folder)).sort()) {
      if (name.endsWith('.ts') && !name.endsWith('.test.ts')) digest.update(readFileSync(join(ROOT, folder, name)));
    }
  }
  for (const entry of ENTRIES) digest.update(readFileSync(join(ROOT, entry)));
  return digest.digest('hex').slice(0, 16);
}
