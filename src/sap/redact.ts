import type { SapMessage } from '../app/index.ts';
import { Problem, type ProblemFacts } from '../core/index.ts';
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
  /** Adds a secret learned on the way: an access token, a session cookie. */
  learn(secret: string): void;
}

/** Learned secrets kept; tokens older than this many renewals are worthless. */
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
  const learned: string[] = [];
  const text = (input: string): string =>
    [...fixed, ...learned].reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), input);
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
        ? new SapProblem(facts(input.toJSON()), input.retryAfterMs)
        : new Problem(facts(input.toJSON())),
    learn(secret) {
      if (secret.length < SECRET_LENGTH_MIN || learned.includes(secret)) return;
      learned.push(secret);
      if (learned.length > LEARNED_MAX) learned.shift();
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
  return [...proxy, basicCredentials(authentication.clientId, secret), encodeURIComponent(secret)];
}

export function basicCredentials(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
}
