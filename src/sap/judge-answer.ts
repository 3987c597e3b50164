import type { EntryMessage, ExchangeRecord, PostOutcome, SapMessage } from '../app/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import {
  awayOf,
  isHtml,
  logOnProblem,
  notAuthorisedProblem,
  REDIRECTS_UNDONE,
  redirectedProblem,
} from './answer-problem.ts';
import { entryMessageIdOf } from './encode-entry.ts';
import type { HttpAnswer } from './http.ts';
import { adviceFor, reasonsOf, saysPosted } from './message-table.ts';
import { type Confirmation, type ConfirmedEntry, readConfirmation } from './read-confirmation.ts';
import { retryAfterMsOf, SapProblem, shorten } from './sap-problem.ts';
import type { Written } from './session.ts';

const LOOK_UP = 'Nothing to do: the entry is looked up in SAP by its reference before anything is sent again.';
/** A record locked by another user is usually free after this time. */
const LOCK_RETRY_AFTER_MS = 45_000;
const REASONS_SHOWN_MAX = 5;

type UnknownOutcome = Extract<PostOutcome, { outcome: 'unknown' }>;

/**
 * The decision table of a write: what is certain after its answer. Posted only with a document number for our own
 * entry; rejected only where SAP or its gateway certainly refused; everything that leaves a doubt is unknown.
 */
export function judgeWrite(message: EntryMessage, written: Written, nowMs: number): PostOutcome {
  const { answer } = written;
  const exchange = answer.record;
  if (answer.kind === 'lost') {
    return unknown(exchange, {
      code: 'SAP_ANSWER_LOST',
      says: `Entry ${message.entry.postingKey} was sent, but SAP's answer did not arrive (${answer.reason}).`,
      data: answer.reason,
    });
  }
  if (answer.status >= 200 && answer.status < 300) return judgeSuccess(message, answer, nowMs);
  return judgeRefusal(message, written, answer, nowMs);
}

function judgeSuccess(message: EntryMessage, answer: HttpAnswer, nowMs: number): PostOutcome {
  const exchange = answer.record;
  if (isHtml(answer)) {
    const page = unknown(exchange, {
      code: 'SAP_ANSWER_HTML',
      says: `SAP answered entry ${message.entry.postingKey} with a web page (HTTP ${answer.status}), not with a confirmation.`,
      data: `HTTP ${answer.status}`,
    });
    return { ...page, away: awayOf(answer, nowMs) };
  }
  const confirmation = readConfirmation(answer.text);
  if (confirmation.kind === 'fault') return faulted(message, answer, confirmation);
  if (confirmation.kind === 'unreadable') {
    return unknown(exchange, {
      code: 'SAP_ANSWER_UNREADABLE',
      says: `SAP's answer to entry ${message.entry.postingKey} cannot be read: ${confirmation.says}.`,
      data: `HTTP ${answer.status}, ${answer.text.length} characters`,
    });
  }
  return judgeConfirmation(message, confirmation, exchange);
}

function judgeConfirmation(
  message: EntryMessage,
  confirmation: Extract<Confirmation, { kind: 'confirmation' }>,
  exchange: ExchangeRecord,
): PostOutcome {
  const isOurMessage = confirmation.referenceId === '' || confirmation.referenceId === message.messageId;
  const ours = confirmation.entries.filter(
    (entry) => entry.referenceId === entryMessageIdOf(message) || (entry.referenceId === '' && isOurMessage),
  );
  const [entry] = ours;
  // SAP names our message, states an error for all of it and confirms no entry: it refused the message as a whole.
  const isRefusedWhole =
    confirmation.entries.length === 0 && confirmation.referenceId === message.messageId && confirmation.hasError;
  if (isRefusedWhole) return rejected(message, confirmation.messages, exchange);
  if (entry === undefined || ours.length > 1 || confirmation.entries.length > 1) {
    return unknown(exchange, {
      code: 'SAP_ANSWER_NOT_OURS',
      says: `SAP's answer does not confirm entry ${message.entry.postingKey}: it holds ${confirmation.entries.length} confirmations, ${ours.length} with our reference.`,
      data: confirmation.entries.map((other) => other.referenceId || '(none)').join(', ') || 'no confirmation',
    });
  }
  const messages = [...entry.messages, ...confirmation.messages];
  if (!isBlank(entry.accountingDocument)) return posted(message, entry, messages, exchange);
  const hasError = entry.hasError || confirmation.hasError;
  if (hasError && !messages.some(({ typeId }) => saysPosted(typeId))) return rejected(message, messages, exchange);
  return unknown(exchange, {
    code: 'SAP_ANSWER_CONTRADICTS',
    says: `SAP's answer to entry ${message.entry.postingKey} holds neither a document number nor a reason why there is none.`,
    data: typeIdsOf(messages),
  });
}

function posted(
  message: EntryMessage,
  { accountingDocument, companyCode, fiscalYear }: ConfirmedEntry,
  messages: readonly SapMessage[],
  exchange: ExchangeRecord,
): PostOutcome {
  const isReadable = /^[A-Za-z0-9]{1,10}$/.test(accountingDocument) && /^[1-9]\d{3}$/.test(fiscalYear);
  if (!isReadable || companyCode !== message.entry.companyCode) {
    return unknown(exchange, {
      code: 'SAP_ANSWER_CONTRADICTS',
      says: `SAP confirms entry ${message.entry.postingKey} of company code ${message.entry.companyCode} as document ${accountingDocument} of company code ${companyCode || '(none)'} and year ${fiscalYear || '(none)'}.`,
      data: [companyCode, accountingDocument, fiscalYear].join(' '),
    });
  }
  const document = {
    companyCode: companyCode as CompanyCode,
    fiscalYear,
    sapDocumentNumber: accountingDocument,
  };
  return { outcome: 'posted', document, messages, exchange };
}

function rejected(message: EntryMessage, messages: readonly SapMessage[], exchange: ExchangeRecord): PostOutcome {
  const errors = reasonsOf(messages);
  const reasons = [...new Set(errors.map(({ text, typeId }) => shorten(text) || typeId))];
  const advice = errors.map(({ typeId }) => adviceFor(typeId));
  const more = reasons.length > REASONS_SHOWN_MAX ? ` (and ${reasons.length - REASONS_SHOWN_MAX} more)` : '';
  const why = reasons.slice(0, REASONS_SHOWN_MAX).join('; ') || 'no reason given';
  const data = typeIdsOf(messages);
  if (advice.length > 0 && advice.every((known) => known?.resend === 'soon')) {
    const problem = {
      code: 'SAP_RECORD_LOCKED',
      kind: 'unavailable',
      says: `SAP did not book entry ${message.entry.postingKey}, because a record is locked: ${why}${more}.`,
      next: advice[0]?.next ?? '',
      data,
    } as const;
    return { outcome: 'unavailable', scope: 'entry', problem, retryAfterMs: LOCK_RETRY_AFTER_MS, exchange };
  }
  const problem = {
    code: 'SAP_ENTRY_REJECTED',
    kind: 'rejected',
    says: `SAP did not book entry ${message.entry.postingKey}: ${why}${more}.`,
    next: nextStepsOf(message, errors),
    data,
  } as const;
  return { outcome: 'rejected', messages, problem, exchange };
}

/** What a person does about a refusal. `NAME` stands for the connection, which is not known here. */
function nextStepsOf({ entry }: EntryMessage, errors: readonly SapMessage[]): string {
  const { postingKey } = entry;
  const advice = errors.map(({ typeId }) => adviceFor(typeId));
  const steps = [...new Set(advice.map((known) => known?.next).filter((next) => next !== undefined))];
  const isFinal = advice.some((known) => known?.resend === 'never');
  if (advice.length > 0 && advice.every((known) => known?.resend === 'after-correction')) {
    steps.push(
      `Then: seller-ledger entries approve ${postingKey} --why TEXT, and: seller-ledger entries post ${postingKey}.`,
    );
    const instead = [...new Set(advice.map((known) => known?.instead ?? null))];
    // A reversal mirrors what is booked: no account table changes it.
    if (!instead.includes(null) && !entry.reversal) {
      steps.push(
        `Or name ${instead.join(' and ')} in the account table: seller-ledger mapping import NAME FILE --why TEXT, and: seller-ledger sync NAME.`,
      );
    }
  }
  if (isFinal) steps.push('Sending the entry unchanged cannot succeed.');
  const unknownCodes = errors.flatMap(({ typeId }, at) => (advice[at] === undefined ? [typeId] : []));
  // One of several reasons may be new to us; then following the steps for the others is not enough.
  if (steps.length > 0 && unknownCodes.length > 0) {
    steps.push(`Look up with the SAP administrator: ${[...new Set(unknownCodes)].join(', ')}.`);
  }
  if (steps.length > 0) return steps.join(' ');
  if (entry.reversal) return 'Look SAP’s message up with the SAP administrator.';
  return `Look SAP's message up with the SAP administrator; after the correction approve the entry again: seller-ledger entries show ${postingKey}`;
}

/**
 * Statuses with which the gateway refuses a request before any service looks at it. Nothing is wrong with the entry, which
 * therefore stays approved; nothing else can be posted either until a person has corrected the log-on or the address.
 */
function judgeRefusal(message: EntryMessage, written: Written, answer: HttpAnswer, nowMs: number): PostOutcome {
  const exchange = answer.record;
  if (answer.status === 413) return tooLarge(message, answer);
  const problem = refusalOf(written, answer);
  if (problem === null) return judgeDoubt(message, answer, nowMs);
  return { outcome: 'unavailable', scope: 'system', problem: problem.toJSON(), retryAfterMs: null, exchange };
}

/** `null` for a status that leaves a doubt. */
function refusalOf({ refusal }: Written, answer: HttpAnswer): SapProblem | null {
  const { status } = answer;
  const data = `HTTP ${status}`;
  // A service of SAP that booked answers for itself: a redirect comes from what stands before it, mostly to a log-on page.
  if (REDIRECTS_UNDONE.has(status)) return redirectedProblem(answer, 'journalEntryUrl');
  switch (status) {
    case 401:
      return logOnProblem(refusal, data);
    case 403:
      return notAuthorisedProblem('post journal entries', data);
    case 404:
    case 405:
    case 410:
      return new SapProblem({
        code: 'SAP_SERVICE_NOT_FOUND',
        kind: 'rejected',
        says: `There is no journal entry service at this address (HTTP ${status}).`,
        next: 'Copy journalEntryUrl from the communication arrangement of scenario SAP_COM_0002, service Journal Entry Post (Synchronous).',
        data,
      });
    case 400:
    case 406:
    case 411:
    case 414:
    case 415:
    case 431:
      return new SapProblem({
        code: 'SAP_REQUEST_REFUSED',
        kind: 'rejected',
        says: `SAP does not take the message in this form (HTTP ${status}).`,
        next: 'Check that journalEntryUrl is the synchronous service Journal Entry Post and that no gateway changes the request.',
        data,
      });
    default:
      return null;
  }
}

/** Only this entry is too large, so the others go on. */
function tooLarge({ entry }: EntryMessage, { record: exchange }: HttpAnswer): PostOutcome {
  const problem = {
    code: 'SAP_MESSAGE_TOO_LARGE',
    kind: 'rejected',
    says: `Entry ${entry.postingKey} with its ${entry.lines.length} lines is larger than SAP or a gateway before it takes (HTTP 413); nothing was booked.`,
    next: `Have the limit for the size of a request raised there, then approve the entry again: seller-ledger entries approve ${entry.postingKey} --why TEXT. Or propose the settlement again with more lines summed up.`,
    data: 'HTTP 413',
  } as const;
  return { outcome: 'rejected', messages: [], problem, exchange };
}

/**
 * Everything else is a doubt. Also 429 and 503: a gateway may send them although the request behind it went on, and
 * looking up costs one read, while booking twice costs a reversal.
 */
function judgeDoubt(message: EntryMessage, answer: HttpAnswer, nowMs: number): PostOutcome {
  const confirmation = isHtml(answer) ? null : readConfirmation(answer.text);
  if (confirmation?.kind === 'fault') return faulted(message, answer, confirmation);
  const waitMs = retryAfterMsOf(answer.headers['retry-after'], nowMs);
  const wait = waitMs === null ? '' : `, SAP asks to wait ${Math.ceil(waitMs / 1000)} s`;
  const isRedirect = answer.status >= 300 && answer.status < 400;
  const failed = unknown(
    answer.record,
    {
      code: 'SAP_ANSWER_FAILED',
      says: `Entry ${message.entry.postingKey} was sent, but SAP answered HTTP ${answer.status}${wait}.`,
      data: `HTTP ${answer.status}${waitMs === null ? '' : `, retry after ${waitMs} ms`}`,
    },
    isRedirect ? `${LOOK_UP} A journal entry service does not redirect: check journalEntryUrl.` : LOOK_UP,
  );
  return { ...failed, away: awayOf(answer, nowMs) };
}

/** SAP reports a fault mostly before it books, but not certainly: so it is looked up. */
function faulted(
  message: EntryMessage,
  answer: HttpAnswer,
  fault: Extract<Confirmation, { kind: 'fault' }>,
): PostOutcome {
  const transaction = fault.transactionId === null ? '' : ` with transaction id ${fault.transactionId}`;
  return unknown(
    answer.record,
    {
      code: 'SAP_FAULT',
      says: `SAP broke off entry ${message.entry.postingKey} (HTTP ${answer.status}): ${shorten(fault.text)}`,
      data: `HTTP ${answer.status}${fault.transactionId === null ? '' : `, transaction ${fault.transactionId}`}`,
    },
    `${LOOK_UP} If it repeats, ask the SAP administrator for the web service error log${transaction}.`,
  );
}

function unknown(
  exchange: ExchangeRecord,
  facts: { code: string; says: string; data: string },
  next = LOOK_UP,
): UnknownOutcome {
  return { outcome: 'unknown', problem: { ...facts, kind: 'unknown', next }, exchange };
}

function isBlank(documentNumber: string): boolean {
  return /^0*$/.test(documentNumber);
}

function typeIdsOf(messages: readonly SapMessage[]): string {
  return [...new Set(messages.map(({ typeId }) => typeId))].join(', ') || 'no messages';
}
