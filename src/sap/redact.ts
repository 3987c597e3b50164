import type { SapMessage } from '../app/index.ts';
import { formsOfSecret, Problem, type ProblemFacts, withoutSecrets } from '../core/index.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSecrets, SapSettings } from './settings.ts';

/** Secrets shorter than this are words; replacing them would only make messages unreadable. */
const SECRET_LENGTH_MIN = 6;

/**
 * Takes secrets out of what other systems said. We never put one into a message ourselves, but an error page may
 * repeat the request, and our problems quote error pages.
 */
export interface Redactor {
  text(text: string): string;
  facts(facts: ProblemFacts): ProblemFacts;
  messages(messages: readonly SapMessage[]): readonly SapMessage[];
  /** The same problem without secrets. */
  problem(problem: Problem): Problem;
  /** Adds a secret learned on the way: of the log-on (an access token), or of the session (a cookie, its token). */
  learn(secret: string, of: LearnedOf): void;
}

type LearnedOf = 'log-on' | 'session';

/** Learned secrets kept, the most recent ones; older than this many renewals they are worthless. */
const LEARNED_MAX = 32;

export function createRedactor(settings: SapSettings, secrets: SapSecrets): Redactor {
  const fixed = [
    secrets.clientSecret,
    secrets.password,
    secrets.keyPem,
    secrets.p12Base64,
    secrets.passphrase,
    secrets.proxyPassword,
    secrets.proxyAuthorization,
    ...secretsWithin(secrets.bindings),
    ...Object.values(secrets.headers ?? {}),
    ...Object.values(settings.extraHeaders),
    ...encodedCredentials(settings, secrets),
  ].filter((secret): secret is string => secret !== undefined && secret.length >= SECRET_LENGTH_MIN);
  // Each kind has a list of its own: cookies that change with every answer must not push the access token out.
  const learned: Readonly<Record<LearnedOf, string[]>> = { 'log-on': [], session: [] };
  const fixedForms = fixed.flatMap(formsOfSecret);
  const formsOfLearned = new Map<string, readonly string[]>();
  const text = (input: string): string =>
    withoutSecrets(input, [...fixedForms, ...[...formsOfLearned.values()].flat()]);
  const facts = (input: ProblemFacts): ProblemFacts => ({
    ...input,
    says: text(input.says),
    next: text(input.next),
    ...(input.data !== undefined && { data: text(input.data) }),
  });
  return {
    text,
    facts,
    messages: (input) => input.map((message) => ({ ...message, text: text(message.text) })),
    problem: (input) =>
      input instanceof SapProblem
        ? new SapProblem(facts(input.toJSON()), input.retryAfterMs, input.away !== null)
        : new Problem(facts(input.toJSON())),
    learn(secret, of) {
      if (secret.length < SECRET_LENGTH_MIN) return;
      const list = learned[of];
      const known = list.indexOf(secret);
      // What is still in use is the last to be forgotten.
      if (known >= 0) list.splice(known, 1);
      list.push(secret);
      formsOfLearned.set(secret, formsOfSecret(secret));
      const forgotten = list.length > LEARNED_MAX ? list.shift() : undefined;
      if (forgotten !== undefined) formsOfLearned.delete(forgotten);
    },
  };
}

/** A binding is one long JSON text; what must not be shown are the secrets in it. */
function secretsWithin(bindings: string | undefined): string[] {
  const names = /"(?:clientsecret|key|certificate)"\s*:\s*("(?:[^"\\]|\\.)*")/g;
  return [...(bindings ?? '').matchAll(names)].flatMap(([, text = '""']) => {
    try {
      return [String(JSON.parse(text))];
    } catch {
      return [];
    }
  });
}

function encodedCredentials({ authentication, proxyUser }: SapSettings, secrets: SapSecrets): string[] {
  const proxy = proxyUser === undefined ? [] : [basicCredentials(proxyUser, secrets.proxyPassword ?? '')];
  if (authentication.type === 'basic') return [...proxy, basicCredentials(authentication.user, secrets.password ?? '')];
  if (authentication.type !== 'oauth2') return proxy;
  const secret = secrets.clientSecret ?? '';
  return [...proxy, basicCredentials(authentication.clientId, secret)];
}

export function basicCredentials(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
}
