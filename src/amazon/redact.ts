const dataCharsMax = 500;

/**
 * Amazon's own words, fit for a problem or a log: without the given secrets, without anything that looks like one of
 * Amazon's tokens or a signature, in one line of at most 500 characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]');
  return clean
    .replace(/\bAt(za|zr|nr|z\.sprdt)\|[^\s"'<>]*/g, '[token]')
    .replace(/\bamzn1\.oa2-cs\.[^\s"'<>]*/g, '[secret]')
    .replace(/\bX-Amz-(Signature|Credential|Security-Token)=[^\s&"'<>]*/gi, 'X-Amz-$1=[secret]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, dataCharsMax);
}
