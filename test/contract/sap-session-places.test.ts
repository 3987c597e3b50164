/** Where a session token comes from, which cookies belong to it, and what a user needs to write at all. */
import { describe, expect, it } from 'vitest';
import { createSapSystems } from '../../src/sap/index.ts';
import {
  accessFor,
  friendly,
  ledgerFor,
  plainMessage,
  type Received,
  type Reply,
  SapStandIn,
  type Script,
} from './sap-stand-in.ts';

const CUBE = '/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV/';
const PARTNERS = '/sap/opu/odata/sap/API_BUSINESS_PARTNER/';
const SOAP = '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi';
const REQUIRED: Reply = { status: 403, headers: { 'x-csrf-token': 'Required' }, body: 'CSRF token validation failed' };
const FORBIDDEN: Reply = { status: 403, body: 'Forbidden' };
const CREATED: Reply = {
  status: 201,
  headers: { 'content-type': 'application/json' },
  body: '{"d":{"BusinessPartner":"1"}}',
};

const steps = (received: readonly Received[]) => received.map(({ method, url }) => `${method} ${url}`);
/** Books entries and creates partners. */
const post: Script['post'] = (request) => (request.url.startsWith(SOAP) ? friendly.post(request) : CREATED);
const tokenAt =
  (...urls: readonly string[]): Script['csrf'] =>
  (request) =>
    urls.includes(request.url) ? friendly.csrf(request) : FORBIDDEN;

/** A ledger and a writer of partners that share one way into SAP. */
async function sapWith(script: Partial<Script>) {
  const sap = await SapStandIn.start({ post, ...script });
  const systems = createSapSystems();
  const { ledger, clock } = ledgerFor(sap.url, { systems });
  const { access } = accessFor(sap.url, { systems });
  const create = () => access.odata.create('API_BUSINESS_PARTNER', 'A_BusinessPartner', { Customer: 'x' });
  return { sap, ledger, create, clock };
}

describe('a write through OData', () => {
  it('needs no other service than its own', async () => {
    const { sap, create } = await sapWith({ csrf: tokenAt(PARTNERS) });
    expect((await create()).outcome).toBe('written');
    expect((await create()).outcome).toBe('written');
    expect(steps(sap.of('csrf'))).toEqual([`HEAD ${PARTNERS}`]);
  });

  it('control: without its own service it is not sent', async () => {
    const { sap, create } = await sapWith({ csrf: tokenAt(CUBE) });
    expect(await create()).toMatchObject({ outcome: 'unavailable', problem: { code: 'SAP_NOT_AUTHORISED' } });
    expect(sap.of('post')).toEqual([]);
  });

  it('uses the token that another service gave', async () => {
    const { sap, create, ledger } = await sapWith({ csrf: tokenAt(CUBE) });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect((await create()).outcome).toBe('written');
    expect(steps(sap.of('csrf'))).toEqual([`HEAD ${CUBE}`]);
  });

  it('is not stopped by what another service refuses at the same moment', async () => {
    const { ledger, create } = await sapWith({ csrf: tokenAt(PARTNERS) });
    const [posted, created] = await Promise.all([ledger.post(plainMessage()), create()]);
    expect([posted.outcome, created.outcome]).toEqual(['unavailable', 'written']);
  });
});

describe('nothing is posted that could not be looked up', () => {
  it('also where another service gave a session token', async () => {
    const { sap, create, ledger } = await sapWith({ csrf: tokenAt(PARTNERS) });
    await create();
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_NOT_AUTHORISED', kind: 'rejected' },
    });
    expect(outcome).toMatchObject({ problem: { next: expect.stringContaining('API_OPLACCTGDOCITEMCUBE_SRV') } });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('and control: with the item cube it is posted, which was asked once', async () => {
    const { sap, create, ledger } = await sapWith({ csrf: tokenAt(PARTNERS, CUBE) });
    await create();
    for (const key of ['AMZA', 'AMZB']) expect((await ledger.post(plainMessage(key))).outcome).toBe('posted');
    expect(steps(sap.of('csrf'))).toEqual([`HEAD ${PARTNERS}`, `HEAD ${CUBE}`]);
  });
});

describe('a journal entry service that refuses the token of the item cube', () => {
  /** Refuses the first post; the address itself answers as `soap` says. */
  async function started(soap: Reply) {
    let posts = 0;
    const script: Partial<Script> = {
      csrf: (request) => (request.url.startsWith(SOAP) ? soap : friendly.csrf(request)),
      post: (request) => {
        posts += 1;
        return posts === 1 ? REQUIRED : friendly.post(request);
      },
    };
    const { sap, ledger } = await sapWith(script);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    return sap;
  }

  it('is asked for one itself', async () => {
    const sap = await started({ headers: { 'x-csrf-token': 'soap-token' } });
    expect(steps(sap.received)).toEqual([`HEAD ${CUBE}`, `POST ${SOAP}`, `HEAD ${SOAP}`, `POST ${SOAP}`]);
    expect(sap.of('post')[1]!.headers['x-csrf-token']).toBe('soap-token');
  });

  it('may give it with a refusal, because it takes no question', async () => {
    const sap = await started({ status: 405, headers: { 'x-csrf-token': 'soap-token' } });
    expect(sap.of('post')[1]!.headers['x-csrf-token']).toBe('soap-token');
    expect(sap.of('csrf')).toHaveLength(2);
  });

  it('and gives none gets a new one of the item cube', async () => {
    const sap = await started({ status: 405 });
    expect(steps(sap.of('csrf'))).toEqual([`HEAD ${CUBE}`, `HEAD ${SOAP}`, `GET ${SOAP}`, `HEAD ${CUBE}`]);
  });
});

describe('a journal entry service on another host', () => {
  async function elsewhere(other: Partial<Script>) {
    const home = await SapStandIn.start();
    const away = await SapStandIn.start(other);
    const wired = ledgerFor(home.url, { settings: { journalEntryUrl: `${away.url}${SOAP}` } });
    return { home, away, ...wired };
  }
  const wanting: Partial<Script> = {
    csrf: () => ({ headers: { 'x-csrf-token': 'away-token', 'set-cookie': 'session=away' } }),
    post: (request) => (request.headers['x-csrf-token'] === 'away-token' ? friendly.post(request) : REQUIRED),
  };

  it('that wants a session token gets its own, with its own cookies', async () => {
    const { away, home, ledger } = await elsewhere(wanting);
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(away.of('post')[1]!.headers).toMatchObject({ 'x-csrf-token': 'away-token', cookie: 'session=away' });
    expect(home.of('csrf')).toHaveLength(1);
  });

  it('costs one refused post and one fetch once, then one fetch in each session', async () => {
    const { away, home, ledger, clock } = await elsewhere(wanting);
    for (let count = 0; count < 100; count += 1) await ledger.post(plainMessage(`AMZ${count}`));
    expect([home.received.length, away.of('csrf').length, away.of('post').length]).toEqual([1, 1, 101]);
    clock.ms += 20 * 60_000;
    for (let count = 0; count < 100; count += 1) await ledger.post(plainMessage(`AMZ${count}`));
    expect([home.received.length, away.of('csrf').length, away.of('post').length]).toEqual([2, 2, 201]);
  });

  it('that wants none is asked for none', async () => {
    const { away, ledger } = await elsewhere({});
    for (const key of ['AMZA', 'AMZB']) expect((await ledger.post(plainMessage(key))).outcome).toBe('posted');
    expect(steps(away.received)).toEqual([`POST ${SOAP}`, `POST ${SOAP}`]);
  });

  it('that wants one and gives none is named, and the session of the other host stays', async () => {
    const { away, home, ledger } = await elsewhere({ csrf: () => ({ status: 405 }), post: () => REQUIRED });
    for (let time = 0; time < 2; time += 1) {
      expect(await ledger.post(plainMessage())).toMatchObject({
        outcome: 'unavailable',
        problem: { code: 'SAP_SESSION_REFUSED', says: expect.stringContaining('gives none at that address') },
      });
    }
    expect(away.of('post')).toHaveLength(1);
    expect(home.of('csrf')).toHaveLength(1);
  });
});

describe('cookies', () => {
  /** A read that is answered when the test says so. */
  async function slowRead(script: Partial<Script> = {}) {
    const answers: (() => void)[] = [];
    const read: Script['read'] = async () => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return {
        headers: { 'content-type': 'application/json', 'set-cookie': 'SAP_SESSIONID_XYZ_100=late' },
        body: '{"d":{"results":[]}}',
      };
    };
    const sap = await SapStandIn.start({ read, ...script });
    const { access } = accessFor(sap.url);
    const reading = access.odata.readRows({ service: 'API_X', resource: 'A_X', select: ['X'] });
    while (answers.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const create = () => access.odata.create('API_X', 'A_X', { X: '1' });
    const endRead = async () => {
      answers.shift()?.();
      await reading;
    };
    return { sap, create, endRead };
  }
  const cookieOf = (request: Received | undefined) =>
    /SAP_SESSIONID_XYZ_100=([^;]*)/.exec(request?.headers.cookie ?? '')?.[1];

  it('of an answer to a question older than the session token do not take the place of the token’s', async () => {
    const { sap, create, endRead } = await slowRead({ post: () => CREATED });
    await create();
    await endRead();
    await create();
    expect(sap.of('csrf')).toHaveLength(1);
    expect(sap.of('post').map(cookieOf)).toEqual(['abc%3d', 'abc%3d']);
  });

  it('that come with the session token take the place of those that came meanwhile', async () => {
    let endFetch: (() => Promise<void>) | undefined;
    const csrf: Script['csrf'] = async (request) => {
      await endFetch?.();
      return friendly.csrf(request);
    };
    const { sap, create, endRead } = await slowRead({ post: () => CREATED, csrf });
    endFetch = endRead;
    await create();
    expect(sap.of('post').map(cookieOf)).toEqual(['abc%3d']);
  });

  it('control: of an answer that no other one overtook are kept', async () => {
    const { sap, create, endRead } = await slowRead({
      post: () => CREATED,
      csrf: () => ({ headers: { 'x-csrf-token': 'token-1' } }),
    });
    await endRead();
    await create();
    expect(sap.of('post').map(cookieOf)).toEqual(['late']);
  });
});
