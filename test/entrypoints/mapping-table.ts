/** A small account table for tests that read it often. */
export const TABLE_TEXT = `# Accounts of the shop.
companyCodes:
  - { companyCode: 0001, timeZone: America/New_York, documentType: SA, fiscalYear: calendar }
marketplaces:
  - { name: Amazon.com, companyCode: 0001, costCenter: CCUS, profitCenter: PCUS }
currencies:
  - { currency: USD, marketplace: Amazon.com }
taxCodes:
  - { taxCode: A1, rate: 19, direction: output }
assignments:
  # Sales
  - { kind: product-sale, marketplace: any, glAccount: 41000000, profitCenter: default, text: sales }
  - { kind: shipping-income, marketplace: any, glAccount: 41000100, profitCenter: default, text: shipping }
  # Fees
  - { kind: referral-fee, marketplace: any, glAccount: 65000000, costCenter: default, text: fees }
  - { kind: closing-fee, marketplace: any, glAccount: 65000100, costCenter: default, text: closing }
  - { kind: fba-fulfilment-fee, marketplace: any, glAccount: 65000200, costCenter: default, text: fulfilment }
  - { kind: fba-storage-fee, marketplace: any, glAccount: 65000300, costCenter: default, text: storage }
  - { kind: reserve-held, marketplace: any, glAccount: 12000000, text: reserve }
balances:
  - { purpose: payout, marketplace: any, glAccount: 11001000, text: clearing }
  - { purpose: closing-debt, marketplace: any, glAccount: 11001000, text: debt }
  - { purpose: carry-forward, marketplace: any, glAccount: 11001001, text: carry }
  - { purpose: cross-company, marketplace: any, glAccount: 11001002, text: cross }
`;
