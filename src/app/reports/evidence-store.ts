import type { Sha256 } from '../../core/index.ts';
import type { ClosedMonths, OriginKey, SettlementKey } from '../ports.ts';

/** With what a proposal was made. */
export interface ProposalFacts {
  readonly digest: Sha256;
  readonly mappingSha256: Sha256;
  readonly programVersion: string;
  readonly revision: number;
  readonly recordedAt: string;
}

/** A proposal that another one took the place of, of which entries are still on record because they were in SAP or approved. */
export interface EarlierProposalFacts extends ProposalFacts {
  /** The file of the settlement that it was made from. */
  readonly fileSha256: Sha256;
  readonly closedThrough?: ClosedMonths;
  readonly replacedAt: string;
}

/** What reports and auditors read besides the records themselves. Nothing here changes anything. */
export interface ReportEvidenceStore {
  /** The current proposal of a settlement or accrual; `undefined` while it has none. */
  findProposal(key: OriginKey): Promise<ProposalFacts | undefined>;
  /** Of a settlement those before the current one, the first one first. */
  listEarlierProposals(key: SettlementKey): Promise<readonly EarlierProposalFacts[]>;
  /** An account table word for word, as a proposal was made with it. */
  getMappingText(sha256: Sha256): Promise<string>;
  /** Which bucket each physical row of the current proposal is in, as recorded; empty when it has no proposal. */
  readBucketOfRow(key: SettlementKey): Promise<Uint32Array>;
  /** Orders whose rows the current proposal of a settlement clears from the receivable, by their ids. */
  listClearedOrders(key: SettlementKey): Promise<readonly string[]>;
}
