import { Problem } from '../core/index.ts';
import type { Connection, EntryRecord } from './ports.ts';

/** The SAP system that settings named, and the one that they name then. */
export interface SapSystemMove {
  readonly before: string;
  readonly after: string;
}

/** States of entries whose documents are in SAP, or may be. */
export const STATES_SENT: readonly EntryRecord['state'][] = ['sending', 'unknown', 'posted', 'reversed'];

/**
 * Raises `SAP_SYSTEM_CHANGED` (conflict), unless whoever changes it says that it is the same system under another address: in
 * another one a document that may be booked would not be found, and be booked again.
 */
export function assertSameSystem(
  { name }: Pick<Connection, 'name'>,
  move: SapSystemMove | null,
  isSame: boolean,
): void {
  if (!move || isSame) return;
  throw new Problem({
    code: 'SAP_SYSTEM_CHANGED',
    kind: 'conflict',
    says: `Documents of connection ${name} are in the SAP system ${move.before}, and the settings now name ${move.after}.`,
    next: `Where it is the same system under another address, say so: seller-ledger connections update ${name} --file FILE --why TEXT --same-sap-system. Another system is booked from other books: --home FOLDER or --database-url URL`,
    data: `${move.before} ${move.after}`,
  });
}
