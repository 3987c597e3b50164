import { isProblem, type LocalDate } from '../../core/index.ts';
import {
  assertBalanced,
  countDocumentLines,
  DOCUMENT_LINES_MAX,
  type JournalEntry,
  type JournalLine,
  KEY_LENGTHS,
} from '../../ledger/index.ts';
import { isLineKind, lineKindFacts } from '../../mapping/index.ts';
import type { CompanyCodeFacts } from '../master-data.ts';
import { checkUse, type SimulationRules } from './check-use.ts';
import { type Finding, FindingList, type FindingPlace } from './finding.ts';
import { type MasterDataView, sayPart } from './master-data-view.ts';

/**
 * What SAP would say to these entries, by what is known of its master data: every fault of every entry at once. Pure: the
 * same entries and data give the same findings. What could not be told is among them, once for each part of the data.
 */
export function simulateEntries(
  entries: readonly JournalEntry[],
  data: MasterDataView,
  rules: SimulationRules,
  today: LocalDate,
): readonly Finding[] {
  const findings = new FindingList();
  for (const entry of entries) simulateEntry(entry, { data, rules, today, findings });
  addUnread(data, findings);
  return findings.all();
}

interface EntryContext {
  readonly data: MasterDataView;
  readonly rules: SimulationRules;
  readonly today: LocalDate;
  readonly findings: FindingList;
}

function simulateEntry(entry: JournalEntry, context: EntryContext): void {
  const { data, rules, findings } = context;
  checkForm(entry, findings);
  checkDates(entry, context);
  const company = checkCompanyCode(entry.companyCode, { postingKey: entry.postingKey, line: null }, { data, findings });
  const accountTypes = sentLines(entry).map(([, line]) => (line.customer === undefined ? 'S' : 'D'));
  const { postingKey, documentType } = entry;
  checkDocumentType({ documentType, place: { postingKey, line: null }, accountTypes }, { data, findings });
  if (!company) return;
  for (const [number, line] of sentLines(entry)) {
    const place = { postingKey: entry.postingKey, line: number };
    const places = {
      row: place,
      glAccount: place,
      customer: place,
      costCenter: place,
      profitCenter: place,
      taxCode: place,
    };
    const nature = isLineKind(line.kind) ? lineKindFacts(line.kind).nature : null;
    const use = { ...line, customer: line.customer ?? null, nature, on: entry.postingDate, places };
    checkUse(use, { company, data, rules, findings });
  }
}

/** Lines without an amount are not sent. With their numbers among all lines, as they are shown. */
function sentLines(entry: JournalEntry): readonly (readonly [number, JournalLine])[] {
  return entry.lines.flatMap((line, index) => (line.amount.minor === 0n ? [] : [[index + 1, line] as const]));
}

/** A company code that SAP has, or `undefined`. Everything else hangs on it: its chart and its controlling area. */
export function checkCompanyCode(
  companyCode: string,
  place: FindingPlace,
  { data, findings }: { readonly data: MasterDataView; readonly findings: FindingList },
): CompanyCodeFacts | undefined {
  const found = data.find('company-codes', '', companyCode);
  if (found.state === 'absent') {
    findings.add('error', {
      value: companyCode,
      place,
      about: { kind: 'company-codes', scope: '' },
      code: 'SIMULATION_COMPANY_CODE_UNKNOWN',
      kind: 'rejected',
      says: `Company code ${companyCode} does not exist in SAP, or the communication user may not see it.`,
      next: 'Name a company code that exists in the account table, or give the user the authorisation for it.',
    });
  }
  return found.state === 'known' ? found.rows[0] : undefined;
}

/** What needs no master data: the entry balances, and its keys and its number of items fit into SAP's fields. */
function checkForm(entry: JournalEntry, findings: FindingList): void {
  const place = { postingKey: entry.postingKey, line: null };
  try {
    assertBalanced(entry);
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    findings.add('error', { ...thrown.toJSON(), value: '', place, about: null });
  }
  const items = countDocumentLines(entry.lines);
  if (items > DOCUMENT_LINES_MAX) {
    findings.add('error', {
      value: String(items),
      place,
      about: null,
      code: 'SIMULATION_TOO_MANY_ITEMS',
      kind: 'rejected',
      says: `The entry has ${items} items with its tax items; SAP takes at most ${DOCUMENT_LINES_MAX} in one document.`,
      next: 'Report this with the settlement file: the program cuts entries well below that limit.',
    });
  }
  const check = (line: number | null, field: keyof typeof KEY_LENGTHS, value: string | null | undefined) =>
    checkKey({ place: { ...place, line }, field, value: value ?? null }, findings);
  check(null, 'companyCode', entry.companyCode);
  check(null, 'documentType', entry.documentType);
  check(null, 'postingKey', entry.postingKey);
  for (const [number, line] of sentLines(entry)) {
    check(number, 'glAccount', line.glAccount);
    check(number, 'customer', line.customer);
    check(number, 'costCenter', line.costCenter);
    check(number, 'profitCenter', line.profitCenter);
    check(number, 'taxCode', line.taxCode);
  }
}

/** Texts are cut to their fields, keys never: a cut key is another key. */
function checkKey(
  input: { readonly place: FindingPlace; readonly field: keyof typeof KEY_LENGTHS; readonly value: string | null },
  findings: FindingList,
): void {
  const { place, field, value } = input;
  const lengthMax = KEY_LENGTHS[field];
  if (value === null || (value.length >= 1 && value.length <= lengthMax && !/\p{Cc}/u.test(value))) return;
  findings.add('error', {
    value,
    place,
    about: null,
    code: 'SIMULATION_KEY_DOES_NOT_FIT',
    kind: 'rejected',
    says: `${JSON.stringify(value)} does not fit into SAP's field for ${field}, which takes 1 to ${lengthMax} printable characters.`,
    next: 'Correct the value in the account table.',
  });
}

function checkDates(entry: JournalEntry, { data, today, findings }: EntryContext): void {
  const { postingDate, companyCode, postingKey } = entry;
  const place = { postingKey, line: null };
  if (postingDate > today) {
    findings.add('warning', {
      value: postingDate,
      place,
      about: null,
      code: 'SIMULATION_POSTING_DATE_AHEAD',
      kind: 'rejected',
      says: `The posting date ${postingDate} is later than today, ${today}; SAP may not have opened its period yet.`,
      next: 'Wait until then, or open the period in SAP.',
    });
  }
  const found = data.find('posting-periods', companyCode, companyCode);
  if (found.state === 'unread') return;
  const rows = found.state === 'known' ? found.rows : [];
  const periods = rows.filter(
    ({ from, to }) => from !== null && to !== null && from <= postingDate && postingDate <= to,
  );
  if (periods.some(({ isOpen }) => isOpen)) return;
  if (periods.length === 0) {
    findings.add('not-checked', {
      value: postingDate,
      place,
      about: { kind: 'posting-periods', scope: companyCode },
      code: 'SIMULATION_PERIOD_NOT_TOLD',
      kind: 'unavailable',
      says: `Not checked, because the view of posting periods has none that holds ${postingDate} in company code ${companyCode}.`,
      next: 'Look whether the view shows this company code; periods of a shifted fiscal year need from and to.',
    });
    return;
  }
  findings.add('error', {
    value: postingDate,
    place,
    about: { kind: 'posting-periods', scope: companyCode },
    code: 'SIMULATION_PERIOD_CLOSED',
    kind: 'rejected',
    says: `The posting period that holds ${postingDate} is closed in company code ${companyCode}.`,
    next: 'Open the period in SAP, then sync again.',
  });
}

/** It exists, and takes lines of these account types: `S` G/L, `D` customer. */
export function checkDocumentType(
  input: { readonly documentType: string; readonly place: FindingPlace; readonly accountTypes: readonly ('S' | 'D')[] },
  { data, findings }: { readonly data: MasterDataView; readonly findings: FindingList },
): void {
  const { documentType, place } = input;
  const subject = {
    value: documentType,
    place,
    about: { kind: 'document-types', scope: '' } as const,
  };
  const found = data.find('document-types', '', documentType);
  if (found.state === 'absent') {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_DOCUMENT_TYPE_UNKNOWN',
      kind: 'rejected',
      says: `Document type ${documentType} does not exist in SAP.`,
      next: 'Name a document type that exists in companyCodes of the account table.',
    });
  }
  if (found.state !== 'known') return;
  const { accountTypes } = found.rows[0];
  const refused = [...new Set(input.accountTypes)].filter(
    (type) => accountTypes !== '' && !accountTypes.includes(type),
  );
  for (const type of refused) {
    findings.add('error', {
      ...subject,
      code: 'SIMULATION_DOCUMENT_TYPE_OTHER_ACCOUNTS',
      kind: 'rejected',
      says: `Document type ${documentType} takes account types ${accountTypes}, but the entry has lines to ${type === 'S' ? 'G/L accounts (S)' : 'customers (D)'}.`,
      next: 'Name another document type in companyCodes of the account table, or allow the account type in SAP.',
    });
  }
}

/** What could not be told, once for each part of the data. */
export function addUnread(data: MasterDataView, findings: FindingList): void {
  for (const { kind, scope, problem } of data.unread()) {
    const about = { kind, scope };
    if (problem) {
      findings.add('not-checked', {
        value: '',
        place: null,
        about,
        code: 'SIMULATION_NOT_READ',
        kind: 'unavailable',
        says: `Not checked, because SAP did not give its ${sayPart(kind, scope)}: ${problem.code}: ${problem.says}`,
        next: problem.next,
      });
      continue;
    }
    findings.add('not-checked', {
      value: sayPart(kind, ''),
      place: null,
      about: null,
      code: 'SIMULATION_NOT_OFFERED',
      kind: 'unavailable',
      says: `Not checked, because SAP has no service for its ${sayPart(kind, '')}.`,
      next: 'To have it checked, release a view of your own and name it in sap.customViews (docs/connection-file.md).',
    });
  }
}
