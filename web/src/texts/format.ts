import { type Language, useLook } from '../look.tsx';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-US', de: 'de-DE' };

/** Decimal text of the API (`-1234.50`) as people write it in this language. No number is made of it: the cents are those of the books. */
export function formatAmount(text: string, language: Language): string {
  const [whole = '', part] = text.replace('-', '').split('.');
  const [group, point] = language === 'de' ? ['.', ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group as string);
  return `${text.startsWith('-') ? '\u2212' : ''}${grouped}${part === undefined ? '' : point + part}`;
}

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
    day: (text: string) =>
      new Date(`${text.slice(0, 10)}T12:00:00Z`).toLocaleDateString(locale, { dateStyle: 'medium', timeZone: 'UTC' }),
    /** From one day to another, without repeating what they have in common. */
    days: (from: string, to: string) => {
      const dates = [from, to].map((text) => new Date(`${text.slice(0, 10)}T12:00:00Z`)) as [Date, Date];
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(...dates);
    },
    /** How a day is written, for fields that take one. */
    sampleDay: () =>
      new Date(Date.UTC(new Date().getFullYear(), 11, 31)).toLocaleDateString(locale, {
        dateStyle: 'medium',
        timeZone: 'UTC',
      }),
    /** An instant, in the time zone of the reader. */
    instant: (text: string) => new Date(text).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' }),
  };
}
