import type { AmazonBalance, BalanceType } from '../../app/index.ts';
import { formatMoney, type LocalDate, type Log } from '../../core/index.ts';
import { readExactJson } from '../exact-json.ts';
import type { SpApi, SpApiRequest } from '../sp-api.ts';
import { PageWalk } from './page-walk.ts';
import { optional, RecordFault, readAccountType, readAmount, readDay, readInstant, readWhole } from './read-members.ts';
import { FINANCES_PATH, listBalancesAnswerSchema, type WireBalance } from './wire.ts';

const operation = 'listBalances';

const TYPES: Readonly<Record<string, BalanceType>> = {
  AVAILABLE: 'available',
  RESERVED: 'reserved',
  DEFERRED: 'deferred',
  ACCOUNT_LEVEL_RESERVE: 'account-level-reserve',
  TOTAL: 'total',
};

/** Each balance and the parts Amazon says it has. */
const PARTS: readonly { readonly whole: BalanceType; readonly parts: readonly [BalanceType, BalanceType] }[] = [
  { whole: 'total', parts: ['available', 'reserved'] },
  { whole: 'reserved', parts: ['deferred', 'account-level-reserve'] },
];

/** One page of balances of every account, of now or at the end of a day. */
export function balancesRequest(asOf: LocalDate | null, token: string | null) {
  return {
    operation,
    path: `${FINANCES_PATH}/balances`,
    query: { ...(asOf !== null && { asOfDate: asOf }), ...(token !== null && { nextToken: token }) },
    read: (body: Uint8Array) =>
      readWhole(readExactJson(body, listBalancesAnswerSchema), ({ balances, nextToken }) => ({
        balances: flatten(balances ?? [], { asOf }),
        nextToken,
      })),
  } as const satisfies SpApiRequest<unknown>;
}

/** What `FinancesFeed.balances` promises. One that is not the sum of its parts is logged: it is Amazon's figure, not ours. */
export async function readBalances(api: SpApi, log: Log, asOf: LocalDate | null): Promise<readonly AmazonBalance[]> {
  const found = new Map<string, AmazonBalance>();
  const walk = new PageWalk(operation);
  let token: string | null = null;
  do {
    const { balances, nextToken } = (await api.get(balancesRequest(asOf, token))).value;
    for (const balance of balances) {
      const key = [...accountOf(balance), balance.amazonBalanceType.toUpperCase()].join(' ');
      if (found.has(key)) log.write('warn', 'amazon.balance.twice', { balance: key });
      else found.set(key, balance);
    }
    token = walk.next(nextToken);
  } while (token !== null);
  const all = [...found.values()];
  for (const difference of differencesIn(all)) log.write('warn', 'amazon.balance.difference', difference);
  return all;
}

interface Inherited {
  readonly asOf: LocalDate | null;
  readonly accountType?: string | null;
  readonly marketplaceId?: string | null;
  readonly lastUpdatedAt?: string | null;
}

/** A balance and all within it; those within say only what differs. */
function flatten(wires: readonly WireBalance[], above: Inherited): AmazonBalance[] {
  return wires.flatMap((wire) => {
    const here = {
      asOf: readDay(wire.asOfDate, 'balances.asOfDate') ?? above.asOf,
      accountType: readAccountType(wire.partnerMetadata?.accountType) ?? above.accountType ?? null,
      marketplaceId: optional(wire.partnerMetadata?.marketplaceId) ?? above.marketplaceId ?? null,
      lastUpdatedAt: readInstant(wire.lastUpdatedTime, 'balances.lastUpdatedTime') ?? above.lastUpdatedAt ?? null,
    };
    const type = wire.balanceType?.trim() ?? '';
    const amount = readAmount(wire.amount, `balances[${type}].amount`);
    if (amount === null) throw new RecordFault(`member balances[${type}].amount is missing`);
    const balanceType = TYPES[type.toUpperCase()] ?? 'other';
    return [{ ...here, balanceType, amazonBalanceType: type, amount }, ...flatten(wire.balances ?? [], here)];
  });
}

function accountOf({ accountType, marketplaceId, amount }: AmazonBalance): readonly (string | null)[] {
  return [accountType, marketplaceId, amount.currency];
}

function differencesIn(balances: readonly AmazonBalance[]): Record<string, string>[] {
  const nameOf = (balance: AmazonBalance) => accountOf(balance).join(' ');
  const accounts = new Set(balances.map(nameOf));
  return [...accounts].flatMap((account) => {
    const own = balances.filter((balance) => nameOf(balance) === account);
    const find = (type: BalanceType) => own.find(({ balanceType }) => balanceType === type)?.amount;
    return PARTS.flatMap(({ whole, parts }) => {
      const [total, first, second] = [find(whole), find(parts[0]), find(parts[1])];
      if (!total || !first || !second || total.minor === first.minor + second.minor) return [];
      const said = { [whole]: total, [parts[0]]: first, [parts[1]]: second };
      return [
        { account, ...Object.fromEntries(Object.entries(said).map(([key, value]) => [key, formatMoney(value)])) },
      ];
    });
  });
}
