import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, SettlementReportListing } from '../../src/app/index.ts';
import { Problem, type Sha256 } from '../../src/core/index.ts';
import { openTestBooks, type TestBooks } from './database.ts';
import { addConnection, bytesOf, problemCode } from './samples.ts';

let test: TestBooks;
let connection: Connection;
let sha256: Sha256;
beforeAll(async () => {
  test = await openTestBooks();
  connection = await addConnection(test.books);
  ({ sha256 } = await store('report'));
});
afterAll(() => test.close());

const store = (text: string) =>
  test.books.putEvidence(bytesOf(text), { origin: 'amazon', contentType: null, headers: {} });

const listing = (reportId: string, reportDocumentId: string): SettlementReportListing => ({
  reportId,
  reportDocumentId,
  createdAt: '2026-11-01T04:05:06+00:00',
  periodStart: null,
  periodEnd: '2026-10-31T00:00:00+00:00',
  marketplaceIds: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'],
});

it('a document that was never downloaded to the end is not found', async () => {
  expect(await test.books.findReportDocument(connection.id, 'none')).toBeUndefined();
});

it('recording a document again replaces its problem and adds the new listing', async () => {
  const problem = new Problem({
    code: 'COLUMN_MISSING',
    kind: 'invalid',
    says: 'Column amount is missing \u0000.',
    next: 'Look at the file.',
    where: { row: 1, column: 'amount' },
    data: 'a\tb',
  });
  await test.books.recordReportDocument({
    connectionId: connection.id,
    reportDocumentId: 'd1',
    listing: listing('r1', 'd1'),
    sha256,
    problem: problem.toJSON(),
  });
  expect(await test.books.findReportDocument(connection.id, 'd1')).toMatchObject({
    sha256,
    problem: problem.toJSON(),
  });
  const again = {
    connectionId: connection.id,
    reportDocumentId: 'd1',
    listing: listing('r2', 'd1'),
    sha256,
    problem: null,
  };
  await test.books.recordReportDocument(again);
  await test.books.recordReportDocument(again);
  const documents = await test.books.listReportDocuments(connection.id);
  expect(documents).toMatchObject([{ reportDocumentId: 'd1', problem: null }]);
  const { rows } = await test.database.pool.query('select report_id, marketplace_ids from report_listing order by 1');
  expect(rows).toEqual([
    { report_id: 'r1', marketplace_ids: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'] },
    { report_id: 'r2', marketplace_ids: ['A1PA6795UKMFR9', 'A13V1IB3VIYZZH'] },
  ]);
});

it('other bytes under the same document id are refused and the first stay', async () => {
  const first = {
    connectionId: connection.id,
    reportDocumentId: 'd3',
    listing: listing('r3', 'd3'),
    sha256,
    problem: null,
  };
  await test.books.recordReportDocument(first);
  const other = await store('other bytes');
  expect(await problemCode(test.books.recordReportDocument({ ...first, sha256: other.sha256 }))).toBe(
    'REPORT_DOCUMENT_CHANGED',
  );
  expect(await test.books.findReportDocument(connection.id, 'd3')).toMatchObject({ sha256 });
});

it('a document that could not be read may be fetched again, and its new bytes take the place of the damaged ones', async () => {
  const problem = { code: 'FILE_DAMAGED', kind: 'invalid' as const, says: 'Cut off.', next: 'Fetch it again.' };
  const damaged = {
    connectionId: connection.id,
    reportDocumentId: 'd4',
    listing: listing('r4', 'd4'),
    sha256,
    problem,
  };
  await test.books.recordReportDocument(damaged);
  const whole = await store('the whole document');
  await test.books.recordReportDocument({ ...damaged, sha256: whole.sha256, problem: null });
  expect(await test.books.findReportDocument(connection.id, 'd4')).toMatchObject({
    sha256: whole.sha256,
    problem: null,
  });
});
