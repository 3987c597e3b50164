/** Which set, entry and link the path of a request names. */
import type { EntitySet, Entry } from './entity-set.ts';
import { ODataSyntaxError, parseKeyLiteral } from './odata-filter.ts';
import type { PretendSapWorld } from './world.ts';

export interface Target {
  readonly set: EntitySet;
  /** The text between the parentheses; undefined for the whole collection. */
  readonly key: string | undefined;
  /** What follows the entry: links, or `$count`. */
  readonly rest: string;
}

/** Answered 404. */
export class ResourceNotFound extends Error {
  override readonly name = 'ResourceNotFound';
}

export function notFound(segment: string): ResourceNotFound {
  return new ResourceNotFound(`Resource not found for segment '${segment}'`);
}

export function findTarget(path: string, sets: readonly EntitySet[]): Target | undefined {
  const match = /^(\w+)(?:\(((?:[^'()]|'(?:[^']|'')*')*)\))?(?:\/(.*))?$/.exec(path);
  const set = sets.find((candidate) => candidate.name === match?.[1]);
  return match && set ? { set, key: match[2], rest: match[3] ?? '' } : undefined;
}

/** The entry with that key, written `'1010'` or `CompanyCode='1010'`. Raises ResourceNotFound and ODataSyntaxError. */
export function findEntry(set: EntitySet, key: string, world: PretendSapWorld, nowMs: number): Entry {
  const keyFields = [...set.fields.values()].filter((field) => field.isKey);
  const parts = key.match(/(?:[^',]|'(?:[^']|'')*')+/g) ?? [];
  const wanted = new Map<string, string>();
  for (const part of parts) {
    const named = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(part);
    wanted.set(named?.[1] ?? (keyFields.length === 1 ? (keyFields[0]?.name ?? '') : ''), named?.[2] ?? part.trim());
  }
  if (wanted.size !== keyFields.length || !keyFields.every(({ name }) => wanted.has(name))) {
    throw new ODataSyntaxError(`Invalid key predicate (${key})`);
  }
  const values = keyFields.map((field) => [field.name, parseKeyLiteral(wanted.get(field.name) ?? '', field)] as const);
  const found = set.entries(world, nowMs).find((entry) => values.every(([name, value]) => entry.value(name) === value));
  if (!found) throw notFound(set.typeName.split('.')[1] ?? set.name);
  return found;
}
