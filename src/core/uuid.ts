import { createHash } from 'node:crypto';
import type { Randomness } from './ports.ts';

declare const uuidBrand: unique symbol;
/** `8-4-4-4-12` lower-case hexadecimal digits. */
export type Uuid = string & { readonly [uuidBrand]: true };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text has the form of our own ids, so that it is not the name of something. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The same name always gives the same UUID (RFC 9562 version 8 with SHA-256), so a repeated message keeps its id. */
export function uuidFromName(name: string): Uuid {
  return formatUuid(createHash('sha256').update(name).digest().subarray(0, 16), 8);
}

/** A new one each time (RFC 9562 version 4). */
export function newUuid(randomness: Randomness): Uuid {
  return formatUuid(Buffer.from(randomness.bytes(16)), 4);
}

function formatUuid(bytes: Buffer, version: number): Uuid {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as Uuid;
}
