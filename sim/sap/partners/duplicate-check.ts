/** The function import that looks for business partners like one described. */
import type { SimResponse } from '../../http-shell.ts';
import { ODataSyntaxError } from '../odata-filter.ts';
import type { PretendSapWorld } from '../world.ts';
import { partnerService } from './partner-fields.ts';
import { rowsOf } from './partner-store.ts';

const foundMax = 100;

/** What SAP reads from `Input` is not published; here it is a name, and the same name in any case is a duplicate. */
export function answerDuplicateCheck(world: PretendSapWorld, url: URL, nowMs: number): SimResponse {
  const literal = url.searchParams.get('Input') ?? '';
  const name = /^'(.*)'$/s.exec(literal)?.[1]?.replaceAll("''", "'").trim().toLowerCase();
  if (!name) throw new ODataSyntaxError(`Parameter Input has invalid value ${literal || '(missing)'}`);
  const addresses = rowsOf(world.partners, 'A_BusinessPartnerAddress');
  const results = rowsOf(world.partners, 'A_BusinessPartner')
    .filter((row) => row.visibleFromMs <= nowMs && String(row.values.BusinessPartnerFullName).toLowerCase() === name)
    .slice(0, foundMax)
    .map(({ values }) => {
      const address = addresses.find((row) => row.values.BusinessPartner === values.BusinessPartner)?.values;
      return {
        __metadata: { type: `${partnerService}.DuplicateCheckResult` },
        BusinessPartner: values.BusinessPartner,
        BusinessPartnerFullName: values.BusinessPartnerFullName,
        HouseNumber: address?.HouseNumber ?? '',
        StreetName: address?.StreetName ?? '',
        City: address?.CityName ?? '',
        Country: address?.Country ?? '',
        CountryName: '',
        PostalCode: address?.PostalCode ?? '',
        Region: address?.Region ?? '',
        RegionName: '',
        MatchRuleName: 'SAME_NAME',
        MatchScore: '100',
      };
    });
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', dataserviceversion: '2.0' },
    body: JSON.stringify({ d: { results } }),
  };
}
