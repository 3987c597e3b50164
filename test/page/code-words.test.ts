import { expect, it } from 'vitest';
import { wordsOfCode } from '../../web/src/components/code-words.ts';

it('the sign-in page shows sentences of its own only, never text of the address', () => {
  const words = { SSO_REFUSED: 'Begin again.' };
  for (const code of [
    'Your account is blocked, call 0800',
    'toString',
    '__proto__',
    'constructor',
    'sso_refused',
    ' ',
  ]) {
    expect(wordsOfCode(words, code, 'It did not end well.')).toBe('It did not end well.');
  }
  expect(wordsOfCode(words, 'SSO_REFUSED', 'x'), 'control: a code it knows has its own').toBe('Begin again.');
});
