/** How the page's files are sent: compressed once, kept where their names change, asked for anew where they do not. */
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPage } from '../../src/entrypoints/http/page-files.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startTestPage, type TestPage } from './test-page.ts';

let test: TestBooks;
let page: TestPage;

beforeAll(async () => {
  test = await openTestBooks();
  page = await startTestPage(test);
});
afterAll(async () => {
  await page.close();
  await test.close();
});

interface File {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

function get(path: string, headers: Record<string, string> = {}): Promise<File> {
  const { port } = new URL(page.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      );
    });
    sent.on('error', reject).end();
  });
}

describe.skipIf(!hasPage())('files of the page', () => {
  it('with their content in the name are kept for ever, and sent compressed as the build made them', async () => {
    const index = (await get('/')).bytes.toString();
    const asset = /src="(\/assets\/[^"]+\.js)"/.exec(index)?.[1] ?? '';
    const plain = await get(asset);
    const brotli = await get(asset, { 'accept-encoding': 'gzip, br' });
    const gzip = await get(asset, { 'accept-encoding': 'gzip' });
    for (const { status, headers } of [plain, brotli, gzip]) {
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
    }
    expect([plain, brotli, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect(brotliDecompressSync(brotli.bytes).equals(plain.bytes)).toBe(true);
    expect(gunzipSync(gzip.bytes).equals(plain.bytes)).toBe(true);
    expect(brotli.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });

  it.each(['/', '/settlements/7', '/index.html'])(
    '%s is asked for anew, and not sent again while it is the same',
    async (path) => {
      const first = await get(path);
      expect(first.headers['cache-control']).toBe('no-cache');
      const again = await get(path, { 'if-none-match': String(first.headers.etag) });
      expect({ status: again.status, length: again.bytes.length }).toEqual({ status: 304, length: 0 });
    },
  );

  it('control: an answer of the API is in no cache', async () => {
    expect((await get('/api/v1/about')).headers['cache-control']).toBe('no-store');
  });
});
