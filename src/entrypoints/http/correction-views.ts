import type { CorrectionLinks, EntryRecord, SettlementFile } from '../../app/index.ts';
import { formatInstant, formatMoney } from '../../core/index.ts';

/** The JSON forms of corrections and of the files of a settlement. */

export function fileView({ sha256, state, header, lineCount, receivedAt, origins, decision }: SettlementFile) {
  return {
    sha256,
    state,
    startTime: formatInstant(header.startAt),
    endTime: formatInstant(header.endAt),
    currency: header.currency,
    totalAmount: formatMoney(header.total),
    lineCount,
    receivedAt,
    origins,
    decision: decision && {
      actor: decision.actor.name,
      at: decision.at,
      why: decision.why,
      reason: decision.reason,
      postingDate: decision.postingDate,
    },
  };
}

/** Which entries this one corrects, and which correct it, each by its posting key. */
export function linkView(links: CorrectionLinks | undefined) {
  return {
    corrects: (links?.corrects ?? []).map(linkedEntry),
    correctedBy: (links?.correctedBy ?? []).map(linkedEntry),
  };
}

function linkedEntry({ entry, state, document }: EntryRecord) {
  return { postingKey: entry.postingKey, state, document };
}
