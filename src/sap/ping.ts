import { isProblem, type LocalDate, type Problem } from '../core/index.ts';
import type { CompanyCode, PostingKey } from '../ledger/index.ts';
import type { Credential } from './credential.ts';
import { findDocuments } from './item-cube.ts';
import { literal, type OData, type ODataRow, textField } from './odata.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSession } from './session.ts';
import { COMPANY_CODE_FIELDS, COMPANY_CODE_SERVICE, COMPANY_CODE_SET, ITEM_CUBE_SERVICE } from './wire.ts';

/** One step of the connection test. `next` says what to do when it failed. */
export interface SapCheck {
  readonly name: 'log-on' | 'session' | 'company-code' | 'item-cube';
  readonly ok: boolean;
  readonly says: string;
  readonly next: string | null;
}

/** A reference that no posting key can have (they begin with AMZ), so the question is real and the answer is empty. */
const NEVER_BOOKED = 'CONNECTION-TEST' as PostingKey;
const ANY_COMPANY_CODE = '0001' as CompanyCode;

/**
 * Tries everything that posting needs, short of posting: log-on, session token, company codes, look-up by reference.
 * Nothing in SAP changes. Checks that cannot be tried after a failure say so.
 */
export async function pingSap(input: {
  credential: Credential;
  session: SapSession;
  odata: OData;
  /** Company codes the connection books into; each is read by itself. */
  companyCodes: readonly CompanyCode[];
  today: LocalDate;
  cleanProblem: (problem: Problem) => Problem;
}): Promise<readonly SapCheck[]> {
  const checks: SapCheck[] = [];
  async function check(name: SapCheck['name'], tryIt: () => Promise<string>, hint = ''): Promise<boolean> {
    try {
      checks.push({ name, ok: true, says: await tryIt(), next: null });
      return true;
    } catch (error) {
      if (!isProblem(error)) throw error;
      const problem = input.cleanProblem(error);
      checks.push({ name, ok: false, says: problem.says, next: `${problem.next}${hint}` });
      return false;
    }
  }

  const isLoggedOn = await check('log-on', async () => {
    const { authorization } = await input.credential.logOn();
    if (authorization === null) return 'Logs on by client certificate.';
    return authorization.startsWith('Bearer ')
      ? 'The token server gave an access token.'
      : 'Logs on by user and password; the next check shows whether SAP takes them.';
  });
  const hasSession =
    isLoggedOn &&
    (await check('session', async () => {
      const { hasToken } = await input.session.prepare();
      return hasToken ? 'SAP gave a session token for writing.' : 'SAP asks for no session token.';
    }));
  if (!hasSession) return [...checks, ...notTried(checks)];

  const codes: readonly (CompanyCode | null)[] = input.companyCodes.length > 0 ? input.companyCodes : [null];
  let companyCode = input.companyCodes[0];
  for (const code of codes) {
    const readIt = async () => {
      const row = await readCompanyCode(input.odata, code);
      companyCode ??= textField(row, 'CompanyCode') as CompanyCode;
      return describeCompanyCode(row);
    };
    await check('company-code', readIt, ` The service is ${COMPANY_CODE_SERVICE}.`);
  }
  await check(
    'item-cube',
    async () => {
      // Any company code will do where none could be read: the answer is empty for every one.
      const query = {
        postingKey: NEVER_BOOKED,
        companyCode: companyCode ?? ANY_COMPANY_CODE,
        postingDate: input.today,
      };
      await findDocuments(input.odata, query, () => 'calendar');
      return 'Documents can be looked up by their reference.';
    },
    ` The service is ${ITEM_CUBE_SERVICE}.`,
  );
  return checks;
}

function notTried(checks: readonly SapCheck[]): SapCheck[] {
  const failed = checks.at(-1)?.name ?? 'log-on';
  return (['session', 'company-code', 'item-cube'] as const)
    .filter((name) => !checks.some((check) => check.name === name))
    .map((name) => ({ name, ok: false, says: `Not tried, because ${failed} failed.`, next: `Solve ${failed} first.` }));
}

/** One company code, or the first there is; raises what SAP says when there is none. */
export async function readCompanyCode(odata: OData, code: CompanyCode | null): Promise<ODataRow> {
  const query = { service: COMPANY_CODE_SERVICE, select: COMPANY_CODE_FIELDS };
  if (code !== null) {
    return odata.readRow({ ...query, resource: `${COMPANY_CODE_SET}(${encodeURIComponent(literal(code))})` });
  }
  const [first] = await odata.readRows({ ...query, resource: COMPANY_CODE_SET, orderBy: ['CompanyCode'], rowsMax: 1 });
  if (first) return first;
  throw new SapProblem({
    code: 'SAP_COMPANY_CODE_HIDDEN',
    kind: 'rejected',
    says: 'SAP shows no company code to this user.',
    next: 'Give the communication user the authorisation to read company codes.',
  });
}

/** A company code in words. */
export function describeCompanyCode(row: ODataRow): string {
  const show = (name: (typeof COMPANY_CODE_FIELDS)[number]) => String(row[name] ?? '');
  return `Company code ${show('CompanyCode')} (${show('CompanyCodeName')}): currency ${show('Currency')}, chart of accounts ${show('ChartOfAccounts')}, fiscal year variant ${show('FiscalYearVariant')}.`;
}
