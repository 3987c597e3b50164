import {
  type CorrectionLinks,
  type EntryRecord,
  proveCorrections,
  type SettlementFile,
  type SettlementRecord,
} from '../../app/index.ts';
import { formatDocument, formatForPeople, sayProofs } from './format-entry.ts';
import type { Terminal } from './terminal.ts';

/** The files of a settlement that came with more than one content, and what was decided about each. */
export function sayFiles(terminal: Terminal, files: readonly SettlementFile[]): void {
  if (files.length < 2) return;
  terminal.say(`  ${files.length} files came for it:`);
  for (const { sha256, state, header, lineCount, receivedAt, origins, decision } of files) {
    const why = decision ? `, by ${decision.actor.name} at ${decision.at}: ${decision.why}` : '';
    terminal.say(
      `    ${sha256.slice(0, 12)}  ${state}, total ${formatForPeople(header.total)} ${header.currency} in ${lineCount} rows, received ${receivedAt} from ${origins.join(', ')}${why}`,
    );
  }
  terminal.say();
}

/** What holds because something of it was taken back; nothing while nothing was. */
export function sayCorrections(terminal: Terminal, record: SettlementRecord, entries: readonly EntryRecord[]): void {
  const proofs = proveCorrections(record.header, entries);
  if (proofs.length === 0) return;
  sayProofs(terminal, proofs);
  terminal.say();
}

/** Which entries it corrects, and which correct it. */
export function sayLinks(terminal: Terminal, record: EntryRecord, links: CorrectionLinks | undefined): void {
  for (const { entry, document } of links?.corrects ?? []) {
    terminal.say(`  corrects ${entry.postingKey}${document ? `, SAP document ${formatDocument(document)}` : ''}`);
  }
  const verb = record.state === 'reversed' ? 'corrected' : 'replaced';
  for (const { entry, state, document } of links?.correctedBy ?? []) {
    const booked = document ? `SAP document ${formatDocument(document)}` : state;
    terminal.say(`  ${verb} by ${entry.postingKey}, ${booked}`);
  }
}
