import { useLook } from '../look.tsx';
import { formatAmount, formatDay, formatInstant, formatMoment, LOCALES } from './written.ts';

const SUCH_AS = { en: 'e.g.', de: 'z. B.' } as const;

export function useFormat() {
  const { language } = useLook();
  const locale = LOCALES[language];
  return {
    amount: (text: string) => formatAmount(text, language),
    count: (value: number) => value.toLocaleString(locale),
    /** Whole hundredths of a per cent, 1250 for 12.50 %. */
    percent: (hundredths: number) =>
      (hundredths / 10_000).toLocaleString(locale, { style: 'percent', minimumFractionDigits: 2 }),
    /** A day, `2026-10-31`. */
    day: (text: string) => formatDay(text, language),
    /** A month, `2026-10`. */
    month: (text: string) =>
      new Date(`${text.slice(0, 7)}-15T12:00:00Z`).toLocaleDateString(locale, {
        month: 'long',
        year: 'numeric',
        timeZone: 'UTC',
      }),
    /** From one day to another, without repeating what they have in common. */
    days: (from: string, to: string) => {
      const dates = [from, to].map((text) => new Date(`${text.slice(0, 10)}T12:00:00Z`)) as [Date, Date];
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(...dates);
    },
    /** A time of day that is already that of its place, `2026-11-26 18:30`. */
    wallTime: (text: string) =>
      new Date(`${text.replace(' ', 'T')}Z`).toLocaleString(locale, {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: 'UTC',
      }),
    /** How a day is written, for fields that take one. */
    sampleDay: () => `${SUCH_AS[language]} ${formatDay(`${new Date().getFullYear()}-12-31`, language)}`,
    /** An instant, in the time zone of the reader. */
    instant: (text: string) => formatInstant(text, language),
    /** The same to the second. */
    moment: (text: string) => formatMoment(text, language),
    /** The time zone of both, as the reader's machine calls it. */
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
