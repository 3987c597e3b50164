import { texts } from './texts.ts';

export const accrualTexts = texts({
  en: {
    one: (name: string) => `Accrual ${name}`,
    kind: 'Kind',
    kinds: { orders: 'Orders', 'month-end': 'Month end' },
    title: 'Accruals',
    name: 'Accrual',
    state: 'State',
    none: 'Nothing was accrued yet.',
    period: 'Period',
    asOf: 'As of',
    revision: 'Revision',
    sources: 'Computed from',
    sourceCount: (count: string) => `${count} sources`,
    recorded: 'Recorded',
    withdrawn: 'Withdrawn',
    reverse: {
      says: 'Every posted entry is taken back by a reversal document in SAP, and then the accrual is withdrawn, so that it can be made anew. The months that it closed stay closed.',
    },
    trace: 'What stands behind a line are finance events and orders.',
  },
  de: {
    one: (name: string) => `Abgrenzung ${name}`,
    kind: 'Art',
    kinds: { orders: 'Bestellungen', 'month-end': 'Monatsende' },
    title: 'Abgrenzungen',
    name: 'Abgrenzung',
    state: 'Status',
    none: 'Noch wurde nichts abgegrenzt.',
    period: 'Zeitraum',
    asOf: 'Stand',
    revision: 'Revision',
    sources: 'Berechnet aus',
    sourceCount: (count: string) => `${count} Quellen`,
    recorded: 'Erfasst',
    withdrawn: 'Zurückgezogen',
    reverse: {
      says: 'Jeder gebuchte Beleg wird in SAP durch einen Stornobeleg zurückgenommen, und danach wird die Abgrenzung zurückgezogen, sodass sie neu gebildet werden kann. Die Monate, die sie geschlossen hat, bleiben geschlossen.',
    },
    trace: 'Hinter einer Position stehen Finanzereignisse und Bestellungen.',
  },
});
