/**
 * The image, judged by its Dockerfile. No container engine runs here, so nothing shows that it builds; what can be run of it, the
 * list of files and the command, is run.
 */
import { execFileSync } from 'node:child_process';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { readCommandTree } from '../tidy/command-tree.ts';
import { commandFault, readRoot } from '../tidy/document-checks.ts';
import { ROOT } from '../tidy/source-files.ts';
import { packageJson } from './images.ts';

const text = readRoot('deploy/Dockerfile');

interface Step {
  readonly keyword: string;
  readonly words: string;
}

/** Instructions in order, with lines joined, and which stage each belongs to. */
function stepsOf(dockerfile: string): Step[][] {
  const stages: Step[][] = [[]];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') stages.push([]);
    // The range, because the parser's own text of the arguments leaves flags such as --from out.
    const { start, end } = instruction.getRange();
    const written = dockerfile
      .split('\n')
      .slice(start.line, end.line + 1)
      .join('\n');
    const words = written
      .replace(/^\w+ /, '')
      .replace(/\\\n\s*/g, ' ')
      .replace(/\s+/g, ' ');
    stages.at(-1)?.push({ keyword, words });
  }
  return stages;
}

const SECRET = /(PASSWORD|SECRET|TOKEN|_KEY|DATABASE_URL)\s*=/i;

/** What is wrong with an image, by rules that a linter of containers would know. */
function faultsOf(dockerfile: string): string[] {
  const stages = stepsOf(dockerfile);
  const globals = stages[0] ?? [];
  const image = globals.find(({ keyword }) => keyword === 'ARG')?.words.replace(/^NODE_IMAGE=/, '') ?? '';
  const bases = stages
    .slice(1)
    .map(([from]) => (from?.words ?? '').replace(/^\$\{NODE_IMAGE\}/, image).split(' ')[0] ?? '');
  const final = stages.at(-1) ?? [];
  const all = stages.flat();
  const wordsOf = (keyword: string) => final.filter((step) => step.keyword === keyword).map(({ words }) => words);
  const [build = []] = stages.slice(1);
  const at = (pattern: RegExp) => build.findIndex(({ keyword, words }) => pattern.test(`${keyword} ${words}`));
  const rules: [string, boolean][] = [
    [
      'each base has a whole version',
      bases.length > 1 && bases.every((base) => /^[\w./-]+:\d+\.\d+\.\d+-[\w.-]+$/.test(base)),
    ],
    ['the last user is no root, in numbers', /^[1-9]\d*:[1-9]\d*$/.test(wordsOf('USER').at(-1) ?? '')],
    [
      'dependencies are installed before the source is copied',
      at(/^COPY package\.json/) >= 0 &&
        at(/^COPY package\.json/) < at(/^RUN npm ci/) &&
        at(/^RUN npm ci/) < at(/^COPY \. /),
    ],
    ['dependencies come from the lock file', !all.some(({ words }) => /npm (install|i)\b/.test(words))],
    ['what only the build needs stays there', at(/npm prune --omit=dev/) > at(/npm run build/)],
    ['the last stage copies from the build only', wordsOf('COPY').every((words) => words.startsWith('--from=build '))],
    ['nothing is fetched by address', !all.some(({ keyword, words }) => keyword === 'ADD' || /curl|wget/.test(words))],
    ['no secret is in it', !all.some(({ keyword, words }) => /^(ENV|ARG)$/.test(keyword) && SECRET.test(words))],
    [
      'commands are lists, so that signals arrive',
      [...wordsOf('ENTRYPOINT'), ...wordsOf('CMD')].every((words) => words.startsWith('[')),
    ],
    [
      'its health is asked for without a shell',
      wordsOf('HEALTHCHECK').length === 1 &&
        /CMD \["node", "-e", .*\/health\/live/.test(wordsOf('HEALTHCHECK')[0] ?? ''),
    ],
    [
      'it says what it is',
      ['title', 'version', 'revision', 'licenses'].every((name) =>
        wordsOf('LABEL').join(' ').includes(`org.opencontainers.image.${name}=`),
      ),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

describe('deploy/Dockerfile', () => {
  it('is a Dockerfile without anything that its language warns of', () => {
    expect(validate(text).map(({ message }) => message)).toEqual([]);
  });

  it('keeps the rules of an image', () => {
    expect(faultsOf(text)).toEqual([]);
  });

  it('control: each rule is broken by something', () => {
    const broken: readonly (readonly [string, string])[] = [
      ['node:24.21.0-bookworm-slim', 'node:24'],
      ['USER 10001:10001', 'USER root'],
      ['RUN npm ci --no-audit --no-fund', 'RUN npm install'],
      ['COPY --from=build /app /app', 'COPY . /app'],
      ['NODE_ENV=production', 'NODE_ENV=production SAP_PASSWORD=x'],
      ['CMD ["start"', 'CMD start ["x"'],
      ['CMD ["node", "-e"', 'CMD curl ["node"'],
      ['npm prune --omit=dev', 'npm ls'],
      ['org.opencontainers.image.revision', 'revision'],
      ['COPY package.json package-lock.json ./\n', ''],
    ];
    for (const [part, other] of broken) expect(faultsOf(text.replace(part, other)), other).not.toEqual([]);
    expect(validate(text.replace('STOPSIGNAL', 'STOPSIGNALS'))).not.toEqual([]);
  });

  it('runs on a Node that the program asks for, and carries its version', () => {
    const [, major = ''] = /node:(\d+)\./.exec(text) ?? [];
    const [, least = ''] = /^>=(\d+)\./.exec(packageJson.engines.node) ?? [];
    expect(Number(major)).toBeGreaterThanOrEqual(Number(least));
    expect(/^ARG VERSION=(.+)$/m.exec(text)?.[1]).toBe(packageJson.version);
  });

  it('starts a program that exists, by a command that exists', async () => {
    const listOf = (keyword: string) =>
      JSON.parse(new RegExp(`^${keyword} (\\[.*\\])$`, 'm').exec(text)?.[1] ?? '[]') as string[];
    const main = listOf('ENTRYPOINT')[1]?.replace('/app/', '');
    expect(Object.values((JSON.parse(readRoot('package.json')) as { bin: object }).bin)).toContain(main);
    expect(commandFault(listOf('CMD').join(' '), await readCommandTree())).toBeUndefined();
  });
});

describe('.dockerignore', () => {
  const lines = readRoot('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  /** As Docker reads them: a double star is any folders, a star is any part of a name, a folder is all that is in it. */
  const patterns = lines.map((line) => {
    const parts = line.split('**/').map((part) => part.replaceAll('.', '\\.').replaceAll('*', '[^/]*'));
    return new RegExp(`^${parts.join('(?:.*/)?')}(?:/.*)?$`);
  });
  const isIgnored = (path: string) => patterns.some((pattern) => pattern.test(path));

  it('keeps secrets, history and what is built elsewhere out of the image', () => {
    for (const path of [
      '.git/config',
      '.env',
      '.env.local',
      'node_modules/pg/index.js',
      'dist/x.js',
      'vault.key',
      'deploy/secrets/vault-key',
      'a/b/tls.pem',
      'books.backup',
      'src/core/money.test.ts',
    ]) {
      expect(isIgnored(path), path).toBe(true);
    }
  });

  it('control: and nothing that the release holds', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const parsed = JSON.parse(listed) as
      | { files: { path: string }[] }[]
      | Record<string, { files: { path: string }[] }>;
    const [pack] = Array.isArray(parsed) ? parsed : Object.values(parsed);
    const sources = (pack?.files ?? []).map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
    expect(sources).toContain('src/store/migrations/0001-audit.sql');
    expect(sources.filter(isIgnored)).toEqual([]);
  });
});
