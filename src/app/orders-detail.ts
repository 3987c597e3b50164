import { DAY_MS, isProblem, Problem } from '../core/index.ts';
import type { OrderWithBuyer } from './amazon-feeds.ts';
import type { ReadRow } from './amazon-reports.ts';
import {
  asksForTax,
  isOver,
  memoryOf,
  moveCursor,
  noteTaxRefused,
  noteTaxShown,
  type OrdersRun,
  storeAnswer,
} from './orders-run.ts';
import { toInstant } from './plan-orders.ts';

/** Some seven minutes of Amazon's allowance. */
const ordersPerRun = 200;
const keepAliveEvery = 20;
/** How long an order is left alone whose detail we cannot read or Amazon refuses, or whose detail is older than what we know. */
const restDays = { unreadable: 7, refused: 7, older: 1 } as const;
const noDetailMax = 1_000;

/**
 * Asks one by one for orders of which a report told less than accounting needs: those of businesses, and those of which the
 * interface had told more before. Returns false when there is more to ask for.
 */
export async function addDetails(run: OrdersRun): Promise<boolean> {
  const { books, connection } = run.context;
  const now = toInstant(run.nowMs());
  const resting = Object.fromEntries(Object.entries(memoryOf(run).noDetail ?? {}).filter(([, until]) => until > now));
  const wanting = await books.ordersWantingDetail(connection.id, ordersPerRun + Object.keys(resting).length);
  const orderIds = wanting.filter((orderId) => !(orderId in resting)).slice(0, ordersPerRun);
  let asked = 0;
  for (const orderId of orderIds) {
    const why = await addDetail(run, orderId);
    if (why) resting[orderId] = toInstant(run.nowMs() + restDays[why] * DAY_MS);
    asked += 1;
    if (asked % keepAliveEvery === 0) await run.options.keepAlive();
    if (isOver(run)) break;
  }
  if (asked > 0) {
    const noDetail = Object.fromEntries(Object.entries(resting).slice(-noDetailMax));
    await moveCursor(run, { memory: { ...memoryOf(run), noDetail } });
  }
  return asked === orderIds.length && orderIds.length < ordersPerRun;
}

/** Why the order still wants detail; `undefined` when it has it now, or there is none. */
async function addDetail(run: OrdersRun, orderId: string): Promise<keyof typeof restDays | undefined> {
  const found = await askFor(run, orderId);
  // What is wrong with one order, whatever it is, keeps none of the others waiting.
  if (found instanceof Problem) {
    if (!run.problems.some(({ code }) => code === found.code)) run.problems.push(found.toJSON());
    return 'refused';
  }
  if (!found) {
    const { books, connection } = run.context;
    await books.giveUpDetail(connection.id, [orderId]);
    return undefined;
  }
  if ('unreadable' in found) {
    await storeAnswer(run, { items: [], unreadable: [found.unreadable] });
    return 'unreadable';
  }
  const { inserted, changed } = await storeAnswer(run, { items: [found.item], unreadable: [] });
  return inserted + changed === 0 ? 'older' : undefined;
}

/** A problem: Amazon refuses this order, and not for lack of a right. */
async function askFor(run: OrdersRun, orderId: string): Promise<ReadRow<OrderWithBuyer> | Problem | undefined> {
  const { amazon, rules } = run.context;
  const withTax = asksForTax(run);
  try {
    const found = await amazon.orders.get(orderId, { withBuyers: rules.buyers, withTax });
    if (withTax && found) noteTaxShown(run);
    return found;
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'AMAZON_REQUEST_REFUSED') return thrown;
    if (!withTax || !isProblem(thrown) || thrown.code !== 'AMAZON_ACCESS_DENIED') throw thrown;
    const found = await amazon.orders.get(orderId, { withBuyers: rules.buyers, withTax: false });
    noteTaxRefused(run, thrown.toJSON());
    return found;
  }
}
