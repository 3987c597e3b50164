import { uuidFromName } from '../../src/core/index.ts';
import type { JournalEntry } from '../../src/ledger/index.ts';
import type { AccountTable } from '../../src/mapping/index.ts';
import { encodeJournalEntry } from '../../src/sap/encode-entry.ts';
import { serviceOfRelease } from '../../src/sap/service-definition.ts';

/** The messages of a settlement's entries, as they travel. */
export function renderMessages(entries: readonly JournalEntry[], table: AccountTable): string {
  const messages = entries.map((entry) =>
    encodeJournalEntry(
      {
        entry,
        messageId: entry.postingKey,
        messageUuid: uuidFromName(`golden/message/${entry.postingKey}`),
        entryMessageUuid: uuidFromName(`golden/entry/${entry.postingKey}`),
        createdAt: '2026-11-23T07:00:00Z',
      },
      {
        createdByUser: 'AMZ_POST',
        taxDirectionOf: (taxCode) => table.taxDirection(taxCode),
        service: serviceOfRelease('2024'),
      },
    ),
  );
  return `${messages.join('\n\n')}\n`;
}
