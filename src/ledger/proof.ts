/** One check with its numbers, kept and shown to people. A proof that fails quarantines the settlement. */
export interface Proof {
  /** Stable name, for example `rows-equal-total`. */
  readonly name: string;
  readonly ok: boolean;
  /** Decimal text of an amount (currency of the settlement), or a count. */
  readonly expected: string;
  readonly actual: string;
  /** One sentence for a person: what was compared with what. */
  readonly says: string;
}
