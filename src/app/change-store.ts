/** Something that is not as it was: which record, and its state now. Nothing else of it, because everybody who is signed in gets it. */
export interface Change {
  readonly type: 'settlement' | 'entry' | 'accrual' | 'connection' | 'job' | 'feed';
  readonly id: string;
  readonly state: string | null;
  /** The same for the same change, and another one for each other change of the record. */
  readonly mark: string;
}

/** How far somebody has seen. */
export interface ChangePlace {
  /** Of the audit log. */
  readonly position: number;
  /** Milliseconds since 1970 by the clock of the database, for what is in no audit log. */
  readonly atMs: number;
}

/** What changes in the books, whichever process does it. */
export interface ChangeStore {
  /** Where one is now. */
  currentPlace(): Promise<ChangePlace>;
  /**
   * What changed after this place, oldest first, at most so many of each kind, and where that leads. The same change may come
   * again in the next call: events of several chains become visible out of their order, so a part of the past is looked at anew.
   */
  changesAfter(
    place: ChangePlace,
    limit: number,
  ): Promise<{ readonly changes: readonly Change[]; readonly place: ChangePlace }>;
}
