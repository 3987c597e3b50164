/**
 * Tries each thing the connector uses in SAP, once, and says of each failure what it means and how to mend it: log-on,
 * network and certificate, session, clock, services with their communication scenarios, company codes, and, when asked,
 * the authorisation to post.
 */
import { type CurrencyCode, type LocalDate, type Problem, parseCurrencyCode, parseLocalDate } from '../core/index.ts';
import type { CompanyCode, PostingKey } from '../ledger/index.ts';
import type { SapAccess } from './access.ts';
import { runSteps, type SapDoctorCheck, type Step } from './check.ts';
import { type ReadService, readServices, whereToSwitchOn } from './doctor-services.ts';
import { findDocuments } from './item-cube.ts';
import { sayJournalEntryService } from './journal-entry-service.ts';
import { literal, type ODataRow, textField } from './odata.ts';
import { SapProblem } from './sap-problem.ts';
import { type TrialPlace, tryPosting } from './try-posting.ts';
import { COMPANY_CODE_FIELDS, COMPANY_CODE_SERVICE, COMPANY_CODE_SET, ITEM_CUBE_SERVICE, serviceRoot } from './wire.ts';

export interface SapDoctorRequest {
  /** Company codes the connection books into. */
  readonly companyCodes: readonly CompanyCode[];
  /** Sends an entry there that SAP cannot book. `null`: nothing is sent. */
  readonly trial: TrialPlace | null;
}

/** A clock that is further off makes tokens look expired or not yet valid. */
const CLOCK_SKEW_MS_MAX = 120_000;
/** These concern the one service whose address gives the session token; the others may work all the same. */
const OF_ONE_SERVICE = new Set(['SAP_SERVICE_NOT_ACTIVE', 'SAP_NOT_AUTHORISED', 'SAP_READ_REFUSED']);
/** A reference that no posting key can have (they begin with AMZ), so the question is real and the answer is empty. */
const NEVER_BOOKED = 'CONNECTION-TEST' as PostingKey;
const ANY_COMPANY_CODE = '0001' as CompanyCode;
const ENDPOINT = 'journal entry service';

/** Asks for each part once (reads are repeated while SAP is away for a moment). Raises nothing but a defect. */
export function examineSap(access: SapAccess, request: SapDoctorRequest): Promise<readonly SapDoctorCheck[]> {
  return runSteps(access, doctorSteps(access, request));
}

/**
 * What posting needs, short of posting: log-on, session, company codes, look-up by reference, and that the journal entry service
 * takes the log-on. A selection of the doctor's checks; nothing in SAP changes.
 */
export function pingSap(access: SapAccess, companyCodes: readonly CompanyCode[]): Promise<readonly SapDoctorCheck[]> {
  const passedOver = new Set(['clock', ...(companyCodes.length > 0 ? ['company codes'] : [])]);
  const steps = doctorSteps(access, { companyCodes, trial: null });
  return runSteps(
    access,
    steps.filter(({ name, onlyFor }) => onlyFor === undefined && !passedOver.has(name)),
  );
}

function doctorSteps(access: SapAccess, { companyCodes, trial }: SapDoctorRequest): readonly Step[] {
  const currencies = new Map<CompanyCode, CurrencyCode>();
  const codes = new Set([...companyCodes, ...(trial === null ? [] : [trial.companyCode])]);
  return [
    { name: 'log-on', tryIt: () => sayLogOn(access), endsAll: () => true },
    {
      name: 'session',
      tryIt: () => saySession(access),
      hint: `The session token is fetched from the service ${ITEM_CUBE_SERVICE}.`,
      endsAll: (problem: Problem) => !OF_ONE_SERVICE.has(problem.code),
    },
    { name: 'clock', tryIt: () => sayClock(access) },
    ...[...codes].map((code) => ({
      name: companyCodeCheck(code),
      tryIt: () => sayCompanyCode(access, code, currencies),
    })),
    ...readServices(access.settings).map((service) => ({
      name: service.name,
      tryIt: () => sayService(access, service, companyCodes[0] ?? ANY_COMPANY_CODE),
      hint: whereToSwitchOn(service),
      ...(service.onlyFor !== null && { onlyFor: service.onlyFor }),
    })),
    { name: ENDPOINT, tryIt: () => sayJournalEntryService(access) },
    ...(trial === null ? [] : [postingStep(access, trial, currencies)]),
  ];
}

function companyCodeCheck(code: CompanyCode): string {
  return `company code ${code}`;
}

function postingStep(access: SapAccess, trial: TrialPlace, currencies: ReadonlyMap<CompanyCode, CurrencyCode>): Step {
  return {
    name: 'posting',
    after: [ENDPOINT, companyCodeCheck(trial.companyCode)],
    tryIt: () => {
      const currency = currencies.get(trial.companyCode);
      if (currency === undefined) throw companyCodeUnknown(trial.companyCode);
      return tryPosting(access, { ...trial, currency, today: todayOf(access) });
    },
  };
}

async function sayLogOn({ credential, settings: { authentication } }: SapAccess): Promise<string> {
  const { authorization } = await credential.logOn();
  const whether = 'the next check shows whether SAP takes';
  switch (authentication.type) {
    case 'oauth2':
      return 'The token server gave an access token.';
    case 'certificate':
      return `Logs on by client certificate; ${whether} it.`;
    case 'basic':
      return `Logs on by user and password; ${whether} them.`;
    case 'destination': {
      const gives = `The destination ${authentication.name} gives`;
      if (authorization === null) return `${gives} no more than a client certificate, if any; ${whether} that.`;
      const isToken = /^bearer /i.test(authorization);
      return isToken ? `${gives} an access token.` : `${gives} user and password; ${whether} them.`;
    }
  }
}

async function saySession({ session }: SapAccess): Promise<string> {
  const { hasToken } = await session.prepare();
  return hasToken ? 'SAP took the log-on and gave a session token for writing.' : 'SAP asks for no session token.';
}

/** By the `Date` header, which SAP or the gateway before it sends with every answer, also with a refusal. */
async function sayClock({ session, settings, clock }: SapAccess): Promise<string> {
  const { answer } = await session.probe({ url: serviceRoot(settings.baseUrl, ITEM_CUBE_SERVICE) });
  const theirMs = Date.parse(answer.headers.date ?? '');
  if (Number.isNaN(theirMs)) return 'SAP does not say what time it is, so the clocks cannot be compared.';
  const skewMs = clock.nowMs() - theirMs;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= CLOCK_SKEW_MS_MAX) return `The clocks differ by ${seconds} s.`;
  throw new SapProblem({
    code: 'SAP_CLOCK_SKEW',
    kind: 'rejected',
    says: `The clock of this machine is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} SAP’s, so that tokens and certificates may be refused.`,
    next: 'Let this machine take its time from a time server (NTP). If it does already, tell the SAP administrator.',
    data: `${seconds} s`,
  });
}

async function sayCompanyCode(
  { odata }: SapAccess,
  code: CompanyCode,
  currencies: Map<CompanyCode, CurrencyCode>,
): Promise<string> {
  const [row] = await odata.readRows({
    service: COMPANY_CODE_SERVICE,
    resource: COMPANY_CODE_SET,
    filter: `CompanyCode eq ${literal(code)}`,
    select: COMPANY_CODE_FIELDS,
    rowsMax: 1,
  });
  if (!row) throw companyCodeUnknown(code);
  currencies.set(code, parseCurrencyCode(textField(row, 'Currency')));
  return describeCompanyCode(row);
}

function describeCompanyCode(row: ODataRow): string {
  const show = (name: (typeof COMPANY_CODE_FIELDS)[number]) => String(row[name] ?? '');
  return `Company code ${show('CompanyCode')} (${show('CompanyCodeName')}): currency ${show('Currency')}, chart of accounts ${show('ChartOfAccounts')}, fiscal year variant ${show('FiscalYearVariant')}.`;
}

async function sayService(access: SapAccess, { service, set, select }: ReadService, anyCode: CompanyCode) {
  if (service === ITEM_CUBE_SERVICE) {
    // Asked as after a posting: without a filter the answer could take SAP minutes.
    const query = { postingKey: NEVER_BOOKED, companyCode: anyCode, postingDate: todayOf(access) };
    await findDocuments(access.odata, query, () => 'calendar');
    return 'Documents can be looked up by their reference.';
  }
  const rows = await access.odata.readRows({ service, resource: set, select, rowsMax: 1 });
  if (rows.length > 0) return 'can be read';
  if (service === COMPANY_CODE_SERVICE) throw companyCodesHidden();
  return 'can be read; SAP shows none to this user';
}

function companyCodeUnknown(code: CompanyCode): SapProblem {
  return new SapProblem({
    code: 'SAP_COMPANY_CODE_UNKNOWN',
    kind: 'rejected',
    says: `SAP has no company code ${code}, or does not show it to this user.`,
    next: 'Correct it in the account table, or give the communication user the authorisation for it.',
    data: code,
  });
}

function companyCodesHidden(): SapProblem {
  return new SapProblem({
    code: 'SAP_COMPANY_CODE_HIDDEN',
    kind: 'rejected',
    says: 'SAP shows no company code to this user.',
    next: 'Give the communication user the authorisation to read company codes.',
  });
}

function todayOf({ clock }: SapAccess): LocalDate {
  return parseLocalDate(new Date(clock.nowMs()).toISOString().slice(0, 10));
}
