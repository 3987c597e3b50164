import type { z } from 'zod';

export type JsonReading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

/**
 * Reads a whole body as UTF-8 JSON of the given shape. The fault says what is wrong without quoting the body, which
 * may hold a token or a signed address.
 */
export function readJson<T>(body: Uint8Array, schema: z.ZodType<T>): JsonReading<T> {
  const parsed = parse(body);
  if (!parsed.ok) return parsed;
  const result = schema.safeParse(parsed.value);
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  return { ok: false, fault: `member ${issue?.path.join('.') || '(root)'} is not as documented (${issue?.code})` };
}

/** Whether it is whole JSON of any shape: if not, what answered was most likely something else, and may be asked again. */
export function isJson(body: Uint8Array): boolean {
  return parse(body).ok;
}

function parse(body: Uint8Array): JsonReading<unknown> {
  let text: string;
  try {
    // From the whole body at once: a character may be split between two pieces.
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { ok: false, fault: 'it is not UTF-8' };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    const first = text.trimStart().slice(0, 1);
    const looks =
      text.trim() === '' ? 'it is empty' : first === '<' ? 'it looks like a web page' : 'it is cut short or broken';
    return { ok: false, fault: `${looks}, not JSON` };
  }
}
