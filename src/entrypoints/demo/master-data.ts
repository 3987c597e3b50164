import { type LocalDate, parseLocalDate } from '../../core/index.ts';
import {
  type AccountTable,
  BALANCE_PURPOSES,
  type BalancePurpose,
  isLineKind,
  type LineKind,
  lineKindFacts,
  lineKinds,
  marketplaces,
} from '../../mapping/index.ts';

const ALWAYS_FROM = '2015-01-01';
const ALWAYS_TO = '9999-12-31';
const CHART = 'YCOA';
const CONTROLLING_AREA = 'A000';
const ON: LocalDate = parseLocalDate('2026-01-01');
/** Orders of other channels that Amazon only fulfilled; the table may give them cost objects of their own. */
const OTHER_CHANNELS = { name: 'Non-Amazon', country: 'US', currency: 'USD' };

/**
 * A customer's SAP as the account table expects it: every account and cost object that the table can name, and no other but the
 * reconciliation account that is given.
 */
export function masterDataFor(table: AccountTable, reconciliationAccount?: string) {
  const accounts = new Map<string, 'balanceSheet' | 'profitAndLoss'>();
  const costCenters = new Map<string, string>();
  const profitCenters = new Set<string>();
  const customers = new Map<string, { companyCode: string; number: string; reconciliationAccount: string }>();
  const companies = new Map<string, { country: string; currency: string }>();
  if (reconciliationAccount !== undefined) accounts.set(reconciliationAccount, 'balanceSheet');
  for (const { name, country, currency } of [...marketplaces(), OTHER_CHANNELS]) {
    const rule = table.marketplace(name);
    if (!rule) continue;
    if (!companies.has(rule.companyCode)) companies.set(rule.companyCode, { country, currency });
    for (const kind of [...lineKinds(), ...BALANCE_PURPOSES]) {
      const assignment = table.assign(kind, name, ON);
      if (!assignment) continue;
      const { customer: number, glAccount: reconciliationAccount } = assignment;
      if (number !== undefined) {
        const { companyCode } = rule;
        customers.set(`${companyCode} ${number}`, { companyCode, number, reconciliationAccount });
        continue;
      }
      accounts.set(assignment.glAccount, isProfitAndLoss(kind) ? 'profitAndLoss' : 'balanceSheet');
      if (assignment.costCenter) costCenters.set(assignment.costCenter, rule.companyCode);
      if (assignment.profitCenter) profitCenters.add(assignment.profitCenter);
    }
  }
  return {
    companyCodes: [...companies].map(([companyCode, { country, currency }]) => ({
      companyCode,
      name: `Pretend ${country}`,
      country,
      currency,
      chartOfAccounts: CHART,
      controllingArea: CONTROLLING_AREA,
    })),
    glAccounts: [...accounts].map(([glAccount, kind]) => ({
      chartOfAccounts: CHART,
      glAccount,
      name: `Account ${glAccount}`,
      kind,
    })),
    customers: [...customers.values()].map((customer) => ({ ...customer, name: `Customer ${customer.number}` })),
    costCenters: [...costCenters].map(([costCenter, companyCode]) => ({
      controllingArea: CONTROLLING_AREA,
      costCenter,
      name: `Cost centre ${costCenter}`,
      companyCode,
      validFrom: ALWAYS_FROM,
      validTo: ALWAYS_TO,
    })),
    profitCenters: [...profitCenters].map((profitCenter) => ({
      controllingArea: CONTROLLING_AREA,
      profitCenter,
      name: `Profit centre ${profitCenter}`,
      validFrom: ALWAYS_FROM,
      validTo: ALWAYS_TO,
    })),
  };
}

function isProfitAndLoss(purpose: LineKind | BalancePurpose): boolean {
  if (!isLineKind(purpose)) return false;
  const { nature } = lineKindFacts(purpose);
  return nature !== 'balance-sheet' && nature !== 'tax';
}
