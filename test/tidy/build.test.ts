/** A build is made when it is needed, and takes nothing away from a service that runs or from a page that is open. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digestOfSources, installBuild, isBuilt } from '../../tools/build.mjs';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { readRoot } from './document-checks.ts';

const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-build-`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(root: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return root;
}

/** A build whose page has one part, named by its content. */
const pageOf = (name: string) => ({
  'src/main.js': `program ${name}`,
  'web/index.html': `<script src="/assets/${name}.js">`,
  [`web/assets/${name}.js`]: `part ${name}`,
});

/** Puts a build of that name in place, and gives what was wrong in between. */
function install(dist: string, name: string, sources = name): string[] {
  const faults: string[] = [];
  const isFirst = !existsSync(dist);
  const check = () => {
    if (!existsSync(join(dist, 'web/index.html'))) return faults.push('no page');
    const named = /assets\/[\w.]+/.exec(readFileSync(join(dist, 'web/index.html'), 'utf8'))?.[0] ?? '';
    return existsSync(join(dist, 'web', named)) || faults.push(`no ${named}`);
  };
  const move = (from: string, to: string) => {
    renameSync(from, to);
    if (!isFirst) check();
  };
  installBuild(write(join(folder, `stage-${name}`), pageOf(name)), dist, { sources, move });
  check();
  return faults;
}

describe('a build', () => {
  it('is made anew when a source changes its content, its name or goes, and not when it is only written again', () => {
    const root = write(join(folder, 'tree'), { 'src/a.ts': 'a', 'src/b.ts': 'b', 'package.json': '{}' });
    const dist = join(root, 'dist');
    expect(isBuilt(root), 'never built').toBe(false);
    installBuild(write(join(root, 'stage'), pageOf('tree')), dist, { sources: digestOfSources(root) });
    expect(isBuilt(root)).toBe(true);

    write(root, { 'src/a.ts': 'a', 'src/a.test.ts': 'a test is in no build' });
    expect(isBuilt(root)).toBe(true);

    write(root, { 'src/a.ts': 'other' });
    expect(isBuilt(root), 'other content').toBe(false);
    write(root, { 'src/a.ts': 'a' });
    renameSync(join(root, 'src/b.ts'), join(root, 'src/c.ts'));
    expect(isBuilt(root), 'other name').toBe(false);
    rmSync(join(root, 'src/c.ts'));
    expect(isBuilt(root), 'gone').toBe(false);
    write(root, { 'src/b.ts': 'b' });
    expect(isBuilt(root), 'control: all as it was').toBe(true);
    rmSync(dist, { recursive: true });
    expect(isBuilt(root), 'dist was deleted').toBe(false);
  });

  it('leaves at no moment a page that is not there or names a part that is not there', () => {
    const dist = join(folder, 'moments');
    expect(['one', 'two', 'three'].flatMap((name) => install(dist, name))).toEqual([]);
    expect(readFileSync(join(dist, 'src/main.js'), 'utf8')).toBe('program three');
  });

  it('keeps the parts of the page before for whoever has it open, and no older ones', () => {
    const dist = join(folder, 'kept');
    const has = (name: string) => existsSync(join(dist, `web/assets/${name}.js`));
    install(dist, 'one');
    install(dist, 'two');
    expect([has('one'), has('two')]).toEqual([true, true]);
    install(dist, 'two', 'only the program changed');
    expect(has('one'), 'the same page again').toBe(true);
    install(dist, 'three');
    expect([has('one'), has('two'), has('three')]).toEqual([false, true, true]);
  });

  it('that was broken off is no build to go by', () => {
    const root = write(join(folder, 'broken'), { 'src/a.ts': 'a' });
    const dist = join(root, 'dist');
    const sources = digestOfSources(root);
    installBuild(write(join(root, 'stage'), pageOf('one')), dist, { sources });
    const breakOff = () => {
      throw new Error('killed');
    };
    const again = write(join(root, 'stage'), pageOf('two'));
    expect(() => installBuild(again, dist, { sources, move: breakOff })).toThrow('killed');
    expect(isBuilt(root)).toBe(false);
  });

  it('is looked for by the commands of a clone, which do not build what is built', () => {
    const { scripts } = JSON.parse(readRoot('package.json')) as { scripts: Record<string, string> };
    expect(scripts.prestart).toBe('node tools/build.mjs --when-needed');
    expect(scripts.cli).toMatch(/^node tools\/build\.mjs --when-needed && /);
  });
});
