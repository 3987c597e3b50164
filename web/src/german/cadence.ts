const WEEKDAYS: Readonly<Record<string, string>> = {
  Monday: 'montags',
  Tuesday: 'dienstags',
  Wednesday: 'mittwochs',
  Thursday: 'donnerstags',
  Friday: 'freitags',
  Saturday: 'samstags',
  Sunday: 'sonntags',
};

const SINGLE: Readonly<Record<string, string>> = { day: 'jeden Tag', hour: 'jede Stunde', minute: 'jede Minute' };
const MANY: Readonly<Record<string, string>> = {
  days: 'Tage',
  hours: 'Stunden',
  minutes: 'Minuten',
  seconds: 'Sekunden',
};

type Part = readonly [pattern: RegExp, say: (...values: string[]) => string];

/** What a cadence consists of, in the order in which the service says it. */
const RULES: readonly Part[] = [
  [/^every (\d+) (days|hours|minutes|seconds)/, (count = '', unit = '') => `alle ${count} ${MANY[unit]}`],
  [/^every (day|hour|minute)/, (unit = '') => SINGLE[unit] ?? unit],
  [/^daily at ((?:\d\d:\d\d(?:, )?)+)/, (times = '') => `täglich um ${trimmed(times)}`],
  [
    /^((?:[A-Z][a-z]+day(?:, )?)+) at ((?:\d\d:\d\d(?:, )?)+)/,
    (days = '', times = '') =>
      `${days
        .split(', ')
        .map((day) => WEEKDAYS[day] ?? day)
        .join(', ')} um ${trimmed(times)}`,
  ],
  [
    /^on workday (\d+) of the month at ((?:\d\d:\d\d(?:, )?)+)/,
    (day = '', times = '') => `am ${day}. Arbeitstag des Monats um ${trimmed(times)}`,
  ],
  [
    /^on days? ((?:\d+(?:, )?)+) of the month at ((?:\d\d:\d\d(?:, )?)+)/,
    (days = '', times = '') =>
      `am ${days
        .split(', ')
        .map((day) => `${day}.`)
        .join(', ')} des Monats um ${trimmed(times)}`,
  ],
  [/^ around expected closings/, () => ' um erwartete Abschlüsse'],
  [/^and when a posting window begins/, () => 'und wenn ein Buchungsfenster beginnt'],
  [/^not in quiet hours/, () => 'nicht in Ruhezeiten'],
  [/^sending nothing on closed days/, () => 'ohne Buchungen an buchungsfreien Tagen'],
  [/^, /, () => ', '],
];

/** A list of times swallows the comma behind it. */
function trimmed(times: string): string {
  return times.replace(/, $/, '');
}

/** `every 4 hours, not in quiet hours` in German; `undefined` for what is not said like that. */
export function germanCadence(said: string): string | undefined {
  let german = '';
  for (let rest = said; rest !== ''; ) {
    const found = RULES.map(([pattern, say]) => ({ match: pattern.exec(rest), say })).find(({ match }) => match);
    if (!found?.match) return undefined;
    const [whole, ...values] = found.match;
    german += found.say(...values);
    const swallowed = whole.endsWith(', ') && whole !== ', ';
    rest = rest.slice(whole.length - (swallowed ? 2 : 0));
  }
  return german;
}
