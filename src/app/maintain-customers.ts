import { elapsedMs, type ProblemFacts, toProblem } from '../core/index.ts';
import type { CustomerFacts } from './business-partners.ts';
import { CustomerCare, type CustomerCounts } from './customer-care.ts';
import type { CustomerContext } from './customer-context.ts';
import { type CustomerKey, customerKeyOf } from './customer-key.ts';
import {
  buyersDeleted,
  buyerTellsTooLittle,
  customerName,
  customersOff,
  customersRunning,
  customersTakenOver,
  noLongerWanted,
} from './customer-problems.ts';
import type { CustomerRecord } from './customer-store.ts';
import type { Lease } from './ports.ts';
import { assertSapOpen, customersThroughSapPause, noteAwayOfCustomers } from './sap-pause.ts';
import type { SapAway } from './sap-stores.ts';
import { buyerFacts, marketplaceFacts, marketplacesWithCustomer } from './wanted-customers.ts';
import { type HeldElsewhere, withLease } from './with-lease.ts';

export interface MaintainCustomersOptions {
  /** What the connection file says goes before what people entered in SAP. */
  readonly overwrite: boolean;
  readonly signal?: AbortSignal;
}

/** Each customer is counted once, so the counts add up to all that were looked at. */
export interface CustomerReport extends CustomerCounts {
  readonly problems: readonly ProblemFacts[];
}

/** Problems of many buyers say the same; nobody reads more. */
const PROBLEMS_MAX = 50;
const BATCH_MAX = 200;

/** So many that SAP refused or whose answer was lost, one after the other: it is not the customer, and the rest waits. */
const FAILED_IN_A_ROW_MAX = 5;

/**
 * Brings the customers of a connection in SAP to what its settings want: creates those that are missing, changes what is ours
 * to change, and leaves alone what a person entered. Safe to stop at any moment and to call again: no customer is created
 * twice, because the intent is committed before the request leaves and a lost answer is looked up by the key. Raises
 * `CUSTOMERS_OFF` (invalid), `CUSTOMERS_RUNNING` (conflict), and `SAP_PAUSED` (unavailable) while SAP is left alone; a run that
 * finds SAP in maintenance begins such a pause and ends.
 */
export async function maintainCustomers(
  context: CustomerContext,
  options: MaintainCustomersOptions,
): Promise<CustomerReport> {
  const { rules, times } = context;
  if (rules.per === 'none') throw customersOff(context);
  await assertSapOpen(context);
  const wanted = {
    // The key of a customer is made of the seller account, not of the connection.
    name: customersLeaseOf(context),
    leaseMs: times.leaseMs,
    refuse: (held: HeldElsewhere) => customersRunning(context, held),
  };
  return withLease(context, wanted, (lease) =>
    new CustomerRun(customersThroughSapPause(context), options, lease).run(),
  );
}

/** Who holds it is the only one to create customers of a seller account in a SAP system, through whichever connection. */
export function customersLeaseOf({ sapSystem, connection }: Pick<CustomerContext, 'sapSystem' | 'connection'>): string {
  return `customers:${JSON.stringify([sapSystem, connection.sellerAccount])}`;
}

class CustomerRun {
  readonly #context: CustomerContext;
  readonly #options: MaintainCustomersOptions;
  readonly #lease: Lease;
  readonly #care: CustomerCare;
  readonly #problems: ProblemFacts[] = [];
  /** Buyers of whom enough is kept to make a customer. */
  readonly #seen = new Set<CustomerKey>();
  readonly #told = new Set<string>();
  #failedInARow = 0;
  #isOver = false;

  constructor(context: CustomerContext, options: MaintainCustomersOptions, lease: Lease) {
    this.#context = context;
    this.#options = options;
    this.#lease = lease;
    this.#care = new CustomerCare(context, { overwrite: options.overwrite, leaveByMs: () => this.#leaveByMs() });
  }

  async run(): Promise<CustomerReport> {
    await this.#care.recover();
    if (this.#context.rules.per === 'marketplace') await this.#marketplaces();
    else await this.#buyers();
    return { ...this.#care.counts, problems: this.#problems };
  }

  async #marketplaces(): Promise<void> {
    const { books, connection, rules, sapSystem, table, actor } = this.#context;
    const takesPartIn = await this.#context.takesPartIn();
    const stores = marketplacesWithCustomer({ ...this.#context, takesPartIn }).map((store) => ({
      store,
      key: this.#keyOf(store.id),
    }));
    const wanted = stores.map(({ store, key }) => ({ key, kind: 'marketplace' as const, reference: store.id }));
    await books.wantCustomers({ connectionId: connection.id, sapSystem }, wanted, actor);
    await this.#markUnwanted(new Set(stores.map(({ key }) => key)));
    for (const { store, key } of stores) {
      if (this.#isOver) this.#care.counts.open += 1;
      else {
        this.#context.onProgress(store.name);
        await this.#one({ key, name: store.name }, async () => marketplaceFacts(rules, table, store));
      }
    }
  }

  /** The line of a customer that was never created stays, because lines do; it is only no longer work that waits. */
  async #markUnwanted(wanted: ReadonlySet<CustomerKey>): Promise<void> {
    const { books, connection, sapSystem } = this.#context;
    const place = { connectionId: connection.id, sapSystem };
    const waiting = await books.listCustomers({ ...place, kind: 'marketplace', states: ['wanted', 'refused'] });
    for (const record of waiting) {
      const problem = noLongerWanted(record);
      if (wanted.has(record.key) || record.problem?.code === problem.code) continue;
      await books.noteCustomer({ ...place, key: record.key }, record.state, { problem });
    }
  }

  /** Those under way first: they need nothing of the buyer any more. Then the orders whose buyer is still kept. */
  async #buyers(): Promise<void> {
    const { books, connection, sapSystem, actor } = this.#context;
    const place = { connectionId: connection.id, sapSystem };
    for (const under of [{ states: ['unknown', 'conflict'] }, { states: ['kept'], withoutNumber: true }] as const) {
      for await (const record of this.#listed(under)) {
        await this.#one({ key: record.key, name: customerName(record) }, nothingTold);
      }
    }
    for (let after: string | null = null; !this.#isOver; ) {
      const orderIds = await books.ordersWantingCustomer(place, after);
      const wanted = orderIds.map((reference) => ({ key: this.#keyOf(reference), kind: 'buyer' as const, reference }));
      await books.wantCustomers(place, wanted, actor);
      for (const { key, reference } of wanted) {
        if (this.#isOver) return;
        this.#seen.add(key);
        const name = customerName({ kind: 'buyer', reference });
        await this.#one({ key, name }, () => this.#factsOfBuyer(reference));
      }
      const last = orderIds.at(-1);
      if (last === undefined) break;
      after = last;
    }
    await this.#buyersDeleted();
  }

  /** Wanted, and not to be made any more: what is known of the buyer was deleted before SAP had the customer. */
  async #buyersDeleted(): Promise<void> {
    const seen = this.#seen;
    const deleted: CustomerKey[] = [];
    for await (const { key } of this.#listed({ states: ['wanted', 'refused'] })) if (!seen.has(key)) deleted.push(key);
    if (!this.#isOver && deleted.length > 0) this.#report(buyersDeleted(this.#context, deleted));
  }

  #keyOf(reference: string): CustomerKey {
    const { connection, rules } = this.#context;
    const kind = rules.per === 'buyer' ? 'buyer' : 'marketplace';
    return customerKeyOf({ sellerAccount: connection.sellerAccount, kind, reference });
  }

  async *#listed(filter: {
    readonly states: readonly CustomerRecord['state'][];
    readonly withoutNumber?: boolean;
  }): AsyncGenerator<CustomerRecord> {
    const { books, connection, sapSystem } = this.#context;
    const wanted = { ...filter, connectionId: connection.id, sapSystem, kind: 'buyer' as const, limit: BATCH_MAX };
    for (let after: CustomerKey | null = null; ; ) {
      const records: readonly CustomerRecord[] = await books.listCustomers({ ...wanted, after });
      for (const record of records) {
        if (this.#isOver) return;
        yield record;
      }
      const last = records.at(-1);
      if (last === undefined) return;
      after = last.key;
    }
  }

  /** A buyer is only opened to be created, and each opening is on record. */
  async #factsOfBuyer(orderId: string): Promise<CustomerFacts | undefined> {
    const { books, connection, rules, table, addressOf, actor } = this.#context;
    const buyer = await books.openBuyer(connection.id, orderId, actor, 'the buyer becomes a customer in SAP');
    if (buyer === undefined) return undefined;
    const { order } = await books.getOrder(orderId);
    const facts = buyerFacts(rules, table, { order, buyer, address: addressOf(buyer) });
    if (facts === undefined) this.#report(buyerTellsTooLittle(orderId));
    return facts;
  }

  /** One customer that cannot be kept does not keep the others from it; an SAP that cannot be worked with does. */
  async #one(
    { key, name }: { readonly key: CustomerKey; readonly name: string },
    factsOf: () => Promise<CustomerFacts | undefined>,
  ): Promise<void> {
    this.#options.signal?.throwIfAborted();
    try {
      const { problem, endsRun, isFailure, away } = await this.#care.careFor(key, factsOf);
      if (problem !== null) this.#report(problem, endsRun ? undefined : name);
      if (problem !== null && away !== null) await this.#heed(away, problem, endsRun);
      if (isFailure) this.#failedInARow += 1;
      else if (problem === null) this.#failedInARow = 0;
      this.#isOver = endsRun || this.#failedInARow >= FAILED_IN_A_ROW_MAX;
    } catch (thrown) {
      this.#options.signal?.throwIfAborted();
      const problem = toProblem(thrown);
      if (problem.kind === 'defect' || problem.kind === 'conflict') throw thrown;
      this.#isOver = problem.kind !== 'invalid';
      this.#report(problem.toJSON(), this.#isOver ? undefined : name);
    }
  }

  /** Whatever else is to be asked of SAP waits as long as SAP wants; when that is a pause, the next question ends the run. */
  async #heed(away: SapAway, problem: ProblemFacts, endsRun: boolean): Promise<void> {
    const { waitMs } = await noteAwayOfCustomers(this.#context, away, problem);
    if (!endsRun && waitMs > 0) await this.#context.clock.sleep(waitMs, this.#options.signal);
  }

  /** Before each write: the process that took over may be looking for what this one is about to send. */
  async #leaveByMs(): Promise<number> {
    const { clock, times } = this.#context;
    const leaveByMs = elapsedMs(clock) + times.leaveWithinMs;
    if (!(await this.#lease.renew())) throw customersTakenOver(this.#context);
    return leaveByMs;
  }

  /** `name`: whose problem it is, where it is not that of all. */
  #report(problem: ProblemFacts, name?: string): void {
    // Of buyers one stands for all of whom the same is to be said.
    const whose = this.#context.rules.per === 'marketplace' ? name : undefined;
    const told = [problem.code, problem.says, whose].join(' ');
    if (this.#told.has(told) || this.#problems.length >= PROBLEMS_MAX) return;
    this.#told.add(told);
    const isNamed = name === undefined || problem.says.includes(name);
    this.#problems.push(isNamed ? problem : { ...problem, says: `${name}: ${problem.says}` });
  }
}

async function nothingTold(): Promise<undefined> {
  return undefined;
}
