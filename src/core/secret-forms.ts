/** Shorter forms are words; taking them out would only make a text unreadable. */
const FORM_CHARS_MIN = 6;

/**
 * How a secret is written when somebody repeats a request that had it: as it is, in an address, a form, JSON or XML, and within
 * base64 or hexadecimal digits. Of base64, which depends on what stands around, the part that does not. Longest first.
 */
export function formsOfSecret(secret: string): readonly string[] {
  const percent = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
  const json = JSON.stringify(secret).slice(1, -1);
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // A request holds it in one of these, and whoever repeats the request may encode the whole of it.
  const written = [...new Set([secret, ...percent, json])].map((text) => Buffer.from(text, 'utf8'));
  const base64 = written.flatMap((bytes) => [0, 1, 2].map((before) => base64Within(bytes, before)));
  const hex = written.map((bytes) => bytes.toString('hex'));
  const forms = new Set([
    secret,
    ...percent,
    ...percent.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    json,
    json.replaceAll('/', '\\/'),
    xml,
    xml.replaceAll('"', '&quot;'),
    xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    xml.replaceAll('"', '&#34;').replaceAll("'", '&#39;'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...hex,
    ...hex.map((text) => text.toUpperCase()),
  ]);
  return [...forms].filter((form) => form.length >= FORM_CHARS_MIN).sort((a, b) => b.length - a.length);
}

/** Without the first and the last characters, which tell of other bytes as well. */
function base64Within(bytes: Buffer, before: number): string {
  const whole = before + bytes.length - ((before + bytes.length) % 3);
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .subarray(0, whole)
    .toString('base64');
  return text.slice(before === 0 ? 0 : 4);
}

/** The text with a mark in place of each secret, in whatever form it is written. */
export function withoutSecrets(text: string, forms: Iterable<string>): string {
  let clean = text;
  for (const form of forms) clean = clean.replaceAll(form, '[secret]');
  return clean;
}
