import { type CurrencyCode, formatMoney, type Money } from '../../core/index.ts';
import { debitTotal, type JournalEntry } from '../../ledger/index.ts';
import type { EntryRecord } from '../ports.ts';
import type { Approval, MappingHand } from './approval-store.ts';

/** Up to which amount something holds, by currency. A currency without one has the limit of nobody. */
export type AmountLimits = ReadonlyMap<CurrencyCode, Money>;

/** When an entry is approved, and by whom. */
export interface ApprovalRules {
  /** `automatic`: a proposal whose proofs all hold is approved by the system. `review`: a person approves each entry. */
  readonly approval: 'automatic' | 'review';
  /** Above it, and in a currency that it does not name, a person approves all the same. Absent: no limit. */
  readonly automaticUpTo?: AmountLimits | undefined;
  /** Above it, and in a currency that it does not name, two people approve. Absent: one is always enough. */
  readonly fourEyesAbove?: AmountLimits | undefined;
  /** Who may not approve: whoever changed the account table. Absent: that, of entries that two people approve. */
  readonly approverNot?: 'mapping-author' | 'nobody' | undefined;
  /** Rules that one person loosened and nobody else has accepted: of all of them the strictest holds for each entry. */
  readonly formerly?: readonly ApprovalRules[] | undefined;
}

export interface ApprovalNeeds {
  /** How many different people approve it; 0: the system may. */
  readonly people: 0 | 1 | 2;
  /** Whoever had a hand in the account table does not count. */
  readonly notMappingHands: boolean;
  /** `12,000.00 EUR is above posting.fourEyesAbove (10,000.00)`. */
  readonly because: string;
}

/** What an accountant calls the amount of an entry: the sum of its debits. */
export function amountOf(entry: JournalEntry): Money {
  return debitTotal(entry);
}

/** How many people approve an entry. */
export function needsOf(entry: JournalEntry, rules: ApprovalRules): ApprovalNeeds {
  let needs = needsBy(entry, rules);
  for (const former of rules.formerly ?? []) {
    const before = needsBy(entry, former);
    const notMappingHands = needs.notMappingHands || before.notMappingHands;
    const because = `${before.because}, which holds until another person accepts the change`;
    needs = before.people > needs.people ? { ...before, notMappingHands, because } : { ...needs, notMappingHands };
  }
  return needs;
}

function needsBy(entry: JournalEntry, rules: ApprovalRules): ApprovalNeeds {
  const amount = amountOf(entry);
  const fourEyes = rules.fourEyesAbove && exceeds(amount, rules.fourEyesAbove, 'posting.fourEyesAbove');
  if (fourEyes) return { people: 2, notMappingHands: rules.approverNot !== 'nobody', because: fourEyes };
  const notMappingHands = rules.approverNot === 'mapping-author';
  if (rules.approval === 'review') return { people: 1, notMappingHands, because: 'posting.approval is review' };
  const large = rules.automaticUpTo && exceeds(amount, rules.automaticUpTo, 'posting.automaticUpTo');
  if (large) return { people: 1, notMappingHands, because: large };
  return { people: 0, notMappingHands, because: 'posting.approval is automatic' };
}

/** How many people stand behind a reversal: whoever asks for it is one of them, so a second one is all it may lack. */
export function needsOfReversal(entry: JournalEntry, rules: ApprovalRules): ApprovalNeeds {
  const { people, because } = needsOf(entry, rules);
  return { people: people === 2 ? 2 : 0, notMappingHands: false, because };
}

function exceeds(amount: Money, limits: AmountLimits, name: string): string | undefined {
  const limit = limits.get(amount.currency);
  const text = `${formatMoney(amount)} ${amount.currency}`;
  if (!limit) return `${name} has no limit in ${amount.currency}`;
  return amount.minor > limit.minor ? `${text} is above ${name} (${formatMoney(limit)})` : undefined;
}

/** Where the approvals of one content stand. */
export interface ApprovalStanding {
  /** Those that count: given since it was last refused, by different people who may, the oldest first. */
  readonly given: readonly Approval[];
  /** How many more people it takes. */
  readonly missing: number;
  /** It was refused, and nobody has approved it since. */
  readonly refusal: Approval | null;
  /** They may not approve, or do not count. */
  readonly excluded: readonly MappingHand[];
}

/** `said`: of exactly this content, the oldest first. What was refused needs a person, also where the system may approve. */
export function standingOf(
  said: readonly Approval[],
  needs: ApprovalNeeds,
  hands: readonly MappingHand[],
): ApprovalStanding {
  const refusal = said.findLast(({ verdict }) => verdict === 'refuse') ?? null;
  const since = said.filter(({ sequence }) => sequence > (refusal?.sequence ?? -1));
  const excluded = needs.notMappingHands ? hands : [];
  const given: Approval[] = [];
  for (const each of since) {
    const counts = !isAmong(each.person, given) && !isAmong(each.person, excluded);
    if (each.verdict === 'approve' && counts) given.push(each);
  }
  const people = Math.max(needs.people, refusal ? 1 : 0);
  return {
    given,
    missing: Math.max(0, people - given.length),
    refusal: given.length === 0 ? refusal : null,
    excluded,
  };
}

export function isAmong(person: string, others: readonly { readonly person: string }[]): boolean {
  return others.some((other) => isSamePerson(other.person, person));
}

/** Names are compared without capitals and outer spaces: one person with two spellings would otherwise be four eyes. */
export function isSamePerson(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** What people said to the entry as it is now. */
export function saidTo(record: Pick<EntryRecord, 'digest'>, approvals: readonly Approval[]): Approval[] {
  return approvals.filter(({ digest }) => digest === record.digest);
}
