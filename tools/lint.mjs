// Runs Biome, the one tool for lint and format. Its platform binaries are depended on directly because the wrapper
// package lists platforms that not every registry mirror carries, and then `npm ci` refuses the lock file.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const version = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).optionalDependencies[
  '@biomejs/cli-linux-x64'
];
const write = process.argv.includes('--write');
const args = ['check', ...(write ? ['--write'] : []), '--error-on-warnings', '.'];

function findBinary() {
  const exe = process.platform === 'win32' ? 'biome.exe' : 'biome';
  try {
    return require.resolve(`@biomejs/cli-${process.platform}-${process.arch}/${exe}`);
  } catch {
    return undefined;
  }
}

const binary = findBinary();
const [command, commandArgs] = binary
  ? [binary, args]
  : [process.platform === 'win32' ? 'npx.cmd' : 'npx', ['--yes', `@biomejs/biome@${version}`, ...args]];
const result = spawnSync(command, commandArgs, { stdio: 'inherit' });
if (result.error) console.error(`lint: ${command} could not be started: ${result.error.message}`);
process.exit(result.status ?? 1);
