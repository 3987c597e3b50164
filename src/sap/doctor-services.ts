import { BUSINESS_PARTNER_SERVICE, SETS } from './business-partners/wire.ts';
import { kindDefinitions } from './master-data/definitions.ts';
import {
  COMPANY_CODES,
  COST_CENTERS,
  CUSTOMER_ACCOUNTS,
  GL_ACCOUNTS,
  PROFIT_CENTERS,
  type SetFacts,
} from './master-data/wire.ts';
import type { SapSettings } from './settings.ts';
import { ITEM_CUBE_FIELDS, ITEM_CUBE_SERVICE, ITEM_CUBE_SET } from './wire.ts';

/** One read service, and where a customer has to switch it on. */
export interface ReadService {
  /** What it gives, in our words: the name of its check. */
  readonly name: string;
  readonly service: string;
  readonly set: string;
  readonly select: readonly string[];
  /** Communication scenario of S/4HANA Cloud; `null` for a view of the customer's own, which only he knows. */
  readonly scenario: string | null;
  /** SAP's own list of scenarios was not at hand for it: the customer's system decides. */
  readonly isScenarioCandidate: boolean;
  /** What does not work without it; `null`: nothing can be posted with certainty. */
  readonly onlyFor: string | null;
}

const MAPPING_CHECKS = 'checking the account table against SAP before posting';

/** Every read service of SAP the connector knows how to use, those without which it cannot post first. */
export const READ_SERVICES: readonly ReadService[] = [
  { name: 'company codes', ...keyOf(COMPANY_CODES), ...candidate('SAP_COM_0084'), onlyFor: null },
  {
    name: 'documents by reference',
    service: ITEM_CUBE_SERVICE,
    set: ITEM_CUBE_SET,
    select: ITEM_CUBE_FIELDS,
    ...candidate('SAP_COM_0303'),
    onlyFor: null,
  },
  { name: 'G/L accounts', ...keyOf(GL_ACCOUNTS), ...candidate('SAP_COM_0241'), onlyFor: MAPPING_CHECKS },
  { name: 'cost centres', ...keyOf(COST_CENTERS), ...candidate('SAP_COM_0084'), onlyFor: MAPPING_CHECKS },
  { name: 'profit centres', ...keyOf(PROFIT_CENTERS), ...candidate('SAP_COM_0084'), onlyFor: MAPPING_CHECKS },
  {
    name: 'business partners',
    service: BUSINESS_PARTNER_SERVICE,
    set: SETS.partner,
    select: ['BusinessPartner'],
    scenario: 'SAP_COM_0008',
    isScenarioCandidate: false,
    onlyFor: 'customers in SAP',
  },
  {
    name: 'customers in company codes',
    ...keyOf(CUSTOMER_ACCOUNTS),
    scenario: 'SAP_COM_0008',
    isScenarioCandidate: false,
    onlyFor: 'customers in SAP and for checking them before posting',
  },
];

/** The services of SAP, and the views that the connection names: of those every field, because a person wrote their names. */
export function readServices({
  customViews,
  language,
}: Pick<SapSettings, 'customViews' | 'language'>): readonly ReadService[] {
  const definitions = kindDefinitions(customViews, language);
  const views = (
    [
      ['tax codes', customViews.taxCodes && definitions['tax-codes']],
      ['document types', customViews.documentTypes && definitions['document-types']],
      ['G/L accounts in company codes', customViews.glAccountsInCompanyCode && definitions['company-gl-accounts']],
      ['posting periods', customViews.postingPeriods && definitions['posting-periods']],
    ] satisfies [string, SetFacts | undefined][]
  ).flatMap(([name, facts]) =>
    facts === undefined ? [] : [{ name, service: facts.service, set: facts.set, select: facts.select, ...OWN_VIEW }],
  );
  return [...READ_SERVICES, ...views];
}

const OWN_VIEW = { scenario: null, isScenarioCandidate: false, onlyFor: MAPPING_CHECKS } as const;

/** The fields of the key are enough to see that a set of SAP can be read. */
function keyOf({ service, set, orderBy }: SetFacts): Pick<ReadService, 'service' | 'set' | 'select'> {
  return { service, set, select: orderBy };
}

function candidate(scenario: string): Pick<ReadService, 'scenario' | 'isScenarioCandidate'> {
  return { scenario, isScenarioCandidate: true };
}

/** Scenario of the one service that posts. */
export const POSTING_SCENARIO = 'SAP_COM_0002';

/** Where to switch a service on, as a sentence. */
export function whereToSwitchOn({ service, set, scenario, isScenarioCandidate }: ReadService): string {
  if (scenario === null) {
    return `The view is ${set} of the service ${service}, named in sap.customViews: put it into a communication scenario of your own.`;
  }
  const which = isScenarioCandidate
    ? `usually ${scenario}; the app Communication Scenarios shows which one has it`
    : scenario;
  return `The service is ${service}, in communication scenario ${which}.`;
}
