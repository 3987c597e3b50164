import { describe, expect, it } from 'vitest';
import { sha256Of } from '../../src/core/index.ts';
import {
  confirmationOf,
  exampleMessage,
  friendly,
  ledgerFor,
  line,
  plainMessage,
  type Reply,
  SapStandIn,
} from './sap-stand-in.ts';

const xml = { 'content-type': 'text/xml' };
const item = (typeId: string, note: string, severity = '3') =>
  `<Item><TypeID>${typeId}</TypeID><SeverityCode>${severity}</SeverityCode><Note>${note}</Note></Item>`;
const FAULT =
  '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode>' +
  '<faultstring xml:lang="en">Web service processing error; more details in the error log (UTC timestamp 20260719154314; Transaction ID 0123456789ABCDEF0123456789ABCDEF)</faultstring>' +
  '<detail/></e:Fault></e:Body></e:Envelope>';

/** Posts one entry and says what came of it and how often SAP saw it. */
async function postOnce(reply: Reply | ((request: { body: string }) => Reply), settings = {}) {
  const sap = await SapStandIn.start({ post: typeof reply === 'function' ? reply : () => reply });
  const { ledger } = ledgerFor(sap.url, { settings });
  const outcome = await ledger.post(plainMessage());
  return { outcome, sent: sap.of('post').length, sap };
}

describe('an entry that SAP books', () => {
  it('is posted with its document number, in one request whose digests are kept', async () => {
    const { outcome, sent, sap } = await postOnce(friendly.post as (request: { body: string }) => Reply);
    expect(outcome).toMatchObject({
      outcome: 'posted',
      document: { companyCode: '1010', fiscalYear: '2026', sapDocumentNumber: '0100000042' },
      messages: [{ typeId: '605(RW)', severity: 'information', text: 'Document posted successfully' }],
      exchange: { httpStatus: 200 },
    });
    expect(sent).toBe(1);
    const [request] = sap.of('post');
    expect(request!.headers).toMatchObject({
      'content-type': 'text/xml; charset=utf-8',
      soapaction:
        '"http://sap.com/xi/SAPSCORE/SFIN/JournalEntryCreateRequestConfirmation_In/JournalEntryCreateRequestConfirmation_InRequest"',
      'sap-language': 'EN',
    });
    expect(outcome.exchange.requestSha256).toBe(sha256Of(request!.body));
    expect(outcome.exchange.responseSha256).toBe(sha256Of(confirmationOf(request!.body)));
  });

  it('sends the client where the settings name one, and control: none otherwise', async () => {
    const named = await postOnce(friendly.post as (request: { body: string }) => Reply, { client: '100' });
    expect(named.sap.of('post')[0]!.headers['sap-client']).toBe('100');
    const unnamed = await postOnce(friendly.post as (request: { body: string }) => Reply);
    expect(unnamed.sap.of('post')[0]!.headers['sap-client']).toBeUndefined();
  });
});

describe('an entry that SAP refuses', () => {
  it('is rejected with every message of SAP, and the sentence shows the reasons without RW 609', async () => {
    const { outcome, sent } = await postOnce(({ body }) => ({
      headers: xml,
      body: confirmationOf(body, {
        document: '0000000000',
        companyCode: ' ',
        year: '0000',
        severity: '3',
        items:
          item('609(RW)', 'Error in document: BKPFF $ X') +
          item('201(F5)', 'Posting period 010 2026 is not open') +
          item('201(F5)', 'Posting period 010 2026 is not open'),
      }),
    }));
    expect(outcome).toMatchObject({
      outcome: 'rejected',
      problem: {
        code: 'SAP_ENTRY_REJECTED',
        kind: 'rejected',
        says: 'SAP did not book entry AMZABCDEFGHIJKLM: Posting period 010 2026 is not open.',
        next: 'Open the posting period in SAP (app Manage Posting Periods). Then: seller-ledger entries approve AMZABCDEFGHIJKLM --why TEXT, and: seller-ledger entries post AMZABCDEFGHIJKLM.',
        data: '609(RW), 201(F5)',
      },
    });
    expect(outcome.outcome === 'rejected' && outcome.messages.map(({ typeId }) => typeId)).toEqual([
      '609(RW)',
      '201(F5)',
      '201(F5)',
    ]);
    expect(sent).toBe(1);
  });

  const rejectedFor = async (...typeIds: string[]) => {
    const items = ['609(RW)', ...typeIds].map((typeId) => item(typeId, `Text of ${typeId}`)).join('');
    const reply = ({ body }: { body: string }): Reply => ({
      headers: xml,
      body: confirmationOf(body, { document: '0000000000', severity: '3', items }),
    });
    const { outcome, sent } = await postOnce(reply);
    expect(sent).toBe(1);
    return outcome;
  };

  it('for a cause in SAP has two ways out with their commands: correct it there, or name something else', async () => {
    const blocked = await rejectedFor('234(KI)');
    const inSap =
      'Unblock the cost centre. Then: seller-ledger entries approve AMZABCDEFGHIJKLM --why TEXT, and: seller-ledger entries post AMZABCDEFGHIJKLM.';
    const instead =
      'Or name another cost centre in the account table: seller-ledger mapping import NAME FILE --why TEXT, and: seller-ledger sync NAME.';
    expect(blocked.outcome === 'rejected' && blocked.problem.next).toBe(`${inSap} ${instead}`);
    const closed = await rejectedFor('234(KI)', '201(F5)');
    expect(closed.outcome === 'rejected' && closed.problem.next, 'control: no table opens a period').not.toContain(
      'Or ',
    );
  });

  it('is never sent again by itself for a message nobody knows, which is shown in SAP’s words', async () => {
    expect(await rejectedFor('999(ZZ)')).toMatchObject({
      outcome: 'rejected',
      problem: {
        says: 'SAP did not book entry AMZABCDEFGHIJKLM: Text of 999(ZZ).',
        next: expect.stringMatching(/^Look SAP's message up/),
        data: '609(RW), 999(ZZ)',
      },
    });
  });

  it('keeps all its reasons: a lock beside another one is no lock, and an unknown one is named beside the known', async () => {
    const both = await rejectedFor('601(MC)', '808(F5)', '999(ZZ)');
    expect(both).toMatchObject({
      outcome: 'rejected',
      problem: {
        says: expect.stringContaining('Text of 601(MC); Text of 808(F5); Text of 999(ZZ)'),
        next: expect.stringMatching(/cannot succeed\. Look up with the SAP administrator: 999\(ZZ\)\.$/),
      },
    });
    // control: without the unknown one nothing is to be looked up, and locks alone wait.
    const known = await rejectedFor('808(F5)');
    expect(known.outcome === 'rejected' && known.problem.next).not.toContain('Look up');
    expect(await rejectedFor('601(MC)', '039(F5)')).toMatchObject({ outcome: 'unavailable', scope: 'entry' });
  });

  it('shows five reasons in its sentence and keeps all of them as messages', async () => {
    const outcome = await rejectedFor(...Array.from({ length: 8 }, (_, number) => `${100 + number}(ZZ)`));
    expect(outcome.outcome === 'rejected' && outcome.problem.says).toMatch(/Text of 104\(ZZ\) \(and 3 more\)\.$/);
    expect(outcome.outcome === 'rejected' && outcome.messages).toHaveLength(9);
  });

  it('is unavailable for a moment when the only reason is a lock', async () => {
    const { outcome } = await postOnce(({ body }) => ({
      headers: xml,
      body: confirmationOf(body, {
        document: ' ',
        severity: '3',
        items: item('609(RW)', 'Error in document') + item('601(MC)', 'Object requested is currently locked by user X'),
      }),
    }));
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      retryAfterMs: 45_000,
      problem: { code: 'SAP_RECORD_LOCKED' },
    });
  });

  it.each([
    [400, 'SAP_REQUEST_REFUSED'],
    [401, 'SAP_LOGIN_REFUSED'],
    [403, 'SAP_NOT_AUTHORISED'],
    [404, 'SAP_SERVICE_NOT_FOUND'],
    [405, 'SAP_SERVICE_NOT_FOUND'],
    [410, 'SAP_SERVICE_NOT_FOUND'],
    [415, 'SAP_REQUEST_REFUSED'],
    [431, 'SAP_REQUEST_REFUSED'],
    [301, 'SAP_REDIRECTED'],
    [302, 'SAP_REDIRECTED'],
    [307, 'SAP_REDIRECTED'],
    [308, 'SAP_REDIRECTED'],
  ])(
    'by HTTP %i says nothing against the entry: it waits for the step that corrects the configuration',
    async (status, code) => {
      const { outcome, sent } = await postOnce({ status, body: '<html>refused</html>' });
      expect(outcome).toMatchObject({ outcome: 'unavailable', scope: 'system', problem: { code, kind: 'rejected' } });
      expect(sent).toBe(1);
    },
  );
});

describe('an entry that does not arrive', () => {
  it('because of a redirect: the setting to correct is named, and of the other address only its host', async () => {
    const location = 'https://login.example/saml?SAMLRequest=canary';
    const { outcome } = await postOnce({ status: 302, headers: { location }, body: '<html>log on</html>' });
    expect(outcome).toMatchObject({
      problem: { next: expect.stringContaining('journalEntryUrl'), data: 'HTTP 302 to login.example' },
    });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  it('because it is too large: it alone is rejected, so that the others go on', async () => {
    const { outcome, sent } = await postOnce({ status: 413, body: '<html>too large</html>' });
    expect(outcome).toMatchObject({
      outcome: 'rejected',
      problem: { code: 'SAP_MESSAGE_TOO_LARGE', kind: 'rejected', next: expect.stringContaining('approve') },
    });
    expect(sent).toBe(1);
  });
});

describe('an entry of which nobody knows what happened', () => {
  const whole = ({ body }: { body: string }) => confirmationOf(body);
  const cases: [string, Reply | ((request: { body: string }) => Reply), string][] = [
    ['the socket dies before a byte of the answer', { delivery: 'destroy' }, 'SAP_ANSWER_LOST'],
    ['the answer is cut short', (r) => ({ headers: xml, body: whole(r), delivery: 'truncate' }), 'SAP_ANSWER_LOST'],
    ['the answer never comes', { delivery: 'hang' }, 'SAP_ANSWER_LOST'],
    [
      'the answer is half an XML document',
      (r) => ({ headers: xml, body: whole(r).slice(0, 400) }),
      'SAP_ANSWER_UNREADABLE',
    ],
    ['the answer is empty', { headers: xml, body: '' }, 'SAP_ANSWER_UNREADABLE'],
    ['the answer is another document', { headers: xml, body: '<a/>' }, 'SAP_ANSWER_UNREADABLE'],
    [
      'a web page answers with 200',
      { headers: { 'content-type': 'text/html' }, body: '<html></html>' },
      'SAP_ANSWER_HTML',
    ],
    ['a web page answers as XML', { headers: xml, body: '<!DOCTYPE html><html></html>' }, 'SAP_ANSWER_HTML'],
    [
      'the answer is for another entry',
      (r) => ({ headers: xml, body: confirmationOf(r.body, { entryId: 'AMZSOMETHINGELSE-001' }) }),
      'SAP_ANSWER_NOT_OURS',
    ],
    [
      'the document is of another company code',
      (r) => ({ headers: xml, body: confirmationOf(r.body, { companyCode: '1710' }) }),
      'SAP_ANSWER_CONTRADICTS',
    ],
    [
      'the document has no year',
      (r) => ({ headers: xml, body: confirmationOf(r.body, { year: '0000' }) }),
      'SAP_ANSWER_CONTRADICTS',
    ],
    [
      'there is neither a number nor a reason',
      (r) => ({ headers: xml, body: confirmationOf(r.body, { document: ' ', severity: '1', items: '' }) }),
      'SAP_ANSWER_CONTRADICTS',
    ],
    [
      'SAP says posted, and error, and gives no number',
      (r) => ({
        headers: xml,
        body: confirmationOf(r.body, { document: '', severity: '3', items: item('605(RW)', 'Document posted', '1') }),
      }),
      'SAP_ANSWER_CONTRADICTS',
    ],
    ['a fault with 500', { status: 500, headers: xml, body: FAULT }, 'SAP_FAULT'],
    ['a fault with 200', { status: 200, headers: xml, body: FAULT }, 'SAP_FAULT'],
    ['408', { status: 408 }, 'SAP_ANSWER_FAILED'],
    ['429', { status: 429, headers: { 'retry-after': '30' } }, 'SAP_ANSWER_FAILED'],
    ['500 without a fault', { status: 500, body: 'oops' }, 'SAP_ANSWER_FAILED'],
    ['502', { status: 502, body: '<html>bad gateway</html>' }, 'SAP_ANSWER_FAILED'],
    ['503', { status: 503, headers: { 'retry-after': '30' } }, 'SAP_ANSWER_FAILED'],
    ['504', { status: 504 }, 'SAP_ANSWER_FAILED'],
    // It sends to the result of something that was done.
    ['303', { status: 303, headers: { location: '/result' } }, 'SAP_ANSWER_FAILED'],
    ['an answer beyond the size limit', { headers: xml, body: 'x'.repeat(5000) }, 'SAP_ANSWER_LOST'],
  ];
  it.each(cases)('%s: unknown, and it was sent exactly once', async (_name, reply, code) => {
    const { outcome, sent } = await postOnce(reply, { requestTimeoutMs: 300, responseBytesMax: 4096 });
    expect(outcome).toMatchObject({ outcome: 'unknown', problem: { code, kind: 'unknown' } });
    expect(outcome.outcome === 'unknown' && outcome.problem.next).toContain('looked up');
    expect(sent).toBe(1);
  });

  it('carries the transaction id that the SAP administrator needs', async () => {
    const { outcome } = await postOnce({ status: 500, headers: xml, body: FAULT });
    expect(outcome.outcome === 'unknown' && outcome.problem.data).toBe(
      'HTTP 500, transaction 0123456789ABCDEF0123456789ABCDEF',
    );
  });

  it('carries the pause SAP asks for', async () => {
    const { outcome } = await postOnce({ status: 503, headers: { 'retry-after': '30' } });
    expect(outcome.outcome === 'unknown' && outcome.problem.says).toContain('wait 30 s');
  });

  it('control: the same entry sent twice is counted as two', async () => {
    const sap = await SapStandIn.start({ post: () => ({ delivery: 'destroy' }) });
    const { ledger } = ledgerFor(sap.url);
    await ledger.post(plainMessage());
    await ledger.post(plainMessage());
    expect(sap.of('post')).toHaveLength(2);
    expect(sap.of('post')[0]!.body).toBe(sap.of('post')[1]!.body);
  });
});

describe('an entry that certainly was not sent', () => {
  it('is unavailable when no connection comes about', async () => {
    const sap = await SapStandIn.start();
    await sap.close();
    const { ledger } = ledgerFor(sap.url);
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_UNREACHABLE', data: 'ECONNREFUSED' },
      exchange: { httpStatus: null },
    });
  });

  it('is unavailable when the connection for the post itself fails, although the session exists', async () => {
    const home = await SapStandIn.start();
    const other = await SapStandIn.start();
    const { ledger } = ledgerFor(home.url, { settings: { journalEntryUrl: `${other.url}/post` } });
    await other.close();
    expect(await ledger.post(plainMessage())).toMatchObject({
      outcome: 'unavailable',
      problem: { code: 'SAP_UNREACHABLE' },
    });
  });

  it('is unavailable when the caller gives up before it is sent', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url);
    await ledger.post(plainMessage('AMZWARMUP'));
    const outcome = await ledger.post(plainMessage(), { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ outcome: 'unavailable', problem: { data: 'ABORTED' } });
    expect(sap.of('post')).toHaveLength(1);
  });

  it('control: giving up after it was sent is unknown', async () => {
    const giveUp = new AbortController();
    const sap = await SapStandIn.start({
      post: () => {
        giveUp.abort();
        return { delivery: 'hang' };
      },
    });
    const { ledger } = ledgerFor(sap.url);
    expect((await ledger.post(plainMessage(), { signal: giveUp.signal })).outcome).toBe('unknown');
  });

  it('does not leave any more after its last moment, however it came to be late', async () => {
    const sap = await SapStandIn.start();
    const { ledger, clock } = ledgerFor(sap.url);
    const outcome = await ledger.post(plainMessage(), { leaveByMs: clock.nowMs() - 1 });
    expect(outcome).toMatchObject({
      outcome: 'unavailable',
      scope: 'system',
      problem: { code: 'SAP_SENT_TOO_LATE', kind: 'unavailable' },
    });
    expect(sap.of('post')).toEqual([]);
    // The session token was fetched meanwhile, so that the next try is quick.
    expect(sap.of('csrf').length).toBeGreaterThan(0);
  });

  it('does not leave any more when the log-on took too long', async () => {
    const late: { pass?: () => void } = {};
    const sap = await SapStandIn.start({
      csrf: (request) => {
        late.pass?.();
        return friendly.csrf(request);
      },
    });
    const { ledger, clock } = ledgerFor(sap.url);
    late.pass = () => void clock.sleep(61_000);
    expect(await ledger.post(plainMessage(), { leaveByMs: clock.nowMs() + 60_000 })).toMatchObject({
      problem: { code: 'SAP_SENT_TOO_LATE' },
    });
    expect(sap.of('post')).toEqual([]);
  });

  it('gets no more time from whoever sets the clock of the machine back during the log-on', async () => {
    const late: { pass?: () => void } = {};
    const sap = await SapStandIn.start({
      csrf: (request) => {
        late.pass?.();
        return friendly.csrf(request);
      },
    });
    const { ledger, clock } = ledgerFor(sap.url);
    const startedMs = clock.nowMs();
    let passedMs = 0;
    Object.assign(clock, { elapsedMs: () => startedMs + passedMs });
    late.pass = () => {
      passedMs = 61_000;
      void clock.sleep(-3_600_000);
    };
    expect(await ledger.post(plainMessage(), { leaveByMs: startedMs + 60_000 })).toMatchObject({
      problem: { code: 'SAP_SENT_TOO_LATE' },
    });
    expect(clock.nowMs(), 'control: by the clock that was set it had time').toBeLessThan(startedMs);
    expect(sap.of('post')).toEqual([]);
  });

  it('control: leaves in its last moment', async () => {
    const sap = await SapStandIn.start();
    const { ledger, clock } = ledgerFor(sap.url);
    expect((await ledger.post(plainMessage(), { leaveByMs: clock.nowMs() + 60_000 })).outcome).toBe('posted');
    expect(sap.of('post')).toHaveLength(1);
  });

  it('is rejected without a request when it cannot be written as a message', async () => {
    const sap = await SapStandIn.start();
    const { ledger } = ledgerFor(sap.url);
    expect(await ledger.post(exampleMessage())).toMatchObject({
      outcome: 'rejected',
      problem: { code: 'SAP_TAX_DIRECTION_UNKNOWN', kind: 'unmapped' },
    });
    expect(await ledger.post(exampleMessage({ lines: [line()] }))).toMatchObject({
      outcome: 'rejected',
      problem: { code: 'DEFECT' },
    });
    expect(sap.received).toEqual([]);
  });
});

describe('the message as a whole', () => {
  const outer = (body: string, items: string, reference: string) =>
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><n:JournalEntryBulkCreateConfirmation xmlns:n="http://sap.com/xi/SAPSCORE/SFIN">' +
    `<MessageHeader><ReferenceID>${reference || (/<ID>([^<]+)/.exec(body)?.[1] ?? '')}</ReferenceID></MessageHeader>` +
    `<Log><MaximumLogItemSeverityCode>3</MaximumLogItemSeverityCode>${items}</Log></n:JournalEntryBulkCreateConfirmation></e:Body></e:Envelope>`;

  it('refused in the outer log under our message id is a rejection', async () => {
    const { outcome } = await postOnce(({ body }) => ({
      headers: xml,
      body: outer(body, item('019(FINS_FI_POSTING_IF)', 'Message header id should not be empty'), ''),
    }));
    expect(outcome).toMatchObject({
      outcome: 'rejected',
      messages: [{ typeId: '019(FINS_FI_POSTING_IF)' }],
      problem: { next: expect.stringContaining('Sending the entry unchanged cannot succeed.') },
    });
  });

  it('control: the same log under another message id is unknown', async () => {
    const { outcome } = await postOnce(({ body }) => ({
      headers: xml,
      body: outer(body, item('019(FINS_FI_POSTING_IF)', 'Message header id should not be empty'), 'OTHER'),
    }));
    expect(outcome.outcome).toBe('unknown');
  });
});
