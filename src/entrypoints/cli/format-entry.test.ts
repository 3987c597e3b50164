import { expect, it } from 'vitest';
import { goodEntry, line } from '../../app/simulation/simulation.fixture.ts';
import { groupThousands, sayEntry, sayProofs } from './format-entry.ts';
import { createTerminal } from './terminal.ts';

function said(say: (terminal: ReturnType<typeof createTerminal>) => void): string[] {
  let text = '';
  const stream = { write: (part: string) => (text += part) };
  say(createTerminal({ out: stream, err: stream }, { isJson: false, noColor: true }));
  return text.trimEnd().split('\n');
}

it('the lines of an entry are numbered as findings name them, and one that is not sent says so', () => {
  const entry = goodEntry({ lines: [line({ minor: 0n }), line({ minor: 5n }), line({ minor: -5n })] });
  const [, , ...lines] = said((terminal) => sayEntry(terminal, entry, ''));
  expect(lines.map((each) => each.trim().split(/ +/)[0])).toEqual(['1', '2', '3']);
  expect(lines.map((each) => each.includes('(not sent)'))).toEqual([true, false, false]);
});

it('amounts of proofs are written and aligned like all others', () => {
  const proof = { name: 'lines-sum', ok: true, expected: '', says: 'x' };
  const lines = said((terminal) =>
    sayProofs(terminal, [
      { ...proof, actual: '15058.69' },
      { ...proof, actual: '9.00' },
    ] as never),
  );
  expect(lines[0]).toContain('15,058.69   x');
  expect(lines[1]).toContain('     9.00   x');
});

it.each([
  ['-1234567.5', '-1,234,567.5'],
  ['123', '123'],
  ['12345 rows', '12345 rows'],
])('%s is written %s', (text, written) => {
  expect(groupThousands(text)).toBe(written);
});
