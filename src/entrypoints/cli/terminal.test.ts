import { describe, expect, it } from 'vitest';
import { Problem } from '../../core/index.ts';
import { formatTable } from './table.ts';
import { createTerminal, legible, sayProblem, showInvisible } from './terminal.ts';

describe('text from a file on a terminal', () => {
  it('cannot move the cursor: what cannot be seen is written out', () => {
    expect(legible('\u001b[2J\u0007red\u009b')).toBe('\\u001b[2J\\u0007red\\u009b');
    expect(legible('\u200bOrder\u202e')).toBe('\\u200bOrder\\u202e');
    expect(showInvisible('Add a row for \u001b]0;x')).toBe('Add a row for \\u001b]0;x');
  });

  it('is cut by characters, so that no half of one is left', () => {
    const cut = legible('🍵'.repeat(30_000));
    expect([...cut]).toHaveLength(80);
    expect(cut.endsWith('🍵…')).toBe(true);
  });

  it('control: letters of any script stay as they are', () => {
    for (const text of ['Gebühr für Größe', '手数料', 'رسوم', 'x'.repeat(80)]) expect(legible(text)).toBe(text);
  });
});

describe('a table', () => {
  // A file with one unknown word per row ended in "Maximum call stack size exceeded".
  it('has as many rows as there are', () => {
    const rows = Array.from({ length: 200_000 }, (_, index) => String(index));
    const lines = formatTable(rows, [{ title: 'n', value: (row) => row, align: 'right' }]);
    expect([lines.length, lines[0], lines[1]]).toEqual([200_001, '     n', '     0']);
  });
});

describe('a terminal', () => {
  const open = (isTTY: boolean, options: { isJson?: boolean; noColor?: boolean } = {}) => {
    const text = { out: '', err: '' };
    const streamOf = (name: 'out' | 'err') => ({
      isTTY,
      columns: 60,
      write: (chunk: string) => {
        text[name] += chunk;
      },
    });
    const terminal = createTerminal(
      { out: streamOf('out'), err: streamOf('err') },
      { isJson: false, noColor: false, nowMs: () => 0, ...options },
    );
    return { terminal, text };
  };
  const problem = new Problem({ code: 'X', kind: 'invalid', says: 'It is wrong.', next: 'Mend it.' });

  it('shows how far a work has come, on standard error and in one line, and takes the line away again', () => {
    const { terminal, text } = open(true);
    terminal.progress('table audit_event', { done: 1, of: 4 });
    expect(text.err).toBe('\r\u001b[2K[#####---------------]  25 % table audit_event');
    terminal.say('done');
    expect(text.err.endsWith('\r\u001b[2K')).toBe(true);
    expect(text.out).toBe('done\n');
  });

  it('shows no progress where nobody watches: in a pipe and with --json', () => {
    for (const { terminal, text } of [open(false), open(true, { isJson: true })]) {
      terminal.progress('working', { done: 1, of: 2 });
      terminal.endProgress();
      expect(text).toEqual({ out: '', err: '' });
    }
  });

  it('paints on a terminal only, and not where colours are not wanted', () => {
    expect(open(true).terminal.paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    for (const { terminal } of [open(false), open(true, { noColor: true }), open(true, { isJson: true })]) {
      expect([terminal.paint('red', 'x'), terminal.paintNote('red', 'x')]).toEqual(['x', 'x']);
    }
  });

  it('says a problem in its four parts, with the command where nothing else says where', () => {
    const { terminal, text } = open(false);
    sayProblem(terminal, problem, { command: 'seller-ledger entries show' });
    expect(text).toEqual({
      out: '',
      err: 'Problem X (invalid)\n  where  seller-ledger entries show\n  what   It is wrong.\n  next   Mend it.\n',
    });
  });

  it('says a problem as JSON on both streams, and prints no second document', () => {
    const { terminal, text } = open(false, { isJson: true });
    terminal.json({ found: 1 });
    sayProblem(terminal, problem);
    expect(JSON.parse(text.out)).toEqual({ found: 1 });
    expect(JSON.parse(text.err)).toEqual({ problem: problem.toJSON() });
    const first = open(false, { isJson: true });
    sayProblem(first.terminal, problem);
    expect(JSON.parse(first.text.out)).toEqual({ problem: problem.toJSON() });
  });
});
