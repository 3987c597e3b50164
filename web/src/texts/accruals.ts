import { texts } from './texts.ts';

export const accrualTexts = texts({
  en: {
    one: (name: string) => `Accrual ${name}`,
    kind: 'Kind',
    period: 'Period',
    asOf: 'As of',
    revision: 'Revision',
    sources: 'Computed from',
    sourceCount: (count: string) => `${count} sources`,
    recorded: 'Recorded',
    withdrawn: 'Withdrawn',
    trace: 'What stands behind a line are finance events and orders.',
  },
  de: {
    one: (name: string) => `Abgrenzung ${name}`,
    kind: 'Art',
    period: 'Zeitraum',
    asOf: 'Stand',
    revision: 'Revision',
    sources: 'Berechnet aus',
    sourceCount: (count: string) => `${count} Quellen`,
    recorded: 'Erfasst',
    withdrawn: 'Zurückgezogen',
    trace: 'Hinter einer Position stehen Finanzereignisse und Bestellungen.',
  },
});
