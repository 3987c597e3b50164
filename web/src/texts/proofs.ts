import { texts } from './texts.ts';

/** Names of proofs for people; their stable names are those of the API. */
export const proofTexts = texts({
  en: {
    names: {
      'rows-equal-total': 'The rows sum to Amazon’s total',
      'entries-balance': 'Debit equals credit in every entry',
      'entries-equal-settlement': 'All entries together are the settlement',
      'every-row-booked-once': 'Every row is booked exactly once',
      'facilitator-tax-residual': 'Tax that Amazon collects and withholds cancels out',
      'orders-accrued': 'Orders that were booked when shipped',
      'orders-cleared': 'Paid orders clear their receivable',
      'reversals-annihilate': 'Each reversal cancels its entry',
      'live-entries-equal-settlement': 'What stands in the books is the settlement',
    },
  },
  de: {
    names: {
      'rows-equal-total': 'Die Zeilen ergeben die Summe von Amazon',
      'entries-balance': 'Soll ist gleich Haben in jedem Beleg',
      'entries-equal-settlement': 'Alle Belege zusammen sind die Abrechnung',
      'every-row-booked-once': 'Jede Zeile ist genau einmal gebucht',
      'facilitator-tax-residual': 'Von Amazon erhobene und einbehaltene Steuer hebt sich auf',
      'orders-accrued': 'Bestellungen, die beim Versand gebucht wurden',
      'orders-cleared': 'Bezahlte Bestellungen gleichen ihre Forderung aus',
      'reversals-annihilate': 'Jedes Storno hebt seinen Beleg auf',
      'live-entries-equal-settlement': 'Was in den Büchern steht, ist die Abrechnung',
    },
  },
});
