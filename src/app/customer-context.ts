import type { Clock, Log } from '../core/index.ts';
import type { AccountTable, Marketplace } from '../mapping/index.ts';
import type { OrderBuyer } from './amazon-feeds.ts';
import type { BusinessPartners } from './business-partners.ts';
import type { PostingRules } from './context.ts';
import type { CustomerStore } from './customer-store.ts';
import type { BuyerStore, OrderStore } from './feed-stores.ts';
import type { Actor, Connection, Leases, PauseStore, SharedClock } from './ports.ts';
import type { BuyerAddress, CustomerRules } from './wanted-customers.ts';

/** Everything that keeping the customers of one connection needs. */
export interface CustomerContext {
  readonly connection: Connection;
  readonly books: CustomerStore &
    Pick<BuyerStore, 'openBuyer'> &
    Pick<OrderStore, 'getOrder'> &
    PauseStore &
    Leases &
    SharedClock;
  readonly partners: BusinessPartners;
  /** Names the SAP system that the numbers belong to. */
  readonly sapSystem: string;
  readonly rules: CustomerRules;
  readonly table: AccountTable;
  readonly region: Marketplace['region'];
  /** Ids of the marketplaces in which the seller takes part; may have to ask Amazon. */
  readonly takesPartIn: () => Promise<readonly string[]>;
  /** Where a buyer lives; `null` where Amazon does not tell. */
  readonly addressOf: (buyer: OrderBuyer) => BuyerAddress | null;
  /** The times of a write are those of a posting. */
  readonly times: Pick<PostingRules, 'quietPeriodMs' | 'leaveWithinMs' | 'leaseMs'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly actor: Actor;
  readonly onProgress: (says: string) => void;
}
