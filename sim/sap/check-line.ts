/** What SAP checks on each line of a journal entry against master data. */
import { isCurrencyCode, isProblem, type LocalDate, type Money, parseMoney } from '../../src/core/index.ts';
import type { AmountInput, LineInput } from './entry-input.ts';
import { type LogMessage, refusal, wordedRefusal } from './log-message.ts';
import { findLock } from './obstacles.ts';
import { isPostingBlocked } from './partners/change-row.ts';
import { findRow, showNumber } from './partners/partner-store.ts';
import {
  type CompanyCode,
  type CostCenter,
  convertAlpha,
  type DocumentType,
  findGlAccount,
  type GlAccount,
  type PretendSapWorld,
  type RequiredField,
  type TaxCode,
} from './world.ts';

export interface LineContext {
  readonly world: PretendSapWorld;
  readonly companyCode: CompanyCode;
  readonly documentType: DocumentType;
  readonly postingDate: LocalDate;
  readonly nowMs: number;
}

export interface CheckedLine {
  readonly input: LineInput;
  readonly accountType: 'S' | 'D' | 'K';
  /** Padded. The reconciliation account on customer and supplier lines, the tax account on tax lines. */
  readonly glAccount: string;
  readonly partner: string;
  readonly isOneTime: boolean;
  readonly amount: Money;
  readonly taxBase: Money | undefined;
  readonly debitCreditCode: 'S' | 'H';
  readonly negativePosting: boolean;
  readonly costCenter: string;
  readonly profitCenter: string;
}

interface Subject {
  readonly accountType: 'S' | 'D' | 'K';
  readonly glAccount: string;
  readonly partner: string;
  readonly isOneTime: boolean;
  readonly master: GlAccount | undefined;
}

/** Adds what is wrong to `log`; returns the line when nothing kept it from being understood. */
export function checkLine(context: LineContext, input: LineInput, log: LogMessage[]): CheckedLine | undefined {
  const { companyCode, documentType } = context;
  const before = log.length;
  if (input.companyCode !== '' && input.companyCode !== companyCode.companyCode) {
    log.push(wordedRefusal(`Cross-company posting to ${input.companyCode} is not set up (item ${input.position})`));
  }
  const subject = findSubject(context, input, log);
  if (subject && !documentType.accountTypes.includes(subject.accountType)) {
    log.push(
      refusal(
        'F5 204',
        `Account type ${subject.accountType} is not allowed for doc. type ${documentType.documentType}`,
      ),
    );
  }
  const amount = readMoney(input.amount, input, log);
  const taxBase = input.taxBase ? readMoney(input.taxBase, input, log) : undefined;
  const side = amount ? checkSide(context, input, amount, log) : undefined;
  const costCenter = checkCostCenter(context, input, subject, log);
  const profitCenter = checkProfitCenter(context, input, costCenter, log);
  if (subject?.master) checkFieldStatus(context, input, subject.master, profitCenter, log);
  if (!subject || !amount || !side || log.length > before) return undefined;
  const { accountType, glAccount, partner, isOneTime } = subject;
  return {
    input,
    accountType,
    glAccount,
    partner,
    isOneTime,
    amount,
    taxBase,
    ...side,
    costCenter: costCenter?.costCenter ?? '',
    profitCenter,
  };
}

function findSubject(context: LineContext, input: LineInput, log: LogMessage[]): Subject | undefined {
  const { world, companyCode } = context;
  switch (input.kind) {
    case 'item':
      return findLedgerAccount(context, input, log);
    case 'debtor':
      return findCustomer(context, input, log);
    case 'creditor':
      return findSupplier(context, input, log);
    case 'tax': {
      const taxCode = findTaxCode(world, companyCode, input.taxCode);
      if (!taxCode) {
        log.push(refusal('FF 753', `Tax code ${input.taxCode} in procedure TAX${companyCode.country} is invalid`));
        return undefined;
      }
      return { accountType: 'S', glAccount: taxCode.glAccount, partner: '', isOneTime: false, master: undefined };
    }
    case 'withholding':
      log.push(wordedRefusal(`Withholding tax is not active in company code ${companyCode.companyCode}`));
      return undefined;
  }
}

function findLedgerAccount(context: LineContext, input: LineInput, log: LogMessage[]): Subject | undefined {
  const { world, companyCode, nowMs } = context;
  const chart = companyCode.chartOfAccounts;
  const glAccount = convertAlpha(input.account, 10);
  const master = findGlAccount(world, chart, input.account);
  if (!master) {
    log.push(refusal('F5 507', `G/L account ${input.account} is not defined in chart of accounts ${chart}`));
    log.push(refusal('FH 004', `Account ${input.account} does not exist in chart of accounts ${chart}`));
    return undefined;
  }
  if (master.companyCodes && !master.companyCodes.includes(companyCode.companyCode)) {
    log.push(refusal('F5 155', `Account ${glAccount} does not exist in company code ${companyCode.companyCode}`));
    return undefined;
  }
  const lock = findLock(world, 'glAccount', glAccount, nowMs);
  if (lock) log.push(refusal('MC 601', `Object requested is currently locked by user ${lock.user}`));
  if (master.reconciles !== undefined) {
    log.push(wordedRefusal(`Account ${glAccount} ${companyCode.companyCode} cannot be directly posted to`));
  }
  if (master.markedForDeletion) {
    log.push(wordedRefusal(`Account ${glAccount} ${companyCode.companyCode} is marked for deletion`));
  }
  if (master.blockedForPosting) {
    log.push(refusal('F5 350', `Account ${glAccount} ${companyCode.companyCode} is blocked for posting`));
  }
  if (input.taxCode !== '' && !findTaxCode(world, companyCode, input.taxCode)) {
    log.push(refusal('FF 753', `Tax code ${input.taxCode} in procedure TAX${companyCode.country} is invalid`));
  }
  if (input.taxCode === '' && master.taxCodeRequired) {
    log.push(refusal('F5 286', `Enter a tax code for account ${glAccount} ${companyCode.companyCode}`));
  }
  return { accountType: 'S', glAccount, partner: '', isOneTime: false, master };
}

export function findTaxCode(world: PretendSapWorld, companyCode: CompanyCode, taxCode: string): TaxCode | undefined {
  return world.taxCodes.find((row) => row.country === companyCode.country && row.taxCode === taxCode);
}

function findCustomer(
  { world, companyCode, nowMs }: LineContext,
  input: LineInput,
  log: LogMessage[],
): Subject | undefined {
  const number = convertAlpha(input.account, 10);
  const key = { Customer: showNumber(number), CompanyCode: companyCode.companyCode };
  const row = findRow(world.partners, 'A_CustomerCompany', key);
  if (!row || row.visibleFromMs > nowMs) {
    const note = `Customer ${input.account} is not defined in company code ${companyCode.companyCode}`;
    log.push(refusal('F5 102', note));
    return undefined;
  }
  const lock = findLock(world, 'customer', number, nowMs);
  if (lock) log.push(refusal('F5 039', `Account ${number} is currently blocked by user ${lock.user}`));
  if (isPostingBlocked(world, row.values)) {
    log.push(refusal('F5 350', `Account ${number} ${companyCode.companyCode} is blocked for posting`));
  }
  const isOneTime = row.isOneTime ?? false;
  if (isOneTime && !input.hasOneTimeDetails) log.push(oneTimeDetailsMissing(number, input));
  const glAccount = convertAlpha(String(row.values.ReconciliationAccount ?? ''), 10);
  return { accountType: 'D', glAccount, partner: number, isOneTime, master: undefined };
}

function oneTimeDetailsMissing(number: string, input: LineInput): LogMessage {
  return wordedRefusal(`Enter the name and address of one-time account ${number} (item ${input.position})`);
}

function findSupplier(
  { world, companyCode, nowMs }: LineContext,
  input: LineInput,
  log: LogMessage[],
): Subject | undefined {
  const number = convertAlpha(input.account, 10);
  const partner = world.suppliers.find((row) => row.number === number && row.companyCode === companyCode.companyCode);
  if (!partner) {
    const note = `Vendor ${input.account} is not defined in company code ${companyCode.companyCode}`;
    log.push(refusal('F5 104', note));
    return undefined;
  }
  const lock = findLock(world, 'supplier', number, nowMs);
  if (lock) log.push(refusal('F5 039', `Account ${number} is currently blocked by user ${lock.user}`));
  if (partner.oneTime && !input.hasOneTimeDetails) log.push(oneTimeDetailsMissing(number, input));
  return {
    accountType: 'K',
    glAccount: convertAlpha(partner.reconciliationAccount, 10),
    partner: number,
    isOneTime: partner.oneTime ?? false,
    master: undefined,
  };
}

function readMoney(amount: AmountInput | undefined, input: LineInput, log: LogMessage[]): Money | undefined {
  const text = amount?.text.replace(/^([+-]?)\./, '$10.').replace(/\.$/, '') ?? '';
  if (!amount || !isCurrencyCode(amount.currency)) {
    log.push(refusal('FINS_FI_POSTING_IF 002', `Currency ${amount?.currency ?? ''} is not valid (${input.position})`));
    return undefined;
  }
  try {
    return parseMoney(text, amount.currency);
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    const note = `Amount ${text} has more decimals than ${amount.currency} (item ${input.position})`;
    log.push(refusal('FINS_FI_POSTING_IF 003', note));
    return undefined;
  }
}

/** A zero amount books nothing on a ledger line; on a tax line it states a base that bears no tax. */
function checkSide(
  { documentType }: LineContext,
  input: LineInput,
  amount: Money,
  log: LogMessage[],
): { debitCreditCode: 'S' | 'H'; negativePosting: boolean } | undefined {
  if (amount.minor === 0n && input.kind !== 'tax') {
    log.push(refusal('FINS_FI_POSTING_IF 001', `Amount in transaction currency is missing in item ${input.position}`));
    return undefined;
  }
  const signOf = amount.minor === 0n ? (input.taxBase?.text.startsWith('-') ?? false) : amount.minor < 0n;
  const bySign = signOf ? 'H' : 'S';
  const code = input.debitCreditCode === '' ? bySign : input.debitCreditCode;
  if (code !== 'S' && code !== 'H') {
    log.push(wordedRefusal(`Debit/credit code ${code} is not defined (item ${input.position})`));
    return undefined;
  }
  const negativePosting = amount.minor !== 0n && code !== bySign;
  if (negativePosting && !documentType.negativePostingAllowed) {
    const note = `Sign of the amount and debit/credit code ${code} differ in item ${input.position}; document type ${documentType.documentType} allows no negative posting`;
    log.push(wordedRefusal(note));
    return undefined;
  }
  return { debitCreditCode: code, negativePosting };
}

function checkCostCenter(
  { world, companyCode, postingDate }: LineContext,
  input: LineInput,
  subject: Subject | undefined,
  log: LogMessage[],
): CostCenter | undefined {
  if (input.costCenter === '') return undefined;
  const key = convertAlpha(input.costCenter, 10);
  const area = companyCode.controllingArea;
  const found = world.costCenters.find(
    (row) =>
      row.controllingArea === area &&
      row.costCenter === key &&
      row.validFrom <= postingDate &&
      postingDate <= row.validTo,
  );
  if (!found) {
    log.push(refusal('KI 265', `Cost center ${area}/${input.costCenter} does not exist on ${postingDate}`));
    return undefined;
  }
  if (found.companyCode !== companyCode.companyCode) {
    log.push(refusal('KI 222', `Cost center ${area}/${key} belongs to company code ${found.companyCode}`));
  }
  if (found.blockedForPrimaryCosts && subject?.master?.kind === 'profitAndLoss') {
    log.push(
      refusal(
        'KI 234',
        `Cost center ${area}/${key} is blocked against direct postings of primary costs on ${postingDate}`,
      ),
    );
  }
  return found;
}

/** The profit centre stated, else the one of the cost centre. */
function checkProfitCenter(
  { world, companyCode, postingDate }: LineContext,
  input: LineInput,
  costCenter: CostCenter | undefined,
  log: LogMessage[],
): string {
  if (input.profitCenter === '') return convertAlpha(costCenter?.profitCenter ?? '', 10);
  const key = convertAlpha(input.profitCenter, 10);
  const area = companyCode.controllingArea;
  const found = world.profitCenters.find(
    (row) =>
      row.controllingArea === area &&
      row.profitCenter === key &&
      row.validFrom <= postingDate &&
      postingDate <= row.validTo,
  );
  if (!found) log.push(wordedRefusal(`Profit center ${area}/${input.profitCenter} does not exist on ${postingDate}`));
  else if (found.blocked) log.push(wordedRefusal(`Profit center ${area}/${key} is locked for postings`));
  return key;
}

function checkFieldStatus(
  { companyCode }: LineContext,
  input: LineInput,
  master: GlAccount,
  profitCenter: string,
  log: LogMessage[],
): void {
  const account = `${companyCode.companyCode} ${master.glAccount}`;
  const values: Readonly<Record<RequiredField, string>> = {
    CostCenter: input.costCenter,
    ProfitCenter: profitCenter,
    DocumentItemText: input.text,
    AssignmentReference: input.assignment,
    ValueDate: input.valueDate,
  };
  for (const field of master.requiredFields ?? []) {
    if (values[field] === '')
      log.push(refusal('F5 808', `Field ${field} is a required field for G/L account ${account}`));
  }
  const hasCostObject =
    [input.costCenter, input.orderId, input.wbsElement, input.profitCenter].some((key) => key !== '') ||
    input.hasProfitabilitySupplement;
  if (master.kind === 'profitAndLoss' && !hasCostObject) {
    log.push(refusal('KI 235', `Account ${master.glAccount} requires an assignment to a CO object`));
  }
  if (companyCode.profitCenterRequired && profitCenter === '') {
    log.push(refusal('GLT2 201', `Balancing field "Profit Center" in line item ${input.position} not filled`));
  }
}
