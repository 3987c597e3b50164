import type { EntryMessage, ExchangeRecord, GeneralLedger, PostOutcome } from '../app/index.ts';
import {
  type Clock,
  isProblem,
  type Log,
  parseLocalDate,
  type Randomness,
  sha256Of,
  toProblem,
} from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { createCredential } from './credential.ts';
import { encodeJournalEntry, type TaxDirectionOf } from './encode-entry.ts';
import { createSapHttp, type SapExchange } from './http.ts';
import { type FiscalYearOf, findDocuments } from './item-cube.ts';
import { judgeWrite } from './judge-answer.ts';
import { createOData } from './odata.ts';
import { pingSap, type SapCheck } from './ping.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { createSapSession, type SapSession } from './session.ts';
import { assertUsable, type SapSecrets, type SapSettings } from './settings.ts';
import { SOAP_ACTION } from './wire.ts';

export interface SapGeneralLedger extends GeneralLedger {
  /** Tries everything that posting needs without posting. Never raises for what SAP answers. */
  ping(input?: { companyCodes?: readonly CompanyCode[] }): Promise<readonly SapCheck[]>;
  /** Waits for requests in flight, then closes every connection. */
  close(): Promise<void>;
}

/**
 * The general ledger of one SAP system. One instance holds one SAP session, so make one per connection and close it.
 *
 * `fiscalYearOf` says whether a company code's fiscal year is the calendar year; without it documents are looked up by
 * posting date, which is right for every fiscal year but slower for SAP. `taxDirectionOf` is needed as soon as a line
 * carries a tax code. `onExchange` hears of every request, for the audit.
 *
 * Raises `SAP_PLAIN_HTTP`, `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid).
 */
export function createGeneralLedger(input: {
  settings: SapSettings;
  secrets: SapSecrets;
  clock: Clock;
  randomness: Randomness;
  log: Log;
  fiscalYearOf?: FiscalYearOf;
  taxDirectionOf?: TaxDirectionOf;
  onExchange?: (exchange: SapExchange) => void;
}): SapGeneralLedger {
  const { settings, secrets, clock, randomness, log } = input;
  assertUsable(settings, secrets);
  const redactor = createRedactor(settings, secrets);
  const http = createSapHttp({ settings, secrets, clock, log, onExchange: input.onExchange ?? (() => {}) });
  const credential = createCredential({ settings, secrets, http, clock, redactor });
  const session = createSapSession({ settings, secrets, http, credential, clock, log, redactor });
  const odata = createOData({ baseUrl: settings.baseUrl, session, clock, randomness });
  const fiscalYearOf: FiscalYearOf = input.fiscalYearOf ?? (() => undefined);
  const taxDirectionOf: TaxDirectionOf = input.taxDirectionOf ?? (() => undefined);

  return {
    async post(message, { leaveByMs, signal } = {}) {
      const encoded = tryEncode(message, settings.createdByUser, taxDirectionOf);
      const outcome =
        typeof encoded === 'string'
          ? await send({ session, url: settings.journalEntryUrl, message, body: encoded, leaveByMs, signal, clock })
          : encoded;
      log.write('info', 'sap.post', { postingKey: message.entry.postingKey, outcome: outcome.outcome });
      return cleanOutcome(outcome, redactor);
    },
    async findByPostingKey(query) {
      try {
        return await findDocuments(odata, query, fiscalYearOf);
      } catch (error) {
        throw isProblem(error) ? redactor.problem(error) : error;
      }
    },
    ping: ({ companyCodes = [] } = {}) =>
      pingSap({
        credential,
        session,
        odata,
        companyCodes,
        today: parseLocalDate(new Date(clock.nowMs()).toISOString().slice(0, 10)),
        cleanProblem: (problem) => redactor.problem(problem),
      }),
    close: () => http.close(),
  };
}

/** An entry that cannot be written as a message is refused here: nothing was sent and a person has to act. */
function tryEncode(message: EntryMessage, createdByUser: string, taxDirectionOf: TaxDirectionOf): string | PostOutcome {
  try {
    return encodeJournalEntry(message, { createdByUser, taxDirectionOf });
  } catch (error) {
    return { outcome: 'rejected', messages: [], problem: toProblem(error).toJSON(), exchange: notSentRecord('') };
  }
}

async function send(input: {
  session: SapSession;
  url: string;
  message: EntryMessage;
  body: string;
  leaveByMs: number | undefined;
  signal: AbortSignal | undefined;
  clock: Clock;
}): Promise<PostOutcome> {
  const written = await input.session.write({
    url: input.url,
    headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', soapaction: `"${SOAP_ACTION}"` },
    body: input.body,
    signal: input.signal,
    leaveByMs: input.leaveByMs,
  });
  if (written.kind === 'written') return judgeWrite(input.message, written, input.clock.nowMs());
  const exchange = written.record ?? notSentRecord(input.body);
  const { problem } = written;
  return {
    outcome: 'unavailable',
    scope: 'system',
    problem: problem.toJSON(),
    retryAfterMs: problem.retryAfterMs,
    exchange,
  };
}

function notSentRecord(body: string): ExchangeRecord {
  return { requestSha256: sha256Of(body), httpStatus: null, responseSha256: null, durationMs: 0 };
}

function cleanOutcome(outcome: PostOutcome, redactor: Redactor): PostOutcome {
  switch (outcome.outcome) {
    case 'posted':
      return { ...outcome, messages: redactor.messages(outcome.messages) };
    case 'rejected':
      return {
        ...outcome,
        messages: redactor.messages(outcome.messages),
        problem: redactor.facts(outcome.problem),
      };
    default:
      return { ...outcome, problem: redactor.facts(outcome.problem) };
  }
}
