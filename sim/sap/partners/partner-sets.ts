/** The business partner service as the read side sees it. */
import type { EntitySet, Entry, Navigation } from '../entity-set.ts';
import { entryOf } from './partner-entry.ts';
import {
  type PartnerEntity,
  type PartnerLink,
  partnerEntities,
  partnerEntity,
  partnerService,
} from './partner-fields.ts';
import { rowsOf } from './partner-store.ts';
import { writerOf } from './partner-writer.ts';

const built = new Map<string, EntitySet>();

export const partnerSets: readonly EntitySet[] = partnerEntities.map(setOf);

function setOf(entity: PartnerEntity): EntitySet {
  const known = built.get(entity.set);
  if (known) return known;
  const set: EntitySet = {
    service: partnerService,
    name: entity.set,
    typeName: `${partnerService}.${entity.set}Type`,
    fields: entity.fields,
    navigations: entity.links.map(navigationOf),
    entries: (world, nowMs) =>
      rowsOf(world.partners, entity.set)
        .filter((row) => row.visibleFromMs <= nowMs)
        .map((row) => entryOf(world, row, nowMs)),
    writer: writerOf(entity),
  };
  built.set(entity.set, set);
  return set;
}

function navigationOf({ name, target, by, isSingle, only, except }: PartnerLink): Navigation {
  const agrees = (entry: Entry, values: Readonly<Record<string, string>> | undefined): boolean =>
    values === undefined || Object.entries(values).every(([field, value]) => entry.value(field) === value);
  return {
    name,
    target: setOf(partnerEntity(target)),
    isSingle,
    isLinked: (from, to) =>
      by.every((field) => from.value(field) !== '' && from.value(field) === to.value(field)) &&
      agrees(to, only) &&
      !(except && agrees(to, except)),
  };
}
