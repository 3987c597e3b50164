import { assert, type LocalDate, type Money, money, negateMoney, sumMoney, type YearMonth } from '../core/index.ts';
import {
  countDocumentLines,
  cutText,
  ENTRY_LINES_MAX,
  HEADER_REFERENCE_MAX,
  HEADER_TEXT_MAX,
  type JournalEntry,
  type JournalLine,
  postingKeyOf,
  splitLines,
  textWithReference,
} from '../ledger/index.ts';
import type { AccountTable, BalancePurpose, CompanyCodeRule, MarketplaceRule } from './account-table.ts';
import { findMarketplace } from './marketplace.ts';
import type { QuarantineItem } from './proposal.ts';
import type { ClosedThrough, PostingCalendar } from './propose-calendar.ts';
import { type MarketplaceFinder, mostFrequent } from './propose-home.ts';
import { summariseLines } from './propose-lines.ts';
import { balanceAccountMissing, calendarFinder, type PlacedBucket } from './propose-rows.ts';
import type { SettlementHeader } from './settlement.ts';
import { type PlacedResidual, residualLines } from './tax-residual.ts';

export interface DraftInput {
  readonly header: SettlementHeader;
  readonly table: AccountTable;
  readonly placed: readonly PlacedBucket[];
  readonly home: MarketplaceRule;
  readonly marketplaces: MarketplaceFinder;
  /** What Amazon withheld more or less than was collected. */
  readonly residuals: readonly PlacedResidual[];
  readonly sellerAccount: string;
  readonly revision: number;
  readonly closedThrough?: ClosedThrough | undefined;
}

export interface DraftedEntries {
  readonly entries: JournalEntry[];
  readonly missing: QuarantineItem[];
  /** Residuals have no account on which they would be seen. */
  readonly isResidualMissing: boolean;
}

/** An entry while its lines are gathered. */
interface Draft {
  readonly month: YearMonth;
  readonly on: LocalDate;
  readonly lines: readonly JournalLine[];
  readonly closing: JournalLine[];
}

/** The drafts of one company code, by month. */
interface CompanyDrafts {
  readonly company: CompanyCodeRule;
  readonly calendar: PostingCalendar;
  /** Its own marketplace with the most rows, the first in the alphabet of several: says which balance accounts it uses. */
  readonly marketplace: MarketplaceRule;
  readonly months: Map<YearMonth, Draft>;
}

/**
 * Turns placed buckets into balanced entries: one for each company code and month, cut into parts where SAP's limit asks
 * for it. The company code of the home marketplace is the main one: its final month closes with the payout or the debt,
 * its earlier months close against the carry-forward account, which the final month takes back, and every other company
 * code closes against the main one, month by month. Balance accounts that are missing come back as quarantine.
 */
export function draftEntries(input: DraftInput): DraftedEntries {
  const drafter = new EntryDrafter(input);
  return drafter.draft();
}

class EntryDrafter {
  readonly #input: DraftInput;
  readonly #calendars: (company: CompanyCodeRule) => PostingCalendar;
  readonly #missing: QuarantineItem[] = [];
  #isResidualMissing = false;

  constructor(input: DraftInput) {
    this.#input = input;
    this.#calendars = calendarFinder(input);
  }

  draft(): DraftedEntries {
    const { home, placed } = this.#input;
    if (placed.length === 0) return { entries: [], missing: [], isResidualMissing: false };
    const codes = [...new Set(placed.map((bucket) => bucket.company.companyCode))].sort();
    const main = this.#companyDrafts(home.companyCode);
    const others = codes.filter((code) => code !== home.companyCode).map((code) => this.#companyDrafts(code));
    for (const other of others) this.#closeAgainst(main, other);
    this.#closeMain(main);
    const entries = [main, ...others].flatMap((drafts) => this.#entriesOf(drafts));
    return { entries: sortByMonth(entries), missing: this.#missing, isResidualMissing: this.#isResidualMissing };
  }

  #companyDrafts(companyCode: string): CompanyDrafts {
    const { home, table } = this.#input;
    const placed = this.#input.placed.filter((bucket) => bucket.company.companyCode === companyCode);
    const marketplace =
      companyCode === home.companyCode
        ? home
        : mostFrequent(placed.map(({ marketplace: rule, count }) => ({ rule, count })))[0];
    const company = placed[0]?.company ?? table.companyCode(home.companyCode);
    assert(
      company !== undefined && marketplace !== undefined,
      `company code ${companyCode} has no row to be there for`,
    );
    const drafts: CompanyDrafts = { company, calendar: this.#calendars(company), marketplace, months: new Map() };
    for (const month of new Set(placed.map((bucket) => bucket.month))) {
      const ofMonth = placed.filter((bucket) => bucket.month === month);
      const on = drafts.calendar.postingDate(month);
      const draft = this.#openMonth(
        drafts,
        month,
        summariseLines(ofMonth, { currency: this.#input.header.currency, table, on }),
      );
      this.#moveResiduals(companyCode, draft);
    }
    return drafts;
  }

  #moveResiduals(companyCode: string, { month, on, closing }: Draft): void {
    const own = this.#input.residuals.filter((each) => each.companyCode === companyCode && each.month === month);
    const { lines, isMissing } = residualLines(own, { ...this.#input, on });
    closing.push(...lines);
    if (isMissing) this.#isResidualMissing = true;
  }

  /** The draft of a month; a month without rows may still have to close something. */
  #openMonth(drafts: CompanyDrafts, month: YearMonth, lines: readonly JournalLine[] = []): Draft {
    let draft = drafts.months.get(month);
    if (!draft) {
      draft = { month, on: drafts.calendar.postingDate(month), lines, closing: [] };
      drafts.months.set(month, draft);
    }
    return draft;
  }

  #closeAgainst(main: CompanyDrafts, other: CompanyDrafts): void {
    for (const draft of monthsAscending(other)) {
      const open = this.#openAmount(draft);
      if (open.minor === 0n) continue;
      const reference = `${this.#input.header.settlementId} ${other.company.companyCode}`;
      this.#close(other, draft, { purpose: 'cross-company', amount: negateMoney(open), reference });
      // Where only one of the two has closed the month, the pair stands open between them until the other one's month.
      const mirror = this.#openMonth(main, main.calendar.openMonth(draft.month));
      this.#close(main, mirror, { purpose: 'cross-company', amount: open, reference });
    }
  }

  #closeMain(main: CompanyDrafts): void {
    const { header } = this.#input;
    const { finalMonth } = main.calendar;
    for (const draft of monthsAscending(main)) {
      const open = this.#openAmount(draft);
      if (draft.month === finalMonth || open.minor === 0n) continue;
      const reference = `${header.settlementId} ${draft.month}`;
      this.#close(main, draft, { purpose: 'carry-forward', amount: negateMoney(open), reference });
      const final = this.#openMonth(main, finalMonth);
      this.#close(main, final, { purpose: 'carry-forward', amount: open, reference });
    }
    if (header.total.minor === 0n) return;
    const purpose = header.total.minor > 0n ? 'payout' : 'closing-debt';
    const final = this.#openMonth(main, finalMonth);
    this.#close(main, final, { purpose, amount: header.total, reference: header.settlementId });
  }

  #openAmount({ lines, closing }: Draft): Money {
    return sumMoney(
      this.#input.header.currency,
      [...lines, ...closing].map((line) => line.amount),
    );
  }

  #close(
    drafts: CompanyDrafts,
    draft: Draft,
    line: { readonly purpose: BalancePurpose; readonly amount: Money; readonly reference: string },
  ): void {
    const closing = this.#balanceLine(drafts, draft, line);
    if (closing) draft.closing.push(closing);
  }

  /** Closes with the account of the purpose; the reference is the same on both sides of a pair, so that they clear. */
  #balanceLine(
    { marketplace }: CompanyDrafts,
    { on }: Draft,
    { purpose, amount, reference }: { purpose: BalancePurpose; amount: Money; reference: string },
  ): JournalLine | undefined {
    const assignment = this.#input.table.assign(purpose, marketplace.name, on);
    if (!assignment) {
      this.#missing.push(
        balanceAccountMissing(this.#input.header, { purpose, marketplace: marketplace.name, on, amount }),
      );
      return undefined;
    }
    const { text: ownText, ...account } = assignment;
    return { kind: purpose, ...account, tax: null, amount, text: textWithReference(ownText, reference), buckets: [] };
  }

  #entriesOf(drafts: CompanyDrafts): JournalEntry[] {
    return monthsAscending(drafts).flatMap((draft) => {
      const parts = this.#partsOf(drafts, draft);
      return parts.map((lines, index) => this.#entry(drafts, draft, { lines, part: index + 1, count: parts.length }));
    });
  }

  #partsOf(drafts: CompanyDrafts, draft: Draft): JournalLine[][] {
    const { currency, settlementId } = this.#input.header;
    const { lines, closing } = draft;
    if (countDocumentLines([...lines, ...closing]) <= ENTRY_LINES_MAX) return [[...lines, ...closing]];
    const reference = `${settlementId} ${draft.month} parts`;
    const model = this.#balanceLine(drafts, draft, {
      purpose: 'carry-forward',
      amount: money(currency, 0n),
      reference,
    });
    if (!model) return [];
    return splitLines({ currency, lines, closing, carryLine: (amount) => ({ ...model, amount }) });
  }

  #entry(
    { company, calendar, marketplace }: CompanyDrafts,
    draft: Draft,
    { lines, part, count }: { lines: readonly JournalLine[]; part: number; count: number },
  ): JournalEntry {
    const { header, sellerAccount, revision } = this.#input;
    const { companyCode } = company;
    const { settlementId, currency } = header;
    const country = findMarketplace(marketplace.name)?.country ?? cutText(marketplace.name, 6);
    return {
      postingKey: postingKeyOf({ sellerAccount, settlementId, companyCode, postingMonth: draft.month, part, revision }),
      companyCode,
      documentType: documentTypeOf(company, lines),
      documentDate: draft.on,
      postingDate: draft.on,
      currency,
      headerText: cutText(`AMZ ${country} ${calendar.periodText}`, HEADER_TEXT_MAX),
      headerReference: cutText(settlementId, HEADER_REFERENCE_MAX),
      part,
      partCount: count,
      lines,
    };
  }
}

/** Customizing may allow customer lines only in other document types than those of G/L lines alone. */
export function documentTypeOf(company: CompanyCodeRule, lines: readonly JournalLine[]): string {
  const hasCustomer = lines.some((line) => line.customer !== undefined);
  return hasCustomer ? (company.documentTypeWithCustomer ?? company.documentType) : company.documentType;
}

function monthsAscending({ months }: CompanyDrafts): Draft[] {
  return [...months.values()].sort((a, b) => (a.month < b.month ? -1 : 1));
}

/** What is carried is booked before it is taken back; within a date the main company code stays first. */
function sortByMonth(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...entries].sort((a, b) => (a.postingDate < b.postingDate ? -1 : a.postingDate > b.postingDate ? 1 : 0));
}
