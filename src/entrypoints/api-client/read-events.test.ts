import { expect, it } from 'vitest';
import { readEvents } from './read-events.ts';

it('events are read however their bytes come, and what is not of their form is passed over', async () => {
  const bytes = Buffer.from(
    'id: 1.2\nevent: hello\ndata: {}\n\nevent: entry\ndata: {"id": "é", "state": "posted"}\n\n: a comment\n\nevent: job\ndata: nothing\n\nevent: cut',
  );
  for (const size of [1, 7, bytes.length]) {
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    const read = [];
    for await (const event of readEvents(pieces)) read.push(event);
    expect(read).toEqual([
      { type: 'hello', id: '', state: '' },
      { type: 'entry', id: 'é', state: 'posted' },
      { type: 'job', id: '', state: '' },
    ]);
  }
});
