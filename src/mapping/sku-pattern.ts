/** SKUs by pattern: `ACME-*`. `*` stands for any text, also none, `?` for one character; case does not matter. */

/** Numbers of the patterns of one table that an SKU matches, the most specific first. */
export type SkuMatch = readonly number[];

/** Of a row without an SKU, and of every row where the table has no patterns. */
export const NO_SKU_MATCH: SkuMatch = [];

/** Each SKU that is not written out is compared with all of these. */
export const SKU_WILDCARDS_MAX = 500;
/** Written-out SKUs are looked up, so there may be many: one for each product. */
export const SKU_PATTERNS_MAX = 20_000;
/** Amazon’s limit for a seller’s SKU. */
export const SKU_LENGTH_MAX = 40;

/** The form in which SKUs and patterns are compared. */
export function foldSku(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether the pattern stands for more than one SKU. */
export function isSkuWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Finds the patterns of a table that an SKU matches. The numbers depend on nothing but the patterns. */
export class SkuMatcher {
  readonly #numbers = new Map<string, number>();
  readonly #wildcards: readonly { readonly pattern: string; readonly number: number }[];

  /** Folded patterns, in any order; one given twice counts once. */
  constructor(patterns: Iterable<string>) {
    const sorted = [...new Set(patterns)].sort(comparePatterns);
    for (const [number, pattern] of sorted.entries()) this.#numbers.set(pattern, number);
    this.#wildcards = sorted.flatMap((pattern, number) => (isSkuWildcard(pattern) ? [{ pattern, number }] : []));
  }

  get hasPatterns(): boolean {
    return this.#numbers.size > 0;
  }

  /** Of a folded pattern that the matcher was made with. */
  numberOf(pattern: string): number | undefined {
    return this.#numbers.get(pattern);
  }

  match(sku: string): SkuMatch {
    if (!this.hasPatterns) return NO_SKU_MATCH;
    const folded = foldSku(sku);
    if (folded === '') return NO_SKU_MATCH;
    const wild = this.#wildcards.filter(({ pattern }) => matchesPattern(folded, pattern)).map(({ number }) => number);
    // A written-out SKU is the most specific pattern that it can match itself.
    const own = isSkuWildcard(folded) ? undefined : this.#numbers.get(folded);
    return own === undefined ? wild : [own, ...wild];
  }
}

/** Below zero when the first is the more specific: more characters written out, then fewer `*`, then more `?`. */
export function compareSpecificity(one: string, other: string): number {
  const [a, b] = [specificity(one), specificity(other)];
  return b.written - a.written || a.stars - b.stars || b.single - a.single;
}

/** Whether some SKU matches both patterns. */
export function overlaps(one: string, other: string): boolean {
  // Positions in `other` that can be reached after the part of `one` read so far.
  let reached = closeStars(new Set([0]), other);
  for (const letter of one) {
    const next = new Set<number>(letter === '*' ? reached : []);
    // A star may also take what `other` writes out or asks for: any number of its characters.
    const queue = letter === '*' ? [...reached] : [];
    for (const at of reached) {
      if (letter === '*') continue;
      if (other[at] === '*') next.add(at);
      else if (at < other.length && fitsOne(letter, other[at] ?? '')) next.add(at + 1);
    }
    for (const at of queue) {
      for (let to = at; to <= other.length; to++) next.add(to);
    }
    reached = closeStars(next, other);
  }
  return reached.has(other.length);
}

function fitsOne(letter: string, other: string): boolean {
  return letter === '?' || other === '?' || letter === other;
}

/** A star may stand for nothing, so the place after it is reached with it. */
function closeStars(reached: ReadonlySet<number>, pattern: string): Set<number> {
  const closed = new Set(reached);
  for (const at of closed) if (pattern[at] === '*') closed.add(at + 1);
  return closed;
}

function specificity(pattern: string): { written: number; stars: number; single: number } {
  const stars = pattern.split('*').length - 1;
  const single = pattern.split('?').length - 1;
  return { written: pattern.length - stars - single, stars, single };
}

function comparePatterns(one: string, other: string): number {
  return compareSpecificity(one, other) || (one < other ? -1 : 1);
}

/** Goes back to the last star only, so that no pattern makes it slow. */
function matchesPattern(text: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let inText = 0;
  while (inText < text.length) {
    const letter = pattern[at];
    if (letter === '*') {
      star = at;
      resume = inText;
      at += 1;
    } else if (letter !== undefined && (letter === '?' || letter === text[inText])) {
      at += 1;
      inText += 1;
    } else if (star >= 0) {
      resume += 1;
      inText = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
