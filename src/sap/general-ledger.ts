import type { EntryMessage, ExchangeRecord, GeneralLedger, PostOutcome } from '../app/index.ts';
import { type Clock, isProblem, sha256Of, toProblem } from '../core/index.ts';
import type { SapAccess } from './access.ts';
import { type EncodeSettings, encodeJournalEntry, type TaxDirectionOf } from './encode-entry.ts';
import { type FiscalYearOf, findDocument, findDocuments, findDocumentsOf } from './item-cube.ts';
import { judgeWrite } from './judge-answer.ts';
import { listDocuments } from './list-documents.ts';
import type { Redactor } from './redact.ts';
import { SapProblem } from './sap-problem.ts';
import { serviceDefinitionOf } from './service-definition.ts';
import type { NotWritten, SapSession, Written } from './session.ts';
import { ITEM_CUBE_SERVICE, SOAP_ACTION } from './wire.ts';

/** These concern the item cube alone, not the log-on or the way to SAP. */
const OF_ONE_SERVICE = new Set(['SAP_SERVICE_NOT_ACTIVE', 'SAP_NOT_AUTHORISED', 'SAP_READ_REFUSED']);

/** What the account table knows and SAP's messages need. */
export interface GeneralLedgerRules {
  readonly fiscalYearOf?: FiscalYearOf;
  readonly taxDirectionOf?: TaxDirectionOf;
}

/**
 * The general ledger of one SAP system.
 *
 * `fiscalYearOf` says whether a company code's fiscal year is the calendar year; without it documents are looked up by
 * posting date, which is right for every fiscal year but slower for SAP. `taxDirectionOf` is needed as soon as a line
 * carries a tax code.
 */
export function createGeneralLedger(
  { settings, session, odata, redactor, clock, log }: SapAccess,
  rules: GeneralLedgerRules = {},
): GeneralLedger {
  const fiscalYearOf: FiscalYearOf = rules.fiscalYearOf ?? (() => undefined);
  const taxDirectionOf: TaxDirectionOf = rules.taxDirectionOf ?? (() => undefined);
  const encoding: EncodeSettings = {
    createdByUser: settings.createdByUser,
    taxDirectionOf,
    service: serviceDefinitionOf(settings),
  };

  async function cleanly<Result>(ask: () => Promise<Result>): Promise<Result> {
    try {
      return await ask();
    } catch (error) {
      throw isProblem(error) ? redactor.problem(error) : error;
    }
  }

  return {
    async post(message, { leaveByMs, signal } = {}) {
      const encoded = tryEncode(message, encoding);
      const outcome =
        typeof encoded === 'string'
          ? await send({ session, url: settings.journalEntryUrl, message, body: encoded, leaveByMs, signal, clock })
          : encoded;
      log.write('info', 'sap.post', { postingKey: message.entry.postingKey, outcome: outcome.outcome });
      return cleanOutcome(outcome, redactor);
    },
    findByPostingKey: (query) => cleanly(() => findDocuments(odata, query, fiscalYearOf)),
    findByPostingKeys: (query) => cleanly(() => findDocumentsOf(odata, query, fiscalYearOf)),
    findDocument: (document) => cleanly(() => findDocument(odata, document)),
    async *listDocuments(query) {
      try {
        yield* listDocuments(odata, query, fiscalYearOf);
      } catch (error) {
        throw isProblem(error) ? redactor.problem(error) : error;
      }
    },
  };
}

/** An entry that cannot be written as a message is refused here: nothing was sent and a person has to act. */
function tryEncode(message: EntryMessage, encoding: EncodeSettings): string | PostOutcome {
  try {
    return encodeJournalEntry(message, encoding);
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
  const written = (await lookUpMissing(input.session)) ?? (await writeEntry(input));
  if (written.kind === 'written') return judgeWrite(input.message, written, input.clock.nowMs());
  const exchange = written.record ?? notSentRecord(input.body);
  const { problem } = written;
  return {
    outcome: 'unavailable',
    scope: 'system',
    problem: problem.toJSON(),
    retryAfterMs: problem.retryAfterMs,
    away: problem.away,
    exchange,
  };
}

/** What could not be looked up afterwards is not posted: after a lost answer nobody could tell whether it was booked. */
async function lookUpMissing(session: SapSession): Promise<NotWritten | null> {
  try {
    await session.prepare();
    return null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    const problem = error instanceof SapProblem ? error : new SapProblem(error.toJSON());
    return {
      kind: 'not-written',
      problem: OF_ONE_SERVICE.has(problem.code) ? nameItemCube(problem) : problem,
      record: null,
    };
  }
}

function nameItemCube(problem: SapProblem): SapProblem {
  const next = `${problem.next} The service is ${ITEM_CUBE_SERVICE}: without it a posting could not be found again, so nothing is posted.`;
  return new SapProblem({ ...problem.toJSON(), next }, problem.retryAfterMs);
}

function writeEntry(input: Parameters<typeof send>[0]): Promise<NotWritten | Written> {
  return input.session.write({
    url: input.url,
    headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', soapaction: `"${SOAP_ACTION}"` },
    body: input.body,
    signal: input.signal,
    leaveByMs: input.leaveByMs,
  });
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
