import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { withPreviewFile } from '../../src/entrypoints/preview-file.ts';

const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`seller-ledger-preview-${process.pid}-`));

async function contentOf(body: Readable, facts: { tableName?: string; tableBytes?: number } = {}): Promise<string> {
  return withPreviewFile(body, { name: 'file', ...facts }, async ({ source }) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.open()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  });
}

describe('a file that somebody tries', () => {
  it('can be read more than once while it is worked on, and is gone afterwards', async () => {
    const read = await withPreviewFile(
      Readable.from([Buffer.from('ab'), Buffer.from('c')]),
      { name: 'f' },
      async (it) => {
        expect(left()).toHaveLength(1);
        const texts: string[] = [];
        for (let time = 0; time < 2; time += 1) for await (const chunk of it.source.open()) texts.push(String(chunk));
        return texts.join('');
      },
    );
    expect(read).toBe('abcabc');
    expect(left()).toEqual([]);
  });

  it('is gone as well when the work fails', async () => {
    const work = withPreviewFile(Readable.from([Buffer.from('x')]), { name: 'f' }, () =>
      Promise.reject(new Error('no')),
    );
    await expect(work).rejects.toThrow('no');
    expect(left()).toEqual([]);
  });

  it('PREVIEW_TOO_LARGE: more bytes than are taken are refused', async () => {
    const body = Readable.from([Buffer.alloc(6), Buffer.alloc(6)]);
    const work = withPreviewFile(body, { name: 'f', bytesMax: 10 }, async () => 'read');
    await expect(work).rejects.toMatchObject({ code: 'PREVIEW_TOO_LARGE' });
    expect(left()).toEqual([]);
  });

  it('PREVIEW_EMPTY: a table alone is no file', async () => {
    const facts = { tableName: 't.yaml', tableBytes: 3 };
    await expect(contentOf(Readable.from([Buffer.from('abc')]), facts)).rejects.toMatchObject({
      code: 'PREVIEW_EMPTY',
    });
  });
});
