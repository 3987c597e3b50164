import type { BuyerAddress, OrderBuyer } from '../../app/index.ts';

/** Where a buyer lives, out of the members Amazon gives an address; `null` where it tells no country. */
export function postalAddressOf({ address }: OrderBuyer): BuyerAddress | null {
  if (address === null) return null;
  const member = (name: string): string | null => address[name]?.trim() || null;
  const country = member('countryCode')?.toUpperCase() ?? null;
  if (country === null || !/^[A-Z]{2}$/.test(country)) return null;
  const lines = ['addressLine1', 'addressLine2', 'addressLine3'].map(member);
  return {
    name: member('name'),
    companyName: member('companyName'),
    country,
    postalCode: member('postalCode'),
    city: member('city') ?? member('municipality'),
    district: member('districtOrCounty'),
    region: member('stateOrRegion'),
    lines: lines.filter((line) => line !== null),
    phone: member('phone'),
  };
}
