import { z } from 'zod';
import {
  type AuditEvent,
  type AuditKey,
  type FoundRecords,
  findRecords,
  postingProgress,
  signedHeadOf,
} from '../../../app/index.ts';
import { formatMoney, keyFingerprint } from '../../../core/index.ts';
import { nameSubjects } from '../../../store/index.ts';
import { programVersion } from '../../package-root.ts';
import {
  AuditEventPart,
  AuditHead,
  AuditKeyItem,
  AuditKeyList,
  AuditQuery,
  AuditVerified,
  Found,
} from '../contract/audit.ts';
import { Why } from '../contract/facts.ts';
import { Flag } from '../contract/list.ts';
import { eventCursor } from '../cursor.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { auditSummary } from '../views.ts';

const TAG = 'Audit';

/** The audit log, its proof, and where a number leads. */
export function auditRoutes({ workspace }: HttpOptions) {
  const { books } = workspace;
  return [
    route(
      {
        method: 'GET',
        path: '/audit/events',
        access: 'audit.read',
        tag: TAG,
        summary: 'Events of the audit log, the latest first',
        query: AuditQuery,
        answer: AuditEventPart,
      },
      async ({ query }) => {
        const { connection, cursor, ...wanted } = query;
        const chain = connection === undefined ? undefined : (await books.getConnection(connection)).id;
        const after = eventCursor.read(cursor, query);
        const { items, next } = await books.partOfEvents({ ...wanted, chain, ...(after && { after }) });
        const ofConnections = items.flatMap((event) =>
          event.chain.includes('-') ? [`connection/${event.chain}`] : [],
        );
        const names = await nameSubjects(workspace.database, [
          ...items.map(({ subject }) => subject),
          ...ofConnections,
        ]);
        const named = (event: AuditEvent) => ({
          ...auditSummary(event),
          subjectName: names.get(event.subject) ?? null,
          connection: names.get(`connection/${event.chain}`) ?? null,
        });
        return { items: items.map(named), nextCursor: eventCursor.write(next, query) };
      },
    ),
    route(
      {
        method: 'GET',
        path: '/audit/verify',
        access: 'audit.read',
        tag: TAG,
        summary: 'Whether the log is as it was written',
        description:
          'With `everything` also each row, stored file, account table, entry and secret; that takes its time.',
        query: z.object({ connection: z.string().max(200).optional(), everything: Flag.default(false) }),
        answer: AuditVerified,
      },
      async ({ query }) => {
        const chain = query.connection === undefined ? undefined : (await books.getConnection(query.connection)).id;
        const { ok, eventCount, chains, firstBroken } = await books.verify(chain === undefined ? {} : { chain });
        const names = new Map<string, string>(
          (await books.listConnections({ withErased: true })).map(({ id, name }) => [id, name]),
        );
        const named = (id: string) => ({ chain: id, connection: names.get(id) ?? null });
        const records = query.everything ? await books.verifyEverything() : null;
        return {
          ok: ok && (records?.ok ?? true),
          eventCount,
          chains: chains.map(({ chain: id, end: { sequence, hash } }) => ({ ...named(id), end: { sequence, hash } })),
          firstBroken: firstBroken && {
            ...named(firstBroken.chain),
            sequence: firstBroken.sequence,
            says: firstBroken.says,
          },
          records: records && {
            tables: records.tables.map(({ table, rows }) => ({ table, rows })),
            faults: records.faults.map((fault) => ({ ...fault })),
          },
        };
      },
    ),
    route(
      {
        method: 'GET',
        path: '/audit/head',
        access: 'audit.read',
        tag: TAG,
        summary: 'The signed head of a chain, to be kept elsewhere',
        query: z.object({ connection: z.string().max(200).optional() }),
        answer: AuditHead,
      },
      async ({ query, actor }) => {
        const connection = query.connection === undefined ? null : await books.getConnection(query.connection);
        if (!connection) {
          await books.auditKey();
          await books.checkpoint(actor, 'a signed head was asked for');
        }
        return signedHeadOf(books, {
          chain: connection?.id ?? 'installation',
          connection: connection?.name ?? null,
          programVersion: programVersion(),
        });
      },
    ),
    route(
      {
        method: 'GET',
        path: '/audit/keys',
        access: 'audit.read',
        tag: TAG,
        summary: 'The public keys that sign heads and exports, and those before them',
        answer: AuditKeyList,
      },
      async () => {
        await books.auditKey();
        return { items: (await books.listAuditKeys()).map(keyView) };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/audit/keys/rotate',
        access: 'operation.manage',
        tag: TAG,
        summary: 'Have another key sign from now on, for which the key before it signs',
        body: Why,
        answer: AuditKeyItem,
      },
      async ({ body, actor }) => keyView(await books.rotateAuditKey(actor, body.why)),
    ),
    route(
      {
        method: 'GET',
        path: '/find',
        access: 'books.read',
        tag: TAG,
        summary: 'Where a number leads: settlement, posting key, SAP document, order',
        query: z.object({ text: z.string().min(1).max(100) }),
        answer: Found,
      },
      async ({ query }) => foundView(await findRecords(books, query.text)),
    ),
  ];
}

function keyView({ number, publicKey, since, until, handOver }: AuditKey): z.input<typeof AuditKeyItem> {
  return { number, publicKey, fingerprint: keyFingerprint(publicKey), since, until, isHandedOver: handOver !== null };
}

function foundView({ settlements, progress, entries, orderId }: FoundRecords): z.input<typeof Found> {
  const nothing = { connection: null, state: null, total: null, progress: null, document: null };
  return {
    items: [
      ...settlements.map((record) => {
        const { header, connectionName: connection, state } = record;
        const total = { amount: formatMoney(header.total), currency: header.currency };
        const { progress: words, ...counts } = progress.get(record.key) ?? postingProgress(state, {});
        return {
          ...nothing,
          kind: 'settlement' as const,
          title: record.settlementId,
          says: `${connection}, ${total.amount} ${total.currency}, ${words}`,
          ...{ connection, state, total, progress: counts },
          href: `/settlements/${record.key}`,
        };
      }),
      ...entries.map(({ id, entry, document, state, connectionName: connection }) => ({
        ...nothing,
        kind: 'entry' as const,
        title: entry.postingKey,
        says: `${connection}, ${state}${document ? `, ${document.sapDocumentNumber}/${document.companyCode}/${document.fiscalYear}` : ''}`,
        ...{ connection, state, document },
        href: `/entries/${id}`,
      })),
      ...(orderId === null
        ? []
        : [
            {
              ...nothing,
              kind: 'order' as const,
              title: orderId,
              says: '',
              href: `/orders/${encodeURIComponent(orderId)}`,
            },
          ]),
    ],
  };
}
