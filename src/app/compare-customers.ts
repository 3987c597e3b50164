import { assert, type ProblemFacts, toProblem } from '../core/index.ts';
import { planRecord } from './customer-care.ts';
import type { CustomerContext } from './customer-context.ts';
import { fieldInWords } from './customer-field-words.ts';
import { customerKeyOf } from './customer-key.ts';
import { customersOff } from './customer-problems.ts';
import type { CustomerRecord } from './customer-store.ts';
import { assertSapOpen } from './sap-pause.ts';
import { marketplaceFacts, marketplacesWithCustomer } from './wanted-customers.ts';

/** One field that is not in SAP what the settings want. Blank: nothing there. */
export interface CustomerDifference {
  readonly field: string;
  readonly inSap: string;
  readonly wanted: string;
  /** A person entered it in SAP, so it stays unless it is to be overwritten. */
  readonly isLeftAlone: boolean;
}

/** What the next sync would do with one customer. */
export interface CustomerComparison {
  readonly name: string;
  readonly partnerNumber: string | null;
  /** `find`: SAP has one that carries the key. `look`: a person has to look, or SAP did not answer. */
  readonly would: 'create' | 'find' | 'change' | 'nothing' | 'look';
  readonly differences: readonly CustomerDifference[];
  readonly problem: ProblemFacts | null;
}

export interface CustomersCompared {
  readonly customers: readonly CustomerComparison[];
  /** Buyers that a sync would look at; who they are is not opened for a comparison. `null`: customers are marketplaces. */
  readonly buyersWaiting: number | null;
}

/**
 * What a sync of the customers would do, by asking SAP and writing nothing, here or there. Raises `CUSTOMERS_OFF` (invalid)
 * and `SAP_PAUSED` (unavailable).
 */
export async function compareCustomers(context: CustomerContext): Promise<CustomersCompared> {
  const { rules, books, connection, sapSystem, table } = context;
  if (rules.per === 'none') throw customersOff(context);
  await assertSapOpen(context);
  const place = { connectionId: connection.id, sapSystem };
  if (rules.per === 'buyer') {
    return { customers: [], buyersWaiting: (await books.ordersWantingCustomer(place, null)).length };
  }
  const takesPartIn = await context.takesPartIn();
  const customers: CustomerComparison[] = [];
  for (const store of marketplacesWithCustomer({ ...context, takesPartIn })) {
    const key = customerKeyOf({ sellerAccount: connection.sellerAccount, kind: 'marketplace', reference: store.id });
    const record = await books.findCustomer({ ...place, key });
    try {
      const facts = marketplaceFacts(rules, table, store);
      customers.push(await compareOne(context, { key, name: store.name, record, facts }));
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.kind === 'defect') throw thrown;
      const partnerNumber = record?.partnerNumber ?? null;
      customers.push({ name: store.name, partnerNumber, would: 'look', differences: [], problem: problem.toJSON() });
    }
  }
  return { customers, buyersWaiting: null };
}

async function compareOne(
  context: CustomerContext,
  {
    key,
    name,
    record,
    facts,
  }: {
    readonly key: CustomerRecord['key'];
    readonly name: string;
    readonly record: CustomerRecord | undefined;
    readonly facts: ReturnType<typeof marketplaceFacts>;
  },
): Promise<CustomerComparison> {
  const { partners } = context;
  const partnerNumber = record?.partnerNumber ?? null;
  const nothing = { name, partnerNumber, differences: [], problem: null };
  // Refuses what SAP has no room for, as the sync would.
  const wanted = partners.fieldsOf(facts);
  if (record?.state !== 'kept' || partnerNumber === null) {
    const found = await partners.find(key, null);
    const [only, second] = found;
    if (second) return { ...nothing, would: 'look', problem: record?.problem ?? null };
    return only ? { ...nothing, partnerNumber: only.partnerNumber, would: 'find' } : { ...nothing, would: 'create' };
  }
  let differences: readonly CustomerDifference[] = [];
  const outcome = await partners.revise(
    { partnerNumber, key, facts },
    async (inSap) => {
      const plan = planRecord(context, record, { wanted, inSap, overwrite: false });
      const tell = (field: string, isLeftAlone: boolean): CustomerDifference => ({
        field: fieldInWords(field),
        inSap: inSap[field] ?? '',
        wanted: wanted[field] ?? '',
        isLeftAlone,
      });
      differences = [
        ...Object.keys(plan.changes).map((field) => tell(field, false)),
        ...plan.edited.map((field) => tell(field, true)),
      ];
      // Nothing is to be written.
      return {};
    },
    {
      leaveByMs: async () => {
        assert(false, 'a comparison of customers writes nothing');
      },
    },
  );
  if (outcome.outcome !== 'done') return { ...nothing, would: 'look', problem: outcome.problem };
  const isChange = differences.some(({ isLeftAlone }) => !isLeftAlone);
  return { ...nothing, would: isChange ? 'change' : 'nothing', differences };
}
