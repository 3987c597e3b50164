import { describe, expect, it } from 'vitest';
import { codeOf, listFiles, type SourceFile } from './source-files.ts';

const FILE_LINES_MAX = 500;

const source = [...listFiles('src', ['.ts']), ...listFiles('sim', ['.ts'])];
const production = source.filter((file) => !file.path.endsWith('.test.ts'));
const written = [...source, ...listFiles('test', ['.ts']), ...listFiles('web', ['.ts', '.tsx', '.html', '.css'])];

function findIn(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    codeOf(file.text)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

const outsideEntrypoints = production.filter(
  (file) => file.path.startsWith('src/') && !file.path.startsWith('src/entrypoints/'),
);

describe('the shape of the code', () => {
  it(`keeps every file at ${FILE_LINES_MAX} lines or fewer`, () => {
    const long = written.filter((file) => file.text.split('\n').length > FILE_LINES_MAX).map((file) => file.path);
    expect(written.length).toBeGreaterThan(60);
    expect(long).toEqual([]);
  });

  it('takes time and chance only through ports outside the entry points', () => {
    expect(
      findIn(outsideEntrypoints, /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(/),
    ).toEqual([]);
  });

  it('touches the process only in the entry points', () => {
    expect(findIn(outsideEntrypoints, /\bprocess\.(env|argv|exit|stdout|stderr|on)\b|\bconsole\./)).toEqual([]);
  });

  it('keeps the simulators free of wall-clock chance', () => {
    const sim = production.filter((file) => file.path.startsWith('sim/'));
    expect(findIn(sim, /\bMath\.random\(/)).toEqual([]);
  });

  it('holds money in no binary float', () => {
    const books = production.filter((file) => /^src\/(core|ledger|mapping|app)\//.test(file.path));
    expect(findIn(books, /parseFloat\(|\.toFixed\(/)).toEqual([]);
  });

  it('uses Amazon column names only in the Amazon folder', () => {
    const elsewhere = production.filter((file) => file.path.startsWith('src/') && !file.path.startsWith('src/amazon/'));
    expect(findIn(elsewhere, /'amount-description'|'amount-type'|'transaction-type'|'posted-date/)).toEqual([]);
  });

  it('uses SAP field names only in the SAP folder', () => {
    const elsewhere = production.filter((file) => file.path.startsWith('src/') && !file.path.startsWith('src/sap/'));
    expect(findIn(elsewhere, /AmountInTransactionCurrency|DebitCreditCode|DocumentReferenceID\b/)).toEqual([]);
  });

  it('has no default export, no unfinished mark and no switched-off test', () => {
    // The builder of the page takes its configuration in no other form.
    const ours = written.filter(({ path }) => path !== 'web/vite.config.ts');
    expect(findIn(ours, /^export default /)).toEqual([]);
    expect(findIn(written, /\b(it|describe|test)\.(only|skip)\(/)).toEqual([]);
    const marks = written
      .filter((file) => /\b(TODO|FIXME)\b/.test(file.text) && !file.path.includes('code-shape'))
      .map((file) => file.path);
    expect(marks).toEqual([]);
  });

  it('control: each rule finds a planted violation', () => {
    const planted = (text: string): SourceFile[] => [{ path: 'src/app/planted.ts', text }];
    expect(findIn(planted('const t = Date.now();'), /\bDate\.now\(/)).toHaveLength(1);
    expect(findIn(planted('process.env.X'), /\bprocess\.(env|argv|exit|stdout|stderr|on)\b/)).toHaveLength(1);
    expect(findIn(planted('// Date.now() is banned'), /\bDate\.now\(/)).toEqual([]);
  });
});
