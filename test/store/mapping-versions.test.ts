import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingInUse } from '../../src/app/index.ts';
import { type LocalDate, sha256Of } from '../../src/core/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, problemCode } from './samples.ts';

const BERT = { kind: 'user', name: 'bert' } as const;
const NO_CHANGES = { added: 0, removed: 0, changed: 0 };

let test: TestBooks;
let connectionId: Awaited<ReturnType<typeof addConnection>>['id'];
beforeAll(async () => {
  test = await openTestBooks();
  connectionId = (await addConnection(test.books)).id;
});
afterAll(() => test.close());

const toRecord = (after: number, text: string, isApproved = true) => ({
  connectionId,
  after,
  name: 'mine.yaml',
  text,
  validFrom: after === 1 ? ('2027-01-01' as LocalDate) : null,
  author: ANNA,
  reason: `after ${after}`,
  isApproved,
  changes: NO_CHANGES,
});

describe('versions of an account table', () => {
  it('a connection without one gets its first when it is used, once, also when two use it at the same time', async () => {
    const first = { name: 'file.yaml', text: 'text: one' };
    const asked = [1, 2, 3].map(() => mappingInUse(test.books, { id: connectionId }, first));
    const found = await Promise.all(asked);
    expect(new Set(found.map(({ number }) => number))).toEqual(new Set([1]));
    const versions = await test.books.listMappings(connectionId);
    expect(versions).toMatchObject([
      { number: 1, name: 'file.yaml', sha256: sha256Of('text: one'), author: { kind: 'system' } },
    ]);
    // control: what the connection began with is not asked for again.
    expect(await mappingInUse(test.books, { id: connectionId }, { name: 'x', text: 'other' })).toMatchObject({
      number: 1,
      text: 'text: one',
    });
  });

  it('reads back as it was recorded, and the newest approved one is in use', async () => {
    const recorded = await test.books.recordMapping(toRecord(1, 'text: two'));
    expect(recorded).toMatchObject({ number: 2, validFrom: '2027-01-01', author: ANNA, reason: 'after 1' });
    expect(recorded.approval).toMatchObject({ actor: ANNA, reason: 'after 1' });
    await test.books.recordMapping(toRecord(2, 'text: three', false));
    expect(await test.books.findMappingInUse(connectionId)).toEqual({ ...recorded, text: 'text: two' });
    expect(await test.books.findMapping(connectionId, 3)).toMatchObject({ text: 'text: three', approval: null });
    expect(await test.books.findMapping(connectionId, 9)).toBeUndefined();
  });

  it('MAPPING_MOVED: who has not seen the newest version records none', async () => {
    expect(await problemCode(test.books.recordMapping(toRecord(2, 'text: four')))).toBe('MAPPING_MOVED');
    expect(await test.books.listMappings(connectionId)).toHaveLength(3);
  });

  it('is approved once, and never after a later one is in use', async () => {
    const approval = { connectionId, number: 3, actor: BERT, reason: 'checked' };
    expect(await test.books.approveMapping(approval)).toMatchObject({ approval: { actor: BERT, reason: 'checked' } });
    expect(await problemCode(test.books.approveMapping(approval))).toBe('MAPPING_MOVED');
    await test.books.recordMapping(toRecord(3, 'text: four', false));
    await test.books.recordMapping(toRecord(4, 'text: five'));
    expect(await problemCode(test.books.approveMapping({ ...approval, number: 4 }))).toBe('MAPPING_MOVED');
    expect((await test.books.findMappingInUse(connectionId))?.number).toBe(5);
  });

  it('each is an audit event with its author, its reason and its digest', async () => {
    const events = await test.books.listEvents({ subject: `connection/${connectionId}` });
    const mapping = events.filter(({ action }) => action.startsWith('mapping.'));
    expect(mapping.map(({ action, why, after }) => [action, why, after?.version])).toEqual([
      ['mapping.record', 'the account table that the connection began with', 1],
      ['mapping.record', 'after 1', 2],
      ['mapping.record', 'after 2', 3],
      ['mapping.approve', 'checked', 3],
      ['mapping.record', 'after 3', 4],
      ['mapping.record', 'after 4', 5],
    ]);
    expect(mapping[1]?.after).toMatchObject({ mapping: sha256Of('text: two'), isApproved: true, changes: NO_CHANGES });
  });

  it.each([
    ['changed', "update mapping_version set reason = 'other' where number = 2"],
    ['approved twice', "update mapping_version set approval_reason = 'other' where number = 2"],
    ['removed', 'delete from mapping_version where number = 4'],
    ['given another text', "update mapping_text set text = 'other'"],
    ['emptied', 'truncate mapping_version'],
  ])('the schema refuses that one is %s', async (_, statement) => {
    await expect(test.database.pool.query(statement)).rejects.toThrow();
    expect(await test.books.listMappings(connectionId)).toHaveLength(5);
  });
});
