import type * as mapping from '../src/mapping/index.ts';

/** The whole guide, from the exports of `src/mapping` and the text of the template. */
export function renderMappingGuide(
  tables: Pick<typeof mapping, 'LINE_GROUPS' | 'VOCABULARY' | 'lineKindFacts' | 'lineKinds' | 'readAccountTable'>,
  templateText: string,
): string;
