import { type ProblemFacts, type ProgressShare, toProblem } from '../../core/index.ts';
import type { AccountTable, Proposal, SettlementId } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { SettlementRecord } from '../ports.ts';
import { evaluateRecord, whatMayChange } from '../propose-settlement.ts';
import { addUpMoves, type BookingMove, compareBookings } from './compare-bookings.ts';

/** What another account table would make of one settlement. */
export interface SettlementImpact {
  readonly settlementId: SettlementId;
  /** `open`: the change would be booked. `booked`: it is in SAP, or on its way, and stays as it is. */
  readonly state: 'open' | 'booked';
  /**
   * `moves`: amounts stand elsewhere. `texts`: the entries differ, but no amount stands elsewhere. `leaves-quarantine`,
   * `enters-quarantine`; `other-quarantine`: it stays there, for other reasons.
   */
  readonly change: 'none' | 'moves' | 'texts' | 'leaves-quarantine' | 'enters-quarantine' | 'other-quarantine';
  /** Why it would be in quarantine, where it would. */
  readonly reasons: readonly string[];
  readonly moves: readonly BookingMove[];
}

/** What a change of the account table would come to. */
export interface MappingImpact {
  readonly settlements: readonly SettlementImpact[];
  /** Of all open settlements together, and of all booked ones that were asked for: as they would have been. */
  readonly open: readonly BookingMove[];
  readonly booked: readonly BookingMove[];
  /** Settlements that could not be worked out. */
  readonly problems: readonly ProblemFacts[];
}

export interface ImpactRequest {
  readonly before: AccountTable;
  readonly after: AccountTable;
  /** So many of the newest settlements that are booked are compared, too. */
  readonly bookedMax: number;
  /** Before each settlement that is looked at. */
  readonly onProgress?: (share: ProgressShare) => void;
}

/**
 * Works out from the stored bytes what the settlements of a connection come to with both tables, and where the amounts
 * differ, row by row. Records nothing and asks nobody outside.
 */
export async function previewMapping(context: ConnectionContext, request: ImpactRequest): Promise<MappingImpact> {
  const settlements: SettlementImpact[] = [];
  const problems: ProblemFacts[] = [];
  let bookedLeft = request.bookedMax;
  const records = await context.books.listSettlements({ connectionId: context.connection.id });
  for (const [done, record] of records.toReversed().entries()) {
    request.onProgress?.({ done, of: records.length });
    const isOpen = (await whatMayChange(context, record)) !== null;
    const isBooked = !isOpen && record.state === 'proposed';
    if (!isOpen && !(isBooked && bookedLeft > 0)) continue;
    if (isBooked) bookedLeft -= 1;
    try {
      settlements.push(await compareSettlement(context, record, { ...request, state: isOpen ? 'open' : 'booked' }));
    } catch (thrown) {
      problems.push(toProblem(thrown).toJSON());
    }
  }
  const movesOf = (state: SettlementImpact['state']) =>
    addUpMoves(settlements.filter((each) => each.state === state).flatMap(({ moves }) => moves));
  return { settlements: settlements.reverse(), open: movesOf('open'), booked: movesOf('booked'), problems };
}

async function compareSettlement(
  context: ConnectionContext,
  record: SettlementRecord,
  { before, after, state }: { before: AccountTable; after: AccountTable; state: SettlementImpact['state'] },
): Promise<SettlementImpact> {
  const amounts = new RowAmounts();
  const readSettlement = amounts.listening(context.readSettlement);
  const old = await evaluateRecord({ ...context, table: before, readSettlement }, record);
  const now = await evaluateRecord({ ...context, table: after }, record);
  const [wasBooked, isBooked] = [old.proposal.digest !== null, now.proposal.digest !== null];
  const impact = { settlementId: record.settlementId, state, reasons: reasonsOf(now.proposal), moves: [] };
  if (!wasBooked || !isBooked) {
    const change = quarantineChange({ wasBooked, isBooked }, old.proposal, now.proposal);
    return { ...impact, change };
  }
  if (old.proposal.digest === now.proposal.digest) return { ...impact, change: 'none' };
  const moves = compareBookings(
    { entries: old.proposal.entries, bucketOfRow: old.rows.bucketOfRow },
    { entries: now.proposal.entries, bucketOfRow: now.rows.bucketOfRow },
    { currency: record.header.currency, amounts: amounts.byRow() },
  );
  return { ...impact, change: moves.length > 0 ? 'moves' : 'texts', moves };
}

function quarantineChange(
  { wasBooked, isBooked }: { readonly wasBooked: boolean; readonly isBooked: boolean },
  old: Proposal,
  now: Proposal,
): SettlementImpact['change'] {
  if (isBooked) return 'leaves-quarantine';
  if (wasBooked) return 'enters-quarantine';
  return reasonsOf(old).join('\n') === reasonsOf(now).join('\n') ? 'none' : 'other-quarantine';
}

function reasonsOf({ quarantine, proofs }: Proposal): readonly string[] {
  return [
    ...quarantine.map(({ code, says }) => `${code}: ${says}`),
    ...proofs.filter(({ ok }) => !ok).map(({ name, says }) => `${name}: ${says}`),
  ];
}

/** The amount of each row while a settlement is read. No array of fixed width: a file may hold any number. */
class RowAmounts {
  readonly #amounts: bigint[] = [];

  /** The same reader, whose rows are noted here. */
  listening(read: SettlementReader): SettlementReader {
    return (source, visitor) =>
      read(source, {
        header: (header, tables, format) => visitor.header(header, tables, format),
        line: (line) => {
          this.#amounts[line.row] = line.amountMinor;
          visitor.line(line);
        },
      });
  }

  byRow(): readonly bigint[] {
    return this.#amounts;
  }
}
