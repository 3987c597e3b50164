/**
 * Tries each thing the connector uses in SAP, once, and says of each failure what it means and how to mend it: log-on,
 * network and certificate, session, clock, services with their communication scenarios, company codes, and, when asked,
 * the authorisation to post.
 */
import {
  type CurrencyCode,
  isProblem,
  type LocalDate,
  type Problem,
  parseCurrencyCode,
  parseLocalDate,
} from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import type { SapAccess } from './access.ts';
import { READ_SERVICES, type ReadService, whereToSwitchOn } from './doctor-services.ts';
import { sayJournalEntryService } from './journal-entry-service.ts';
import { networkHint } from './network-hint.ts';
import { literal, textField } from './odata.ts';
import { describeCompanyCode } from './ping.ts';
import { SapProblem } from './sap-problem.ts';
import { type TrialPlace, tryPosting } from './try-posting.ts';
import { COMPANY_CODE_FIELDS, COMPANY_CODE_SERVICE, COMPANY_CODE_SET, ITEM_CUBE_SERVICE, serviceRoot } from './wire.ts';

/** One thing that has to work, and whether it does. */
export interface SapDoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  /** `false`: the connector posts without it; `says` tells what it cannot do then. */
  readonly isNeeded: boolean;
  readonly says: string;
  /** What to do about it; `null` when there is nothing to do. */
  readonly next: string | null;
  /** Code of the problem; `null` when it works or was not tried. */
  readonly code: string | null;
}

export interface SapDoctorRequest {
  /** Company codes the connection books into. */
  readonly companyCodes: readonly CompanyCode[];
  /** Sends an entry there that SAP cannot book. `null`: nothing is sent. */
  readonly trial: TrialPlace | null;
}

interface Finding {
  readonly check: SapDoctorCheck;
  readonly problem: Problem | null;
}

/** A clock that is further off makes tokens look expired or not yet valid. */
const CLOCK_SKEW_MS_MAX = 120_000;
/** These concern the one service whose address gives the session token; the others may work all the same. */
const OF_ONE_SERVICE = new Set(['SAP_SERVICE_NOT_ACTIVE', 'SAP_NOT_AUTHORISED', 'SAP_READ_REFUSED']);

/** Asks for each part once (reads are repeated while SAP is away for a moment). Raises nothing but a defect. */
export async function examineSap(access: SapAccess, request: SapDoctorRequest): Promise<readonly SapDoctorCheck[]> {
  const doctor = new Doctor(access);
  const codes = request.companyCodes;
  const later = [
    'clock',
    ...codes.map((code) => `company code ${code}`),
    ...READ_SERVICES.map(({ name }) => name),
    'journal entry service',
    ...(request.trial ? ['posting'] : []),
  ];
  const logOn = await doctor.examine('log-on', () => sayLogOn(access));
  if (logOn.problem) return [logOn.check, ...['session', ...later].map((name) => notTried(name, 'log-on'))];
  const session = await doctor.examine('session', () => saySession(access), {
    hint: `The session token is fetched from the service ${ITEM_CUBE_SERVICE}.`,
  });
  if (session.problem && !OF_ONE_SERVICE.has(session.problem.code)) {
    return [logOn.check, session.check, ...later.map((name) => notTried(name, 'session'))];
  }
  const checks = [logOn.check, session.check, (await doctor.examine('clock', () => sayClock(access))).check];
  const currencies = new Map<CompanyCode, CurrencyCode>();
  for (const code of codes) checks.push((await doctor.companyCode(code, currencies)).check);
  for (const service of READ_SERVICES) checks.push((await doctor.service(service)).check);
  const endpoint = await doctor.examine('journal entry service', () => sayJournalEntryService(access));
  checks.push(endpoint.check);
  if (!request.trial) return checks;
  const currency = currencies.get(request.trial.companyCode);
  if (endpoint.problem) checks.push(notTried('posting', 'journal entry service'));
  else if (!currency) checks.push(notTried('posting', `company code ${request.trial.companyCode}`));
  else {
    const trial = { ...request.trial, currency, today: todayOf(access) };
    checks.push((await doctor.examine('posting', () => tryPosting(access, trial))).check);
  }
  return checks;
}

class Doctor {
  readonly #access: SapAccess;

  constructor(access: SapAccess) {
    this.#access = access;
  }

  /** `hint` is added to what is to be done; `isNeeded` says whether posting depends on it. */
  async examine(
    name: string,
    tryIt: () => Promise<string>,
    { hint = '', onlyFor = null }: { hint?: string; onlyFor?: string | null } = {},
  ): Promise<Finding> {
    const isNeeded = onlyFor === null;
    try {
      return { check: { name, ok: true, isNeeded, says: await tryIt(), next: null, code: null }, problem: null };
    } catch (error) {
      if (!isProblem(error)) throw error;
      const problem = this.#access.redactor.problem(error);
      const says = isNeeded ? problem.says : `${problem.says} It is needed only for ${onlyFor}.`;
      const next = [networkHint(problem.data) ?? problem.next, hint].filter((part) => part !== '').join(' ');
      return { check: { name, ok: false, isNeeded, says, next, code: problem.code }, problem };
    }
  }

  companyCode(code: CompanyCode, currencies: Map<CompanyCode, CurrencyCode>): Promise<Finding> {
    const readIt = async () => {
      const [row] = await this.#access.odata.readRows({
        service: COMPANY_CODE_SERVICE,
        resource: COMPANY_CODE_SET,
        filter: `CompanyCode eq ${literal(code)}`,
        select: COMPANY_CODE_FIELDS,
        rowsMax: 1,
      });
      if (!row) throw companyCodeUnknown(code);
      currencies.set(code, parseCurrencyCode(textField(row, 'Currency')));
      return describeCompanyCode(row);
    };
    return this.examine(`company code ${code}`, readIt);
  }

  service(service: ReadService): Promise<Finding> {
    const readIt = async () => {
      const rows = await this.#access.odata.readRows({
        service: service.service,
        resource: service.set,
        select: service.select,
        rowsMax: 1,
      });
      return rows.length > 0 ? 'can be read' : 'can be read; SAP shows none to this user';
    };
    return this.examine(service.name, readIt, { hint: whereToSwitchOn(service), onlyFor: service.onlyFor });
  }
}

async function sayLogOn({ credential }: SapAccess): Promise<string> {
  const { authorization } = await credential.logOn();
  if (authorization === null) return 'Logs on by client certificate; the next check shows whether SAP takes it.';
  return authorization.startsWith('Bearer ')
    ? 'The token server gave an access token.'
    : 'Logs on by user and password; the next check shows whether SAP takes them.';
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

function companyCodeUnknown(code: CompanyCode): SapProblem {
  return new SapProblem({
    code: 'SAP_COMPANY_CODE_UNKNOWN',
    kind: 'rejected',
    says: `SAP has no company code ${code}, or does not show it to this user.`,
    next: 'Correct it in the account table, or give the communication user the authorisation for it.',
    data: code,
  });
}

function todayOf({ clock }: SapAccess): LocalDate {
  return parseLocalDate(new Date(clock.nowMs()).toISOString().slice(0, 10));
}

function notTried(name: string, failed: string): SapDoctorCheck {
  const says = `Not tried, because ${failed} failed.`;
  return { name, ok: false, isNeeded: true, says, next: `Mend ${failed} first.`, code: null };
}
