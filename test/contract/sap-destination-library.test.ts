/**
 * SAP's own library between us and local stand-ins for SAP BTP: token server (XSUAA), destination service, connectivity proxy. Runs
 * where the library is installed, which is no part of this project (decision 0021): npm install --no-save @sap-cloud-sdk/connectivity
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDestinationFinder } from '../../src/entrypoints/sap-destinations.ts';
import { startProxy } from './proxy-stand-in.ts';
import { ledgerFor, plainMessage, SapStandIn } from './sap-stand-in.ts';

const hasLibrary = (() => {
  try {
    createRequire(import.meta.url).resolve('@sap-cloud-sdk/connectivity');
    return true;
  } catch {
    return false;
  }
})();

const NAMED = { authentication: { type: 'destination' as const, name: 'S4' } };

interface Btp {
  readonly url: string;
  readonly asked: string[];
  /** A service key for each service, told apart by its client id. */
  key(client: string): object;
}

/** Token server and destination service in one. `destination` is what the cockpit would hold. */
async function startBtp(rules: {
  destination?: () => { configuration: object; authTokens?: readonly object[] } | null;
  tokenStatus?: () => number;
}): Promise<Btp> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (path === '/oauth/token') {
      const [client] = Buffer.from((request.headers.authorization ?? '').slice(6), 'base64')
        .toString()
        .split(':');
      const name = new URLSearchParams(body).get('client_id') ?? client ?? '';
      asked.push(`token ${name}`);
      const status = rules.tokenStatus?.() ?? 200;
      if (status !== 200) return answer(status, { error: 'unauthorized', error_description: 'Bad credentials' });
      return answer(200, { access_token: tokenFor(name), token_type: 'bearer', expires_in: 3600 });
    }
    asked.push(path.split('/').slice(-2).join('/'));
    const found = rules.destination?.() ?? null;
    if (found === null) return answer(404, { ErrorMessage: 'Configuration with the specified name was not found' });
    const owner = { SubaccountId: 'sub-1', InstanceId: null };
    return answer(200, {
      owner,
      destinationConfiguration: { Name: 'S4', Type: 'HTTP', ProxyType: 'Internet', ...found.configuration },
      ...(found.authTokens && { authTokens: found.authTokens }),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = (clientid: string) => ({
    clientid,
    clientsecret: `${clientid}-canary`,
    url,
    uri: url,
    tenantid: `tenant-${url}`,
  });
  return { url, asked, key };
}

/** An unsigned token, which is all that the library reads. */
function tokenFor(client: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { client_id: client, zid: 'tenant-1', exp: Math.floor(Date.parse('2099-01-01') / 1000) };
  return `${part({ alg: 'none' })}.${part(claims)}.x`;
}

function connect(bindings: object) {
  const environment = process.env;
  return ledgerFor('', {
    settings: NAMED,
    secrets: { bindings: JSON.stringify(bindings) },
    findDestination: createDestinationFinder({ environment }),
  });
}

// A run without the library says so by the skipped tests.
describe.skipIf(!hasLibrary)('SAP’s library for destinations', { timeout: 30_000 }, () => {
  it('gives a destination with its password, by a service key alone, and leaves the environment as it was', async () => {
    const before = process.env.VCAP_SERVICES;
    const sap = await SapStandIn.start();
    const configuration = {
      URL: sap.url,
      Authentication: 'BasicAuthentication',
      User: 'AMZ_POST',
      Password: 'secret-1',
    };
    const btp = await startBtp({ destination: () => ({ configuration: { ...configuration, 'sap-client': '100' } }) });
    const { ledger } = connect(btp.key('destination-client-1'));
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('post')[0]!.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('AMZ_POST:secret-1').toString('base64')}`,
      'sap-client': '100',
    });
    expect(btp.asked[0]).toBe('token destination-client-1');
    expect(process.env.VCAP_SERVICES).toBe(before);
  });

  it('gives the token that the destination service fetched', async () => {
    const sap = await SapStandIn.start();
    const http_header = { key: 'Authorization', value: 'Bearer from-the-service' };
    const configuration = {
      URL: sap.url,
      Authentication: 'OAuth2ClientCredentials',
      clientId: 'x',
      tokenServiceURL: 'x',
    };
    const token = { type: 'bearer', value: 'from-the-service', expires_in: '3600', http_header };
    const btp = await startBtp({ destination: () => ({ configuration, authTokens: [token] }) });
    const { ledger } = connect({
      destination: [{ label: 'destination', name: 'd', credentials: btp.key('destination-client-2') }],
    });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(sap.of('post')[0]!.headers.authorization).toBe('Bearer from-the-service');
  });

  it('leads through the Cloud Connector by the connectivity proxy and its token', async () => {
    const sap = await SapStandIn.start();
    const proxy = await startProxy({
      authorization: `Bearer ${tokenFor('connectivity-client-3')}`,
      hosts: { 'virtual.example:8443': new URL(sap.url).host },
    });
    const btp = await startBtp({
      destination: () => ({
        configuration: {
          URL: 'http://virtual.example:8443',
          ProxyType: 'OnPremise',
          Authentication: 'BasicAuthentication',
          User: 'AMZ_POST',
          Password: 'secret-3',
          CloudConnectorLocationId: 'Walldorf',
        },
      }),
    });
    const { hostname, port } = new URL(proxy.url);
    const connectivity = {
      ...btp.key('connectivity-client-3'),
      onpremise_proxy_host: hostname,
      onpremise_proxy_port: port,
    };
    const { ledger } = connect({ destination: btp.key('destination-client-3'), connectivity });
    expect((await ledger.post(plainMessage())).outcome).toBe('posted');
    expect(proxy.asked.at(-1)).toMatch(/^http:\/\/virtual\.example:8443\/sap\/bc\/srt\//);
    expect(proxy.headers.at(-1)).toMatchObject({ 'sap-connectivity-scc-location_id': 'Walldorf' });
    expect(sap.of('post')).toHaveLength(1);
  });

  const failures: [string, Parameters<typeof startBtp>[0], string][] = [
    ['an unknown destination', {}, 'SAP_DESTINATION_UNKNOWN'],
    ['a binding that is no longer valid', { tokenStatus: () => 401 }, 'SAP_DESTINATION_REFUSED'],
    ['a token server that is away', { tokenStatus: () => 503 }, 'SAP_DESTINATION_UNAVAILABLE'],
    [
      'a destination for a person',
      {
        destination: () => ({
          configuration: { URL: 'https://sap.example', Authentication: 'OAuth2UserTokenExchange' },
        }),
      },
      'SAP_DESTINATION_UNUSABLE',
    ],
    [
      'a system behind the Cloud Connector without a connectivity service',
      {
        destination: () => ({
          configuration: { URL: 'http://virtual.example', ProxyType: 'OnPremise', Authentication: 'NoAuthentication' },
        }),
      },
      'SAP_DESTINATION_UNUSABLE',
    ],
    [
      'a token that could not be fetched',
      {
        destination: () => ({
          configuration: { URL: 'https://sap.example', Authentication: 'OAuth2ClientCredentials' },
          authTokens: [{ type: '', value: '', error: 'Bad credentials', http_header: { key: '', value: '' } }],
        }),
      },
      'SAP_DESTINATION_REFUSED',
    ],
  ];
  it.each(failures)('%s has its own problem, and shows no secret', async (name, rules, code) => {
    const btp = await startBtp(rules);
    const client = `client-${failures.findIndex(([other]) => other === name)}`;
    const { ledger, logged } = connect({ destination: btp.key(client) });
    const outcome = await ledger.post(plainMessage());
    expect(outcome).toMatchObject({ outcome: 'unavailable', problem: { code } });
    expect(JSON.stringify([outcome, logged])).not.toContain('-canary');
  });

  it('that cannot reach the token server says so', async () => {
    const url = 'http://127.0.0.1:9';
    const { ledger } = connect({
      destination: { clientid: 'client-nowhere', clientsecret: 'x-canary', url, uri: url },
    });
    expect(await ledger.post(plainMessage())).toMatchObject({
      problem: { code: 'SAP_DESTINATION_UNAVAILABLE', says: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('that finds no binding of the destination service says what to bind', async () => {
    const { ledger } = connect({ xsuaa: [] });
    expect(await ledger.post(plainMessage())).toMatchObject({ problem: { code: 'SAP_DESTINATION_UNBOUND' } });
  });
});
