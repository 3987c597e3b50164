import type { EntryMessage, SapMessage } from '../app/index.ts';
import { type CurrencyCode, type LocalDate, money, uuidFromName } from '../core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine, PostingKey } from '../ledger/index.ts';
import type { SapAccess } from './access.ts';
import { writeEntryMessage } from './encode-entry.ts';
import { findDocuments } from './item-cube.ts';
import { judgeWrite } from './judge-answer.ts';
import { adviceFor, messageCodeOf, reasonsOf, sayMessage } from './message-table.ts';
import { SapProblem } from './sap-problem.ts';
import { serviceDefinitionOf } from './service-definition.ts';
import { SOAP_ACTION } from './wire.ts';

/** Where a trial entry would go if SAP could book it. */
export interface TrialPlace {
  readonly companyCode: CompanyCode;
  readonly documentType: string;
  readonly glAccount: GlAccount;
}

/** With these SAP says that it added the entry up. Only where it states nothing else has the rest of the entry passed. */
const ADDED_UP = new Set(['RW 033', 'RW 022', 'F5 702', 'FINS_FI_POSTING_IF 016']);
const NOT_AUTHORISED = new Set(['F5 083']);

/**
 * Sends an entry that SAP cannot book, because it is one smallest unit out of balance, and reads from the refusal whether
 * this user may post. Says so, or raises what is missing. Nothing is booked; should SAP book it all the same, its
 * document is named (`SAP_TRIAL_POSTED`, conflict).
 */
export async function tryPosting(
  access: SapAccess,
  place: TrialPlace & { readonly currency: CurrencyCode; readonly today: LocalDate },
): Promise<string> {
  const { session, settings, clock } = access;
  const message = trialMessage(place, clock.nowMs());
  const written = await session.write({
    url: settings.journalEntryUrl,
    headers: { 'content-type': 'text/xml; charset=utf-8', accept: 'text/xml', soapaction: `"${SOAP_ACTION}"` },
    body: writeEntryMessage(message, {
      createdByUser: settings.createdByUser,
      taxDirectionOf: () => undefined,
      service: serviceDefinitionOf(settings),
    }),
  });
  if (written.kind === 'not-written') throw written.problem;
  const outcome = judgeWrite(message, written, clock.nowMs());
  switch (outcome.outcome) {
    case 'posted':
      throw trialPosted(message, outcome.document.sapDocumentNumber, outcome.document.fiscalYear);
    case 'rejected':
      return readRefusal(outcome.messages, place);
    case 'unavailable':
      throw new SapProblem(outcome.problem);
    case 'unknown':
      return lookForTrial(access, message, outcome.problem.says);
  }
}

/** Its reference is none of a posting key, so that it can never be taken for an entry of the books. */
function trialMessage(
  place: TrialPlace & { readonly currency: CurrencyCode; readonly today: LocalDate },
  nowMs: number,
): EntryMessage {
  const { currency, today } = place;
  const reference = `TRIAL-${nowMs.toString(36).toUpperCase()}` as PostingKey;
  const line = (minor: bigint): JournalLine => ({
    kind: 'payout',
    glAccount: place.glAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(currency, minor),
    text: 'Trial, cannot be booked',
    buckets: [],
  });
  const entry: JournalEntry = {
    postingKey: reference,
    companyCode: place.companyCode,
    documentType: place.documentType,
    documentDate: today,
    postingDate: today,
    currency,
    headerText: 'Trial, cannot be booked',
    headerReference: reference,
    part: 1,
    partCount: 1,
    lines: [line(1_000n), line(-999n)],
  };
  return {
    entry,
    messageId: reference,
    messageUuid: uuidFromName(`seller-ledger/trial/${reference}`),
    entryMessageUuid: uuidFromName(`seller-ledger/trial-entry/${reference}`),
    createdAt: new Date(nowMs).toISOString(),
  };
}

function readRefusal(messages: readonly SapMessage[], { companyCode, glAccount }: TrialPlace): string {
  const errors = messages.filter(({ severity }) => severity === 'error');
  const reasons = reasonsOf(messages);
  const wordsOf = (some: readonly SapMessage[]) => some.map(sayMessage).join('; ');
  const missing = reasons.find(({ typeId }) => NOT_AUTHORISED.has(messageCodeOf(typeId)));
  if (missing) {
    throw new SapProblem({
      code: 'SAP_TRIAL_NOT_AUTHORISED',
      kind: 'rejected',
      says: `The user reaches the journal entry service, but may not post into company code ${companyCode}: ${missing.text}`,
      next: 'Give the communication user the authorisation that SAP names, for this company code and document type.',
      data: wordsOf(errors),
    });
  }
  const others = reasons.filter(({ typeId }) => !ADDED_UP.has(messageCodeOf(typeId)));
  if (reasons.length > 0 && others.length === 0) {
    return `The trial entry for company code ${companyCode} reached SAP's balance check and was refused there for nothing else than being out of balance, as intended. Nothing was booked.`;
  }
  const words = wordsOf(others) || wordsOf(errors) || 'no reason given';
  throw new SapProblem({
    code: 'SAP_TRIAL_REFUSED_OTHERWISE',
    kind: 'rejected',
    says: `SAP refused the trial entry for another reason than its balance, for which it would refuse a real one as well: ${words}`,
    next:
      others.map(({ typeId }) => adviceFor(typeId)?.next).find((next) => next !== undefined) ??
      `Look SAP's message up with the SAP administrator. The trial was for company code ${companyCode} and G/L account ${glAccount} of the account table.`,
    data: wordsOf(errors),
  });
}

/** The answer leaves a doubt, and a doubt about a write is looked up. */
async function lookForTrial({ odata }: SapAccess, { entry }: EntryMessage, says: string): Promise<string> {
  const { postingKey, companyCode, postingDate } = entry;
  const [found] = await findDocuments(odata, { postingKey, companyCode, postingDate }, () => undefined);
  if (found) throw trialPosted({ entry }, found.document.sapDocumentNumber, found.document.fiscalYear);
  throw new SapProblem({
    code: 'SAP_TRIAL_UNKNOWN',
    kind: 'unknown',
    says: `${says} SAP shows no document with reference ${postingKey} so far.`,
    next: `Look in SAP for reference ${postingKey} in some minutes; should there be a document, reverse it. Then try again.`,
    data: postingKey,
  });
}

function trialPosted(
  { entry }: Pick<EntryMessage, 'entry'>,
  sapDocumentNumber: string,
  fiscalYear: string,
): SapProblem {
  return new SapProblem({
    code: 'SAP_TRIAL_POSTED',
    kind: 'conflict',
    says: `SAP booked the trial entry although it is out of balance: document ${sapDocumentNumber}/${entry.companyCode}/${fiscalYear}, reference ${entry.postingKey}.`,
    next: 'Reverse this document in SAP at once, and report it: this system does not refuse what does not balance.',
    data: sapDocumentNumber,
  });
}
