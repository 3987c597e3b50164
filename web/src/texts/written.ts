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

/** A day, `2026-10-31`. */
export function formatDay(text: string, language: Language): string {
  return new Date(`${text.slice(0, 10)}T12:00:00Z`).toLocaleDateString(LOCALES[language], {
    dateStyle: 'medium',
    timeZone: 'UTC',
  });
}

/** An instant, in the time zone of the reader. */
export function formatInstant(text: string, language: Language): string {
  return new Date(text).toLocaleString(LOCALES[language], { dateStyle: 'medium', timeStyle: 'short' });
}

/** What is to be pasted keeps its days as they are. */
const COMMAND = /seller-ledger | --[a-z]/;
const DAY = /(?<![\w-])(\d{4}-\d{2}-\d{2})(?:(?:T| )(\d{2}:\d{2})(?:(?::\d{2}(?:\.\d+)?)?Z| UTC))?(?![\w-])/g;

/** Money of a sentence: nothing else has two or three decimals there. */
const AMOUNT = /(?<![\w.,:-])-?\d+\.\d{2,3}(?![\w.,]*\d)/g;

/** A sentence of the service with its days, times and amounts as the reader writes them. */
export function asWritten(said: string, language: Language): string {
  if (COMMAND.test(said)) return said;
  const days = said.replaceAll(DAY, (_, day: string, minute?: string) =>
    minute === undefined ? formatDay(day, language) : formatInstant(`${day}T${minute}:00Z`, language),
  );
  return days.replaceAll(AMOUNT, (amount) => formatAmount(amount, language));
}
