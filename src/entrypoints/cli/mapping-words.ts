import type {
  BookingMove,
  BookingPlace,
  MappingImpact,
  NameOfAccount,
  NewBooking,
  SettlementImpact,
} from '../../app/index.ts';
import type { Money } from '../../core/index.ts';
import { type RowChange, sayRowChange, sayWords } from '../../mapping/index.ts';
import { formatForPeople } from './format-entry.ts';
import { legible, type Terminal } from './terminal.ts';

const CHANGES_SHOWN_MAX = 50;

/** Each changed row as a sentence. */
export function sayChanges(terminal: Terminal, changes: readonly RowChange[]): void {
  if (changes.length === 0) terminal.say('No row is different.');
  for (const change of changes.slice(0, CHANGES_SHOWN_MAX)) terminal.say(`  ${legibleLine(sayRowChange(change))}`);
  const more = changes.length - CHANGES_SHOWN_MAX;
  if (more > 0) terminal.say(`  and ${more} more rows; --json has all of them`);
}

function legibleLine(text: string): string {
  return text
    .split(' ')
    .map((word) => legible(word))
    .join(' ');
}

/** What a change would come to: `move 12,430.11 EUR from 4711 to 4712`, and which settlements enter or leave quarantine. */
export function sayImpact(terminal: Terminal, impact: MappingImpact, nameOf: NameOfAccount): void {
  const open = impact.settlements.filter(({ state }) => state === 'open');
  const count = (change: SettlementImpact['change']) => open.filter((each) => each.change === change).length;
  const moving = count('moves');
  if (impact.open.length > 0) terminal.say(`In ${settlements(moving, 'open')} this change would move:`);
  else terminal.say(`In ${settlements(open.length, 'open')} no amount would move.`);
  for (const move of impact.open) terminal.say(`  ${sayMove(move, nameOf)}`);
  if (count('texts') > 0) terminal.say(`In ${settlements(count('texts'), 'open')} only texts would change.`);
  sayQuarantineChanges(terminal, open);
  sayNewBookings(terminal, impact, nameOf);
  const booked = impact.settlements.filter(({ state }) => state === 'booked');
  if (booked.length > 0) {
    terminal.say(`Of the last ${settlements(booked.length, 'booked')}, which stay as they are, it would have moved:`);
    for (const move of impact.booked) terminal.say(`  ${sayMove(move, nameOf)}`);
    if (impact.booked.length === 0) terminal.say('  nothing');
  }
  for (const { code, says, next } of impact.problems) terminal.say(`${code}: ${says} Next: ${next}`);
}

function sayQuarantineChanges(terminal: Terminal, open: readonly SettlementImpact[]): void {
  const words = {
    'leaves-quarantine': 'would leave quarantine',
    'enters-quarantine': 'would enter quarantine',
    'other-quarantine': 'would stay in quarantine, for other reasons',
  } as const;
  for (const { settlementId, change, reasons } of open) {
    if (!(change in words)) continue;
    terminal.say(`Settlement ${settlementId} ${words[change as keyof typeof words]}.`);
    for (const reason of new Set(reasons)) terminal.say(`  ${legibleLine(reason)}`);
  }
}

/** Where rows go that have no place now, what of them waits for something else, and what still cannot be booked. */
function sayNewBookings(terminal: Terminal, { bookings, stopped }: MappingImpact, nameOf: NameOfAccount): void {
  const all = [
    ['What the table in use cannot book would be booked:', bookings.filter(({ isWaiting }) => !isWaiting)],
    ['Once nothing else stops their settlements, it would be booked:', bookings.filter(({ isWaiting }) => isWaiting)],
  ] as const;
  for (const [title, some] of all) {
    if (some.length > 0) terminal.say(title);
    for (const booking of some) terminal.say(`  ${sayNewBooking(booking, nameOf)}`);
  }
  if (stopped.length > 0) terminal.say('Still not booked:');
  for (const { code, marketplace, amounts, says, ...value } of stopped) {
    const words = value.rowCount === 0 ? [] : [sayWords(value), marketplace];
    const sums = value.rowCount === 0 ? '' : `, ${amounts.map(sayMoney).join(', ')}`;
    const what = [code, ...words.filter((word) => word !== '')].map(legibleLine).join(', ');
    terminal.say(`  ${what}: ${sayRows(value)}${sums}. ${legibleLine(says)}`);
  }
}

/** `-1.11 USD to 65000100 Closing fees in company code 0001, cost centre CCUS (closing-fee, 2 rows of 1 settlement)`. */
function sayNewBooking({ place, amount, kinds, ...booking }: NewBooking, nameOf: NameOfAccount): string {
  const { companyCode } = place;
  const more = PARTS.flatMap(({ part, words }) =>
    part === 'companyCode' || place[part] === null ? [] : [`, ${words} ${place[part]}`],
  );
  return `${sayMoney(amount)} to ${sayAccount(place, nameOf)} in company code ${companyCode}${more.join('')} (${kinds.join(', ')}, ${sayRows(booking)})`;
}

function sayRows({ rowCount, settlements: { length } }: Pick<NewBooking, 'rowCount' | 'settlements'>): string {
  const of = `${length} ${length === 1 ? 'settlement' : 'settlements'}`;
  return rowCount === 0 ? of : `${rowCount} ${rowCount === 1 ? 'row' : 'rows'} of ${of}`;
}

function settlements(count: number, what: string): string {
  return `${count} ${what} ${count === 1 ? 'settlement' : 'settlements'}`;
}

/** `12,430.11 EUR debit from 4711 to 4712 in company code 1010 (referral-fee, 120 rows)`. */
function sayMove({ from, to, kinds, rowCount, debit, credit }: BookingMove, nameOf: NameOfAccount): string {
  const sums = [
    ...(debit.minor !== 0n || credit.minor === 0n ? [`${sayMoney(debit)} debit`] : []),
    ...(credit.minor !== 0n ? [`${sayMoney(credit)} credit`] : []),
  ].join(' and ');
  const companyCode = from && to && from.companyCode === to.companyCode ? ` in company code ${to.companyCode}` : '';
  const rows = rowCount === 0 ? '' : `, ${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`;
  return `${sums} from ${sayPlace(from, to, nameOf)} to ${sayPlace(to, from, nameOf)}${companyCode} (${kinds.join(', ')}${rows})`;
}

function sayMoney(value: Money): string {
  return `${formatForPeople(value)} ${value.currency}`;
}

const PARTS: readonly { readonly part: Exclude<keyof BookingPlace, 'glAccount'>; readonly words: string }[] = [
  { part: 'companyCode', words: 'company code' },
  { part: 'customer', words: 'customer' },
  { part: 'costCenter', words: 'cost centre' },
  { part: 'profitCenter', words: 'profit centre' },
  { part: 'taxCode', words: 'tax code' },
  { part: 'postingDate', words: 'posting date' },
];

/** The account, and of the rest what is different on the other side. */
function sayPlace(place: BookingPlace | null, other: BookingPlace | null, nameOf: NameOfAccount): string {
  if (place === null) return 'nowhere';
  const parts = PARTS.filter(({ part }) => other === null || other[part] !== place[part]).flatMap(({ part, words }) => {
    const value = place[part];
    if (value === null) return other === null || part === 'postingDate' ? [] : [`no ${words}`];
    return [`${words} ${value}`];
  });
  return [sayAccount(place, nameOf), ...parts].join(', ');
}

/** `65000100 Closing fees`: a number that is mistyped is an account, too, but has another name. */
function sayAccount({ glAccount, companyCode }: BookingPlace, nameOf: NameOfAccount): string {
  const name = nameOf(companyCode, glAccount);
  return name === undefined ? glAccount : `${glAccount} ${legibleLine(name)}`;
}
