import { createHash } from 'node:crypto';
import { assert } from '../../src/core/index.ts';

/**
 * Seeded chance: the same seed text gives the same sequence on every machine. Each part of a world derives its own
 * stream by a label, so that drawing one more refund does not move every later order.
 */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** True in `perMille` of 1,000 draws. */
  chance(perMille: number): boolean;
  pick<Item>(list: readonly Item[]): Item;
  /** `length` characters out of `alphabet`. */
  text(length: number, alphabet: string): string;
  /** A stream of its own; drawing from it does not move this one. */
  derive(label: string): Random;
}

export const DIGITS = '0123456789';
export const LOWER_AND_DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789';
export const UPPER_AND_DIGITS = 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789';
export const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const TWO_TO_32 = 2 ** 32;

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const between = (min: number, max: number): number => {
    assert(Number.isSafeInteger(min) && Number.isSafeInteger(max) && min <= max, `no number from ${min} to ${max}`);
    return min + Math.floor((next() / TWO_TO_32) * (max - min + 1));
  };
  return {
    between,
    chance: (perMille) => between(1, 1000) <= perMille,
    pick: (list) => {
      assert(list.length > 0, 'cannot pick from an empty list');
      return list[between(0, list.length - 1)] as (typeof list)[number];
    },
    text: (length, alphabet) => {
      let text = '';
      for (let i = 0; i < length; i += 1) text += alphabet.charAt(between(0, alphabet.length - 1));
      return text;
    },
    derive: (label) => createRandom(`${seed}/${label}`),
  };
}

/** Chris Doty-Humphrey's small fast counter generator: 32-bit integer steps only, so it is the same everywhere. */
function sfc32(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
}
