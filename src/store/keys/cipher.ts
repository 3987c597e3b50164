import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What AES-256-GCM makes of bytes: nothing of it tells about them, and no changed part of it opens. */
export interface Sealed {
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Seals bytes for one place; in another place they do not open. */
export function sealBytes(key: Buffer, place: Buffer, content: Buffer): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(place);
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/** Raises an error of `node:crypto` when key, place or content is another one. */
export function openBytes(key: Buffer, place: Buffer, { nonce, ciphertext, tag }: Sealed): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(place).setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** In one piece, as keys are stored. */
export function joinSealed({ nonce, ciphertext, tag }: Sealed): Buffer {
  return Buffer.concat([nonce, tag, ciphertext]);
}

export function splitSealed(bytes: Buffer): Sealed {
  return {
    nonce: bytes.subarray(0, NONCE_BYTES),
    tag: bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    ciphertext: bytes.subarray(NONCE_BYTES + TAG_BYTES),
  };
}
