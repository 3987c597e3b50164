import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'vite';

/** One file of the page that was built. */
export interface BuiltPart {
  /** Where its content comes from, with bytes of each; what is left out by the build is not in it. */
  readonly modules: Readonly<Record<string, number>>;
  /** Files that come with it. */
  readonly imports: readonly string[];
  /** Files that it loads when they are needed. */
  readonly loads: readonly string[];
  readonly isEntry: boolean;
}

/** Writes down beside the page (`web-parts.json`) what each of its files was made of, so that a test can say that nothing came in unasked. */
export function listParts(): Plugin {
  let path = '';
  return {
    name: 'list-parts',
    apply: 'build',
    configResolved({ root, build }) {
      path = `${resolve(root, build.outDir)}-parts.json`;
    },
    writeBundle(_options, bundle) {
      const parts: Record<string, BuiltPart> = {};
      for (const [file, output] of Object.entries(bundle)) {
        parts[file] =
          output.type === 'chunk'
            ? {
                modules: Object.fromEntries(
                  Object.entries(output.modules)
                    .map(([id, { renderedLength }]): [string, number] => [id, renderedLength])
                    .filter(([, bytes]) => bytes > 0),
                ),
                imports: [...output.imports, ...(output.viteMetadata?.importedCss ?? [])],
                loads: output.dynamicImports,
                isEntry: output.isEntry,
              }
            : {
                modules: Object.fromEntries(output.originalFileNames.map((name) => [name, output.source.length])),
                imports: [],
                loads: [],
                isEntry: false,
              };
      }
      writeFileSync(path, JSON.stringify(parts, null, 1));
    },
  };
}
