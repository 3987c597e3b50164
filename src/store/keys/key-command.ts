import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../../core/index.ts';
import { KEY_BYTES } from './cipher.ts';
import type { KeySource } from './key-ring.ts';
import { type KeyCommand, runKeyCommand } from './run-command.ts';
import { parseVaultKeys, type WrappingKey } from './vault-key.ts';

const WRAPPED_BYTES_MAX = 16_384;

/** Keys that a command prints, as {@link parseVaultKeys} reads them. */
export function printedKeys(command: KeyCommand): KeySource {
  const where = `key command ${command.words[0]}`;
  return { where, read: async () => parseVaultKeys(await runKeyCommand(command, ''), where) };
}

/**
 * One key that never leaves whoever guards it: the command is given `wrap BASE64` or `unwrap BASE64` in one line on standard input
 * and prints the result in base64. Raises `KEY_COMMAND_FAILED` (unavailable) and `KEY_COMMAND_GARBLED` (invalid).
 */
export function wrappingCommand(command: KeyCommand): KeySource {
  const ask = async (what: 'wrap' | 'unwrap', content: Buffer): Promise<Buffer> =>
    readAnswer(command, await runKeyCommand(command, `${what} ${content.toString('base64')}\n`));
  const key: WrappingKey = {
    kind: 'command',
    id: null,
    // The place goes with the data key, because a command has no other way to bind it.
    wrap: (place, dataKey) => ask('wrap', Buffer.concat([dataKey, digestOf(place)])),
    async unwrap(place, wrapped) {
      const content = await ask('unwrap', wrapped);
      if (content.length !== 2 * KEY_BYTES) throw garbled(command, `${content.length} bytes are no data key`);
      if (timingSafeEqual(content.subarray(KEY_BYTES), digestOf(place))) return content.subarray(0, KEY_BYTES);
      throw new Error('the data key was wrapped for another place');
    },
  };
  return { where: `key command ${command.words[0]}`, read: async () => [key] };
}

function digestOf(place: Buffer): Buffer {
  return createHash('sha256').update(place).digest();
}

function readAnswer(command: KeyCommand, answer: string): Buffer {
  const text = answer.trim();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || bytes.length === 0) throw garbled(command, 'it is not base64');
  if (bytes.length > WRAPPED_BYTES_MAX) throw garbled(command, `it has ${bytes.length} bytes`);
  return bytes;
}

function garbled({ words }: KeyCommand, what: string): Problem {
  return new Problem({
    code: 'KEY_COMMAND_GARBLED',
    kind: 'invalid',
    says: `The answer of the key command ${words[0]} cannot be used: ${what}.`,
    next: 'It has to print one line of base64 and nothing else. Try it by hand: echo "wrap QUJD" | COMMAND',
  });
}
