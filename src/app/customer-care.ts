import { assert, assertNever, isProblem, type ProblemFacts } from '../core/index.ts';
import {
  type CustomerFacts,
  type CustomerFields,
  type FoundPartner,
  isPersonalField,
  type ReviseOutcome,
} from './business-partners.ts';
import type { CustomerContext } from './customer-context.ts';
import type { CustomerKey } from './customer-key.ts';
import {
  creationUnknown,
  customerGone,
  editedInSap,
  foundTwice,
  isBlocked,
  notYetNumbered,
  numberDiffers,
  withNames,
} from './customer-problems.ts';
import type { CustomerFindings, CustomerRecord } from './customer-store.ts';
import { quietLeftSince, sharedMoment } from './look-up.ts';
import { type CustomerPlan, planCustomer } from './plan-customer.ts';
import type { SapAway } from './sap-stores.ts';

/** Pauses between looks for the customer that SAP makes of a new business partner, some moments after it. */
const NUMBER_DELAYS_MS = [500, 1_000, 2_000, 4_000] as const;

/** What came of one customer. */
export interface CareResult {
  readonly problem: ProblemFacts | null;
  /** SAP cannot be worked with now: the others would fare the same. */
  readonly endsRun: boolean;
  /** SAP refused it, or its answer is lost. */
  readonly isFailure: boolean;
  /** The answer speaks of SAP as a whole. */
  readonly away: SapAway | null;
}

/** How many customers fared how; each is counted once. */
export interface CustomerCounts {
  readonly created: number;
  /** Found in SAP by their key. */
  readonly adopted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Neither brought up to date nor refused; the problems say why. */
  readonly open: number;
}

type Step = Exclude<keyof CustomerCounts, 'refused' | 'open'>;
type FactsOf = () => Promise<CustomerFacts | undefined>;
/** A customer that has a number, or why it has none. */
type Obtained =
  | { readonly kept: CustomerRecord; readonly found: readonly FoundPartner[] | null; readonly wantsLook: boolean }
  | CareResult;

const WELL: CareResult = { problem: null, endsRun: false, isFailure: false, away: null };
/** Passing troubles that are about this customer alone. */
const OF_ONE_CUSTOMER: ReadonlySet<string> = new Set(['CUSTOMER_NUMBER_PENDING', 'CUSTOMER_KEEPS_CHANGING']);

/** Brings single customers from what is known of them to what is wanted. Whoever uses it holds the lease. */
export class CustomerCare {
  readonly counts = { created: 0, adopted: 0, changed: 0, unchanged: 0, refused: 0, open: 0 };
  #step: Step | null = null;
  readonly #context: CustomerContext;
  readonly #options: { readonly overwrite: boolean; readonly leaveByMs: () => Promise<number> };

  constructor(
    context: CustomerContext,
    options: { readonly overwrite: boolean; readonly leaveByMs: () => Promise<number> },
  ) {
    this.#context = context;
    this.#options = options;
  }

  /** We hold the lease, so nobody is creating: what still says so was left by a process that died. */
  async recover(): Promise<void> {
    const { books, connection, sapSystem, actor } = this.#context;
    for (;;) {
      const left = await books.listCustomers({ connectionId: connection.id, sapSystem, states: ['creating'] });
      for (const { key } of left) {
        const why = 'the program stopped while it was sending: SAP may have created it';
        await books.moveCustomer({ ...this.#place(key), from: 'creating', to: 'unknown', actor, why });
      }
      if (left.length === 0) return;
    }
  }

  async careFor(key: CustomerKey, factsOf: FactsOf): Promise<CareResult> {
    this.#step = null;
    let result: CareResult | undefined;
    try {
      result = await this.#careFor(key, factsOf);
      return result;
    } finally {
      const isRefused = result?.isFailure && result.problem?.kind === 'rejected' && this.#step !== 'created';
      this.counts[isRefused ? 'refused' : (this.#step ?? 'open')] += 1;
    }
  }

  /** What was done first is what a customer is counted under: one that was created is not changed as well. */
  #did(step: Step): void {
    this.#step ??= step;
  }

  async #careFor(key: CustomerKey, factsOf: FactsOf): Promise<CareResult> {
    const record = await this.#context.books.findCustomer(this.#place(key));
    assert(record !== undefined, `customer ${key} is cared for although nobody wants it`);
    if (record.state === 'kept') return this.#keep(record, null, factsOf);
    const obtained = await this.#obtain(record, factsOf);
    if (!('kept' in obtained)) return obtained;
    return this.#keep(obtained.kept, obtained.found, obtained.wantsLook ? factsOf : async () => undefined);
  }

  #place(key: CustomerKey) {
    const { connection, sapSystem } = this.#context;
    return { connectionId: connection.id, sapSystem, key };
  }

  /** Looks in SAP before anything is sent, always: the key map may have been lost, or be older than SAP. */
  async #obtain(record: CustomerRecord, factsOf: FactsOf): Promise<Obtained> {
    const { books, partners, times, actor } = this.#context;
    const place = this.#place(record.key);
    // Asked before the look: only an answer given after the quiet period proves that nothing was created.
    const leftMs =
      record.unknownSince === null
        ? 0
        : quietLeftSince(record.unknownSince, times.quietPeriodMs, await sharedMoment(books));
    const found = await partners.find(record.key, null);
    const [only, second] = found;
    if (only && !second) return this.#adopt(record, only, found);
    if (second) return this.#conflict(record, found);
    if (record.state === 'conflict') return this.#note(record, { isChecked: true }, record.problem);
    if (record.state === 'unknown') {
      if (leftMs > 0) return this.#note(record, { isChecked: true }, creationUnknown(record, leftMs));
      const why = `not found in SAP ${Math.round(times.quietPeriodMs / 1000)} s after its sending had ended: it was not created`;
      const wanted = await books.moveCustomer({ ...place, from: 'unknown', to: 'wanted', actor, why, problem: null });
      return this.#create(wanted, factsOf);
    }
    return this.#create(record, factsOf);
  }

  async #adopt(record: CustomerRecord, found: FoundPartner, all: readonly FoundPartner[]): Promise<Obtained> {
    const { partnerNumber, customerNumber } = found;
    // What was intended stays: if it was sent, what SAP holds is ours, and no person's.
    const kept = await this.#context.books.moveCustomer({
      ...this.#place(record.key),
      from: record.state,
      to: 'kept',
      actor: this.#context.actor,
      why: `found in SAP by its key: business partner ${partnerNumber} is adopted`,
      partnerNumber,
      customerNumber,
      problem: null,
      isChecked: true,
    });
    this.#did('adopted');
    return { kept, found: all, wantsLook: true };
  }

  async #conflict(record: CustomerRecord, found: readonly FoundPartner[]): Promise<CareResult> {
    const problem = foundTwice(record, found);
    if (record.state === 'conflict') return this.#note(record, { isChecked: true }, problem);
    await this.#context.books.moveCustomer({
      ...this.#place(record.key),
      from: record.state,
      to: 'conflict',
      actor: this.#context.actor,
      why: problem.says,
      problem,
      isChecked: true,
    });
    return { ...WELL, problem };
  }

  async #create(record: CustomerRecord, factsOf: FactsOf): Promise<Obtained> {
    const { books, partners, actor } = this.#context;
    const place = this.#place(record.key);
    const wanted = await this.#wantedFields(record, factsOf);
    if (!('facts' in wanted)) return wanted;
    if (record.state === 'refused') {
      const why = 'it is tried again: the cause may be gone';
      await books.moveCustomer({ ...place, from: 'refused', to: 'wanted', actor, why });
    }
    const intended = books.fingerprints(record.key, wanted.fields);
    const why = 'the customer is sent to SAP';
    const loaded = { connection: this.#context.connection };
    await books.moveCustomer({ ...place, from: 'wanted', to: 'creating', actor, why, intended, problem: null, loaded });
    const limits = { leaveByMs: this.#options.leaveByMs };
    const outcome = await partners.create(record.key, wanted.facts, limits);
    const from = 'creating' as const;
    if (outcome.outcome === 'created') {
      const { partnerNumber, customerNumber, isDoubtful } = outcome;
      const kept = await books.moveCustomer({
        ...place,
        from,
        to: 'kept',
        actor,
        why: `SAP created business partner ${partnerNumber}`,
        partnerNumber,
        customerNumber,
        isChecked: true,
      });
      this.#did('created');
      // SAP told all there is to tell, unless the customer is still to come.
      const found = customerNumber === null ? null : [];
      return { kept, found, wantsLook: isDoubtful || record.kind === 'marketplace' };
    }
    const problem = withNames(outcome.problem, record);
    const to = ({ refused: 'refused', unavailable: 'wanted', unknown: 'unknown' } as const)[outcome.outcome];
    // Certainly not there: should it be found later, somebody else has made it.
    const forget = outcome.outcome === 'unknown' ? {} : { intended: {} };
    await books.moveCustomer({ ...place, from, to, actor, why: problem.says, problem, ...forget });
    const isUnavailable = outcome.outcome === 'unavailable';
    return { problem, endsRun: isUnavailable, isFailure: !isUnavailable, away: outcome.away ?? null };
  }

  /** What is wanted of it, or why there is nothing to want. */
  async #wantedFields(
    record: CustomerRecord,
    factsOf: FactsOf,
  ): Promise<{ readonly facts: CustomerFacts; readonly fields: CustomerFields } | CareResult> {
    try {
      const facts = await factsOf();
      return facts === undefined ? WELL : { facts, fields: this.#context.partners.fieldsOf(facts) };
    } catch (thrown) {
      if (!isProblem(thrown) || thrown.kind !== 'invalid') throw thrown;
      return this.#note(record, {}, withNames(thrown.toJSON(), record));
    }
  }

  /** `found`: what a look in SAP just showed. */
  async #keep(record: CustomerRecord, found: readonly FoundPartner[] | null, factsOf: FactsOf): Promise<CareResult> {
    const { books, actor } = this.#context;
    const seen = await this.#untilNumbered(record, found);
    const own = seen.find(({ partnerNumber }) => partnerNumber === record.partnerNumber);
    const isJustCreated = found?.length === 0;
    const trouble = isJustCreated ? null : troubleOf(record, seen, own);
    if (trouble) return this.#note(record, { isChecked: true }, trouble);
    const customerNumber = own?.customerNumber ?? record.customerNumber;
    const told =
      customerNumber === record.customerNumber
        ? record
        : await books.noteCustomer(
            this.#place(record.key),
            'kept',
            { customerNumber },
            {
              actor,
              action: 'customer.number',
              why: 'SAP made the customer of the business partner',
              after: { partnerNumber: record.partnerNumber, customerNumber },
            },
          );
    const isNew = Object.keys(told.written).length === 0;
    if (customerNumber === null && !isNew) return this.#note(told, { isChecked: true }, notYetNumbered(told));
    const wanted = await this.#wantedFields(told, factsOf);
    if ('facts' in wanted) return this.#revise(told, wanted);
    if (wanted.problem) return wanted;
    if (customerNumber !== null) this.#did('unchanged');
    return this.#note(told, { isChecked: true }, customerNumber === null ? notYetNumbered(told) : null);
  }

  /** SAP makes the customer a moment after the business partner; for so long it is worth waiting. */
  async #untilNumbered(
    record: CustomerRecord,
    found: readonly FoundPartner[] | null,
  ): Promise<readonly FoundPartner[]> {
    const { clock, partners } = this.#context;
    let seen = found ?? (await partners.find(record.key, record.partnerNumber));
    for (const delayMs of NUMBER_DELAYS_MS) {
      const isSettled = seen.length > 1 || (seen[0]?.customerNumber ?? null) !== null;
      if (record.customerNumber !== null || isSettled) break;
      await clock.sleep(delayMs);
      seen = await partners.find(record.key, record.partnerNumber);
    }
    return seen;
  }

  async #revise(
    record: CustomerRecord,
    { facts, fields }: { readonly facts: CustomerFacts; readonly fields: CustomerFields },
  ): Promise<CareResult> {
    const { partners } = this.#context;
    const { key, partnerNumber } = record;
    assert(partnerNumber !== null, `customer ${key} is kept without a number`);
    let current = record;
    let plan: CustomerPlan | undefined;
    let seen: CustomerFields = {};
    const outcome = await partners.revise(
      { partnerNumber, key, facts },
      async (inSap) => {
        seen = inSap;
        plan = this.#plan(current, fields, inSap);
        current = await this.#intend(current, plan, inSap);
        return plan.changes;
      },
      { leaveByMs: this.#options.leaveByMs },
    );
    if (outcome.outcome !== 'done') return this.#notDone(current, outcome);
    assert(plan !== undefined, 'a business partner is not revised without a plan');
    this.#did(outcome.wasChanged ? 'changed' : 'unchanged');
    return this.#settle(current, plan, { wanted: fields, inSap: seen, isPersonal: facts.isPersonal });
  }

  #plan(record: CustomerRecord, wanted: CustomerFields, inSap: CustomerFields): CustomerPlan {
    return planRecord(this.#context, record, { wanted, inSap, overwrite: this.#options.overwrite });
  }

  /** Before the writes leave. What SAP holds of ours counts as written from now on, whichever write brought it there. */
  async #intend(record: CustomerRecord, { changes }: CustomerPlan, inSap: CustomerFields): Promise<CustomerRecord> {
    const fields = Object.keys(changes);
    if (fields.length === 0) return record;
    const { books, actor } = this.#context;
    const { key, partnerNumber } = record;
    const prints = books.fingerprints(key, inSap);
    const isOurs = ([field, print]: [string, string]) =>
      record.written[field] === print || record.intended[field] === print;
    const written = { ...record.written, ...Object.fromEntries(Object.entries(prints).filter(isOurs)) };
    const intended = { ...record.intended, ...books.fingerprints(key, changes) };
    const tell = (values: CustomerFields) =>
      Object.fromEntries(
        fields.map((field) => {
          const value = values[field];
          const isShown = value === undefined || !isPersonalField(field);
          return [field, isShown ? (value ?? null) : `fingerprint ${books.fingerprint(key, field, value)}`];
        }),
      );
    return books.noteCustomer(
      this.#place(key),
      'kept',
      { written, intended },
      {
        actor,
        action: 'customer.change',
        why: this.#options.overwrite
          ? 'what the connection file says goes before what SAP holds'
          : 'what is wanted changed',
        before: { partnerNumber, ...tell(inSap) },
        after: { partnerNumber, ...tell(changes) },
        loaded: { connection: this.#context.connection },
      },
    );
  }

  async #settle(
    record: CustomerRecord,
    plan: CustomerPlan,
    values: Parameters<typeof editedInSap>[2],
  ): Promise<CareResult> {
    const { books, actor } = this.#context;
    const done = [...plan.agreeing, ...Object.keys(plan.changes)];
    const fields = Object.fromEntries(done.map((field) => [field, values.wanted[field] ?? '']));
    const written = { ...record.written, ...books.fingerprints(record.key, fields) };
    const { edited } = plan;
    const problem = edited.length === 0 ? null : editedInSap(record, edited, values);
    const isNews = edited.some((field) => !record.edited.includes(field));
    await books.noteCustomer(
      this.#place(record.key),
      'kept',
      { written, intended: {}, edited, problem, isChecked: true },
      isNews
        ? {
            actor,
            action: 'customer.edited-in-sap',
            why: 'what a person entered in SAP stays',
            after: { fields: edited },
          }
        : undefined,
    );
    return { ...WELL, problem };
  }

  async #notDone(record: CustomerRecord, outcome: Exclude<ReviseOutcome, { outcome: 'done' }>): Promise<CareResult> {
    const problem = withNames(outcome.problem, record);
    const { away = null } = outcome;
    await this.#note(record, { isChecked: true }, problem);
    switch (outcome.outcome) {
      case 'unavailable':
        return { problem, endsRun: !OF_ONE_CUSTOMER.has(problem.code), isFailure: false, away };
      case 'gone':
      case 'stale':
        return { ...WELL, problem };
      case 'refused':
      case 'unknown':
        return { problem, endsRun: false, isFailure: true, away };
      default:
        return assertNever(outcome.outcome, 'outcome of a revision');
    }
  }

  async #note(record: CustomerRecord, findings: CustomerFindings, problem: ProblemFacts | null): Promise<CareResult> {
    await this.#context.books.noteCustomer(this.#place(record.key), record.state, { ...findings, problem });
    return { ...WELL, problem };
  }
}

function troubleOf(
  record: CustomerRecord,
  seen: readonly FoundPartner[],
  own: FoundPartner | undefined,
): ProblemFacts | null {
  const carrying = seen.filter(({ carriesKey }) => carriesKey);
  if (carrying.length > 1) return foundTwice(record, carrying);
  if (carrying.length === 1 && carrying[0] !== own) return numberDiffers(record, carrying);
  if (own === undefined) return customerGone(record);
  return own.isBlocked ? isBlocked(record) : null;
}

/** What of a customer is to be written, by the fingerprints of what was written before. */
export function planRecord(
  { books }: Pick<CustomerContext, 'books'>,
  record: CustomerRecord,
  input: { readonly wanted: CustomerFields; readonly inSap: CustomerFields; readonly overwrite: boolean },
): CustomerPlan {
  const isOurs = (field: string, value: string): boolean => {
    const print = books.fingerprint(record.key, field, value);
    return record.written[field] === print || record.intended[field] === print;
  };
  const wasWritten = (field: string) => record.written[field] !== undefined;
  return planCustomer({ ...input, isOurs, wasWritten });
}
