import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Passwords } from '../../app/index.ts';

/** Logarithm of the cost, block size, and lanes of scrypt. Memory is 128 × 2^ln × r bytes. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** What OWASP recommends for scrypt: 128 MiB, a third of a second. */
const STRONG: ScryptCost = { ln: 17, r: 8, p: 1 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** Each takes 128 MiB while it runs. */
const AT_ONCE = 2;
const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Password hashes by scrypt of Node.js, as `$scrypt$ln=17,r=8,p=1$salt$hash`. A cheaper cost is for tests. */
export function scryptPasswords(cost: ScryptCost = STRONG): Passwords {
  const inTurn = turns(AT_ONCE);
  const decoy = { cost, salt: randomBytes(SALT_BYTES), key: randomBytes(KEY_BYTES) };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await inTurn(() => derive(password, salt, cost));
      return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
    },
    async verify(password, hash) {
      const known = hash === null ? undefined : parse(hash);
      const stored = known ?? decoy;
      const key = await inTurn(() => derive(password, stored.salt, stored.cost));
      const isSame = key.length === stored.key.length && timingSafeEqual(key, stored.key);
      const isWeak = stored.cost.ln < cost.ln || stored.cost.r < cost.r || stored.cost.p < cost.p;
      return { fits: known !== undefined && isSame, isWeak };
    },
  };
}

function parse(text: string): Stored | undefined {
  const [, ln, r, p, salt, key] = STORED.exec(text) ?? [];
  if (!salt || !key) return undefined;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

interface Stored {
  readonly cost: ScryptCost;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** Passwords that look alike are alike: an accent may be typed as one character or as two. */
function derive(password: string, salt: Buffer, { ln, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** Runs at most so many at once; the others wait in order. */
function turns(atOnce: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
