/** Amounts in company code currency: what SAP derives when the message leaves them out. */
import { type CurrencyCode, currencyDecimals, isProblem, type Money, money, parseMoney } from '../../src/core/index.ts';
import type { CheckedEntry } from './check-entry.ts';
import { type LogMessage, refusal, wordedRefusal } from './log-message.ts';
import { currencyOf, type ExchangeRate, type PretendSapWorld } from './world.ts';

interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** One amount per line, summing to zero. Undefined, with the reason in `log`, when there is no rate or no balance. */
export function translateAmounts(
  world: PretendSapWorld,
  { header, lines }: CheckedEntry,
  exchangeRate: string,
  log: LogMessage[],
): readonly Money[] | undefined {
  const target = currencyOf(header.companyCode);
  const source = lines[0]?.amount.currency;
  if (source === undefined || source === target) return lines.map((line) => line.amount);
  const stated = lines.map((line) => line.input.companyCodeAmount);
  if (stated.some((amount) => amount !== undefined)) return readStated(stated, target, log);
  const rate = exchangeRate === '' ? findRate(world.exchangeRates, source, target) : parseRate(exchangeRate);
  if (!rate) {
    log.push(
      wordedRefusal(`Enter rate ${source} / ${target} rate type M for ${header.postingDate} in the system settings`),
    );
    return undefined;
  }
  const translated = lines.map((line) => translate(line.amount, target, rate));
  return spreadRounding(translated, target);
}

function readStated(
  stated: readonly ({ readonly text: string; readonly currency: string } | undefined)[],
  target: CurrencyCode,
  log: LogMessage[],
): readonly Money[] | undefined {
  const amounts: Money[] = [];
  for (const [index, amount] of stated.entries()) {
    if (!amount || amount.currency !== target) {
      log.push(refusal('F5 704', `Amount in company code currency ${target} is missing in item ${index + 1}`));
      return undefined;
    }
    try {
      amounts.push(parseMoney(amount.text, target));
    } catch (thrown) {
      if (!isProblem(thrown)) throw thrown;
      log.push(refusal('F5 704', `Amount ${amount.text} has more decimals than ${target} in item ${index + 1}`));
      return undefined;
    }
  }
  if (amounts.reduce((sum, amount) => sum + amount.minor, 0n) === 0n) return amounts;
  log.push(refusal('F5 703', 'Balance in local currency'));
  return undefined;
}

/** Direct, turned round, or through the euro. */
function findRate(rates: readonly ExchangeRate[], from: CurrencyCode, to: CurrencyCode): Rate | undefined {
  const simple = findSimpleRate(rates, from, to);
  if (simple) return simple;
  const first = findSimpleRate(rates, from, 'EUR');
  const second = findSimpleRate(rates, 'EUR', to);
  if (!first || !second) return undefined;
  return {
    numerator: first.numerator * second.numerator,
    denominator: first.denominator * second.denominator,
  };
}

function findSimpleRate(rates: readonly ExchangeRate[], from: string, to: string): Rate | undefined {
  for (const row of rates) {
    if (row.from === from && row.to === to) return parseRate(row.rate);
    if (row.from !== to || row.to !== from) continue;
    const turned = parseRate(row.rate);
    return turned && { numerator: turned.denominator, denominator: turned.numerator };
  }
  return undefined;
}

/** Undefined for anything but a positive decimal. */
function parseRate(text: string): Rate | undefined {
  const match = /^\+?(\d*)\.?(\d*)$/.exec(text);
  const digits = `${match?.[1] ?? ''}${match?.[2] ?? ''}`;
  if (!match || !/[1-9]/.test(digits)) return undefined;
  return { numerator: BigInt(digits), denominator: 10n ** BigInt(match[2]?.length ?? 0) };
}

function translate(amount: Money, target: CurrencyCode, rate: Rate): Money {
  const scaled = amount.minor * rate.numerator * 10n ** BigInt(currencyDecimals(target));
  const divisor = rate.denominator * 10n ** BigInt(currencyDecimals(amount.currency));
  const size = scaled < 0n ? -scaled : scaled;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return money(target, scaled < 0n ? -rounded : rounded);
}

/** The difference that rounding leaves goes to the largest line, so that the document balances. */
function spreadRounding(amounts: readonly Money[], target: CurrencyCode): readonly Money[] {
  const rest = amounts.reduce((sum, amount) => sum + amount.minor, 0n);
  if (rest === 0n) return amounts;
  const size = ({ minor }: Money): bigint => (minor < 0n ? -minor : minor);
  let largest = 0;
  for (const [index, amount] of amounts.entries()) {
    const best = amounts[largest];
    if (best && size(amount) > size(best)) largest = index;
  }
  return amounts.map((amount, index) => (index === largest ? money(target, amount.minor - rest) : amount));
}
