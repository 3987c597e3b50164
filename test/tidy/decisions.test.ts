import { describe, expect, it } from 'vitest';
import { listFiles, type SourceFile } from './source-files.ts';

const records = listFiles('docs/decisions', ['.md']).sort((a, b) => (a.path < b.path ? -1 : 1));

/** Sentences about records that break the form. */
function faultsOf(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }, index) => {
    const number = String(index + 1).padStart(4, '0');
    const faults: string[] = [];
    if (!new RegExp(`^docs/decisions/${number}-[a-z0-9-]+\\.md$`).test(path))
      faults.push(`${path} is not number ${number}`);
    if (!text.startsWith(`# ${number} `)) faults.push(`${path} has no title with its number`);
    const status = /^Status: (.+)$/m.exec(text)?.[1] ?? '';
    const successor = /^superseded by \[(\d{4})\]\((\d{4}-[a-z0-9-]+\.md)\)$/.exec(status)?.[2];
    const isSuperseded = files.some((file) => file.path === `docs/decisions/${successor}`);
    if (status !== 'accepted' && !isSuperseded) faults.push(`${path} has status "${status}"`);
    if (!/^## Decision$/m.test(text)) faults.push(`${path} decides nothing`);
    return faults;
  });
}

describe('docs/decisions', () => {
  it('numbers every record once and without a gap, with title, status and decision', () => {
    expect(records.length).toBeGreaterThan(10);
    expect(faultsOf(records)).toEqual([]);
  });

  it('control: a number that is used twice, a gap and an unknown status are found', () => {
    const record = (name: string, status = 'accepted') => ({
      path: `docs/decisions/${name}.md`,
      text: `# ${name.slice(0, 4)} Title\n\nStatus: ${status}\n\n## Decision\nYes.\n`,
    });
    expect(faultsOf([record('0001-a'), record('0002-b')])).toEqual([]);
    expect(faultsOf([record('0001-a'), record('0001-b')])).not.toEqual([]);
    expect(faultsOf([record('0001-a'), record('0003-b')])).not.toEqual([]);
    expect(faultsOf([record('0001-a', 'maybe')])).toHaveLength(1);
    expect(faultsOf([record('0001-a', 'superseded by [0002](0002-b.md)'), record('0002-b')])).toEqual([]);
    expect(faultsOf([record('0001-a', 'superseded by [0009](0009-c.md)')])).toHaveLength(1);
  });
});
