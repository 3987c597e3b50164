/** Books a journal entry, or the reversal of one. SAP has no duplicate check here: the same entry twice is booked twice. */
import { type Money, money } from '../../src/core/index.ts';
import { type CheckedEntry, type CheckedHeader, checkEntry, checkHeader } from './check-entry.ts';
import type { CheckedLine } from './check-line.ts';
import type { EntryInput } from './entry-input.ts';
import { type LogMessage, refusal, wordedRefusal } from './log-message.ts';
import { rowsOf } from './tax-rows.ts';
import { translateAmounts } from './translate-amounts.ts';
import {
  addDocument,
  type DocumentKey,
  documentKey,
  nextDocumentNumber,
  type PostedDocument,
  type PostedLine,
  type PretendSapWorld,
} from './world.ts';

/** A business refusal that a fault plan forces on the next document. */
export type ForcedRefusal = 'periodClosed' | 'locked' | undefined;

/** The booked document, or undefined with the reasons in `log`; then nothing has changed. */
export function bookEntry(
  world: PretendSapWorld,
  input: EntryInput,
  nowMs: number,
  forced: ForcedRefusal,
  log: LogMessage[],
): PostedDocument | undefined {
  if (forced === 'locked') log.push(refusal('MC 601', 'Object requested is currently locked by user OTHER_USER'));
  if (forced === 'periodClosed') {
    const [year, month = ''] = input.postingDate.split('-');
    log.push(refusal('F5 201', `Posting period ${month.padStart(3, '0')} ${year} is not open`));
  }
  const isReversal = input.reversalReason !== '' || input.reversalReferenceDocument !== '';
  const document = isReversal ? prepareReversal(world, input, nowMs, log) : prepareDocument(world, input, nowMs, log);
  if (!document || log.length > 0) return undefined;
  addDocument(world, document);
  return document;
}

function prepareDocument(
  world: PretendSapWorld,
  input: EntryInput,
  nowMs: number,
  log: LogMessage[],
): PostedDocument | undefined {
  const checked = checkEntry(world, input, nowMs, log);
  if (!checked || log.length > 0) return undefined;
  const companyCodeAmounts = translateAmounts(world, checked, input.exchangeRate, log);
  const number = takeNumber(world, checked.header, log);
  if (!companyCodeAmounts || number === undefined) return undefined;
  return {
    ...headerOf(number, input, checked.header, nowMs),
    reverses: '',
    lines: rowsOf(linesOf(checked, companyCodeAmounts), world.behaviour.taxRows),
  };
}

/** SAP looks for a number last, when nothing else is wrong. */
function takeNumber(
  world: PretendSapWorld,
  { companyCode: { companyCode }, fiscalYear }: CheckedHeader,
  log: LogMessage[],
): string | undefined {
  const number = nextDocumentNumber(world, companyCode, fiscalYear);
  if (number !== undefined) return number;
  const isMissing = world.numberRanges.get(`${companyCode}/${fiscalYear}`) === 'missing';
  log.push(
    isMissing
      ? refusal(
          'NR 751',
          `For object RF_BELEG ${companyCode}, number range interval 01 does not exist for ${fiscalYear}`,
        )
      : wordedRefusal(`Number range interval 01 of company code ${companyCode} is used up for ${fiscalYear}`),
  );
  return undefined;
}

function headerOf(
  number: string,
  input: EntryInput,
  { companyCode, fiscalYear, fiscalPeriod, documentDate, postingDate }: CheckedHeader,
  nowMs: number,
): Omit<PostedDocument, 'lines' | 'reverses'> {
  return {
    companyCode: companyCode.companyCode,
    fiscalYear,
    accountingDocument: number,
    fiscalPeriod,
    documentType: input.documentType,
    businessTransactionType: input.businessTransactionType,
    // These header fields are stored in upper case, which is why a search in lower case finds nothing.
    documentReferenceId: input.documentReferenceId.toUpperCase(),
    reference1: input.reference1.toUpperCase(),
    reference2: input.reference2.toUpperCase(),
    headerText: input.headerText,
    createdByUser: input.createdByUser,
    documentDate,
    postingDate,
    taxDeterminationDate: input.taxDeterminationDate,
    plannedReversalDate: input.reversalDate,
    bookedAtMs: nowMs,
    messageId: input.messageId,
    messageUuid: input.messageUuid,
    entryMessageId: input.entryMessageId,
    reversalReason: input.reversalReason,
  };
}

function linesOf({ lines }: CheckedEntry, companyCodeAmounts: readonly Money[]): readonly PostedLine[] {
  return lines.map((line, index) => lineOf(line, companyCodeAmounts[index] ?? line.amount, index + 1));
}

function lineOf(line: CheckedLine, companyCodeAmount: Money, item: number): PostedLine {
  const { input } = line;
  const [first, second, third] = input.references;
  return {
    item,
    accountType: line.accountType,
    isTaxLine: input.kind === 'tax',
    glAccount: line.glAccount,
    partner: line.partner,
    debitCreditCode: line.debitCreditCode,
    amount: line.amount,
    companyCodeAmount,
    taxBase: line.taxBase,
    taxCode: input.taxCode,
    taxItemClassification: input.taxItemClassification,
    costCenter: line.costCenter,
    profitCenter: line.profitCenter,
    orderId: input.orderId,
    wbsElement: input.wbsElement,
    text: input.text,
    assignment: input.assignment,
    references: [first.toUpperCase(), second.toUpperCase(), third.toUpperCase()],
    valueDate: input.valueDate,
    reference: input.reference,
    negativePosting: line.negativePosting,
  };
}

/** The mirror image of the referenced document, booked on the reversal's own dates. */
function prepareReversal(
  world: PretendSapWorld,
  input: EntryInput,
  nowMs: number,
  log: LogMessage[],
): PostedDocument | undefined {
  const header = checkHeader(world, input, log);
  if (!header) return undefined;
  const reference = input.reversalReferenceDocument;
  const original = world.documentsByKey.get(reference as DocumentKey);
  if (!world.documentTypes.has(input.documentType)) {
    log.push(wordedRefusal(`Document type ${input.documentType} is not defined`));
  }
  if (!world.reversalReasons.has(input.reversalReason)) {
    log.push(wordedRefusal(`Reversal reason ${input.reversalReason} is not defined`));
  }
  if (input.lines.length > 0) log.push(wordedRefusal('A reversal carries no line items'));
  if (!original || original.companyCode !== input.companyCode) {
    log.push(wordedRefusal(`Document ${reference} does not exist in company code ${input.companyCode}`));
    return undefined;
  }
  if (world.reversedBy.has(documentKey(original))) log.push(wordedRefusal('Document was already reversed'));
  const number = takeNumber(world, header, log);
  if (number === undefined) return undefined;
  return {
    ...headerOf(number, input, header, nowMs),
    documentReferenceId: (input.documentReferenceId || original.documentReferenceId).toUpperCase(),
    reverses: documentKey(original),
    lines: original.lines.map(mirrorLine),
  };
}

function mirrorLine(line: PostedLine): PostedLine {
  const negated = (amount: Money): Money => money(amount.currency, -amount.minor);
  return {
    ...line,
    debitCreditCode: line.debitCreditCode === 'S' ? 'H' : 'S',
    amount: negated(line.amount),
    companyCodeAmount: negated(line.companyCodeAmount),
    taxBase: line.taxBase && negated(line.taxBase),
  };
}
