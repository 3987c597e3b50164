import { describe, expect, it } from 'vitest';
import { sapSystemOf } from './system-name.ts';

const basic = { type: 'basic', user: 'u' } as const;
const nameOf = (baseUrl: string, client?: string) => sapSystemOf({ authentication: basic, baseUrl, client });

describe('the name of a SAP system', () => {
  it('is its host and client, whoever logs on', () => {
    expect(nameOf('https://my300000-api.s4hana.cloud.sap/')).toBe('my300000-api.s4hana.cloud.sap');
    expect(nameOf('https://sap.example:44300', '100')).toBe('sap.example:44300/100');
  });

  it('has the path where a gateway leads to several systems, and no path looks like a client', () => {
    const paths = [nameOf('https://gateway.example/100'), nameOf('https://gateway.example', '100')];
    expect(paths).toEqual(['gateway.example/100/', 'gateway.example/100']);
    expect(nameOf('https://gateway.example/erp/')).not.toBe(nameOf('https://gateway.example/crm/'));
  });

  it('is the destination where only that knows the host', () => {
    const named = (name: string) =>
      sapSystemOf({
        authentication: { type: 'destination', name },
        baseUrl: 'https://destination.invalid',
        client: undefined,
      });
    expect([named('S4'), named('S4_TEST')]).toEqual(['destination:S4', 'destination:S4_TEST']);
  });
});
