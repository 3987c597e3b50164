/** What may be wrong in a body or a query, made from the schema of a route, and what has to be said about it. */
import { z } from 'zod';

/** JSON Schema, as far as the schemas of the routes use it. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One thing that is wrong. `path` has to be named; where it is `mayBeTaken`, the answer may also be something else. */
export interface Wrong {
  readonly what: string;
  readonly path: string;
  readonly body: unknown;
  readonly mayBeTaken: boolean;
}

export function shapeOf(schema: z.ZodType): Shape {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-10-05',
  'date-time': '2026-10-05T06:00:00Z',
  uuid: '0b6f1c0e-7c3f-4d4e-9a55-0242ac120002',
};

/** Values that the books of the test know, by the name of their field. */
export type Known = Readonly<Record<string, Json>>;

/** A value that the schema takes, with every field that there may be. */
export function sampleOf(shape: Shape, known: Known, name = ''): Json {
  const either = shape.anyOf ?? shape.oneOf;
  if (either) return sampleOf(either.find(({ type }) => type !== 'null') ?? {}, known, name);
  if (shape.const !== undefined) return shape.const as Json;
  if (shape.enum) return shape.enum[0] as Json;
  if (name in known) return known[name] ?? null;
  switch (shape.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.properties ?? {}).map(([key, inner]) => [key, sampleOf(inner, known, key)]),
      );
    case 'array':
      return [sampleOf(shape.items ?? {}, known, name)];
    case 'boolean':
      return false;
    case 'number':
    case 'integer':
      return Math.max(1, shape.minimum ?? 1);
    case 'string':
      if (shape.pattern?.includes('0[1-9]|1[0-2]') && !shape.format) return '2026-10';
      return FORMATS[shape.format ?? ''] ?? 'x'.repeat(Math.max(1, shape.minLength ?? 1));
    default:
      return 'x';
  }
}

interface Place {
  readonly path: readonly string[];
  readonly shape: Shape;
  readonly isRequired: boolean;
}

/** Every field, also those inside others. Of alternatives the one of the sample. */
function* placesIn(shape: Shape, path: readonly string[] = []): Generator<Place> {
  const inner = (shape.anyOf ?? shape.oneOf)?.find(({ type }) => type !== 'null') ?? shape;
  for (const [name, field] of Object.entries(inner.properties ?? {})) {
    const at = [...path, name];
    yield { path: at, shape: field, isRequired: inner.required?.includes(name) ?? false };
    yield* placesIn(field, at);
  }
  if (inner.items) {
    yield { path: [...path, '0'], shape: inner.items, isRequired: false };
    yield* placesIn(inner.items, [...path, '0']);
  }
}

/** Half a character, one that ends a text, one that begins an order to a terminal, and one of the second set. */
const CONTROLS = ['a\ud800b', 'a\u0000b', '\u001b[31mred', 'a\u0085b'];

/** The whole body of the sample with one thing wrong, for every field and every way. */
export function* wrongBodies(shape: Shape, known: Known): Generator<Wrong> {
  const sample = sampleOf(shape, known);
  const wrong = (place: Place, what: string, value: unknown, mayBeTaken = false): Wrong => ({
    what,
    path: place.path.join('.'),
    body: replaced(sample, place.path, value),
    mayBeTaken,
  });
  let turn = 0;
  for (const place of placesIn(shape)) {
    const facts = factsOf(place.shape);
    if (place.isRequired) yield wrong(place, 'left out', undefined);
    if (!facts.isAny && !facts.types.has('null')) yield wrong(place, 'null', null);
    if (!facts.isAny) yield wrong(place, 'of another type', otherThan(facts.types));
    if (facts.types.has('string')) {
      const takesEmpty =
        !facts.text || ((facts.text.minLength ?? 0) === 0 && !facts.text.format && !facts.text.pattern);
      yield wrong(place, 'empty', '', takesEmpty && !facts.isChoice);
      yield wrong(place, 'too long', 'x'.repeat((facts.text?.maxLength ?? 200_000) + 1));
      const text = CONTROLS[turn++ % CONTROLS.length] ?? '';
      yield wrong(place, `with ${JSON.stringify(text)}`, text);
    }
    if (facts.types.has('number') || facts.types.has('integer')) {
      for (const number of [1e300, -1e300]) yield wrong(place, `${number}`, number);
      if (facts.types.has('integer')) yield wrong(place, '1.5', 1.5);
    }
    if (facts.types.has('array'))
      yield wrong(
        place,
        'too many',
        Array.from({ length: 30_000 }, () => 'x'),
      );
    if (facts.isClosed) {
      const at = [...place.path, 'unheardOf'];
      yield { what: 'unknown field', path: at.join('.'), body: replaced(sample, at, 1), mayBeTaken: false };
    }
  }
  yield { what: 'unknown field', path: 'unheardOf', body: replaced(sample, ['unheardOf'], 1), mayBeTaken: false };
}

/** Each parameter of a query, wrong in some way: its path has to be named, or it is taken. */
export function* wrongQueries(shape: Shape, known: Known): Generator<Wrong> {
  const base = sampleOf({ ...shape, properties: requiredOf(shape) }, known) as Record<string, string>;
  const unknown = { ...base, unheardOf: '1' };
  yield { what: 'unknown', path: 'unheardOf', body: new URLSearchParams(unknown).toString(), mayBeTaken: false };
  const isPlain = (field: Shape) => field.type === 'string' && !field.enum && !field.format && !field.pattern;
  for (const [name, field] of Object.entries(shape.properties ?? {})) {
    const query = (...values: string[]) => {
      const { [name]: _, ...others } = base;
      const parameters = new URLSearchParams(Object.entries(others));
      for (const value of values) parameters.append(name, value);
      return parameters.toString();
    };
    const wrong = (what: string, body: string, mayBeTaken: boolean): Wrong => ({ what, path: name, body, mayBeTaken });
    yield wrong('garbage', query('§$%&'), isPlain(field));
    yield wrong('empty', query(''), true);
    yield wrong('too long', query('9'.repeat(5_000)), false);
    yield wrong('repeated', query('1', '2'), false);
    yield wrong('with a control character', query('a\u001b[31m'), false);
  }
}

function requiredOf({ properties = {}, required = [] }: Shape): Readonly<Record<string, Shape>> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => required.includes(name)));
}

interface Facts {
  readonly types: ReadonlySet<string>;
  readonly isAny: boolean;
  readonly isChoice: boolean;
  readonly isClosed: boolean;
  readonly text: Shape | undefined;
}

function factsOf(shape: Shape): Facts {
  const all = shape.anyOf ?? shape.oneOf ?? [shape];
  const typeOf = (each: Shape) => each.type ?? (typeof (each.const ?? each.enum?.[0]) === 'string' ? 'string' : []);
  const types = new Set(all.flatMap((each) => typeOf(each)));
  const texts = all.filter((each) => typeOf(each) === 'string');
  return {
    types,
    isAny: types.size === 0,
    isChoice: texts.some((each) => each.enum !== undefined || each.const !== undefined),
    isClosed: all.some(({ additionalProperties }) => additionalProperties === false),
    text: texts[0],
  };
}

function otherThan(types: ReadonlySet<string>): unknown {
  if (!types.has('number') && !types.has('integer')) return 7;
  return types.has('string') ? true : 'seven';
}

function replaced(value: unknown, path: readonly string[], other: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return other;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === name ? replaced(each, rest, other) : each));
  const group = (value ?? {}) as Record<string, unknown>;
  return { ...group, [name]: replaced(group[name], rest, other) };
}
