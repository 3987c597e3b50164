import { type BusinessPartner, convertAlpha } from '../world.ts';
import { type PartnerSetName, partnerEntity } from './partner-fields.ts';
import {
  completeValues,
  createPartnerStore,
  nextStamp,
  type PartnerStore,
  type PartnerValues,
  putRows,
  showNumber,
} from './partner-store.ts';

const givenAtMs = Date.UTC(2024, 0, 1);

/** The customers of the world's master data, as business partners that were there before anybody wrote. */
export function givenPartners(customers: readonly BusinessPartner[]): PartnerStore {
  const store = createPartnerStore();
  for (const customer of customers) putGivenCustomer(store, customer);
  return store;
}

/** Adds one, or extends it to another company code. */
export function putGivenCustomer(
  store: PartnerStore,
  { companyCode, number, name, reconciliationAccount, oneTime }: BusinessPartner,
): void {
  const shown = showNumber(convertAlpha(number, 10));
  const put = (set: PartnerSetName, values: PartnerValues): void =>
    putRows(store, [
      {
        set,
        values: completeValues(partnerEntity(set), values),
        stamp: nextStamp(store, givenAtMs),
        visibleFromMs: 0,
        isOneTime: oneTime ?? false,
      },
    ]);
  put('A_BusinessPartner', {
    BusinessPartner: shown,
    Customer: shown,
    BusinessPartnerCategory: '2',
    BusinessPartnerGrouping: oneTime ? 'CPDS' : 'BP03',
    BusinessPartnerName: name,
    BusinessPartnerFullName: name,
    OrganizationBPName1: name.slice(0, 40),
    CreatedByUser: 'PRETEND_ADM',
    CreationDate: '2024-01-01',
  });
  put('A_BusinessPartnerRole', { BusinessPartner: shown, BusinessPartnerRole: 'FLCU00' });
  put('A_Customer', { Customer: shown, CustomerName: name, CustomerFullName: name.toUpperCase() });
  put('A_CustomerCompany', {
    Customer: shown,
    CompanyCode: companyCode,
    ReconciliationAccount: showNumber(convertAlpha(reconciliationAccount, 10)),
  });
}
