import { expect, it } from 'vitest';
import { formsOfSecret, withoutSecrets } from './secret-forms.ts';

const SECRET = 'Key"/<&+ü\'of%SAP';
const hide = (text: string) => withoutSecrets(text, formsOfSecret(SECRET));

it.each<[form: string, write: (secret: string) => string]>([
  ['as it is', (secret) => secret],
  ['in an address', encodeURIComponent],
  [
    'in an address with small digits',
    (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  ],
  ['in a form', (secret) => String(new URLSearchParams({ secret })).slice('secret='.length)],
  ['in JSON', (secret) => JSON.stringify(secret).slice(1, -1)],
  ['in XML', (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;')],
  ['in XML with quotes', (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ['in a form that was encoded as a whole', (secret) => Buffer.from(encodeURIComponent(secret)).toString('hex')],
  ['in hexadecimal digits', (secret) => Buffer.from(secret).toString('hex')],
])('a secret is found %s', (_form, write) => {
  expect(hide(`before ${write(SECRET)} after`)).toBe('before [secret] after');
});

it('a secret is found within base64, wherever it begins there, and at most its edges are left', () => {
  for (const user of ['', 'u', 'us', 'use', 'user:']) {
    for (const after of ['', 'x', 'xy', 'xyz']) {
      const hidden = hide(Buffer.from(user + SECRET + after).toString('base64'));
      expect(hidden).toContain('[secret]');
      const rest = Buffer.from(hidden.replace('[secret]', ' ').split(' ').join(''), 'base64').toString('latin1');
      expect(rest).not.toContain('of%SA');
    }
  }
});

it('control: another text is left as it is, and a short word is no secret', () => {
  expect(hide('Key of SAP')).toBe('Key of SAP');
  expect(formsOfSecret('cat')).not.toContain('cat');
});
