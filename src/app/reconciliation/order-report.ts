import { money } from '../../core/index.ts';
import { column } from '../reports/columns.ts';
import type { ReportSection } from '../reports/index.ts';
import { EVENT_REASONS, OPEN_EVENT_REASONS, OPEN_ORDER_REASONS, ORDER_REASONS } from './match-order.ts';
import type { OrderMatching } from './reconcile-orders.ts';

/** The three-way match as tables: totals, residuals by reason that add up to the difference, and the orders behind them. */
export function orderSections(matching: OrderMatching): readonly ReportSection[] {
  return [
    {
      key: 'orders',
      title: 'Ordered and paid',
      columns: [
        column('currency', 'currency'),
        column('ordered', 'ordered', 'money'),
        column('paid', 'paid', 'money'),
        column('difference', 'difference', 'money'),
      ],
      rows: matching.orders.map(({ currency, orderedMinor, paidMinor }) => ({
        currency,
        ordered: money(currency, orderedMinor),
        paid: money(currency, paidMinor),
        difference: money(currency, paidMinor - orderedMinor),
      })),
      notes: [
        'Goods, shipping, gift wrap, discounts and tax of sales. Refunds and fees are compared with the events below.',
      ],
    },
    {
      key: 'orderReasons',
      title: 'Why they differ',
      columns: [
        column('currency', 'currency'),
        column('reason', 'reason'),
        column('orders', 'orders', 'count'),
        column('residual', 'residual', 'money'),
        column('isOpen', 'needs you', 'flag'),
      ],
      rows: matching.orders.flatMap(({ currency, reasons }) =>
        ORDER_REASONS.filter((reason) => reasons[reason].count > 0).map((reason) => ({
          currency,
          reason,
          orders: reasons[reason].count,
          residual: money(currency, reasons[reason].minor),
          isOpen: OPEN_ORDER_REASONS.has(reason),
        })),
      ),
    },
    {
      key: 'events',
      title: 'Financial events and settlement rows',
      columns: [
        column('currency', 'currency'),
        column('group', 'group'),
        column('events', 'events', 'money'),
        column('rows', 'rows', 'money'),
        column('difference', 'difference', 'money'),
      ],
      rows: matching.events.map(({ currency, group, eventMinor, rowMinor }) => ({
        currency,
        group,
        events: money(currency, eventMinor),
        rows: money(currency, rowMinor),
        difference: money(currency, rowMinor - eventMinor),
      })),
    },
    {
      key: 'eventReasons',
      title: 'Why events and rows differ',
      columns: [
        column('currency', 'currency'),
        column('group', 'group'),
        column('reason', 'reason'),
        column('orders', 'orders', 'count'),
        column('residual', 'residual', 'money'),
        column('isOpen', 'needs you', 'flag'),
      ],
      rows: matching.events.flatMap(({ currency, group, reasons }) =>
        EVENT_REASONS.filter((reason) => reasons[reason].count > 0).map((reason) => ({
          currency,
          group,
          reason,
          orders: reasons[reason].count,
          residual: money(currency, reasons[reason].minor),
          isOpen: OPEN_EVENT_REASONS.has(reason),
        })),
      ),
    },
    ...residualSections(matching),
  ];
}

function residualSections(matching: OrderMatching): readonly ReportSection[] {
  return [
    {
      key: 'orderResiduals',
      title: 'Orders to look into',
      columns: [
        column('order', 'order'),
        column('reason', 'reason'),
        column('ordered', 'ordered', 'money'),
        column('paid', 'paid', 'money'),
        column('residual', 'residual', 'money'),
        column('settlements', 'settlements'),
      ],
      rows: matching.orderResiduals.map((each) => ({
        order: each.orderId,
        reason: each.reason,
        ordered: money(each.currency, each.orderedMinor),
        paid: money(each.currency, each.paidMinor),
        residual: money(each.currency, each.residualMinor),
        settlements: each.settlements.join(', '),
      })),
    },
    {
      key: 'eventResiduals',
      title: 'Events and rows to look into',
      columns: [
        column('order', 'order'),
        column('group', 'group'),
        column('reason', 'reason'),
        column('events', 'events', 'money'),
        column('rows', 'rows', 'money'),
        column('residual', 'residual', 'money'),
        column('settlements', 'settlements'),
      ],
      rows: matching.eventResiduals.map((each) => ({
        order: each.orderId,
        group: each.group,
        reason: each.reason,
        events: money(each.currency, each.eventMinor),
        rows: money(each.currency, each.rowMinor),
        residual: money(each.currency, each.residualMinor),
        settlements: each.settlements.join(', '),
      })),
      ...(matching.notListed > 0 && {
        notes: [`${matching.notListed} further differences are in the sums above and not in these lists.`],
      }),
    },
  ];
}
