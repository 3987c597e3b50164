const SECRET = '[secret]';

/** In this order: what is longer comes first, so that no part of it stays. Each is bounded, so that a long text costs little. */
const PATTERNS: readonly (readonly [RegExp, string | typeof keepQuotes])[] = [
  // A key that was cut off is a key as well.
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, '[private key]'],
  [
    /((?:proxy-)?authorization|(?:set-)?cookie|x-csrf-token|x-amz-access-token|apikey)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\r\n"',}]+)/gi,
    keepQuotes,
  ],
  [/\bAt(?:za|zr|nr|z\.sprdt|c)\|[^\s"'<>&]*/g, '[token]'],
  [/\bamzn1\.oa2-cs\.[^\s"'<>&]*/g, SECRET],
  [/\b(Bearer\s+)[\w.~+/-]{8,}=*/gi, `$1${SECRET}`],
  [/\b(Basic\s+)(?=\S*[\d=])[\w+/-]{8,}=*/gi, `$1${SECRET}`],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, '[token]'],
  [
    /\b((?:x-amz-)?(?:signature|credential|security-token)|sig|(?:access|refresh|id|restricted_?data)?_?token|(?:client_?)?secret|password|passphrase|assertion)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s&"',;}<>]+)/gi,
    keepQuotes,
  ],
  [/\b((?:SAP_SESSIONID\w{0,20}|MYSAPSSO2|sap-usercontext)=)[^\s;"',]+/gi, `$1${SECRET}`],
  [/(:\/\/)[^\s/@"'<>]{1,512}@/g, `$1${SECRET}@`],
  [/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu, '[address]'],
];

/** Names whose value is never shown, whatever it looks like. */
const SECRET_NAME = /secret|passw|passphrase|token|authorization|cookie|private_?key|signature|credential$/i;

/** So that JSON stays JSON, and a second pass takes out no more than the first. */
function keepQuotes(_all: string, name: string, mark: string, value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? '';
  return `${name}${mark}${quote}${SECRET}${quote}`;
}

/**
 * The second line of defence, behind callers that hand no secret over in the first place: takes out what looks like a token, a
 * credential, a signed part of an address, a private key or an e-mail address. Never longer work than the text is long.
 */
export function redactText(text: string): string {
  return PATTERNS.reduce(
    (clean, [pattern, by]) => (typeof by === 'string' ? clean.replace(pattern, by) : clean.replace(pattern, by)),
    text,
  );
}

/** Facts of a log line, a trace or an alert: texts are redacted, and those under a name that speaks of a secret are left out. */
export function redactFacts<Value extends string | number | boolean | undefined>(
  facts: Readonly<Record<string, Value>>,
): Record<string, Value | string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      return [name, SECRET_NAME.test(name) ? SECRET : redactText(value)];
    }),
  );
}
