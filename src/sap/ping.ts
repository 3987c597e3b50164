import { isProblem, type LocalDate, type Problem } from '../core/index.ts';
import type { CompanyCode, PostingKey } from '../ledger/index.ts';
import type { Credential } from './credential.ts';
import { findDocuments } from './item-cube.ts';
import { literal, type OData, type ODataRow } from './odata.ts';
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
  for (const code of codes) {
    await check('company-code', () => readCompanyCode(input.odata, code), ` The service is ${COMPANY_CODE_SERVICE}.`);
  }
  await check(
    'item-cube',
    async () => {
      const companyCode = input.companyCodes[0] ?? ('0001' as CompanyCode);
      await findDocuments(
        input.odata,
        { postingKey: NEVER_BOOKED, companyCode, postingDate: input.today },
        () => 'calendar',
      );
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

async function readCompanyCode(odata: OData, code: CompanyCode | null): Promise<string> {
  const query = { service: COMPANY_CODE_SERVICE, select: COMPANY_CODE_FIELDS };
  if (code !== null) {
    return describe(
      await odata.readRow({ ...query, resource: `${COMPANY_CODE_SET}(${encodeURIComponent(literal(code))})` }),
    );
  }
  const [first] = await odata.readRows({ ...query, resource: COMPANY_CODE_SET, orderBy: ['CompanyCode'], rowsMax: 1 });
  return first ? describe(first) : 'SAP shows no company code to this user.';
}

function describe(row: ODataRow): string {
  const show = (name: (typeof COMPANY_CODE_FIELDS)[number]) => String(row[name] ?? '');
  return `Company code ${show('CompanyCode')} (${show('CompanyCodeName')}): currency ${show('Currency')}, chart of accounts ${show('ChartOfAccounts')}, fiscal year variant ${show('FiscalYearVariant')}.`;
}
