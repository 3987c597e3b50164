import type { AuditChain, AuditEvent } from '../audit-log.ts';
import type { EntryState, SettlementState } from '../life-cycle.ts';
import type { ConnectionId, EntryRecord, SettlementKey, SettlementRecord } from '../ports.ts';

/** Which part of a list is wanted: the first, or the one after a place in it. */
export interface PartWanted<Place> {
  /** At most so many, at least 1. */
  readonly limit: number;
  /** Where the part before ended; absent: from the beginning. */
  readonly after?: Place | undefined;
}

/**
 * One part of a list, the newest first. Places are values of the records, not counts, so that a record that is added while
 * somebody goes through the list moves no other one to another part.
 */
export interface PartOf<Item, Place> {
  readonly items: readonly Item[];
  /** Where the next part begins; `null`: there is nothing more. */
  readonly next: Place | null;
}

export interface SettlementPlace {
  /** Seconds since 1970, of the end of its period. */
  readonly endAt: number;
  readonly key: SettlementKey;
}

export interface EntryPlace {
  /** Seconds since 1970, of the end of the period of what it books. */
  readonly endAt: number;
  /** Number of its proposal, as text: it may be larger than a number holds. */
  readonly proposal: string;
  readonly ordinal: number;
}

export interface EventPlace {
  readonly position: number;
}

export interface SettlementsWanted extends PartWanted<SettlementPlace> {
  readonly connectionId?: ConnectionId | undefined;
  readonly states?: readonly SettlementState[] | undefined;
  readonly currency?: string | undefined;
  /**
   * How far it is in SAP. `fully`: every entry is posted; `partly`: some are; `not`: nothing is, also of one that has no entries yet.
   * One without anything to post is none of them.
   */
  readonly posted?: 'not' | 'partly' | 'fully' | undefined;
  /** Beginning of the settlement id or of a posting key; or a whole SAP document number, or order id. */
  readonly text?: string | undefined;
}

export interface EntriesWanted extends PartWanted<EntryPlace> {
  readonly connectionId?: ConnectionId | undefined;
  readonly states?: readonly EntryState[] | undefined;
  readonly companyCode?: string | undefined;
  /** Only those of current proposals, without what was replaced. */
  readonly isCurrent?: boolean | undefined;
  /** Posting dates, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Beginning of a posting key, of the settlement id or of the accrual's name; or a whole SAP document number. */
  readonly text?: string | undefined;
}

export interface EventsWanted extends PartWanted<EventPlace> {
  readonly chain?: AuditChain | undefined;
  /** A whole subject, or a kind of it: `entry/`. */
  readonly subject?: string | undefined;
  /** A whole action, or the beginning of several: `entry.`. */
  readonly action?: string | undefined;
  readonly actor?: string | undefined;
  readonly correlationId?: string | undefined;
  /** ISO 8601 UTC, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /**
   * Anywhere in the event, in any case. A number that stands whole in some event, such as a SAP document, an order or a posting key,
   * is looked for as a whole, which is fast in a log of any length.
   */
  readonly text?: string | undefined;
}

/** Lists part by part, the newest first. Going through one gives every record that was there at the beginning once. */
export interface ListStore {
  partOfSettlements(wanted: SettlementsWanted): Promise<PartOf<SettlementRecord, SettlementPlace>>;
  partOfEntries(wanted: EntriesWanted): Promise<PartOf<EntryRecord, EntryPlace>>;
  /** Across all chains, in the order in which they were written, the latest first. */
  partOfEvents(wanted: EventsWanted): Promise<PartOf<AuditEvent, EventPlace>>;
}
