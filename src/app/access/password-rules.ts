import { Problem, type Randomness, unfitField } from '../../core/index.ts';

/** Length is what makes a password hard to guess; rules about its characters only make it hard to remember. */
export const PASSWORD_LENGTH_MIN = 12;
/** Besides the name of the user. */
const NEW_CHARACTERS_MIN = 6;
/** Longer ones only cost time. */
export const PASSWORD_LENGTH_MAX = 200;

/** Long enough, and tried first by everybody who guesses. Compared without capitals, spaces and punctuation. */
const COMMON: ReadonlySet<string> = new Set(
  `password1234 password12345 password123456 passwordpassword passw0rd1234 mypassword123 changeme1234 changemechangeme
  letmein12345 letmeinletmein welcome12345 welcomewelcome administrator administrator1 adminadmin123 adminadminadmin
  qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwerty123456 qwertyqwerty 1q2w3e4r5t6y 1qaz2wsx3edc zaq12wsxcde3 asdfghjkl123
  123456789012 1234567890123 12345678901234 012345678901 123123123123 111111111111 000000000000 abcdefghijkl abcdefghijklm
  abcd1234abcd abc123abc123 iloveyou1234 iloveyouiloveyou sunshine1234 football1234 superman1234 dragondragon monkey123456
  trustno1trustno1 correcthorsebatterystaple sellerledger sellerledger1 sellercentral amazonseller passwort1234
  passwort12345 passwortpasswort hallohallo123 geheim123456 geheimgeheim willkommen123 willkommen1234 schalke04schalke04`
    .trim()
    .split(/\s+/),
);

/** Raises `PASSWORD_WEAK` (invalid): too short, too long, one that is tried first, or the user's own name. */
export function assertGoodPassword(password: string, userName: string): void {
  const length = [...password].length;
  if (length < PASSWORD_LENGTH_MIN) throw weak(`it has ${length} characters and takes at least ${PASSWORD_LENGTH_MIN}`);
  if (length > PASSWORD_LENGTH_MAX) throw weak(`it has ${length} characters, at most ${PASSWORD_LENGTH_MAX} are taken`);
  const plain = password.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (new Set(plain).size < 4) throw weak('it has hardly any different characters');
  if (COMMON.has(plain)) throw weak('it is among those that are tried first');
  const name = userName.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (name !== '' && plain.replaceAll(name, '').length < NEW_CHARACTERS_MIN) throw weak('it is the name of the user');
}

function weak(why: string): Problem {
  return new Problem({
    code: 'PASSWORD_WEAK',
    kind: 'invalid',
    says: `This password is not taken: ${why}.`,
    fields: [unfitField('newPassword', `This password is not taken: ${why}.`)],
    next: 'Take a longer one, for example four words that have nothing to do with each other.',
  });
}

/** Without characters that look alike. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_LETTERS = 4;

/** A password to be typed once, of 100 random bits: `k3fw-9xma-…`. */
export function oneTimePassword(randomness: Randomness): string {
  const bytes = randomness.bytes(GROUPS * GROUP_LETTERS);
  const letters = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length] ?? '');
  return Array.from({ length: GROUPS }, (_, group) =>
    letters.slice(group * GROUP_LETTERS, (group + 1) * GROUP_LETTERS).join(''),
  ).join('-');
}

/** `PASSWORD_ELSEWHERE` (invalid), of a user who has no password here: it is reset, or changed, at the identity provider. */
export function passwordElsewhere(asked: 'reset' | 'change', { name }: { readonly name: string }): Problem {
  return new Problem({
    code: 'PASSWORD_ELSEWHERE',
    kind: 'invalid',
    says: `${name} signs in at the identity provider and has no password here.`,
    next: asked === 'reset' ? 'Reset it there.' : 'Change it there.',
    data: name,
  });
}
