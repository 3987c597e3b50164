import type { SectionShape } from './account-table-rows.ts';
import { orderCells, type TableCells, type TableContent, tableSections } from './table-content.ts';

/** What YAML reads back as the same text without quotation marks, also inside braces. */
const PLAIN = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._/%()+&–’'-]*[\p{L}\p{N}.%)_/-])?$/u;

/** One row as it stands in a table: `{ kind: referral-fee, marketplace: any, glAccount: 65000000 }`. */
export function printTableRow(section: SectionShape, cells: TableCells): string {
  const parts = [...orderCells(section, cells)].map(([column, text]) => `${column}: ${printText(text)}`);
  return `{ ${parts.join(', ')} }`;
}

function printText(text: string): string {
  // A text in double quotes is written alike in JSON and in YAML.
  return PLAIN.test(text) ? text : JSON.stringify(text);
}

/** The whole table, without comments. An empty section that may be missing is left out. */
export function printTable(content: TableContent): string {
  const sections = tableSections().flatMap((section) => {
    const rows = content.get(section.name) ?? [];
    if (rows.length === 0) return section.mayBeAbsent ? [] : [`${section.name}: []\n`];
    return [`${section.name}:\n${rows.map((cells) => `  - ${printTableRow(section, cells)}\n`).join('')}`];
  });
  return sections.join('\n');
}
