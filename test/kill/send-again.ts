import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { EntryMessage } from '../../src/app/index.ts';
import { parseCurrencyCode, parseMoney, silentLog, uuidFromName } from '../../src/core/index.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import { createSap, sapSettingsSchema } from '../../src/sap/index.ts';
import { runCli } from './cli.ts';

/** Sends an entry to the SAP of a connection file once more, as a program would that forgot that it is posted. */
export async function sendAgain(
  connectionFile: string,
  environment: Record<string, string>,
  reference: string,
): Promise<unknown> {
  const settings = parse(readFileSync(connectionFile, 'utf8'));
  const { authentication, ...sap } = settings.sap;
  const { clientSecret, ...openAuthentication } = authentication;
  const general = createSap({
    settings: sapSettingsSchema.parse({ ...sap, authentication: openAuthentication }),
    secrets: { clientSecret },
    clock: systemClock,
    randomness: systemRandomness,
    log: silentLog,
  });
  try {
    const shown = await runCli(['entries', 'show', reference, '--json'], environment);
    return await general.ledger.post(messageOfShown(JSON.parse(shown.out)));
  } finally {
    await general.close();
  }
}

/** The entry that the command line shows, as a message to SAP. */
function messageOfShown(shown: ShownEntry): EntryMessage {
  const currency = parseCurrencyCode(shown.currency);
  return {
    entry: {
      ...shown,
      currency,
      headerReference: shown.settlementId,
      // What is shown as null is absent in an entry.
      lines: shown.lines.map(({ customer, ...line }) => ({
        ...line,
        ...(customer !== null && { customer }),
        amount: parseMoney(line.amount, currency),
        tax: null,
        buckets: [],
      })),
    } as unknown as EntryMessage['entry'],
    messageId: shown.postingKey,
    messageUuid: uuidFromName('control/1'),
    entryMessageUuid: uuidFromName('control/2'),
    createdAt: '2026-01-01T00:00:00Z',
  };
}

interface ShownEntry {
  readonly postingKey: string;
  readonly settlementId: string;
  readonly currency: string;
  readonly lines: readonly { readonly amount: string; readonly customer: string | null }[];
}
