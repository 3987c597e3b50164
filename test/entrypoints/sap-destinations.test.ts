/** How the library for destinations is loaded, and how it learns of bindings. */
import { describe, expect, it } from 'vitest';
import {
  asVcapServices,
  type ConnectivityLibrary,
  createDestinationFinder,
  loadLibrary,
} from '../../src/entrypoints/sap-destinations.ts';

const REQUEST = { name: 'S4', bindings: null };

/** A library that answers what the environment says at that moment. */
function libraryOver(
  environment: Record<string, string | undefined>,
  seen: (string | undefined)[] = [],
): ConnectivityLibrary {
  const services = () => JSON.parse(environment.VCAP_SERVICES ?? '{}') as Record<string, unknown>;
  return {
    getServiceBinding: (service) => services()[service],
    getDestinationFromDestinationService: async ({ destinationName }) => {
      seen.push(environment.VCAP_SERVICES);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(environment.VCAP_SERVICES);
      return { url: `https://${destinationName}.example` };
    },
  };
}

it('a library that is not installed is named with the command that installs it', async () => {
  await expect(loadLibrary('@sap-cloud-sdk/no-such-library')).rejects.toMatchObject({
    code: 'SAP_DESTINATION_LIBRARY_MISSING',
    kind: 'invalid',
    next: expect.stringContaining('npm install @sap-cloud-sdk/connectivity@4.9.1'),
  });
});

it('the library is loaded with the first question, once, and again after it was missing', async () => {
  let loads = 0;
  const environment = { VCAP_SERVICES: '{"destination":[{}]}' };
  const load = async () => {
    loads += 1;
    if (loads === 1) throw new Error('missing');
    return libraryOver(environment);
  };
  const find = createDestinationFinder({ load, environment });
  expect(loads).toBe(0);
  await expect(find(REQUEST)).rejects.toThrow('missing');
  await find(REQUEST);
  expect(await find(REQUEST)).toEqual({ url: 'https://S4.example' });
  expect(loads).toBe(2);
});

describe('bindings', () => {
  it('of the environment are used as they are; without one of the destination service it says so', async () => {
    const environment = { VCAP_SERVICES: '{"xsuaa":[{}]}' };
    const find = createDestinationFinder({ load: async () => libraryOver(environment), environment });
    await expect(find(REQUEST)).rejects.toMatchObject({ code: 'SAP_DESTINATION_UNBOUND', kind: 'invalid' });
  });

  it('of a connection stand in for the environment only while it asks, also when two ask at once', async () => {
    const environment: Record<string, string | undefined> = {};
    const seen: (string | undefined)[] = [];
    const find = createDestinationFinder({ load: async () => libraryOver(environment, seen), environment });
    const bindings = (client: string) => JSON.stringify({ clientid: client });
    await Promise.all([find({ name: 'A', bindings: bindings('one') }), find({ name: 'B', bindings: bindings('two') })]);
    expect(seen.map((text) => /"clientid":"(\w+)"/.exec(text ?? '')?.[1])).toEqual(['one', 'one', 'two', 'two']);
    expect('VCAP_SERVICES' in environment).toBe(false);
    await expect(find({ name: 'A', bindings: '{"other":{}}' })).rejects.toMatchObject({
      code: 'SAP_DESTINATION_UNBOUND',
    });
    expect('VCAP_SERVICES' in environment).toBe(false);
  });

  it('may be the text of VCAP_SERVICES, a service key, or keys by service', () => {
    const credentials = (text: string) =>
      Object.entries(JSON.parse(asVcapServices(text)) as Record<string, { credentials: unknown }[]>).map(
        ([label, [first]]) => [label, first?.credentials],
      );
    const key = { clientid: 'x' };
    expect(credentials(JSON.stringify({ destination: [{ credentials: key }] }))).toEqual([['destination', key]]);
    expect(credentials(JSON.stringify(key))).toEqual([['destination', key]]);
    expect(credentials(JSON.stringify({ destination: key, connectivity: { credentials: key } }))).toEqual([
      ['destination', key],
      ['connectivity', key],
    ]);
  });

  it.each(['no JSON', '[]', '7', '{"destination":"x"}'])('that are %s are refused', (text) => {
    expect(() => asVcapServices(text)).toThrow(
      expect.objectContaining({ code: 'SAP_DESTINATION_BINDINGS_UNREADABLE', kind: 'invalid' }),
    );
  });
});
