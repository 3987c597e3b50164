import { z } from 'zod';
import { SapDocument } from './facts.ts';
import { Amount, inOrder, ListQuery, partOf } from './list.ts';
import { SettlementItem } from './settlements.ts';

/** One event of the audit log, as it is chained. */
export const AuditEventItem = z.object({
  chain: z.string(),
  sequence: z.number().int(),
  position: z.number().int(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  /** What people call it: the name of a user or a connection, a settlement's number, a posting key with its document in SAP. */
  subjectName: z.string().nullable(),
  /** Name of the connection in whose chain it is. */
  connection: z.string().nullable(),
  why: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type AuditEventItem = z.infer<typeof AuditEventItem>;

export const AuditEventPart = partOf(AuditEventItem);
export type AuditEventPart = z.infer<typeof AuditEventPart>;

export const AuditQuery = inOrder(
  ListQuery.extend({
    /** Name of a connection: only its chain. */
    connection: z.string().max(200).optional(),
    subject: z.string().max(200).optional(),
    action: z.string().max(100).optional(),
    actor: z.string().max(200).optional(),
    correlationId: z.uuid().optional(),
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
    text: z.string().max(200).optional(),
  }),
);

const Chain = z.object({ chain: z.string(), connection: z.string().nullable() });

/** Whether every event is as it was written; with `everything` also every record besides. */
export const AuditVerified = z.object({
  ok: z.boolean(),
  eventCount: z.number().int(),
  /** Those that are whole, each with where it ends; the connection of a chain by its name. */
  chains: z.array(Chain.extend({ end: z.object({ sequence: z.number().int(), hash: z.string() }) })),
  firstBroken: Chain.extend({ sequence: z.number().int(), says: z.string() }).nullable(),
  /** `null` where only the chains were looked at. */
  records: z
    .object({
      tables: z.array(z.object({ table: z.string(), rows: z.number().int() })),
      faults: z.array(z.object({ table: z.string(), key: z.string(), says: z.string() })),
    })
    .nullable(),
});
export type AuditVerified = z.infer<typeof AuditVerified>;

/** A key that signs, or signed, heads and exports of the audit log. */
export const AuditKeyItem = z.object({
  number: z.number().int(),
  /** Ed25519, DER (SPKI) in base64. */
  publicKey: z.string(),
  /** Short enough to be read out. */
  fingerprint: z.string(),
  since: z.string(),
  /** `null`: the key in use. */
  until: z.string().nullable(),
  /** `false`: the first key, or one that came because the key before it was lost. */
  isHandedOver: z.boolean(),
});
export type AuditKeyItem = z.infer<typeof AuditKeyItem>;

/** Every key, the first one first. */
export const AuditKeyList = z.object({ items: z.array(AuditKeyItem) });

/** What a name, number or key leads to. */
export const Found = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['settlement', 'entry', 'order', 'document']),
      title: z.string(),
      /** What the rest says, in English words. */
      says: z.string(),
      connection: z.string().nullable(),
      /** Of a settlement or an entry. */
      state: z.string().nullable(),
      /** Of a settlement: its total, and how far it is in SAP. */
      total: z.object({ amount: Amount, currency: z.string() }).nullable(),
      progress: SettlementItem.pick({
        entryCount: true,
        postedCount: true,
        reversedCount: true,
        rejectedCount: true,
        unknownCount: true,
      }).nullable(),
      document: SapDocument.nullable(),
      /** Address on the page. */
      href: z.string(),
    }),
  ),
});
export type Found = z.infer<typeof Found>;

/** The signed end of a chain, to be kept elsewhere. */
export const AuditHead = z.object({
  format: z.string(),
  chain: z.string(),
  /** Of the chain of a connection: its name. */
  connection: z.string().nullable(),
  sequence: z.number().int(),
  hash: z.string(),
  at: z.string(),
  programVersion: z.string(),
  /** Ed25519, DER (SPKI) in base64. */
  publicKey: z.string(),
  /** Of all the other members as canonical JSON, base64. */
  signature: z.string(),
});
