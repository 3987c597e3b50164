/** SKUs by pattern: `ACME-*`. `*` stands for any text, also none, `?` for one character; case does not matter. */

/** Numbers of the patterns of one table that an SKU matches, the most specific first. */
export type SkuMatch = readonly number[];

/** Of a row without an SKU, and of every row where the table has no patterns. */
export const NO_SKU_MATCH: SkuMatch = [];

/** Each SKU is compared with those that begin as it does. */
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
  /** By the text before the first wildcard, and these texts by their length: a file may have an SKU on every row. */
  readonly #wildcards = new Map<number, Map<string, { readonly pattern: string; readonly number: number }[]>>();

  /** Folded patterns, in any order; one given twice counts once. */
  constructor(patterns: Iterable<string>) {
    const sorted = [...new Set(patterns)].sort(comparePatterns);
    for (const [number, pattern] of sorted.entries()) {
      this.#numbers.set(pattern, number);
      if (isSkuWildcard(pattern)) this.#addWildcard(pattern, number);
    }
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
    const wild = this.#wildcardsOf(folded);
    // A written-out SKU is the most specific pattern that it can match itself.
    const own = isSkuWildcard(folded) ? undefined : this.#numbers.get(folded);
    return own === undefined ? wild : [own, ...wild];
  }

  #addWildcard(pattern: string, number: number): void {
    const beginning = pattern.slice(0, pattern.search(/[*?]/));
    const known = this.#wildcards.get(beginning.length) ?? new Map();
    known.set(beginning, [...(known.get(beginning) ?? []), { pattern, number }]);
    this.#wildcards.set(beginning.length, known);
  }

  #wildcardsOf(folded: string): number[] {
    const found: number[] = [];
    for (const [length, byBeginning] of this.#wildcards) {
      for (const { pattern, number } of byBeginning.get(folded.slice(0, length)) ?? []) {
        if (matchesPattern(folded, pattern)) found.push(number);
      }
    }
    return found.sort((a, b) => a - b);
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
