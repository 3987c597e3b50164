import { describe, expect, it } from 'vitest';
import type { Fault } from '../../sim/sap/index.ts';
import { createWorld } from './sim-sap-kit.ts';
import { dOf, marketplace, openService, type Row, refusalOf, resultsOf, root } from './sim-sap-partner-kit.ts';

describe('a change', () => {
  function createOne(options: Parameters<typeof createWorld>[0] = {}) {
    const service = openService(createWorld(options));
    const created = service.send('POST', 'A_BusinessPartner', marketplace());
    return { service, etag: String(created.headers.etag), path: "A_BusinessPartner('1000000')" };
  }

  it.each(['PATCH', 'MERGE'])('by %s touches what was sent and answers 204 with the new etag', (method) => {
    const { service, etag, path } = createOne();
    const changed = service.send(method, path, { SearchTerm2: 'new' }, { 'if-match': etag });
    expect([changed.status, changed.body]).toEqual([204, '']);
    const read = service.get(path);
    expect(dOf(read)).toMatchObject({ SearchTerm1: 'AMZ-DE', SearchTerm2: 'NEW', LastChangedByUser: 'AMZ_POST' });
    expect(changed.headers.etag).not.toBe(etag);
    expect(read.headers.etag).toBe(changed.headers.etag);
    expect((dOf(read).__metadata as Row).etag).toBe(changed.headers.etag);
  });

  it('by PUT sets what was not sent to its initial value; a POST may carry the method in a header', () => {
    const { service, path } = createOne();
    const body = { OrganizationBPName1: 'Amazon EU' };
    expect(service.send('PUT', path, body, { 'if-match': '*' }).status).toBe(204);
    expect(dOf(service.get(path))).toMatchObject({
      SearchTerm1: '',
      BusinessPartnerGrouping: 'BP02',
      Customer: '1000000',
    });
    const tunnelled = { 'if-match': '*', 'x-http-method': 'MERGE' };
    expect(service.send('POST', path, { SearchTerm1: 'back' }, tunnelled).status).toBe(204);
    expect(dOf(service.get(path))).toMatchObject({ SearchTerm1: 'BACK', BusinessPartnerFullName: 'Amazon EU' });
    expect(dOf(service.get(`${path}/to_Customer`))).toMatchObject({ CustomerName: 'Amazon EU' });
  });

  it.each([
    ['own', false],
    ['shared', true],
  ] as const)('of one part, where etags are %s, outdates the others: %s', (partnerEtags, isOutdated) => {
    const { service, etag, path } = createOne({ partnerEtags });
    const [address] = resultsOf(service.get(`${path}/to_BusinessPartnerAddress`));
    const { uri } = address!.__metadata as { uri: string };
    const entity = uri.slice(uri.lastIndexOf('/') + 1);
    expect(service.send('PATCH', entity, { CityName: 'Bonn' }, { 'if-match': '*' }).status).toBe(204);
    expect(service.get(path).headers.etag !== etag).toBe(isOutdated);
  });

  it('without a condition is 428, under a stale one 412, and neither changes anything', () => {
    const { service, etag, path } = createOne();
    expect(service.send('PATCH', path, { SearchTerm2: 'A' }).status).toBe(428);
    expect(service.send('PATCH', path, { SearchTerm2: 'B' }, { 'if-match': etag }).status).toBe(204);
    expect(service.send('PATCH', path, { SearchTerm2: 'C' }, { 'if-match': etag }).status).toBe(412);
    expect(dOf(service.get(path)).SearchTerm2).toBe('B');
    expect(service.send('PATCH', path, { SearchTerm2: 'D' }, { 'if-match': '*' }).status).toBe(204);
  });

  it('without the token of the session is 403 Required', () => {
    const { service, path } = createOne();
    const changed = service.send('PATCH', path, { SearchTerm2: 'A' }, { 'if-match': '*', 'x-csrf-token': 'old' });
    expect([changed.status, changed.headers['x-csrf-token']]).toEqual([403, 'Required']);
  });

  it.each<[string, Row, number, string]>([
    ['nothing', {}, 501, '/IWFND/CM_MGW/096'],
    ['only the key', { BusinessPartner: '1000000' }, 501, '/IWFND/CM_MGW/096'],
    ['a read-only property', { BusinessPartnerFullName: 'x' }, 400, 'syntax'],
    ['another grouping', { BusinessPartnerGrouping: 'BPCU', SearchTerm2: 'x' }, 400, 'syntax'],
    ['a child', { to_BusinessPartnerRole: [{ BusinessPartnerRole: 'FLCU01' }] }, 400, 'syntax'],
    ['no name any more', { OrganizationBPName1: '' }, 400, 'PSP/002'],
  ])('of %s is refused', (_what, body, status, code) => {
    const { service, path } = createOne();
    const [actual, reason] = refusalOf(service.send('PATCH', path, body, { 'if-match': '*' }));
    expect([actual, reason]).toEqual([status, code === 'syntax' ? expect.stringMatching(/^[0-9A-F]{32}$/) : code]);
  });

  it('of each part goes by its own key and etag', () => {
    const { service, etag } = createOne();
    const [part] = resultsOf(service.get("A_BusinessPartner('1000000')/to_BusinessPartnerAddress"));
    const { uri, etag: own } = part!.__metadata as { uri: string; etag: string };
    const path = uri.slice(uri.indexOf(root) + root.length);
    expect(service.send('PATCH', path, { CityName: 'Berlin' }, { 'if-match': etag }).status).toBe(412);
    expect(service.send('PATCH', path, { CityName: 'Berlin' }, { 'if-match': own }).status).toBe(204);
    expect(dOf(service.get(path)).CityName).toBe('Berlin');
    const languageless = service.send('PATCH', path, { Language: '' }, { 'if-match': '*' });
    expect(refusalOf(languageless)).toEqual([400, 'FSBP_ECC/030']);
    const email = service.send('POST', `${path}/to_EmailAddress`, { EmailAddress: 'a@example.com' });
    expect(email.status).toBe(201);
    expect(dOf(email)).toMatchObject({ AddressID: part!.AddressID, Person: '', OrdinalNumber: '1' });
    const mail = `A_AddressEmailAddress(AddressID='${part!.AddressID}',Person='',OrdinalNumber='1')`;
    expect(service.send('PATCH', mail, { EmailAddress: 'b@example.com' }, { 'if-match': '*' }).status).toBe(204);
    expect(dOf(service.get(mail)).EmailAddress).toBe('b@example.com');
  });

  it('of what does not exist is 404; deleting and other media types are refused', () => {
    const { service, path } = createOne();
    const condition = { 'if-match': '*' };
    expect(service.send('PATCH', "A_BusinessPartner('42')", { SearchTerm2: 'x' }, condition).status).toBe(404);
    expect(service.send('DELETE', path, {}, condition).status).toBe(405);
    expect(service.send('PATCH', 'A_BusinessPartner', { SearchTerm2: 'x' }, condition).status).toBe(405);
    const xml = { ...condition, 'content-type': 'application/atom+xml' };
    expect(service.send('PATCH', path, { SearchTerm2: 'x' }, xml).status).toBe(415);
  });
});

describe('a fault', () => {
  const create = (faults: readonly Fault[]) => {
    const world = createWorld({}, faults);
    const service = openService(world);
    const created = service.send('POST', 'A_BusinessPartner', marketplace());
    const found = resultsOf(service.get("A_BusinessPartner?$filter=BusinessPartnerIDByExtSystem eq 'AMZDE0001'"));
    return { created, found: found.length };
  };

  it('can lose the answer of a write that was done, and leave the reads alone', () => {
    const lost = create([{ kind: 'dropReply', on: 'odataWrite' }]);
    expect([lost.created.delivery?.kind, lost.found]).toEqual(['destroy', 1]);
    const never = create([{ kind: 'dropRequest', on: 'odataWrite' }]);
    expect([never.created.delivery?.kind, never.found]).toEqual(['destroy', 0]);
    // control: a fault of reads leaves the write alone.
    const read = createWorld({}, [{ kind: 'throttle', on: 'odataRead' }]);
    const service = openService(read);
    expect(service.send('POST', 'A_BusinessPartner', marketplace()).status).toBe(201);
    expect(service.get('A_BusinessPartner').status).toBe(429);
  });

  it('of the whole service hits whichever comes first', () => {
    expect(create([{ kind: 'throttle', on: 'odata' }]).created.status).toBe(429);
  });

  it('that forgets the session refuses a change as it refuses a creation', () => {
    const service = openService(createWorld({}, [{ kind: 'sessionLost', on: 'odataWrite' }]));
    const changed = service.send('PATCH', "A_BusinessPartner('4711')", { SearchTerm2: 'x' }, { 'if-match': '*' });
    expect([changed.status, changed.headers['x-csrf-token']]).toEqual([403, 'Required']);
  });
});
