import type { Secrets } from '../app/index.ts';

export interface TakenSecrets {
  readonly rest: unknown;
  readonly secrets: Secrets;
  readonly faults: readonly string[];
}

/** Takes the members that are secrets out of the object at that path, so that nothing after this can show them. */
export function takeSecrets(
  value: unknown,
  path: readonly string[],
  names: readonly string[],
  at = path.join('.'),
): TakenSecrets {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { rest: value, secrets: {}, faults: [] };
  }
  const [step, ...deeper] = path;
  if (step !== undefined) {
    const inner = takeSecrets((value as Record<string, unknown>)[step], deeper, names, at);
    return { ...inner, rest: step in value ? { ...value, [step]: inner.rest } : value };
  }
  const isSecret = ([name]: [string, unknown]) => names.includes(name);
  const secrets = Object.entries(value).filter(isSecret);
  return {
    rest: Object.fromEntries(Object.entries(value).filter((entry) => !isSecret(entry))),
    secrets: Object.fromEntries(secrets.filter(([, text]) => typeof text === 'string')),
    faults: secrets.flatMap(([name, text]) =>
      typeof text === 'string' ? [] : [`${at}.${name}: must be text; put it in quotes`],
    ),
  };
}
