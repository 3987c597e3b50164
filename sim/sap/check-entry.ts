/** What SAP checks on a journal entry as a whole before it books it. */
import { formatMoney, type LocalDate, money } from '../../src/core/index.ts';
import { type CheckedLine, checkLine, type LineContext } from './check-line.ts';
import type { EntryInput } from './entry-input.ts';
import { type LogMessage, refusal, wordedRefusal } from './log-message.ts';
import { type CompanyCode, fiscalPeriodOf, isPeriodOpen, type PretendSapWorld } from './world.ts';

/** SAP's entry view numbers its lines with three digits; tax lines count. */
export const linesMax = 999;
const lastRegularPeriod = 12;

export interface CheckedHeader {
  readonly companyCode: CompanyCode;
  readonly fiscalYear: string;
  readonly fiscalPeriod: string;
  readonly documentDate: LocalDate;
  readonly postingDate: LocalDate;
}

export interface CheckedEntry {
  readonly header: CheckedHeader;
  readonly lines: readonly CheckedLine[];
}

const businessTransactionTypes = new Set(['RFBU', 'AZAF', 'RFPI']);
/** The countries whose tax procedure taxes by item. */
const countriesWithTaxByItem = new Set(['US', 'CA', 'BR']);

/** Everything wrong with the entry goes into `log`; the result is complete only when the log stays empty. */
export function checkEntry(
  world: PretendSapWorld,
  input: EntryInput,
  nowMs: number,
  log: LogMessage[],
): CheckedEntry | undefined {
  const header = checkHeader(world, input, log);
  if (!header) return undefined;
  const { companyCode, postingDate } = header;
  const documentType = world.documentTypes.get(input.documentType);
  if (!documentType) {
    log.push(wordedRefusal(`Document type ${input.documentType} is not defined`));
    return undefined;
  }
  if (input.lines.length === 0) log.push(wordedRefusal('No item information transferred into Accounting'));
  if (input.lines.length > linesMax) log.push(refusal('F5 727', 'Maximum number of items in FI reached'));
  if (companyCode.taxesAreTimeDependent && input.taxDeterminationDate === '') {
    log.push(wordedRefusal('Tax date has to be filled from caller'));
  }
  const context: LineContext = { world, companyCode, documentType, postingDate, nowMs };
  const lines: CheckedLine[] = [];
  for (const line of input.lines) {
    const checked = checkLine(context, line, log);
    if (checked) lines.push(checked);
  }
  checkCurrencies(input, log);
  checkBalance(lines, input, log);
  checkTax(companyCode, input, log);
  if (lines.filter((line) => line.isOneTime).length > 1) {
    log.push(refusal('FINS_FI_POSTING_IF 022', 'Only 1 one-time customer per journal entry is allowed'));
  }
  return { header, lines };
}

/** Company code, reference document type, transaction type, dates and period: for entries and for reversals. */
export function checkHeader(world: PretendSapWorld, input: EntryInput, log: LogMessage[]): CheckedHeader | undefined {
  const companyCode = world.companyCodes.get(input.companyCode);
  if (!companyCode) {
    log.push(wordedRefusal(`Company code ${input.companyCode} does not exist`));
    return undefined;
  }
  if (input.referenceDocumentType !== 'BKPFF') {
    log.push(wordedRefusal(`FI/CO interface: Object type ${input.referenceDocumentType} not defined`));
  }
  if (!businessTransactionTypes.has(input.businessTransactionType)) {
    log.push(wordedRefusal(`Business transaction ${input.businessTransactionType} is not defined`));
  }
  const postingDate = input.postingDate as LocalDate;
  const { fiscalYear, period } = fiscalPeriodOf(companyCode, postingDate);
  const fiscalPeriod = choosePeriod(input.postingFiscalPeriod, period);
  if (fiscalPeriod === undefined) {
    log.push(wordedRefusal(`Period ${input.postingFiscalPeriod} is not possible for posting date ${postingDate}`));
  } else if (!isPeriodOpen(world, companyCode.companyCode, fiscalYear, fiscalPeriod)) {
    log.push(refusal('F5 201', `Posting period ${fiscalPeriod} ${fiscalYear} is not open`));
  }
  return {
    companyCode,
    fiscalYear,
    fiscalPeriod: fiscalPeriod ?? period,
    documentDate: input.documentDate as LocalDate,
    postingDate,
  };
}

/** Only the special periods 13 to 16 may differ from the date's own, and only in the last regular period. */
function choosePeriod(stated: string, byDate: string): string | undefined {
  if (stated === '' || Number(stated) === Number(byDate)) return byDate;
  const special = /^1[3-6]$/.test(stated) && Number(byDate) === lastRegularPeriod;
  return special ? stated.padStart(3, '0') : undefined;
}

function checkCurrencies(input: EntryInput, log: LogMessage[]): void {
  const currencies = new Set(
    input.lines.flatMap(({ amount, taxBase }) =>
      [amount?.currency, taxBase?.currency].filter((code) => code !== undefined),
    ),
  );
  if (currencies.size > 1) {
    log.push(refusal('FINS_FI_POSTING_IF 004', `Transaction currencies differ: ${[...currencies].sort().join(', ')}`));
  }
}

/** Checked only when every line was understood: a balance over some lines says nothing. */
function checkBalance(lines: readonly CheckedLine[], input: EntryInput, log: LogMessage[]): void {
  if (lines.length !== input.lines.length) return;
  const sums = new Map<CheckedLine['amount']['currency'], bigint>();
  for (const { amount } of lines) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + amount.minor);
  for (const [currency, sum] of sums) {
    if (sum === 0n) continue;
    const difference = `${currency} ${formatMoney(money(currency, sum))}`;
    log.push(refusal('RW 033', `Balance in transaction currency is not zero (${difference})`));
  }
}

/** SAP computes no tax here: each taxed line needs a tax line of the same code and group. */
function checkTax(companyCode: CompanyCode, input: EntryInput, log: LogMessage[]): void {
  const taxLines = input.lines.filter((line) => line.kind === 'tax');
  const stated = new Set(taxLines.map((line) => `${line.taxCode}/${line.taxGroup}`));
  const missing = new Set<string>();
  for (const line of input.lines) {
    if (line.kind !== 'item' || line.taxCode === '') continue;
    if (!stated.has(`${line.taxCode}/${line.taxGroup}`)) missing.add(line.taxCode);
  }
  for (const taxCode of missing) log.push(refusal('FF 805', `Tax statement item missing for tax code ${taxCode}`));
  for (const line of taxLines) {
    if (line.conditionType === '') log.push(wordedRefusal(`KSCHL is empty (tax code ${line.taxCode})`));
    if (line.reference !== '' && !countriesWithTaxByItem.has(companyCode.country)) {
      log.push(refusal('FF 817', 'Taxes by item is not activated'));
    }
  }
}
