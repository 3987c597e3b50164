// Builds the program and its page beside the build that is in use, and then puts the files in their place one by one, so that a
// service that runs, and a page that is open, find theirs at every moment. With `--when-needed` it does so only when a source
// is another one than the last build was made of, and with `--anew`, for a package, nothing of earlier builds is left.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a build is made of. */
const SOURCES = ['src', 'sim', 'web', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
const NOT_BUILT = /\.(test|fixture)\.tsx?$|\.sql$/;
/** What the last build was made of, and the parts of its page and of the page before; without it the build is not there. */
const STAMP = 'built.json';
/** Whose names change with their content. A page that was opened before a build loads those of its own. */
const HASHED = `web${sep}assets${sep}`;
/** What names the others: they are there before it is. */
const NAMING = /^web[\\/]index\.html/;
/** Beside `dist` and as deep, so that source maps find their sources from where they end up. */
const STAGE = 'dist.stage-';

/** A digest of everything that a build is made of. */
export function digestOfSources(root) {
  const digest = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    for (const file of statSync(path).isDirectory() ? filesBelow(path) : ['']) {
      if (NOT_BUILT.test(file)) continue;
      digest
        .update(`${source}/${file}\0`)
        .update(readFileSync(join(path, file)))
        .update('\0');
    }
  }
  return digest.digest('hex');
}

/** Whether what was built last is what would be built now. */
export function isBuilt(root) {
  return readStamp(join(root, 'dist')).sources === digestOfSources(root);
}

/**
 * Puts what was built in `stage` in its place in `dist`. No file is away or half written meanwhile; the hashed parts of the page
 * that was there before stay, and go with the build after this one.
 */
export function installBuild(stage, dist, { sources, move = renameSync }) {
  const stamp = readStamp(dist);
  const there = stamp.parts ?? partsOf(dist);
  // Until everything is in its place it is no build to go by.
  rmSync(join(dist, STAMP), { force: true });
  const files = filesBelow(stage).sort((a, b) => Number(NAMING.test(a)) - Number(NAMING.test(b)));
  for (const file of files) {
    const target = join(dist, file);
    if (hasSameContent(join(stage, file), target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    move(join(stage, file), target);
  }
  const parts = files.filter((file) => file.startsWith(HASHED));
  const isSamePage = parts.join() === there.join();
  const before = isSamePage ? (stamp.before ?? []) : there;
  const kept = new Set([...parts, ...before]);
  for (const file of partsOf(dist)) if (!kept.has(file)) rmSync(join(dist, file));
  writeFileSync(join(dist, STAMP), JSON.stringify({ sources, parts, before }));
}

function partsOf(dist) {
  return filesBelow(join(dist, HASHED)).map((file) => join(HASHED, file));
}

function readStamp(dist) {
  try {
    return JSON.parse(readFileSync(join(dist, STAMP), 'utf8'));
  } catch {
    return {};
  }
}

function hasSameContent(one, other) {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

/** In one order, whatever the file system's. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length)
        .replace(/^[\\/]/, ''),
    )
    .sort();
}

function build(root) {
  const sources = digestOfSources(root);
  const dist = join(root, 'dist');
  const stage = join(root, `${STAGE}${process.pid}`);
  removeLeftStages(root);
  try {
    run(root, 'typescript', 'tsc', ['-p', 'tsconfig.build.json', '--outDir', stage]);
    run(root, 'vite', 'vite', [
      'build',
      ...['--config', 'web/vite.config.ts', '--logLevel', 'warn', '--outDir', join(stage, 'web'), '--emptyOutDir'],
    ]);
    installBuild(stage, dist, { sources });
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Of builds that were killed. */
function removeLeftStages(root) {
  for (const name of readdirSync(root)) {
    const isLeft = name.startsWith(STAGE) && !isAlive(Number(name.slice(STAGE.length)));
    if (isLeft) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(root, packageName, program, args) {
  const manifest = createRequire(join(root, 'package.json')).resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const script = join(dirname(manifest), bin[program]);
  // Standard output belongs to the command that is run afterwards.
  const { status, error } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['inherit', 2, 2] });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
  if (process.argv.includes('--anew')) rmSync(join(root, 'dist'), { recursive: true, force: true });
  if (!process.argv.includes('--when-needed')) build(root);
  else if (!isBuilt(root)) {
    console.error('building the program and its page, which takes half a minute');
    build(root);
  }
}
