import { type CurrencyCode, canonicalJson, type Money, Problem, parseCurrencyCode } from '../../core/index.ts';
import type { AccrualAmount, AccrualEvent } from '../../mapping/index.ts';
import type { FinanceItem } from '../amazon-feeds.ts';
import type { FinanceEventRecord } from '../feed-stores.ts';
import type { EvidenceStore } from '../ports.ts';

/** An event as an accrual is computed from it. One without a posting time counts from when it was first seen. */
export function accrualEventOf({ event, firstSeenAt, revision }: FinanceEventRecord): AccrualEvent {
  const ofAll = { sku: onlyOne(event.items, 'sku'), channel: onlyOne(event.items, 'channel') };
  return {
    key: event.eventKey,
    revision,
    eventType: event.eventType,
    postedAt: Math.floor(Date.parse(event.postedAt ?? firstSeenAt) / 1000),
    marketplaceId: event.marketplaceId,
    orderId: event.orderId,
    total: event.total,
    isBookedByOrders: false,
    amounts: event.amounts.map(({ item, path, amount }) => {
      const { sku, channel } = (item === null ? undefined : event.items[item]) ?? ofAll;
      return { path, amount, sku, channel };
    }),
  };
}

/** What all items agree on; `null` where they differ, or where there are none. */
function onlyOne<Name extends 'sku' | 'channel'>(items: readonly FinanceItem[], name: Name): FinanceItem[Name] | null {
  const [first] = items;
  return first && items.every((item) => item[name] === first[name]) ? first[name] : null;
}

/** The events one to a line, in the order of their keys: the same events always make the same bytes. */
export function* writeSources(events: readonly AccrualEvent[]): Generator<Uint8Array> {
  for (const event of events.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    yield Buffer.from(
      `${canonicalJson({
        ...event,
        total: event.total && moneyText(event.total),
        amounts: event.amounts.map(({ amount, ...rest }) => ({ ...rest, amount: moneyText(amount) })),
      })}\n`,
    );
  }
}

interface SourceLine extends Omit<AccrualEvent, 'total' | 'amounts'> {
  readonly total: MoneyText | null;
  readonly amounts: readonly (Omit<AccrualAmount, 'amount'> & { readonly amount: MoneyText })[];
}

/** Minor units: no JSON reader may change them. */
interface MoneyText {
  readonly currency: string;
  readonly minor: string;
}

/** What `writeSources` wrote. Raises `ACCRUAL_SOURCES_UNREADABLE` (defect) for anything else. */
export async function readSources(
  evidence: Pick<EvidenceStore, 'openEvidence'>,
  sha256: Parameters<EvidenceStore['openEvidence']>[0],
): Promise<AccrualEvent[]> {
  return readSourceLines(evidence.openEvidence(sha256), sha256, eventOf);
}

/** Sources line by line. Raises `ACCRUAL_SOURCES_UNREADABLE` (defect) when one of them is not what `read` takes. */
export async function readSourceLines<Source>(
  content: AsyncIterable<Uint8Array>,
  name: string,
  read: (line: string) => Source,
): Promise<Source[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const sources: Source[] = [];
  let rest = '';
  const take = (chunk: Uint8Array) => {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) sources.push(read(line));
  };
  for await (const chunk of content) {
    try {
      take(chunk);
    } catch {
      throw damaged(name);
    }
  }
  if (rest !== '') throw damaged(name);
  return sources;
}

/** One line of what `writeSources` wrote. */
export function eventOf(line: string): AccrualEvent {
  const { total, amounts, ...event } = JSON.parse(line) as SourceLine;
  return {
    ...event,
    total: total && readMoney(total),
    amounts: amounts.map(({ amount, ...rest }) => ({ ...rest, amount: readMoney(amount) })),
  };
}

function moneyText({ currency, minor }: Money): { currency: CurrencyCode; minor: string } {
  return { currency, minor: minor.toString() };
}

function readMoney({ currency, minor }: MoneyText): Money {
  return { currency: parseCurrencyCode(currency), minor: BigInt(minor) };
}

function damaged(sha256: string): Problem {
  return new Problem({
    code: 'ACCRUAL_SOURCES_UNREADABLE',
    kind: 'defect',
    says: `The sources of an accrual, evidence ${sha256}, are not a list of events.`,
    next: 'Report it with the output of: seller-ledger accruals list',
    data: sha256,
  });
}
