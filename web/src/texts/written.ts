/** How amounts and days are written. Without the reader: whoever asks says the language. */
export const LOCALES = { en: 'en-US', de: 'de-DE' } as const;
type Language = keyof typeof LOCALES;

/** Decimal text of the API (`-1234.50`) as people write it in this language. No number is made of it: the cents are those of the books. */
export function formatAmount(text: string, language: Language): string {
  const [whole = '', part] = text.replace('-', '').split('.');
  const [group, point] = language === 'de' ? ['.', ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group as string);
  return `${text.startsWith('-') ? '\u2212' : ''}${grouped}${part === undefined ? '' : point + part}`;
}

/** A day, `2026-10-31`; what is no day of the calendar, as it is. */
export function formatDay(text: string, language: Language): string {
  const noon = noonOf(text);
  return noon ? noon.toLocaleDateString(LOCALES[language], { dateStyle: 'medium', timeZone: 'UTC' }) : text;
}

/** An instant, in the time zone of the reader; what is none, as it is. */
export function formatInstant(text: string, language: Language): string {
  const instant = noonOf(text) && new Date(text);
  if (!instant || Number.isNaN(instant.getTime())) return text;
  return instant.toLocaleString(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short' });
}

/** An instant to the second, for what many things of one minute are told apart by. */
export function formatMoment(text: string, language: Language): string {
  const instant = noonOf(text) && new Date(text);
  if (!instant || Number.isNaN(instant.getTime())) return text;
  return instant.toLocaleString(LOCALES[language], { dateStyle: 'medium', timeStyle: 'medium' });
}

/** Of the day that a text begins with; nothing where the calendar has none such: 30 February would be one of March. */
function noonOf(text: string): Date | undefined {
  const day = text.slice(0, 10);
  const noon = new Date(`${day}T12:00:00Z`);
  return !Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(day) ? noon : undefined;
}
