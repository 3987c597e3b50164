/** Every request to SAP is told to the connection that caused it, and what is told holds no secret and no person. */
import { describe, expect, it } from 'vitest';
import type { AuditSubject, JsonObject } from '../../src/app/index.ts';
import { type LocalDate, sha256Of } from '../../src/core/index.ts';
import { recordSapExchanges } from '../../src/entrypoints/sap-exchanges.ts';
import type { CompanyCode, PostingKey } from '../../src/ledger/index.ts';
import { createSapSystems, type SapExchange } from '../../src/sap/index.ts';
import { ledgerFor, OAUTH, plainMessage, type Reply, SapStandIn } from './sap-stand-in.ts';

const QUERY = {
  postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
  companyCode: '1010' as CompanyCode,
  postingDate: '2026-11-14' as LocalDate,
};
const rows: Reply = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ d: { results: [] } }) };

async function listenTo(script: Parameters<typeof SapStandIn.start>[0] = {}) {
  const sap = await SapStandIn.start({ read: () => rows, ...script });
  const told: SapExchange[] = [];
  const onExchange = (exchange: SapExchange) => void told.push(exchange);
  const { client } = ledgerFor(sap.url, {
    settings: OAUTH.settings(sap.url),
    secrets: OAUTH.secrets,
    onExchange,
  });
  return { sap, told, client };
}

describe('requests to SAP', () => {
  it('are told with operation, host, status and digests, as many as SAP received', async () => {
    const { sap, told, client } = await listenTo();
    await client.ledger.post(plainMessage());
    await client.ledger.findByPostingKey(QUERY);
    for await (const _ of client.ledger.listDocuments({ ...QUERY, from: QUERY.postingDate, to: QUERY.postingDate }));
    expect(told).toHaveLength(sap.received.length);
    expect(new Set(told.map(({ purpose }) => purpose))).toEqual(new Set(['token', 'csrf', 'read', 'post']));
    const [post] = told.filter(({ purpose }) => purpose === 'post');
    expect(post).toMatchObject({
      method: 'POST',
      host: new URL(sap.url).host,
      outcome: 'answered',
      status: 200,
      requestSha256: sha256Of(sap.of('post')[0]!.body),
    });
  });

  it('hold no secret, no token, no query and nothing that helps to guess one', async () => {
    const { sap, told, client } = await listenTo();
    await client.ledger.post(plainMessage());
    await client.ledger.findByPostingKey(QUERY);
    await client.partners.nameOf('0010000042').catch(() => {});
    const text = JSON.stringify(told);
    // control: the names that are looked for were sent
    expect(JSON.stringify(sap.received)).toMatch(
      /Basic c2It[\s\S]*Bearer token-1[\s\S]*AMZABCDEFGHIJKLM[\s\S]*0010000042/,
    );
    expect(text).not.toMatch(/canary|c2It|token-1|AMZABCDEFGHIJKLM|0010000042|\?/);
    const partner = told.find(({ path }) => path?.includes('BUSINESS_PARTNER'));
    for (const exchange of [partner, told.find(({ purpose }) => purpose === 'token')]) {
      expect(exchange).toMatchObject({ requestSha256: null, responseSha256: null });
    }
  });

  it('are told to the connection that caused them, also where two share a way into SAP', async () => {
    const sap = await SapStandIn.start({ read: () => rows });
    const systems = createSapSystems();
    const told: string[] = [];
    const clients = ['one', 'two'].map((name) =>
      ledgerFor(sap.url, { systems, onExchange: ({ purpose }) => void told.push(`${name} ${purpose}`) }),
    );
    await Promise.all(clients.map(({ ledger }) => ledger.findByPostingKey(QUERY)));
    await clients[1]!.ledger.findByPostingKey(QUERY);
    expect(told.filter((each) => each === 'one read')).toHaveLength(1);
    expect(told.filter((each) => each === 'two read')).toHaveLength(2);
  });

  it('that cannot be recorded are not followed by another', async () => {
    const sap = await SapStandIn.start({ read: () => rows });
    const { ledger } = ledgerFor(sap.url, { onExchange: () => Promise.reject(new Error('the database is away')) });
    await expect(ledger.findByPostingKey(QUERY)).rejects.toThrow('the database is away');
    expect(sap.received).toHaveLength(1);
  });
});

describe('what of them is an event', () => {
  const plain: SapExchange = {
    purpose: 'read',
    method: 'GET',
    host: 'sap.invalid',
    path: '/items',
    outcome: 'answered',
    status: 200,
    durationMs: 5,
    requestSha256: null,
    responseSha256: null,
  };

  it('each write, each failure, of other kinds the first, and at the end a count of the rest', async () => {
    const events: { action: string; subject: AuditSubject; after?: JsonObject }[] = [];
    const exchanges = recordSapExchanges(
      { record: async (event) => void events.push(event) },
      { id: 'c' as never },
      { kind: 'user', name: 'anna' },
    );
    for (let page = 0; page < 1_000; page += 1) await exchanges.onExchange(plain);
    await exchanges.onExchange({ ...plain, status: 503 });
    await exchanges.onExchange({ ...plain, status: 503 });
    for (const outcome of ['answered', 'lost'] as const) {
      await exchanges.onExchange({ ...plain, purpose: 'post', outcome, status: outcome === 'lost' ? null : 200 });
    }
    await exchanges.finish();
    await exchanges.finish();
    expect(events.map(({ action }) => action)).toEqual([
      'sap.read',
      'sap.read',
      'sap.read',
      'sap.post',
      'sap.post',
      'sap.more',
    ]);
    const { purpose, method, host, path, status } = plain;
    expect(events.at(-1)).toMatchObject({
      subject: 'connection/c',
      after: { requests: [{ purpose, method, host, path, status, count: 999 }] },
    });
  });
});
