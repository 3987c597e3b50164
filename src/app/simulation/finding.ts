import type { ProblemFacts } from '../../core/index.ts';
import type { PostingKey } from '../../ledger/index.ts';
import type { MasterDataKind } from '../master-data.ts';

/** The line of an entry (from 1, as the entry is shown; `null`: the entry as a whole), or the place in an account table. */
export type FindingPlace =
  | { readonly postingKey: PostingKey; readonly line: number | null }
  | { readonly row: number; readonly column: number; readonly path: string; readonly label: string };

/** Which part of what was read a finding rests on, so that it can be read again when it may be out of date. */
export interface MasterDataScope {
  readonly kind: MasterDataKind;
  readonly scope: string;
}

/**
 * What SAP would say. `error`: it would refuse the document. `warning`: it would book it, but perhaps not as meant.
 * `not-checked`: it could not be told.
 */
export interface Finding extends ProblemFacts {
  readonly severity: 'error' | 'warning' | 'not-checked';
  /** The value that is wrong; blank where it is none. */
  readonly value: string;
  readonly place: FindingPlace | null;
  readonly about: MasterDataScope | null;
}

/** Findings in the order they were made, each once. */
export class FindingList {
  readonly #findings = new Map<string, Finding>();

  add(severity: Finding['severity'], finding: Omit<Finding, 'severity'>): void {
    const key = JSON.stringify([finding.code, finding.place, finding.value, finding.says]);
    if (!this.#findings.has(key)) this.#findings.set(key, { severity, ...finding });
  }

  all(): readonly Finding[] {
    return [...this.#findings.values()];
  }
}

/** `AMZ… line 3`, or `line 12 "referral-fee", any marketplace` of an account table; blank for what is about no place. */
export function sayPlace(place: FindingPlace | null): string {
  if (place === null) return '';
  if ('row' in place) return `line ${place.row} ${place.label}`;
  return place.line === null ? place.postingKey : `${place.postingKey} line ${place.line}`;
}

/** A finding as one line of text. */
export function sayFinding({ severity, code, place, says, next }: Finding): string {
  const where = sayPlace(place);
  return `${severity} ${code}${where === '' ? '' : ` ${where}`}: ${says} ${next}`;
}
