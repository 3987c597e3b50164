/** Which connections share kept master data: those that see the same of one SAP system, and no others. */
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/core/index.ts';
import { createSap, type SapSecrets, sapSettingsSchema } from '../../src/sap/index.ts';
import { halfway, TestClock } from './sap-stand-in.ts';

const BASIC = {
  baseUrl: 'https://my300000-api.s4hana.example',
  journalEntryUrl: '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi',
  createdByUser: 'AMZ_POST',
  authentication: { type: 'basic', user: 'AMZ_POST' },
};
const { baseUrl: _, ...WITHOUT_HOST } = BASIC;
const destination = (name: string) => ({ ...WITHOUT_HOST, authentication: { type: 'destination', name } });

/** The name under which master data of such a connection is kept. */
async function keptUnder(settings: object, secrets: SapSecrets = { password: 'secret-canary' }): Promise<string> {
  const sap = createSap({
    settings: sapSettingsSchema.parse(settings),
    secrets,
    clock: new TestClock(),
    randomness: halfway,
    log: silentLog,
  });
  await sap.close();
  return sap.masterData.system;
}

describe('kept master data', () => {
  it.each([
    ['two destinations of SAP BTP', destination('S4'), destination('S4_TEST')],
    ['two systems', BASIC, { ...BASIC, baseUrl: 'https://my400000-api.s4hana.example' }],
    ['two clients', { ...BASIC, client: '100' }, { ...BASIC, client: '200' }],
    ['two users', BASIC, { ...BASIC, authentication: { type: 'basic', user: 'OTHER' } }],
    ['two views', BASIC, { ...BASIC, customViews: { taxCodes: { service: 'YY1_TAX_CDS', set: 'YY1_TAX' } } }],
    ['two languages', BASIC, { ...BASIC, language: 'DE' }],
  ])('of %s is kept apart', async (_, one, other) => {
    expect(await keptUnder(one)).not.toBe(await keptUnder(other));
  });

  it('of a destination of the same name in another subaccount is kept apart', async () => {
    const [one, other] = ['a', 'b'].map((id) => ({ bindings: `{"clientid":"${id}"}` }));
    expect(await keptUnder(destination('S4'), one)).not.toBe(await keptUnder(destination('S4'), other));
  });

  it('control: is shared where only postings or speed differ, and after the password was changed', async () => {
    const other = { ...BASIC, createdByUser: 'SOMEBODY', parallelRequestsMax: 8, readTimeoutMs: 1_000 };
    expect(await keptUnder(other, { password: 'new-canary' })).toBe(await keptUnder(BASIC));
  });
});
