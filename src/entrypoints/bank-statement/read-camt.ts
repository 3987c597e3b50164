import { XMLParser, XMLValidator } from 'fast-xml-parser';
import {
  isProblem,
  type LocalDate,
  type Money,
  parseCurrencyCode,
  parseLocalDate,
  parseMoney,
} from '../../core/index.ts';
import { type BankStatement, type Movement, oneLine, unreadableStatement, withReferences } from './statement.ts';

/** Beyond this a file is no bank statement. */
export const STATEMENT_BYTES_MAX = 50_000_000;

type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** Words by which banks say that they have none. */
const NO_REFERENCE = /^(NOTPROVIDED|NONREF|NOREF)?$/i;

/**
 * Reads a bank statement in camt.053 (any version): every movement that is booked, a collective one by its parts where the
 * bank states their amounts. Raises `BANK_STATEMENT_UNREADABLE` (invalid).
 */
export function readCamt(text: string, file: string): BankStatement {
  if (/<!DOCTYPE/i.test(text))
    throw unreadableStatement('The file declares a document type, which no bank statement does.', { file });
  const fault = XMLValidator.validate(text);
  if (fault !== true) throw unreadableStatement(`The file is not XML: ${fault.err.msg}`, { file, row: fault.err.line });
  const root: unknown = parser.parse(text);
  const message = nodeAt(root, ['Document', 'BkToCstmrStmt']);
  if (!message) throw unreadableStatement('The file is XML, but no camt.053 bank statement.', { file });
  const movements = listOf(message.Stmt).flatMap((statement) => readStatement(statement, file));
  return { format: 'camt.053', movements: withReferences(movements) };
}

function readStatement(statement: Node, file: string): Movement[] {
  const statementId = textOf(statement.Id);
  const account = nodeAt(statement, ['Acct', 'Id']);
  const bankAccount = textOf(account?.IBAN) || textOf(nodeAt(account, ['Othr'])?.Id);
  if (bankAccount === '') throw unreadableStatement(`Statement ${statementId} names no bank account.`, { file });
  return listOf(statement.Ntry).flatMap((entry, index) => {
    const path = `Stmt ${statementId} Ntry ${index + 1}`;
    const status = typeof entry.Sts === 'object' ? textOf(asNode(entry.Sts)?.Cd) : textOf(entry.Sts);
    // Announced movements may still change or go away.
    if (status !== '' && status !== 'BOOK') return [];
    return readEntry(entry, { statementId, bankAccount, file, path });
  });
}

interface EntryPlace {
  readonly statementId: string;
  readonly bankAccount: string;
  readonly file: string;
  readonly path: string;
}

function readEntry(entry: Node, place: EntryPlace): Movement[] {
  const { statementId, bankAccount } = place;
  const total = amountOf(entry, place);
  const bookedOn = dayOf(entry.BookgDt, place) ?? dayOf(entry.ValDt, place);
  if (bookedOn === null) throw unreadableStatement('A movement has no day.', { file: place.file, path: place.path });
  const facts = { bankAccount, statementId, bookedOn, valueOn: dayOf(entry.ValDt, place) };
  const details = listOf(entry.NtryDtls).flatMap((each) => listOf(each.TxDtls));
  const parts = details.map((each) => partOf(each, entry, place));
  const sum = parts.reduce((minor, part) => minor + (part?.minor ?? 0n), 0n);
  const own = referenceOf(entry, statementId);
  if (details.length > 1 && parts.every((part) => part !== null) && sum === total.minor) {
    return details.map((each, index) => ({
      ...facts,
      amount: parts[index] as Money,
      ...wordsOf([each], entry),
      entryReference: own === null ? null : `${own}/${index + 1}`,
    }));
  }
  return [{ ...facts, amount: total, ...wordsOf(details, entry), entryReference: own }];
}

/** The amount of a part of a collective movement, with the movement's own sign; `null` where the bank states none. */
function partOf(details: Node, entry: Node, place: EntryPlace): Money | null {
  const stated = details.Amt ?? nodeAt(details, ['AmtDtls', 'TxAmt'])?.Amt;
  if (stated === undefined) return null;
  const sign = textOf(details.CdtDbtInd) || textOf(entry.CdtDbtInd);
  return moneyOf(stated, sign, place);
}

function amountOf(entry: Node, place: EntryPlace): Money {
  return moneyOf(entry.Amt, textOf(entry.CdtDbtInd), place);
}

function moneyOf(amount: unknown, sign: string, { file, path }: EntryPlace): Money {
  const currency = textOf(asNode(amount)?.['@Ccy']);
  const text = typeof amount === 'object' ? textOf(asNode(amount)?.['#text']) : textOf(amount);
  if (sign !== 'CRDT' && sign !== 'DBIT')
    throw unreadableStatement('A movement says neither credit nor debit.', { file, path }, sign);
  try {
    const value = parseMoney(text, parseCurrencyCode(currency));
    return sign === 'DBIT' ? { ...value, minor: -value.minor } : value;
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    throw unreadableStatement(thrown.says, { file, path }, `${text} ${currency}`);
  }
}

function dayOf(value: unknown, { file, path }: EntryPlace): LocalDate | null {
  const node = asNode(value);
  const text = textOf(node?.Dt) || textOf(node?.DtTm).slice(0, 10);
  if (text === '') return null;
  try {
    return parseLocalDate(text.slice(0, 10));
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    throw unreadableStatement(thrown.says, { file, path }, text);
  }
}

/** The servicer's reference is unique in the account; the number of an entry only in its statement. */
function referenceOf(entry: Node, statementId: string): string | null {
  const servicer = textOf(entry.AcctSvcrRef);
  if (!NO_REFERENCE.test(servicer)) return servicer;
  const own = textOf(entry.NtryRef);
  return NO_REFERENCE.test(own) || NO_REFERENCE.test(statementId) ? null : `${statementId}/${own}`;
}

function wordsOf(details: readonly Node[], entry: Node): { readonly counterparty: string; readonly text: string } {
  const isCredit = textOf(entry.CdtDbtInd) === 'CRDT';
  const names = details.map((each) => {
    const parties = nodeAt(each, ['RltdPties']);
    const party = asNode(isCredit ? parties?.Dbtr : parties?.Cdtr);
    return textOf(party?.Nm) || textOf(nodeAt(party, ['Pty'])?.Nm);
  });
  const texts = details.flatMap((each) => {
    const remittance = nodeAt(each, ['RmtInf']);
    const structured = listOf(remittance?.Strd).map((one) => textOf(nodeAt(one, ['CdtrRefInf'])?.Ref));
    return [...textsOf(remittance?.Ustrd), ...structured, ...referencesOf(each), textOf(each.AddtlTxInf)];
  });
  return {
    counterparty: oneLine([...new Set(names)]),
    text: oneLine([...texts, textOf(entry.AddtlNtryInf)]),
  };
}

function referencesOf(details: Node): readonly string[] {
  const refs = nodeAt(details, ['Refs']);
  const names = ['EndToEndId', 'TxId', 'InstrId', 'PmtInfId', 'AcctSvcrRef', 'UETR'];
  return names.map((name) => textOf(refs?.[name])).filter((text) => !NO_REFERENCE.test(text));
}

function nodeAt(value: unknown, path: readonly string[]): Node | undefined {
  let node = asNode(value);
  for (const step of path) node = asNode(node?.[step]);
  return node;
}

function asNode(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
}

function listOf(value: unknown): readonly Node[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.flatMap((each): readonly Node[] => {
    const node = asNode(each);
    return node ? [node] : [];
  });
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  const text = asNode(value)?.['#text'];
  return typeof text === 'string' ? text.trim() : '';
}
