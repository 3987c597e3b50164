import { assert } from '../../src/core/index.ts';
import type { FileLayout } from './marketplaces.ts';

type Encoding = FileLayout['encoding'];

const tables = new Map<Encoding, ReadonlyMap<string, readonly number[]>>();

/** Text as bytes of that encoding. A character that the encoding lacks is a defect of the pretend world. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  const table = tableOf(encoding);
  const bytes = new Uint8Array(text.length * 2);
  let length = 0;
  for (const character of text) {
    const code = table.get(character);
    assert(code !== undefined, `${encoding} has no ${JSON.stringify(character)}`);
    for (const byte of code) {
      bytes[length] = byte;
      length += 1;
    }
  }
  return bytes.slice(0, length);
}

function tableOf(encoding: Encoding): ReadonlyMap<string, readonly number[]> {
  const known = tables.get(encoding);
  if (known) return known;
  const table = encoding === 'windows-1252' ? windows1252Table() : shiftJisTable();
  tables.set(encoding, table);
  return table;
}

// The bytes 0x80 to 0x9F by the WHATWG index; a blank stands for a byte without a character. The runtime's decoder
// is no help here: Node 20 reads these bytes as ISO 8859-1.
const WINDOWS_1252_80_TO_9F = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

function windows1252Table(): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  for (let byte = 0; byte <= 0xff; byte += 1) {
    if (byte < 0x80 || byte > 0x9f) table.set(String.fromCharCode(byte), [byte]);
  }
  for (const [index, character] of [...WINDOWS_1252_80_TO_9F].entries()) {
    if (character !== ' ') table.set(character, [0x80 + index]);
  }
  return table;
}

/** The runtime decodes Shift_JIS but does not encode it, so its decoder is turned around once. */
function shiftJisTable(): ReadonlyMap<string, readonly number[]> {
  const table = new Map<string, readonly number[]>();
  const decoder = new TextDecoder('shift_jis', { fatal: true });
  const add = (code: readonly number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(code));
      if ([...character].length === 1 && !table.has(character)) table.set(character, code);
    } catch {
      // No character has this code.
    }
  };
  for (let byte = 0; byte <= 0xff; byte += 1) add([byte]);
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    if (lead >= 0xa0 && lead <= 0xdf) continue;
    for (let trail = 0x40; trail <= 0xfc; trail += 1) add([lead, trail]);
  }
  return table;
}
