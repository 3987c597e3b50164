/** The write side of the business partner service: from the bytes of a message to recorded rows. */
import type { EntityWriter, Entry, FieldValue } from '../entity-set.ts';
import type { PretendSapWorld } from '../world.ts';
import { changeRow } from './change-row.ts';
import { createPart } from './create-part.ts';
import { createPartner, type PartnerWrite } from './create-partner.ts';
import { entryOf } from './partner-entry.ts';
import type { PartnerEntity } from './partner-fields.ts';
import { findRow, type PartnerValues, putRows } from './partner-store.ts';
import { type PartnerBody, parseJsonObject, readBody } from './read-body.ts';

/** Creates and changes entries of one set. */
export function writerOf(entity: PartnerEntity): EntityWriter {
  return {
    isCreatable: entity.isCreatable,
    create: (world, author, bytes, inherited) => {
      const sent = readBody(entity, parseJsonObject(bytes));
      const body = { ...sent, values: { ...sent.values, ...inherited } };
      const isPartner = entity.set === 'A_BusinessPartner';
      const written = isPartner ? createPartner(world, body, author) : createPart(world, body, author);
      record(world, written);
      return {
        entry: entryOf(world, written.main, author.nowMs),
        expand: pathsOf(body),
        warnings: written.warnings,
      };
    },
    change: (world, author, entry, bytes, mode) => {
      const body = readBody(entity, parseJsonObject(bytes));
      const row = findRow(world.partners, entity.set, keyValues(entity, entry));
      if (!row) throw new Error(`the entry of ${entity.set} is gone`);
      const written = changeRow(world, row, body, mode, author);
      record(world, written);
      return entryOf(world, written.main, author.nowMs);
    },
  };
}

/** Durable first, then visible. */
function record(world: PretendSapWorld, { rows }: PartnerWrite): void {
  world.recordPartners({ rows, counters: [...world.partners.counters] });
  putRows(world.partners, rows);
}

function keyValues(entity: PartnerEntity, entry: Entry): PartnerValues {
  const values: Record<string, FieldValue> = {};
  for (const { name, isKey } of entity.fields.values()) {
    if (isKey) values[name] = entry.value(name);
  }
  return values;
}

/** The links that were sent, as `$expand` names them: the answer to a deep insert shows what it made. */
function pathsOf({ children }: PartnerBody, prefix = ''): readonly string[] {
  return [...children].flatMap(([link, bodies]) => [
    `${prefix}${link}`,
    ...bodies.flatMap((body) => pathsOf(body, `${prefix}${link}/`)),
  ]);
}
