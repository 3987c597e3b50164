/** Closed months in the store: in their order, opened again from the last, each with its audit event, and never changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/app/index.ts';
import { parseYearMonth } from '../../src/core/index.ts';
import type { CompanyCode } from '../../src/ledger/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { ANNA, addConnection, problemCode } from './samples.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

function change(connection: Connection, month: string, companyCodes = ['1710', '1720']) {
  return {
    connectionId: connection.id,
    companyCodes: companyCodes as CompanyCode[],
    month: parseYearMonth(month),
    actor: ANNA,
    why: `because of ${month}`,
  };
}

describe('closed months', () => {
  it('are those of each company code, with who, when and why, and an audit event for each closing', async () => {
    const { books } = test;
    const connection = await addConnection(books);
    expect(await books.closedMonths(connection.id)).toEqual({});
    await books.closeMonth(change(connection, '2026-09', ['1710']));
    await books.closeMonth(change(connection, '2026-10'));
    expect(await books.closedMonths(connection.id)).toEqual({ '1710': '2026-10', '1720': '2026-10' });
    expect(await books.listClosedPeriods(connection.id)).toMatchObject([
      { companyCode: '1710', month: '2026-09', closedBy: ANNA, why: 'because of 2026-09', reopened: null },
      { companyCode: '1710', month: '2026-10' },
      { companyCode: '1720', month: '2026-10' },
    ]);
    const events = await books.listEvents({ subject: `connection/${connection.id}` });
    const closings = events.filter(({ action }) => action === 'period.close');
    expect(closings).toMatchObject([
      { why: 'because of 2026-09', after: { month: '2026-09', companyCodes: ['1710'] } },
      {
        before: { closedThrough: { '1710': '2026-09' } },
        after: { closedThrough: { '1710': '2026-10', '1720': '2026-10' } },
      },
    ]);
  });

  it('have no gap, and closing one again changes nothing', async () => {
    const { books } = test;
    const connection = await addConnection(books);
    await books.closeMonth(change(connection, '2026-09'));
    expect(await problemCode(books.closeMonth(change(connection, '2026-11')))).toBe('PERIOD_NOT_NEXT');
    await books.closeMonth(change(connection, '2026-09'));
    await books.closeMonth(change(connection, '2026-08'));
    expect(await books.listClosedPeriods(connection.id)).toHaveLength(2);
    const events = await books.listEvents({ subject: `connection/${connection.id}` });
    expect(events.filter(({ action }) => action === 'period.close')).toHaveLength(1);
  });

  it('are opened again from the last one only, and both stay on record', async () => {
    const { books } = test;
    const connection = await addConnection(books);
    await books.closeMonth(change(connection, '2026-09'));
    await books.closeMonth(change(connection, '2026-10'));
    expect(await problemCode(books.reopenMonth(change(connection, '2026-09')))).toBe('PERIOD_NOT_LAST_CLOSED');
    await books.reopenMonth(change(connection, '2026-10', ['1710']));
    expect(await books.closedMonths(connection.id)).toEqual({ '1710': '2026-09', '1720': '2026-10' });
    await books.closeMonth(change(connection, '2026-10', ['1710']));
    const all = await books.listClosedPeriods(connection.id, { withReopened: true });
    expect(all.filter(({ companyCode }) => companyCode === '1710')).toMatchObject([
      { month: '2026-09', reopened: null },
      { month: '2026-10', reopened: { by: ANNA, why: 'because of 2026-10' } },
      { month: '2026-10', reopened: null },
    ]);
    expect(await problemCode(books.reopenMonth(change(connection, '2026-10', ['1810'])))).toBe(
      'PERIOD_NOT_LAST_CLOSED',
    );
  });

  it('are never changed or removed, whoever asks the database', async () => {
    const { books, database } = test;
    const connection = await addConnection(books);
    await books.closeMonth(change(connection, '2026-09', ['1710']));
    for (const statement of [
      `update closed_period set month = '2026-08' where connection_id = '${connection.id}'`,
      `delete from closed_period where connection_id = '${connection.id}'`,
      'truncate closed_period',
    ]) {
      await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '23001' });
    }
  });
});
