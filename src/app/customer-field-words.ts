const WORDS: Readonly<Record<string, string>> = {
  'name.1': 'name',
  'name.2': 'name, line 2',
  'name.3': 'name, line 3',
  'name.4': 'name, line 4',
  firstName: 'first name',
  lastName: 'last name',
  searchTerm: 'search term',
  'address.postalCode': 'postal code',
  'address.houseNumber': 'house number',
  'address.street2': 'street, line 2',
  'address.street4': 'street, line 3',
  'address.careOf': 'care of',
  reconciliationAccount: 'reconciliation account',
  paymentTerms: 'payment terms',
};

/** What a person calls a field of a customer: `address.city` is `city`. */
export function fieldInWords(field: string): string {
  const place = /^(company|sales)\.([^.]+)\.(\w+)$/.exec(field);
  if (place) {
    const [, kind, where, name = ''] = place;
    return `${WORDS[name] ?? name} in ${kind === 'company' ? 'company code' : 'sales area'} ${where}`;
  }
  return WORDS[field] ?? field.replace(/^address\./, '').replace(/^role\./, 'role ');
}

/** Whether the connection file has a place for it; the search term is this program's own. */
export function isSetting(field: string): boolean {
  return field !== 'searchTerm';
}
