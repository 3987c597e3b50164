/**
 * The architecture: which module may import which. `types` may be imported with `import type` only.
 * Changing it needs a decision record (docs/decisions).
 */
export const IMPORT_TABLE: Readonly<Record<string, { values: readonly string[]; types: readonly string[] }>> = {
  'src/core': { values: [], types: [] },
  'src/ledger': { values: ['src/core'], types: [] },
  'src/mapping': { values: ['src/core', 'src/ledger'], types: [] },
  'src/amazon': { values: ['src/core', 'src/mapping'], types: ['src/app'] },
  'src/sap': { values: ['src/core', 'src/ledger'], types: ['src/app'] },
  'src/store': { values: ['src/core', 'src/ledger', 'src/mapping'], types: ['src/app', 'src/jobs'] },
  'src/jobs': { values: ['src/core'], types: [] },
  'src/app': { values: ['src/core', 'src/ledger', 'src/mapping', 'src/jobs'], types: [] },
  'src/entrypoints': {
    values: [
      'src/core',
      'src/ledger',
      'src/mapping',
      'src/amazon',
      'src/sap',
      'src/store',
      'src/jobs',
      'src/app',
      'sim',
    ],
    types: [],
  },
  sim: { values: ['src/core'], types: [] },
};

export interface ModuleImport {
  readonly from: string;
  readonly target: string;
  readonly isTypeOnly: boolean;
}

export function moduleOf(path: string): string | undefined {
  if (path.startsWith('sim/')) return 'sim';
  const match = /^src\/[^/]+/.exec(path);
  return match?.[0];
}

/** Every relative import of a file, resolved to a path below the repository root. */
export function importsOf(path: string, text: string): ModuleImport[] {
  const found: ModuleImport[] = [];
  const pattern =
    /(import|export)\s+(type\s+)?([^'";]*?)\s*from\s*'([^']+)'|import\s*\(\s*'([^']+)'\s*\)|import\s*'([^']+)'/g;
  for (const match of text.matchAll(pattern)) {
    const target = match[4] ?? match[5] ?? match[6] ?? '';
    if (!target.startsWith('.')) continue;
    const names = match[3] ?? '';
    const members =
      /\{([^}]*)\}/
        .exec(names)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const isTypeOnly =
      match[2] !== undefined || (members.length > 0 && members.every((name) => name.trim().startsWith('type ')));
    found.push({ from: path, target: new URL(target, `file:///${path}`).pathname.slice(1), isTypeOnly });
  }
  return found;
}

/** Sentences about imports that the table does not allow. */
export function violationsOf(imports: readonly ModuleImport[]): string[] {
  return imports.flatMap(({ from, target, isTypeOnly }) => {
    const source = moduleOf(from);
    const goal = moduleOf(target);
    if (!source) return [];
    if (!goal) return [`${from} imports ${target}, which is outside src and sim`];
    if (source === goal) return [];
    const row = IMPORT_TABLE[source];
    if (!row) return [`${from} is in ${source}, which the import table does not know`];
    const isAllowed = row.values.includes(goal) || (isTypeOnly && row.types.includes(goal));
    if (!isAllowed) return [`${from} imports ${isTypeOnly ? 'types of ' : ''}${goal}, which ${source} must not know`];
    if (goal !== 'sim' && target !== `${goal}/index.ts`)
      return [`${from} reaches into ${target}: use ${goal}/index.ts`];
    return [];
  });
}
