import { formatMoney, type Money, money, parseMoney } from '../../src/core/index.ts';
import type { JournalLine } from '../../src/ledger/index.ts';
import { isLineKind, lineKindFacts } from '../../src/mapping/index.ts';
import type { EvaluatedCase, EvaluatedSettlement } from './evaluate-case.ts';

/** The balance-sheet accounts of a case after one more thing was booked. */
export interface BalanceStep {
  readonly what: string;
  /** By `account` or, with several company codes, `company code/account`; debits positive. */
  readonly balances: ReadonlyMap<string, Money>;
}

/**
 * Books the settlements of a case one after the other, with the bank's entries between them, as a ledger would: a
 * settlement that comes a second time, or anew under the same id, is not booked.
 */
export function bookCase({ golden, settlements }: EvaluatedCase): BalanceStep[] {
  const companies = new Set(settlements.flatMap(({ proposal }) => proposal.entries.map((entry) => entry.companyCode)));
  const balances = new Map<string, Money>();
  const steps: BalanceStep[] = [];
  const add = (account: string, amount: Money) => {
    const key = `${account} ${amount.currency}`;
    balances.set(key, money(amount.currency, (balances.get(key)?.minor ?? 0n) + amount.minor));
  };
  const note = (what: string) => steps.push({ what, balances: new Map(balances) });
  for (const [index, settlement] of settlements.entries()) {
    const { proposal, reading, arrival } = settlement;
    if (arrival === 'new') {
      for (const entry of proposal.entries) {
        const of = companies.size > 1 ? `${entry.companyCode}/` : '';
        for (const line of entry.lines.filter(isOfBalanceSheet)) add(`${of}${accountOf(line)}`, line.amount);
      }
    }
    note(`${settlement.file}: ${sayArrival(settlement)}`);
    for (const move of golden.bank.filter((one) => one.after === index + 1)) {
      add(move.account, parseMoney(move.amountText, reading.header.currency));
      note(`  bank: ${move.text}`);
    }
  }
  return steps;
}

function sayArrival({ arrival, reading: { header } }: EvaluatedSettlement): string {
  if (arrival === 'again') return `${header.settlementId} again, not booked twice`;
  if (arrival === 'reissued') return `${header.settlementId} with other content, waits for a person`;
  return `total ${formatMoney(header.total)} ${header.currency}`;
}

/** Everything but profit and loss, with the lines that no row carries. */
export function isOfBalanceSheet({ kind }: JournalLine): boolean {
  if (!isLineKind(kind)) return true;
  const { nature } = lineKindFacts(kind);
  return nature === 'balance-sheet' || nature === 'tax';
}

function accountOf(line: JournalLine): string {
  return line.customer === undefined ? line.glAccount : `D ${line.customer}`;
}

/** A table that is read downwards: what each account stands at after each step. */
export function renderBalances(steps: readonly BalanceStep[]): string {
  const last = steps.at(-1)?.balances ?? new Map<string, Money>();
  const accounts = [...last.keys()].sort();
  const width = Math.max(...steps.map(({ what }) => what.length));
  const widths = accounts.map((account) => Math.max(account.length, 12));
  const lineOf = (what: string, cells: readonly string[]) =>
    [what.padEnd(width), ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0))].join('  ').trimEnd();
  return [
    'Balance-sheet accounts after each step; debits positive.',
    '',
    lineOf('', accounts),
    ...steps.map(({ what, balances }) =>
      lineOf(
        what,
        accounts.map((account) => {
          const balance = balances.get(account);
          return balance ? formatMoney(balance) : '';
        }),
      ),
    ),
    '',
  ].join('\n');
}

/** What stands open at the end, in the form in which `case.yaml` says it. */
export function openAtEnd(steps: readonly BalanceStep[]): Map<string, string> {
  const last = steps.at(-1)?.balances ?? new Map<string, Money>();
  return new Map(
    [...last].flatMap(([account, balance]): [string, string][] =>
      balance.minor === 0n ? [] : [[account, formatMoney(balance)]],
    ),
  );
}
