/** The message of the journal entry service by release: the 2024 state, and what an older system does not know of it. */
import { messageTable } from './message-table.ts';

export type Release = '2020' | '2024';

type MessageTable = Readonly<Record<string, string>>;

/** By type, the elements that came after 2020. */
const newerElements: Readonly<Record<string, string>> = {
  JournalEntry: `
    ReversalReason ReversalReferenceDocument ReversalDate DoTaxAmountCheck TaxFulfillmentDate PostingFiscalPeriod
    ECSEnvironment JrnlEntryCntrySpecificRef1 JrnlEntryCntrySpecificDate1 JrnlEntryCntrySpecificRef2
    JrnlEntryCntrySpecificDate2 JrnlEntryCntrySpecificRef3 JrnlEntryCntrySpecificDate3 JrnlEntryCntrySpecificRef4
    JrnlEntryCntrySpecificDate4 JrnlEntryCntrySpecificRef5 JrnlEntryCntrySpecificDate5 JrnlEntryCntrySpecificBp1
    JrnlEntryCntrySpecificBp2`,
  Item: `
    BusinessPlace HouseBank HouseBankAccount FinancialServicesProductGroup FinancialServicesBranch FinancialDataSource
    Reference1IDByBusinessPartner Reference2IDByBusinessPartner Reference3IDByBusinessPartner BillableControl`,
  AccountAssignment: `
    OrderID WorkItem JointVenture JointVentureRecoveryCode JointVentureEquityGroup Fund Grant CustomerGroup
    CustomerCountry CustomerIndustry`,
  CashDiscountTerms: 'CashDiscountBaseAmount',
  DebtorItem: `
    IsEUTriangularDeal JointVentureBillingType JointVenture JointVentureRecoveryCode JointVentureEquityGroup HouseBank
    HouseBankAccount CreditControlArea`,
  DebtorPaymentDetails: 'AmountInPaymentCurrency PaymentReason DigitalPaymentType PaymentByDigitalPaymentService',
  CreditorItem: 'JointVentureBillingType JointVenture JointVentureRecoveryCode JointVentureEquityGroup',
  CreditorPaymentDetails: 'AmountInPaymentCurrency PaymentReason',
  CreditorDownPayment: 'ProfitCenter Wbselement',
};

/** Types whose elements also stood in another order. */
const ordersOf2020: Readonly<Record<string, string>> = {
  OneTimeCustomer: `
    Name CityName Country TaxNumber1 TaxNumber2 TaxNumber3 TaxNumber4 TaxNumber5 IsNaturalPerson Region VATLiability
    TaxNumberType`,
  OneTimeVendor: 'Name CityName Country',
};

export const messageTables: Readonly<Record<Release, MessageTable>> = {
  '2024': messageTable,
  '2020': Object.fromEntries(Object.entries(messageTable).map(([type, lines]) => [type, linesOf2020(type, lines)])),
};

function linesOf2020(type: string, lines: string): string {
  const byName = new Map(
    lines
      .trim()
      .split('\n')
      .map((line) => [/\w+/.exec(line)?.[0] ?? '', line.trim()] as const),
  );
  const newer = new Set(wordsOf(newerElements[type]));
  const order = ordersOf2020[type];
  const names = order === undefined ? [...byName.keys()].filter((name) => !newer.has(name)) : wordsOf(order);
  for (const name of [...names, ...newer]) {
    if (!byName.has(name)) throw new Error(`the message table has no element ${name} in ${type}`);
  }
  return names.map((name) => byName.get(name)).join('\n');
}

function wordsOf(text: string | undefined): readonly string[] {
  return text?.trim().split(/\s+/) ?? [];
}
