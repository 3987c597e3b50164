import type { CustomerFacts, CustomerFields, CustomerKey } from '../../app/index.ts';
import type { ODataBody } from '../odata-write.ts';
import { fieldsOf, salesAreaKey, specOf } from './fields.ts';
import { CATEGORIES, type Part, ROLES, WAYS } from './wire.ts';

/** The whole business partner in one message (deep insert), so that SAP makes all of it or nothing. */
export function encodeCreate(key: CustomerKey, facts: CustomerFacts): ODataBody {
  const fields = fieldsOf(facts);
  const email = bodyOf(fields, 'email');
  const phone = bodyOf(fields, 'phone');
  const address: ODataBody = {
    ...bodyOf(fields, 'address'),
    // Ours is found again among addresses that people add.
    AddressIDByExternalSystem: key,
    ...(email && { [WAYS.emails]: listOf([email]) }),
    ...(phone && { [WAYS.phones]: listOf([{ DestinationLocationCountry: fields['address.country'], ...phone }]) }),
  };
  return {
    BusinessPartnerCategory: CATEGORIES[facts.nature],
    BusinessPartnerGrouping: facts.grouping,
    BusinessPartnerIDByExtSystem: key,
    ...bodyOf(fields, 'partner'),
    [WAYS.roles]: listOf(facts.roles.map((role) => ({ BusinessPartnerRole: ROLES[role] }))),
    [WAYS.addresses]: listOf([address]),
    [WAYS.customer]: {
      [WAYS.companies]: listOf(
        facts.companyCodes.map(({ companyCode }) => ({
          CompanyCode: companyCode,
          ...bodyOf(fields, 'company', companyCode),
        })),
      ),
      ...(facts.salesAreas.length > 0 && {
        [WAYS.salesAreas]: listOf(
          facts.salesAreas.map((area) => ({
            SalesOrganization: area.salesOrganization,
            DistributionChannel: area.distributionChannel,
            Division: area.division,
            ...bodyOf(fields, 'salesArea', salesAreaKey(area)),
          })),
        ),
      }),
    },
  };
}

/** The fields of one part that say something; `undefined` when none does. `place`: of that company code or sales area only. */
export function bodyOf(fields: CustomerFields, part: Part, place?: string, withBlank = false): ODataBody | undefined {
  const members = Object.entries(fields).flatMap(([field, value]) => {
    const spec = specOf(field);
    if (spec?.part !== part || (value === '' && !withBlank)) return [];
    if (place !== undefined && field.split('.')[1] !== place) return [];
    return [[spec.name, value] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function listOf(results: readonly ODataBody[]): ODataBody {
  return { results };
}
