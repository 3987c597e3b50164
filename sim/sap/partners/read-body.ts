/** Reads the JSON of a write: typed values by field, and the children of a deep insert by link. */
import type { FieldValue } from '../entity-set.ts';
import { type PartnerEntity, type PartnerField, partnerEntity } from './partner-fields.ts';
import { wrongMessage } from './partner-refusal.ts';
import { type PartnerValues, showNumber } from './partner-store.ts';

export interface PartnerBody {
  readonly entity: PartnerEntity;
  readonly values: PartnerValues;
  /** By link name; a link that was not sent is absent. */
  readonly children: ReadonlyMap<string, readonly PartnerBody[]>;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Raises WriteRefusal when it is no JSON object. */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw wrongMessage('The request body is not valid JSON');
  }
  if (!isObject(value)) throw wrongMessage('The request body is not a JSON object');
  return isObject(value.d) && Object.keys(value).length === 1 ? value.d : value;
}

/** Raises WriteRefusal for a property that is unknown, SAP's own, of another type or too long. */
export function readBody(entity: PartnerEntity, json: JsonObject): PartnerBody {
  const values: Record<string, FieldValue> = {};
  const children = new Map<string, readonly PartnerBody[]>();
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata') continue;
    const field = entity.fields.get(name);
    if (field) {
      if (field.access === 'assigned') throw wrongMessage(`Property ${name} of ${entity.set} cannot be written`);
      values[name] = readValue(field, value);
      continue;
    }
    const link = entity.links.find((candidate) => candidate.name === name);
    if (!link) throw wrongMessage(`Property ${name} is invalid for entity type ${entity.set}Type`);
    const target = partnerEntity(link.target);
    children.set(
      name,
      readChildren(name, value, link.isSingle).map((child) => {
        const body = readBody(target, child);
        return link.only ? { ...body, values: { ...body.values, ...link.only } } : body;
      }),
    );
  }
  return { entity, values, children };
}

/** A collection comes as `{"results": […]}` or as a plain list, a single entity as an object. */
function readChildren(name: string, value: unknown, isSingle: boolean): readonly JsonObject[] {
  if (value === null && isSingle) return [];
  if (isObject(value) && '__deferred' in value) throw wrongMessage(`Link ${name} cannot be written as deferred`);
  const list = isSingle ? [value] : isObject(value) ? value.results : value;
  if (!Array.isArray(list) || !list.every(isObject)) throw wrongMessage(`Link ${name} has the wrong shape`);
  return list;
}

function readValue(field: PartnerField, value: unknown): FieldValue {
  const { name, type, lengthMax } = field;
  if (value === null) return type === 'Edm.String' ? '' : type === 'Edm.Boolean' ? false : null;
  if (type === 'Edm.Boolean') {
    if (typeof value === 'boolean') return value;
  } else if (typeof value === 'string') {
    if (type === 'Edm.String') {
      if ([...value].length > (lengthMax ?? 0)) {
        throw wrongMessage(`Property ${name} at offset 0 has invalid value '${value}': longer than ${lengthMax}`);
      }
      return storeText(field, value);
    }
    const moment = /^\/Date\((-?\d{1,15})(?:\+0000)?\)\/$/.exec(value)?.[1];
    if (moment !== undefined) {
      const iso = new Date(Number(moment)).toISOString();
      return type === 'Edm.DateTime' ? iso.slice(0, 10) : iso;
    }
  }
  throw wrongMessage(`Property ${name} has invalid value '${String(value)}' for ${type}`);
}

function storeText(field: PartnerField, value: string): string {
  const trimmed = value.replace(/ +$/, '');
  if (field.isAlpha) return showNumber(trimmed);
  return field.isUpperCase ? trimmed.toUpperCase() : trimmed;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
