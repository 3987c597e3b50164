import { sha256Of } from '../../src/core/index.ts';
import { type Answer, errorAnswer, invalidInput, jsonAnswer } from './answers.ts';
import type { AccessGrant } from './login.ts';
import { parseObject } from './queries.ts';

const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
const resourcesMax = 50;
/** A restricted data token lives one hour. */
export const restrictedTokenSeconds = 3600;

interface RestrictedGrant extends AccessGrant {
  readonly paths: ReadonlySet<string>;
}

/** Tokens that open one restricted document each, for the application and seller that asked for them. */
export class RestrictedTokens {
  readonly #seed: string;
  readonly #grants = new Map<string, RestrictedGrant>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  static isOne(token: string): boolean {
    return token.startsWith('Atz.sprdt|');
  }

  grantOf(token: string, nowMs: number): RestrictedGrant | 'expired' | 'invalid' {
    const grant = this.#grants.get(token);
    if (!grant) return 'invalid';
    return nowMs >= grant.expiresAtMs ? 'expired' : grant;
  }

  /** Answers createRestrictedDataToken. */
  create(grant: AccessGrant, body: Uint8Array, contentType: string, nowMs: number): Answer {
    if (!contentType.startsWith('application/json')) {
      return errorAnswer(415, { code: 'UnsupportedMediaType', message: 'The content type must be application/json.' });
    }
    const wanted = parseObject(body);
    const known = ['targetApplication', 'restrictedResources'];
    if (!wanted || Object.keys(wanted).some((name) => !known.includes(name))) return invalidInput('Invalid input');
    const resources: readonly unknown[] = Array.isArray(wanted.restrictedResources) ? wanted.restrictedResources : [];
    if (resources.length < 1 || resources.length > resourcesMax) return refused('Resource not provided.');
    const paths = resources.map(pathOf);
    if (!paths.every((path) => path !== undefined)) return refused('Resource not provided.');
    const token = `Atz.sprdt|${Buffer.from(sha256Of(`${this.#seed}/restricted/${this.#grants.size}`)).toString(
      'base64url',
    )}`;
    this.#grants.set(token, { ...grant, paths: new Set(paths), expiresAtMs: nowMs + restrictedTokenSeconds * 1000 });
    return jsonAnswer(200, { restrictedDataToken: token, expiresIn: restrictedTokenSeconds });
  }
}

function refused(details: string): Answer {
  return errorAnswer(400, {
    code: 'InvalidRequest',
    message: 'Request is missing or has invalid parameters',
    details,
  });
}

/** Documents need their own path; a path with a place holder opens none of them. */
function pathOf(resource: unknown): string | undefined {
  if (typeof resource !== 'object' || resource === null) return undefined;
  const { method, path } = resource as { readonly method?: unknown; readonly path?: unknown };
  const isWhole = typeof method === 'string' && METHODS.includes(method) && typeof path === 'string';
  return isWhole && /^\/[^{}?]+$/.test(path) ? `${method} ${path}` : undefined;
}
