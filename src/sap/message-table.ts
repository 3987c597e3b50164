import type { SapMessage } from '../app/index.ts';

/** Whether sending the unchanged entry again can ever succeed. */
export type Resend =
  /** No: the entry or the mapping has to change. */
  | 'never'
  /** Once a person corrected master data or customizing in SAP. */
  | 'after-correction'
  /** By itself after a moment: another user holds a lock. */
  | 'soon';

export interface MessageAdvice {
  readonly next: string;
  readonly resend: Resend;
  /** What the account table could name instead of what SAP refuses; `null` where only SAP can be corrected. */
  readonly instead: string | null;
}

const NOT_BALANCED =
  'The entry does not balance for SAP. Report it with the entry: its own proof says that it balances.';
const DEFECTIVE = 'SAP does not take this message as we wrote it. Report it with the entry and SAP’s messages.';
const CO_OBJECT = 'Map a cost centre or profit centre for this account in the account table and propose again.';
const TAX_CODE = 'Correct the tax code of this account in the account table and propose again.';
const ONE_TIME =
  'Map a customer that is not a one-time customer: this one needs the name, address or bank of a buyer in every document.';
const NUMBER_RANGE = 'Maintain the number range of the document type for the fiscal year';
/** For numbers of which SAP's own wording was not at hand. */
const READ_THE_TEXT = 'SAP’s own text decides.';
const LOCKED = 'Nothing to do: another user holds the record. The next sync sends the entry again.';

const NEVER: Readonly<Record<string, string>> = {
  'RW 022': NOT_BALANCED,
  'RW 033': NOT_BALANCED,
  'RW 637': DEFECTIVE,
  'F5 702': NOT_BALANCED,
  'F5 703': 'The document does not balance in local currency. Check the exchange rates of the posting date in SAP.',
  'F5 701': 'Check the exchange rate of the posting date in SAP.',
  'F5 704': 'Check the exchange rate of the posting date in SAP.',
  'F5 727': 'The document has too many items. Propose the settlement again with more lines summed up.',
  'F5 117': 'SAP holds this document already. Look it up by its reference before anything is sent again.',
  'F5 204': 'Map another document type for this company code: this one does not allow G/L accounts.',
  'F5 263': `${READ_THE_TEXT} Where it names a field that the account does not take, leave that field out in the account table and propose again.`,
  'F5 286': TAX_CODE,
  'F5 808': 'Map the field that SAP names (cost centre, profit centre or text) for this account and propose again.',
  'FF 753': TAX_CODE,
  'FF 805': TAX_CODE,
  'FF 817': DEFECTIVE,
  'GLT2 201': 'Map a profit centre for every line of this company code and propose again.',
  'KI 235': CO_OBJECT,
  'FINS_FI_POSTING_IF 001': DEFECTIVE,
  'FINS_FI_POSTING_IF 002': DEFECTIVE,
  'FINS_FI_POSTING_IF 003': DEFECTIVE,
  'FINS_FI_POSTING_IF 004': DEFECTIVE,
  'FINS_FI_POSTING_IF 007': DEFECTIVE,
  'FINS_FI_POSTING_IF 008': DEFECTIVE,
  'FINS_FI_POSTING_IF 010': ONE_TIME,
  'FINS_FI_POSTING_IF 011': ONE_TIME,
  'FINS_FI_POSTING_IF 012': ONE_TIME,
  'FINS_FI_POSTING_IF 013': ONE_TIME,
  'FINS_FI_POSTING_IF 014': ONE_TIME,
  'FINS_FI_POSTING_IF 015': ONE_TIME,
  'FINS_FI_POSTING_IF 016': NOT_BALANCED,
  'FINS_FI_POSTING_IF 017': NOT_BALANCED,
  'FINS_FI_POSTING_IF 018': DEFECTIVE,
  'FINS_FI_POSTING_IF 019': DEFECTIVE,
  'FINS_FI_POSTING_IF 022': ONE_TIME,
  'FINS_FI_POSTING_IF 023': 'Map a tax code for this account and propose again.',
  'FINS_FI_POSTING_IF 024': NOT_BALANCED,
};

/** What to correct in SAP; and what the account table could name instead. */
const AFTER_CORRECTION: Readonly<Record<string, readonly [inSap: string, instead?: string]>> = {
  'F5 201': ['Open the posting period in SAP (app Manage Posting Periods)'],
  'F5 102': ['Extend the customer to this company code', 'a G/L account'],
  'F5 104': ['Extend the supplier to this company code', 'a G/L account'],
  'F5 507': ['Create the G/L account in the chart of accounts', 'another account'],
  'FH 004': ['Create the G/L account in the chart of accounts', 'another account'],
  'F5 155': ['Create the G/L account in this company code', 'another account'],
  'F5 350': [
    `${READ_THE_TEXT} Where it says that the G/L account is blocked, unblock it for posting`,
    'another account',
  ],
  'KI 222': ['Correct the validity of the cost centre', 'another cost centre'],
  'KI 234': ['Unblock the cost centre', 'another cost centre'],
  'KI 265': ['Correct the validity of the cost centre on the posting date', 'another cost centre'],
  'F5 083': ['Give the communication user the authorisation that SAP names'],
  'F5 150': [NUMBER_RANGE],
  'NR 751': [NUMBER_RANGE],
};

const SOON: Readonly<Record<string, string>> = { 'F5 039': LOCKED, 'MC 601': LOCKED };

const ADVICE: ReadonlyMap<string, MessageAdvice> = new Map([
  ...adviceOf(NEVER, 'never'),
  ...Object.entries(AFTER_CORRECTION).map(([code, [inSap, instead]]): [string, MessageAdvice] => [
    code,
    { next: `${inSap}.`, resend: 'after-correction', instead: instead ?? null },
  ]),
  ...adviceOf(SOON, 'soon'),
]);

function adviceOf(texts: Readonly<Record<string, string>>, resend: Resend): [string, MessageAdvice][] {
  return Object.entries(texts).map(([code, next]) => [code, { next, resend, instead: null }]);
}

/** "Error in document", "sub-message failed": the reasons are the messages beside them. */
const NO_REASON: ReadonlySet<string> = new Set(['RW 609', 'FINS_FI_POSTING_IF 021']);
/** RW 605: posted successfully. */
const POSTED = 'RW 605';

/** `605(RW)` as `RW 605`; the text itself when it is not written like that. */
export function messageCodeOf(typeId: string): string {
  const match = /^\s*(\d{1,3})\s*\(\s*([^()\s]+)\s*\)\s*$/.exec(typeId);
  return match?.[1] && match[2] ? `${match[2].toUpperCase()} ${match[1].padStart(3, '0')}` : typeId.trim();
}

/** Every message that this program knows something about, as class and number. */
export function knownMessages(): readonly string[] {
  return [...ADVICE.keys()];
}

/** What to do about one message of SAP, by class and number. `undefined` for a message this program does not know. */
export function adviceFor(typeId: string): MessageAdvice | undefined {
  return ADVICE.get(messageCodeOf(typeId));
}

/** The messages for which SAP booked nothing, without those that only say that there are some. */
export function reasonsOf(messages: readonly SapMessage[]): readonly SapMessage[] {
  return messages.filter(({ severity, typeId }) => severity === 'error' && isReason(typeId));
}

/** A message as SAP's own people look for it: `F5 201 Posting period 010 2026 is not open`. */
export function sayMessage({ typeId, text }: SapMessage): string {
  return `${messageCodeOf(typeId)} ${text}`.trim();
}

export function isReason(typeId: string): boolean {
  return !NO_REASON.has(messageCodeOf(typeId));
}

export function saysPosted(typeId: string): boolean {
  return messageCodeOf(typeId) === POSTED;
}
