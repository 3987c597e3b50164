import { formsOfSecret, withoutSecrets } from '../core/index.ts';

const dataCharsMax = 500;

/**
 * Amazon's own words, fit for a problem or a log: without the given secrets in whatever form, without anything that looks like one of
 * Amazon's tokens or a signature, in one line of at most 500 characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const given = secrets.filter((secret) => secret !== '');
  // Those that are too short for other forms are taken out as they are.
  return withoutSecrets(text, [...given, ...given.flatMap(formsOfSecret)])
    .replace(/\bAt(za|zr|nr|z\.sprdt)(?:\||%7C)[^\s"'<>]*/g, '[token]')
    .replace(/\bamzn1\.oa2-cs\.[^\s"'<>]*/g, '[secret]')
    .replace(/\bX-Amz-(Signature|Credential|Security-Token)=[^\s&"'<>]*/gi, 'X-Amz-$1=[secret]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, dataCharsMax);
}

/** Amazon's id of a request as its answer names it; `null` where there is none, or something that is no id. */
export function requestIdOf(headers: Readonly<Record<string, string | undefined>>): string | null {
  // It is recorded for good, so that a gateway which repeats the request in it must not get anything in here.
  const text = headers['x-amzn-requestid'];
  return text !== undefined && /^[\w.:=+/-]{1,100}$/.test(text) ? text : null;
}
