import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text; put it in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
};

/** What is wrong with a setting, in words that follow its name; `undefined` leaves it to whoever checked. Shows no value. */
export function wordsOfFault(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return missingOr(issue.input, `must be ${KINDS[issue.expected] ?? issue.expected}`);
    case 'invalid_value':
      return missingOr(issue.input, `must be ${listed(issue.values)}`);
    case 'unrecognized_keys':
      return `has no ${issue.keys.length === 1 ? 'setting' : 'settings'} ${listed(issue.keys, 'and')}`;
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum);
    case 'too_big':
      return isCounted(issue.origin)
        ? `must have at most ${issue.maximum} ${itemsOf(issue.origin)}`
        : `must be at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_union':
      return ofKind(issue);
    case 'invalid_format':
      return issue.format === 'url' ? 'must be an address, for example https://host.example' : undefined;
    default:
      return undefined;
  }
}

/** One of several groups of settings, told apart by the setting that the path of the fault ends with. */
function ofKind(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const { discriminator, options, input } = issue as { discriminator?: unknown; options?: unknown; input?: unknown };
  if (typeof discriminator !== 'string' || !Array.isArray(options)) return undefined;
  return missingOr((input as Readonly<Record<string, unknown>>)[discriminator], `must be ${listed(options)}`);
}

function missingOr(input: unknown, wanted: string): string {
  if (input === undefined) return wanted.startsWith('must be text') ? 'is missing' : `is missing; it ${wanted}`;
  return input === null ? `is empty; it ${wanted}` : wanted;
}

function tooSmall(origin: string, minimum: number | bigint): string {
  if (!isCounted(origin)) return `must be at least ${minimum}`;
  return minimum === 1 || minimum === 1n ? 'is empty' : `must have at least ${minimum} ${itemsOf(origin)}`;
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

function itemsOf(origin: string): string {
  return origin === 'string' ? 'characters' : 'items';
}

function listed(values: readonly unknown[], word = 'or'): string {
  const texts = values.map(String);
  const last = texts.pop() ?? '';
  return texts.length === 0 ? last : `${texts.join(', ')} ${word} ${last}`;
}
