import type { CurrencyCode, EpochSeconds } from '../../core/index.ts';
import { DAY_MS, DAY_S } from '../../core/index.ts';
import type { InstantMs } from './local-time.ts';

/** What is known of one settlement. */
export interface KnownClosing {
  readonly currency: CurrencyCode;
  readonly endAt: EpochSeconds;
}

/** Amazon closes every two weeks; a seller on another rhythm is learned. */
const USUAL_RHYTHM_S = 14 * DAY_S;
/** Shorter is a payout on demand, longer a seller who had nothing to settle. */
const RHYTHM_S_MIN = DAY_S;
const RHYTHM_S_MAX = 35 * DAY_S;
const LEARNED_FROM = 6;
/** For this long after an expected closing it is looked for often. */
const NEAR_MS = DAY_MS;
/** What has not closed for so long is a currency that the seller gave up. */
const FORGOTTEN_AFTER_MS = 70 * DAY_MS;

/** Per currency, the moments at which the next settlement is expected to close: from the last one on, in the usual rhythm. */
export function expectedClosings(known: readonly KnownClosing[], now: InstantMs): readonly InstantMs[] {
  const ends = new Map<CurrencyCode, EpochSeconds[]>();
  for (const { currency, endAt } of known) ends.set(currency, [...(ends.get(currency) ?? []), endAt]);
  return [...ends.values()].flatMap((each) => {
    const sorted = [...new Set(each)].sort((a, b) => a - b);
    const last = sorted.at(-1) ?? 0;
    if (now - last * 1_000 > FORGOTTEN_AFTER_MS) return [];
    const rhythmMs = rhythmOf(sorted) * 1_000;
    // The one whose day is not over yet, and the one after it.
    const turns = Math.max(1, Math.ceil((now - NEAR_MS - last * 1_000) / rhythmMs));
    return [last * 1_000 + turns * rhythmMs, last * 1_000 + (turns + 1) * rhythmMs];
  });
}

/** The middle one of the last distances, so that one settlement closed early or late does not move it. */
function rhythmOf(sorted: readonly EpochSeconds[]): number {
  const distances = sorted
    .slice(1)
    .map((end, index) => end - (sorted[index] ?? end))
    .filter((distance) => distance >= RHYTHM_S_MIN && distance <= RHYTHM_S_MAX)
    .slice(-LEARNED_FROM)
    .sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? USUAL_RHYTHM_S;
}

/**
 * The first turn after `after` within a day from an expected closing, every `nearMs`; `undefined` when none is expected. Ends by
 * itself when the settlement comes: then the next one is expected later.
 */
export function nextNearClosing(
  closings: readonly InstantMs[],
  after: InstantMs,
  { nearMs, phaseMs }: { readonly nearMs: number; readonly phaseMs: number },
): InstantMs | undefined {
  const turns = closings.flatMap((closing) => {
    const from = Math.max(after, closing);
    const due = (Math.floor((from - phaseMs) / nearMs) + 1) * nearMs + phaseMs;
    return due <= closing + NEAR_MS ? [due] : [];
  });
  return turns.length === 0 ? undefined : Math.min(...turns);
}
