import { money, type ProblemFacts, type ProgressShare, toProblem } from '../../core/index.ts';
import type { AccountTable, Proposal, QuarantineItem, SettlementId } from '../../mapping/index.ts';
import type { ConnectionContext } from '../context.ts';
import type { SettlementEvaluation, SettlementReader } from '../evaluate-settlement.ts';
import type { SettlementRecord } from '../ports.ts';
import { evaluateRecord, isBeforeStart, whatMayChange } from '../propose-settlement.ts';
import { addUpMoves, type BookingMove, compareBookings } from './compare-bookings.ts';
import { type AskedRow, addUpBookings, findNewBookings, type NewBooking, type NewBookings } from './new-bookings.ts';
import { listStoppingValues, type StoppedSettlement, type StoppingValue } from './unknown-values.ts';

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
  /** Rows that the table in use has no place for. */
  readonly bookings: readonly NewBooking[];
}

/** What a change of the account table would come to. */
export interface MappingImpact {
  readonly settlements: readonly SettlementImpact[];
  /** Of all open settlements together, and of all booked ones that were asked for: as they would have been. */
  readonly open: readonly BookingMove[];
  readonly booked: readonly BookingMove[];
  /** Where the rows go that were asked about and that the table in use has no place for. */
  readonly bookings: readonly NewBooking[];
  /** What would still stop the settlements that have such rows. */
  readonly stopped: readonly StoppingValue[];
  /** Settlements that could not be worked out. */
  readonly problems: readonly ProblemFacts[];
}

export interface ImpactRequest {
  readonly before: AccountTable;
  readonly after: AccountTable;
  /** So many of the newest settlements that are booked are compared, too. */
  readonly bookedMax: number;
  /** Which rows without a place are of interest, and so what still stops their settlements; all where it is left out. */
  readonly isAsked?: ((row: AskedRow) => boolean) | undefined;
  /** Whoever asked has gone: no further settlement is worked out. */
  readonly signal?: AbortSignal | undefined;
  /** Before each settlement that is looked at. */
  readonly onProgress?: (share: ProgressShare) => void;
}

/**
 * Works out from the stored bytes what the settlements of a connection come to with both tables, and where the amounts
 * differ, row by row. Records nothing and asks nobody outside.
 */
export async function previewMapping(context: ConnectionContext, request: ImpactRequest): Promise<MappingImpact> {
  const settlements: SettlementImpact[] = [];
  const stopped: StoppedSettlement[] = [];
  const problems: ProblemFacts[] = [];
  let bookedLeft = request.bookedMax;
  const records = await context.books.listSettlements({ connectionId: context.connection.id });
  for (const [done, record] of records.toReversed().entries()) {
    if (request.signal?.aborted) break;
    request.onProgress?.({ done, of: records.length });
    const isOpen = (await whatMayChange(context, record)) !== null;
    const isBooked = !isOpen && record.state === 'proposed';
    if (!isOpen && !(isBooked && bookedLeft > 0)) continue;
    if (isBooked) bookedLeft -= 1;
    try {
      const state = isOpen ? 'open' : 'booked';
      const { impact, stillStopped } = await compareSettlement(context, record, { ...request, state });
      settlements.push(impact);
      stopped.push(...stillStopped);
    } catch (thrown) {
      problems.push(toProblem(thrown).toJSON());
    }
  }
  const movesOf = (state: SettlementImpact['state']) =>
    addUpMoves(settlements.filter((each) => each.state === state).flatMap(({ moves }) => moves));
  return {
    settlements: settlements.reverse(),
    open: movesOf('open'),
    booked: movesOf('booked'),
    bookings: addUpBookings(settlements.flatMap(({ bookings }) => bookings)),
    stopped: listStoppingValues(stopped.reverse()),
    problems,
  };
}

interface Compared {
  readonly impact: SettlementImpact;
  /** The settlement itself, where rows that were asked about are still not booked. */
  readonly stillStopped: readonly StoppedSettlement[];
}

async function compareSettlement(
  context: ConnectionContext,
  record: SettlementRecord,
  asked: Pick<ImpactRequest, 'before' | 'after' | 'isAsked'> & Pick<SettlementImpact, 'state'>,
): Promise<Compared> {
  const amounts = new RowAmounts();
  const readSettlement = amounts.listening(context.readSettlement);
  const old = await evaluateRecord({ ...context, table: asked.before, readSettlement }, record);
  const now = await evaluateRecord({ ...context, table: asked.after }, record);
  const [wasBooked, isBooked] = [old.proposal.digest !== null, now.proposal.digest !== null];
  const { bookings, isConcerned } = newBookings({ old, now }, record, {
    ...asked,
    amounts: amounts.byRow(),
    isBooked: !isBeforeStart(context, record),
  });
  const impact = {
    settlementId: record.settlementId,
    state: asked.state,
    reasons: reasonsOf(now.proposal),
    moves: [],
    bookings,
  };
  const change = quarantineChange({ wasBooked, isBooked }, old.proposal, now.proposal);
  if (change !== null) {
    // Of a whole table, what it leaves as it is is none of its matter.
    const isTold = isConcerned && (asked.isAsked !== undefined || change !== 'none' || bookings.length > 0);
    const stopped = { ...record, quarantine: stoppersOf(record, now.proposal) };
    return { impact: { ...impact, change }, stillStopped: isTold && !isBooked ? [stopped] : [] };
  }
  const stillStopped: readonly StoppedSettlement[] = [];
  if (old.proposal.digest === now.proposal.digest) return { impact: { ...impact, change: 'none' }, stillStopped };
  const moves = compareBookings(
    { entries: old.proposal.entries, bucketOfRow: old.rows.bucketOfRow },
    { entries: now.proposal.entries, bucketOfRow: now.rows.bucketOfRow },
    { currency: record.header.currency, amounts: amounts.byRow() },
  );
  return { impact: { ...impact, change: moves.length > 0 ? 'moves' : 'texts', moves }, stillStopped };
}

const NOTHING_NEW: NewBookings = { bookings: [], isConcerned: false };

function newBookings(
  { old, now }: { readonly old: SettlementEvaluation; readonly now: SettlementEvaluation },
  { settlementId, header }: SettlementRecord,
  asked: Pick<ImpactRequest, 'after' | 'isAsked'> & { readonly amounts: readonly bigint[]; readonly isBooked: boolean },
): NewBookings {
  // What was booked by hand before the program took over is proven, and never booked here.
  if (old.proposal.digest !== null || !asked.isBooked) return NOTHING_NEW;
  const { after: table, isAsked, amounts } = asked;
  return findNewBookings(workedOut(old), workedOut(now), {
    settlementId,
    currency: header.currency,
    amounts,
    tables: now.reading.tables,
    table,
    isAsked,
  });
}

function workedOut({ proposal, buckets, rows: { bucketOfRow } }: SettlementEvaluation) {
  return { proposal, buckets, bucketOfRow };
}

/** The code of the problem by which it is quarantined. */
const FAILED_PROOF = 'PROOF_FAILED';

/** What stops a settlement, with the proofs that fail. */
function stoppersOf({ header }: SettlementRecord, { quarantine, proofs }: Proposal): readonly QuarantineItem[] {
  const failed = proofs.filter(({ ok }) => !ok);
  return [
    ...quarantine,
    ...failed.map(({ says, expected, actual }) => ({
      code: FAILED_PROOF,
      transactionType: '',
      amountType: '',
      amountDescription: '',
      marketplace: '',
      count: 0,
      amount: money(header.currency, 0n),
      firstRow: header.row,
      says: `${says} Expected ${expected}, found ${actual}.`,
      next: '',
    })),
  ];
}

/** `null`: neither table sends it there. */
function quarantineChange(
  { wasBooked, isBooked }: { readonly wasBooked: boolean; readonly isBooked: boolean },
  old: Proposal,
  now: Proposal,
): SettlementImpact['change'] | null {
  if (wasBooked && isBooked) return null;
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
