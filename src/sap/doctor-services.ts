import { COMPANY_CODE_SERVICE, COMPANY_CODE_SET, ITEM_CUBE_FIELDS, ITEM_CUBE_SERVICE, ITEM_CUBE_SET } from './wire.ts';

/** One read service, and where a customer has to switch it on. */
export interface ReadService {
  /** What it gives, in our words: the name of its check. */
  readonly name: string;
  readonly service: string;
  readonly set: string;
  readonly select: readonly string[];
  /** Communication scenario of S/4HANA Cloud. */
  readonly scenario: string;
  /** SAP's own list of scenarios was not at hand for it: the customer's system decides. */
  readonly isScenarioCandidate: boolean;
  /** What does not work without it; `null`: nothing can be posted with certainty. */
  readonly onlyFor: string | null;
}

const MAPPING_CHECKS = 'checking the account table against SAP before posting';

/** Every read service the connector knows how to use, those without which it cannot post first. */
export const READ_SERVICES: readonly ReadService[] = [
  {
    name: 'company codes',
    service: COMPANY_CODE_SERVICE,
    set: COMPANY_CODE_SET,
    select: ['CompanyCode'],
    scenario: 'SAP_COM_0084',
    isScenarioCandidate: true,
    onlyFor: null,
  },
  {
    name: 'documents by reference',
    service: ITEM_CUBE_SERVICE,
    set: ITEM_CUBE_SET,
    select: ITEM_CUBE_FIELDS,
    scenario: 'SAP_COM_0303',
    isScenarioCandidate: true,
    onlyFor: null,
  },
  {
    name: 'G/L accounts',
    service: 'API_GLACCOUNTINCHARTOFACCOUNTS_SRV',
    set: 'A_GLAccountInChartOfAccounts',
    select: ['ChartOfAccounts', 'GLAccount'],
    scenario: 'SAP_COM_0241',
    isScenarioCandidate: true,
    onlyFor: MAPPING_CHECKS,
  },
  {
    name: 'cost centres',
    service: 'API_COSTCENTER_SRV',
    set: 'A_CostCenter',
    select: ['ControllingArea', 'CostCenter'],
    scenario: 'SAP_COM_0084',
    isScenarioCandidate: true,
    onlyFor: MAPPING_CHECKS,
  },
  {
    name: 'profit centres',
    service: 'API_PROFITCENTER_SRV',
    set: 'A_ProfitCenter',
    select: ['ControllingArea', 'ProfitCenter'],
    scenario: 'SAP_COM_0084',
    isScenarioCandidate: true,
    onlyFor: MAPPING_CHECKS,
  },
  {
    name: 'business partners',
    service: 'API_BUSINESS_PARTNER',
    set: 'A_BusinessPartner',
    select: ['BusinessPartner'],
    scenario: 'SAP_COM_0008',
    isScenarioCandidate: false,
    onlyFor: 'customers in SAP',
  },
];

/** Scenario of the one service that posts. */
export const POSTING_SCENARIO = 'SAP_COM_0002';

/** Where to switch a service on, as a sentence. */
export function whereToSwitchOn({ service, scenario, isScenarioCandidate }: ReadService): string {
  const which = isScenarioCandidate
    ? `usually ${scenario}; the app Communication Scenarios shows which one has it`
    : scenario;
  return `The service is ${service}, in communication scenario ${which}.`;
}
