/** What a database keeps of what a connection may have in SAP, so that a comparison asks for all of it. */
import { expect, it } from 'vitest';
import { sha256Of } from '../../src/core/index.ts';
import type { CompanyCode } from '../../src/ledger/index.ts';
import { openTestBooks } from './database.ts';
import { ANNA, addConnection, entry, line, postingKey, proposalOf, propose, receive, SYSTEM_ACTOR } from './samples.ts';

const mapping = (mappingText: string) => ({ mappingText, mappingSha256: sha256Of(mappingText) });
const entryIn = (companyCode: string, number: number) => ({
  ...entry(postingKey(number), [line(100n), line(-100n)]),
  companyCode: companyCode as CompanyCode,
});

it('keeps the account table of a proposal that is gone with its entries, and when a document of a predecessor was found', async () => {
  const { books, close } = await openTestBooks();
  try {
    const connection = await addConnection(books);
    const settlement = await receive(books, connection, '1000001');
    await propose(books, settlement, proposalOf([entryIn('1710', 1)], mapping('former table')));
    const { key } = settlement;
    await books.moveSettlement({ key, from: 'proposed', to: 'received', actor: ANNA, why: 'another table' });
    await propose(books, settlement, proposalOf([entryIn('1720', 2)], mapping('newer table')));
    // control: nothing of another connection is among it.
    const other = await addConnection(books);
    await propose(
      books,
      await receive(books, other, '1000002'),
      proposalOf([entryIn('1010', 3)], mapping('of another')),
    );
    const past = await books.pastOf(connection.id);
    expect([...past.mappingTexts].sort()).toEqual(['former table', 'newer table']);
    expect(past).toMatchObject({ companyCodes: ['1720'], foundInSapAt: null });

    const [record] = await books.listEntries({ originKey: key });
    const found = await books.moveEntry({
      id: record!.id,
      from: 'proposed',
      to: 'posted',
      actor: SYSTEM_ACTOR,
      why: 'its document is in SAP',
      document: { companyCode: '1720' as CompanyCode, fiscalYear: '2026', sapDocumentNumber: '1900000001' },
      approvedDigest: record!.digest,
      isFoundInSap: true,
    });
    expect((await books.pastOf(connection.id)).foundInSapAt).toBe(found.updatedAt);
  } finally {
    await close();
  }
});
