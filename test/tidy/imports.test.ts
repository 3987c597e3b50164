import { describe, expect, it } from 'vitest';
import { IMPORT_TABLE, importsOf, violationsOf } from './import-table.ts';
import { listFiles } from './source-files.ts';

const files = [...listFiles('src', ['.ts']), ...listFiles('sim', ['.ts'])];

describe('the import table', () => {
  it('holds for every file of src and sim', () => {
    const imports = files
      .filter((file) => !file.path.endsWith('.test.ts'))
      .flatMap((file) => importsOf(file.path, file.text));
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
    expect(violationsOf(imports)).toEqual([]);
  });

  it('knows every module that exists', () => {
    const modules = new Set(
      files.map((file) => (file.path.startsWith('sim/') ? 'sim' : file.path.split('/').slice(0, 2).join('/'))),
    );
    expect([...modules].sort()).toEqual(Object.keys(IMPORT_TABLE).sort());
  });

  it('control: a planted import from the simulator into the mapping is found', () => {
    const planted = importsOf('sim/sap/world.ts', "import { OWN_MEANINGS } from '../../src/mapping/index.ts';");
    expect(violationsOf(planted)).toHaveLength(1);
  });

  it('control: a value import where only types are allowed is found, a type import is not', () => {
    const value = importsOf('src/sap/x.ts', "import { assertMove } from '../app/index.ts';");
    const type = importsOf('src/sap/x.ts', "import type { PostOutcome } from '../app/index.ts';");
    expect(violationsOf(value)).toHaveLength(1);
    expect(violationsOf(type)).toEqual([]);
  });

  it('control: reaching past a module index is found', () => {
    expect(violationsOf(importsOf('src/app/x.ts', "import { a } from '../core/money.ts';"))).toHaveLength(1);
  });
});
