import type { EntryWithLinks } from '../http/contract/entries.ts';
import type { SettlementFile } from '../http/contract/settlements.ts';
import { formatDocument, groupThousands } from './format-entry.ts';
import type { Terminal } from './terminal.ts';

/** The files of a settlement that came with more than one content, and what was decided about each. */
export function sayFiles(terminal: Terminal, files: readonly SettlementFile[]): void {
  if (files.length < 2) return;
  terminal.say(`  ${files.length} files came for it:`);
  for (const { sha256, state, totalAmount, currency, lineCount, receivedAt, origins, decision } of files) {
    const why = decision ? `, by ${decision.actor} at ${decision.at}: ${decision.why}` : '';
    terminal.say(
      `    ${sha256.slice(0, 12)}  ${state}, total ${groupThousands(totalAmount)} ${currency} in ${lineCount} rows, received ${receivedAt} from ${origins.join(', ')}${why}`,
    );
  }
  terminal.say();
}

/** Which entries it corrects, and which correct it. */
export function sayLinks(
  terminal: Terminal,
  { state: own, corrects, correctedBy }: Pick<EntryWithLinks, 'state' | 'corrects' | 'correctedBy'>,
): void {
  for (const { postingKey, document } of corrects) {
    terminal.say(`  corrects ${postingKey}${document ? `, SAP document ${formatDocument(document)}` : ''}`);
  }
  const verb = own === 'reversed' ? 'corrected' : 'replaced';
  for (const { postingKey, state, document } of correctedBy) {
    const booked = document ? `SAP document ${formatDocument(document)}` : state;
    terminal.say(`  ${verb} by ${postingKey}, ${booked}`);
  }
}
