import type { BusinessPartners, CreateOutcome, CustomerFields, ReviseOutcome, WriteLimits } from '../../app/index.ts';
import { assertNever, isProblem, type ProblemFacts } from '../../core/index.ts';
import type { SapAccess } from '../access.ts';
import { optionalText } from '../odata.ts';
import type { ODataWriteOutcome } from '../odata-write.ts';
import type { SapRemark } from '../sap-message.ts';
import { type PartWrite, writesOf } from './changes.ts';
import { encodeCreate } from './encode.ts';
import { fieldsOf } from './fields.ts';
import { refusalProblem, withoutWords } from './judge.ts';
import { findPartners, readPartner, readPartnerName, unreadable } from './read.ts';
import { BUSINESS_PARTNER_SERVICE, SETS } from './wire.ts';

/** How often a change is based anew on what SAP holds, because somebody was faster. A round that wrote something is not counted. */
const STALE_ROUNDS_MAX = 3;
/** Each write of a part may change the state of all others; a program that undoes them one by one must not keep us for ever. */
const ROUNDS_MAX = 50;
/** How often what SAP remarked an error about is written, before it is left to a person. */
const DOUBTFUL_ROUNDS_MAX = 2;

type NotWritten = Exclude<ODataWriteOutcome, { outcome: 'written' }>;

interface Round {
  readonly writtenCount: number;
  /** Why it ended before the last write. */
  readonly failed: NotWritten | null;
  /** What SAP remarked as errors beside what it says it did: some of it may not be there. */
  readonly errors: readonly SapRemark[];
}

/** The business partners of one SAP system, over the access that everything else shares. */
export function createBusinessPartners({ odata, redactor }: Pick<SapAccess, 'odata' | 'redactor'>): BusinessPartners {
  /** What is raised names no secret, and shows no row: it may be a buyer's. */
  async function reading<Result>(read: Promise<Result>): Promise<Result> {
    try {
      return await read;
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown;
      throw redactor.problem(thrown.code === 'SAP_FIELD_UNREADABLE' ? unreadable(thrown.says) : thrown);
    }
  }

  /** One after the other; the first that is not done ends it, and what was done is seen at the next reading. */
  async function writeAll(writes: readonly PartWrite[], limits: WriteLimits): Promise<Round> {
    const errors: SapRemark[] = [];
    for (const [writtenCount, write] of writes.entries()) {
      const leaveByMs = await limits.leaveByMs();
      const outcome =
        write.kind === 'create'
          ? await odata.create(BUSINESS_PARTNER_SERVICE, write.set, write.body, { leaveByMs })
          : await odata.change(BUSINESS_PARTNER_SERVICE, write.entity, write.body, { etag: write.etag, leaveByMs });
      if (outcome.outcome !== 'written') return { writtenCount, failed: outcome, errors };
      errors.push(...outcome.remarks.filter(({ severity }) => severity === 'error'));
    }
    return { writtenCount: writes.length, failed: null, errors };
  }

  return {
    fieldsOf,
    find: (key, partnerNumber) => reading(findPartners(odata, key, partnerNumber)),
    nameOf: (partnerNumber) => reading(readPartnerName(odata, partnerNumber)),

    async create(key, facts, limits) {
      const body = encodeCreate(key, facts);
      const leaveByMs = await limits.leaveByMs();
      const outcome = await odata.create(BUSINESS_PARTNER_SERVICE, SETS.partner, body, { leaveByMs });
      return createdFrom(outcome, facts.isPersonal);
    },

    async revise({ partnerNumber, key, facts }, decide, limits) {
      const wanted = fieldsOf(facts);
      let wasChanged = false;
      let staleRounds = 0;
      const doubts: (readonly SapRemark[])[] = [];
      for (let round = 0; round < ROUNDS_MAX && staleRounds < STALE_ROUNDS_MAX; round += 1) {
        const view = await reading(readPartner(odata, { partnerNumber, key, wanted }));
        if (view === undefined) return { outcome: 'gone', problem: gone(partnerNumber) };
        const changes = await decide(view.fields);
        const hasCustomer = view.customerNumber !== '';
        const writes = writesOf(view, hasCustomer ? changes : withoutPlaces(changes), key);
        const errors = doubts.at(-1);
        if (errors && doubts.length >= DOUBTFUL_ROUNDS_MAX && writes.length > 0) {
          return { outcome: 'refused', problem: notTaken(partnerNumber, errors, facts.isPersonal) };
        }
        const written = await writeAll(writes, limits);
        wasChanged ||= written.writtenCount > 0;
        if (written.errors.length > 0) doubts.push(written.errors);
        const { failed } = written;
        if (failed === null && written.errors.length === 0) {
          const isPending = !hasCustomer && Object.keys(changes).some(isOfPlace);
          if (isPending) return { outcome: 'unavailable', problem: numberPending(partnerNumber) };
          return { outcome: 'done', wasChanged };
        }
        if (failed !== null && failed.outcome !== 'stale') return failedFrom(failed, facts.isPersonal);
        if (written.writtenCount === 0) staleRounds += 1;
      }
      return { outcome: 'stale', problem: keepsChanging(partnerNumber) };
    },
  };
}

function createdFrom(outcome: ODataWriteOutcome, isPersonal: boolean): CreateOutcome {
  switch (outcome.outcome) {
    case 'written': {
      const row = outcome.value ?? {};
      const partnerNumber = optionalText(row, 'BusinessPartner');
      if (partnerNumber === '') return { outcome: 'unknown', problem: createdWithoutNumber() };
      const isDoubtful = outcome.remarks.some(({ severity }) => severity === 'error');
      return { outcome: 'created', partnerNumber, customerNumber: optionalText(row, 'Customer') || null, isDoubtful };
    }
    case 'refused':
      return { outcome: 'refused', problem: refusalProblem(outcome, isPersonal) };
    // A new entity has no earlier state, so this is no answer to what was asked.
    case 'stale':
      return { outcome: 'unknown', problem: withoutWords(outcome.problem, isPersonal) };
    case 'unavailable':
    case 'unknown':
      return { outcome: outcome.outcome, problem: withoutWords(outcome.problem, isPersonal), away: outcome.away };
    default:
      return assertNever(outcome, 'outcome of a creation');
  }
}

function failedFrom(failed: NotWritten, isPersonal: boolean): ReviseOutcome {
  if (failed.outcome === 'refused') return { outcome: 'refused', problem: refusalProblem(failed, isPersonal) };
  const away = failed.outcome === 'stale' ? null : failed.away;
  return { outcome: failed.outcome, problem: withoutWords(failed.problem, isPersonal), away };
}

/** Of a company code or a sales area: they hang on the customer, not on the business partner. */
function isOfPlace(field: string): boolean {
  return field.startsWith('company.') || field.startsWith('sales.');
}

function withoutPlaces(changes: CustomerFields): CustomerFields {
  return Object.fromEntries(Object.entries(changes).filter(([field]) => !isOfPlace(field)));
}

function createdWithoutNumber(): ProblemFacts {
  return {
    code: 'CUSTOMER_NUMBER_MISSING',
    kind: 'unknown',
    says: 'SAP says that it created the business partner, but not under which number.',
    next: 'Nothing to do: it is looked for by its key before anything else is written.',
  };
}

function notTaken(partnerNumber: string, errors: readonly SapRemark[], isPersonal: boolean): ProblemFacts {
  const codes = [...new Set(errors.map(({ code }) => code))].join(', ');
  const words = isPersonal ? '' : `: ${errors.map(({ text }) => text).join('; ')}`;
  return {
    code: 'CUSTOMER_CHANGE_NOT_TAKEN',
    kind: 'rejected',
    says: `SAP says that it changed business partner ${partnerNumber}, but does not show all of it, and remarks an error beside it (${codes})${words.replace(/\.$/, '')}.`,
    next: 'Look the message up with the SAP administrator, correct what it names in the connection file or in SAP, then: seller-ledger customers sync NAME',
    data: codes,
  };
}

function gone(partnerNumber: string): ProblemFacts {
  return {
    code: 'CUSTOMER_GONE',
    kind: 'conflict',
    says: `SAP does not show business partner ${partnerNumber} any more.`,
    next: 'Check that the connection still leads to the same SAP system and client and that the user may read it. If it was replaced, name the new one: seller-ledger customers adopt KEY --number NUMBER --why TEXT',
    data: partnerNumber,
  };
}

function numberPending(partnerNumber: string): ProblemFacts {
  return {
    code: 'CUSTOMER_NUMBER_PENDING',
    kind: 'unavailable',
    says: `SAP has business partner ${partnerNumber} but not yet the customer that belongs to it.`,
    next: 'Nothing to do: it is looked at again. If it lasts, look in SAP for errors of the synchronisation between business partners and customers (transaction MDS_PPO2).',
    data: partnerNumber,
  };
}

function keepsChanging(partnerNumber: string): ProblemFacts {
  return {
    code: 'CUSTOMER_KEEPS_CHANGING',
    kind: 'unavailable',
    says: `Business partner ${partnerNumber} was changed by somebody else again and again while it was to be written; nothing of theirs was replaced.`,
    next: 'Nothing to do: it is tried again. If it lasts, find out which program changes it all the time.',
    data: partnerNumber,
  };
}
