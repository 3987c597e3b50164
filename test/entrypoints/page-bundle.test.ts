/** What the build put into the page: packages with a reason, the languages and themes that are offered, and little before the first paint. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasPage } from '../../src/entrypoints/http/page-files.ts';
import type { BuiltPart } from '../../web/list-parts.ts';
import { dependencyFaults, readRoot, tableAfter } from '../tidy/document-checks.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const PAGE = join(DIST, 'web');
const KILO = 1_024;

/** What a browser has to have read, compressed, before it shows the first words, the sign-in page, and the overview; and in how many files. */
const BUDGET = {
  firstPaint: { bytes: 6 * KILO, files: 4 },
  signIn: { bytes: 190 * KILO, files: 14 },
  overview: { bytes: 330 * KILO, files: 45 },
};

type Parts = Readonly<Record<string, BuiltPart>>;

const parts: Parts = hasPage() ? JSON.parse(readFileSync(join(DIST, 'web-parts.json'), 'utf8')) : {};
const modules = (of: Parts = parts) => Object.values(of).flatMap((part) => Object.keys(part.modules));

function packagesIn(ids: readonly string[]): readonly string[] {
  const names = ids.flatMap((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Which of the files that the library has once for each language or theme came in. */
function variantsIn(ids: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(ids.flatMap((id) => pattern.exec(id)?.[1] ?? []))].sort();
}

/** The file and all that come with it. */
function withImports(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const other of parts[file]?.imports ?? []) withImports(other, found);
  return found;
}

function partOf(source: string): string {
  const file = Object.keys(parts).find((each) =>
    Object.keys(parts[each]!.modules).some((id) => id.endsWith(`/web/src/${source}`)),
  );
  if (!file) throw new Error(`${source} is in no file of the page`);
  return file;
}

/** As they are sent to a browser. */
function bytesOf(files: Iterable<string>): number {
  return [...files]
    .map((file) => join(PAGE, file))
    .map((path) => (existsSync(`${path}.br`) ? `${path}.br` : path))
    .reduce((sum, path) => sum + statSync(path).size, 0);
}

function expectWithin(budget: { readonly bytes: number; readonly files: number }, files: Iterable<string>): void {
  expect(bytesOf(files)).toBeLessThan(budget.bytes);
  expect([...files].length).toBeLessThanOrEqual(budget.files);
}

describe.skipIf(!hasPage())('the page as it was built', () => {
  it('holds no package without a reason in docs/dependencies.md, and every one that is named there', () => {
    const listed = tableAfter(readRoot('docs/dependencies.md'), '## In the page').flatMap(([cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    const found = packagesIn(modules());
    expect(found).toContain('react-dom');
    expect(dependencyFaults(listed, found)).toEqual([]);
  });

  it('has the words, months and colours of the languages and themes that are offered, and of no others', () => {
    const ids = modules();
    expect(variantsIn(ids, /messagebundle_(\w+)\.(?:json|properties)$/)).toEqual(['de']);
    expect(variantsIn(ids, /\/cldr\/(\w+)\.json$/)).toEqual(['de', 'en']);
    expect(variantsIn(ids, /\/themes\/(\w+)\/parameters-bundle/)).toEqual(['sap_horizon', 'sap_horizon_dark']);
  });

  it('control: another package and another language are found', () => {
    const ids = ['/x/node_modules/a/node_modules/@left/pad/index.js', '/x/assets/i18n/messagebundle_fr.json'];
    expect(packagesIn(ids)).toEqual(['@left/pad']);
    expect(variantsIn(ids, /messagebundle_(\w+)\.json$/)).toEqual(['fr']);
  });

  it('has no file that nothing leads to', () => {
    const reached = new Set<string>();
    const reach = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const other of [...(parts[file]?.imports ?? []), ...(parts[file]?.loads ?? [])]) reach(other);
    };
    for (const [file, part] of Object.entries(parts)) if (part.isEntry) reach(file);
    const texts = [...reached, 'index.html'].map((file) => readFileSync(join(PAGE, file), 'utf8')).join('\n');
    // Beside them lie those of the page before, for whoever has it open.
    const built = JSON.parse(readFileSync(join(DIST, 'built.json'), 'utf8')) as { parts: readonly string[] };
    const files = built.parts.map((part) => basename(part)).filter((file) => !/\.(gz|br)$/.test(file));
    // Fonts and pictures are named by what uses them.
    const lost = files.filter((file) => !reached.has(`assets/${file}`) && !texts.includes(file));
    expect(files.length).toBeGreaterThan(20);
    expect(lost).toEqual([]);
  });
});

describe.skipIf(!hasPage())('what has to arrive', () => {
  const html = hasPage() ? readFileSync(join(PAGE, 'index.html'), 'utf8') : '';
  const entry = Object.keys(parts).find((file) => parts[file]?.isEntry) ?? '';
  const styles = [...html.matchAll(/<link rel="stylesheet"[^>]* href="\/([^"]+)"/g)].map((match) => match[1] ?? '');

  it('before anything is painted is the page itself and its styles, and no script', () => {
    const blocking = [...html.matchAll(/<script(?![^>]*type="module")/g)];
    expect(blocking).toEqual([]);
    expect(styles.length).toBeGreaterThan(0);
    expectWithin(BUDGET.firstPaint, ['index.html', ...styles]);
  });

  it('before the sign-in page and the overview are drawn keeps within a budget', () => {
    const signIn = new Set([...withImports(entry), ...styles]);
    const overview = new Set([
      ...signIn,
      ...withImports(partOf('signed-in.tsx')),
      ...withImports(partOf('pages/overview.tsx')),
    ]);
    expectWithin(BUDGET.signIn, signIn);
    expectWithin(BUDGET.overview, overview);
    // control: what is counted is more than the budget of less.
    expect(() => expectWithin(BUDGET.firstPaint, signIn)).toThrow();
    expect(() => expectWithin(BUDGET.signIn, overview)).toThrow();
  });
});
