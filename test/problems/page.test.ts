/** Problems of the page: its port, its host, and a line that an entry does not have. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPage, type TestPage } from '../entrypoints/test-page.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { addConnection, entry, line, postingKey, proposalOf, propose, receive } from '../store/samples.ts';

const KEY = postingKey(1);

let test: TestBooks;
let page: TestPage;

beforeAll(async () => {
  test = await openTestBooks();
  const connection = await addConnection(test.books);
  const settlement = await receive(test.books, connection, '100000000001');
  await propose(test.books, settlement, proposalOf([entry(KEY, [line(100n), line(-100n)])]));
  page = await startTestPage(test);
});

afterAll(async () => {
  await page.close();
  await test.close();
});

function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject).end();
  });
}

describe('the page', () => {
  it('PORT_IN_USE: a port that is taken is named, with another to try', async () => {
    const port = Number(new URL(page.url).port);
    await expect(startTestPage(test, { port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      says: `Port ${port} is taken by another program.`,
      next: expect.stringContaining('seller-ledger start --port'),
    });
  });

  it.each(['3', '0'])('ENTRY_LINE_UNKNOWN: an entry of two lines has no line %s', async (number) => {
    const { status, body } = await get(`/api/v1/entries/${KEY}/lines/${number}/rows`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'ENTRY_LINE_UNKNOWN', status: 404, detail: expect.stringContaining('2 lines') });
  });

  it.each(['-1', 'x', '1.5'])('QUERY_INVALID: %s is no number of a line', async (number) => {
    const { status, body } = await get(`/api/v1/entries/${KEY}/lines/${number}/rows`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'QUERY_INVALID', fields: [{ path: 'line' }] });
    expect(JSON.stringify(body)).not.toContain('NaN');
  });

  it('HOST_REFUSED: a name of another site that points to this machine gets nothing', async () => {
    expect(await get('/api/v1/overview', { host: 'books.example.com' })).toMatchObject({
      status: 421,
      body: { code: 'HOST_REFUSED' },
    });
    expect(await get('/api/v1/overview', { host: 'localhost' })).toMatchObject({ status: 200 });
  });
});
