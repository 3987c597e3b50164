import { expect, it } from 'vitest';
import { attachment } from './send-file.ts';

it.each([
  ['journal-shop-2026-10.xlsx', 'attachment; filename="journal-shop-2026-10.xlsx"'],
  ['a"; filename=evil.exe', 'attachment; filename="a-; filename=evil.exe"'],
  ['../../etc/passwd', 'attachment; filename="-..-etc-passwd"'],
  ['a\r\nset-cookie: x=1.csv', 'attachment; filename="a-set-cookie- x=1.csv"'],
  ['Größe (EU).csv', `attachment; filename="Gr__e (EU).csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%28EU%29.csv`],
  ['100%25.csv', `attachment; filename="100_25.csv"; filename*=UTF-8''100%2525.csv`],
  ['a\ud800\u202egpj.exe', 'attachment; filename="a-gpj.exe"'],
  ['店.pdf', `attachment; filename="_.pdf"; filename*=UTF-8''%E5%BA%97.pdf`],
  ['...', 'attachment; filename="file"'],
])('a file named %j is offered under a name that is safe everywhere', (name, header) => {
  expect(attachment(name)).toBe(header);
});

it('the name of a file keeps its ending however long it is', () => {
  expect(attachment(`${'x'.repeat(500)}.xlsx`)).toMatch(/^attachment; filename="x{145}\.xlsx"$/);
});
