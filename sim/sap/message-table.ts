/**
 * The message of the journal entry service as a table: for each type its elements in the order SAP demands.
 * One line per element: `Name<cardinality> kind [min-max]`. Cardinality: nothing 0..1, `!` 1..1, `*` 0..n, `+` 1..n.
 * `-> Type` is a nested type of this table. State of the service: 2024.
 *
 * Left out on purpose: the contact person of a party, which no posting needs (docs/simulator-differences.md).
 */
export const messageTable: Readonly<Record<string, string>> = {
  Message: `
    MessageHeader! -> MessageHeader
    JournalEntryCreateRequest+ -> Request
  `,
  Request: `
    MessageHeader! -> MessageHeader
    JournalEntry! -> JournalEntry
  `,
  MessageHeader: `
    ID id 1-35
    UUID uuid
    ReferenceID id 1-35
    ReferenceUUID uuid
    CreationDateTime! instant
    TestDataIndicator boolean
    ReconciliationIndicator boolean
    SenderBusinessSystemID token 1-60
    RecipientBusinessSystemID token 1-60
    SenderParty -> Party
    RecipientParty* -> Party
    BusinessScope* -> BusinessScope
  `,
  Party: `
    InternalID id 1-32
    StandardID* agencyId 1-13
  `,
  BusinessScope: `
    TypeCode! code 1-4
    InstanceID id 1-36
    ID id 1-36
  `,
  JournalEntry: `
    OriginalReferenceDocumentType! token 1-5
    OriginalReferenceDocument token 1-20
    OriginalReferenceDocumentLogicalSystem token 1-10
    BusinessTransactionType! token 1-4
    AccountingDocumentType! token 1-5
    AccountingDocument token 1-10
    DocumentReferenceID token 1-16
    OriginalPredecessorRefDocument token 1-20
    DocumentHeaderText text 0-25
    ReversalReason token 0-2
    ReversalReferenceDocument token 0-20
    ReversalDate date
    DoTaxAmountCheck boolean
    TaxFulfillmentDate date
    CreatedByUser! token 0-12
    CompanyCode! token 1-4
    DocumentDate! date
    PostingDate! date
    PostingFiscalPeriod text 0-2
    TaxReportingDate date
    TaxDeterminationDate date
    InvoiceReceiptDate date
    ExchangeRateDate date
    ECSEnvironment token 1-10
    ExchangeRate rate
    IndirectQuotedExchangeRate rate
    SourceSystemCompanyCode token 1-20
    SourceSystemAccountingDocument token 1-35
    Reference1InDocumentHeader token 1-20
    Reference2InDocumentHeader token 1-20
    JrnlEntryCntrySpecificRef1 text 0-80
    JrnlEntryCntrySpecificDate1 date
    JrnlEntryCntrySpecificRef2 text 0-25
    JrnlEntryCntrySpecificDate2 date
    JrnlEntryCntrySpecificRef3 text 0-25
    JrnlEntryCntrySpecificDate3 date
    JrnlEntryCntrySpecificRef4 text 0-50
    JrnlEntryCntrySpecificDate4 date
    JrnlEntryCntrySpecificRef5 text 0-50
    JrnlEntryCntrySpecificDate5 date
    JrnlEntryCntrySpecificBp1 text 0-10
    JrnlEntryCntrySpecificBp2 text 0-10
    Item* -> Item
    DebtorItem* -> DebtorItem
    CreditorItem* -> CreditorItem
    ProductTaxItem* -> ProductTaxItem
    WithholdingTaxItem* -> WithholdingTaxItem
  `,
  Item: `
    ReferenceDocumentItem token 1-10
    ItemGroup token 1-6
    CompanyCode token 1-4
    GLAccount! account 1-10
    AmountInTransactionCurrency! amount
    AmountInCompanyCodeCurrency amount
    AmountInGroupCurrency amount
    AmountInFreeDefinedCurrency1 amount
    DebitCreditCode token 1-1
    DocumentItemText text 0-50
    ReasonCode text 0-3
    OplAcctgDocItmCntrySpcfcRef1 token 0-50
    AssignmentReference token 1-18
    FinancialTransactionType token 1-3
    Tax -> Tax
    Plant token 1-4
    Material token 1-60
    QuantityInEntryUnit quantity
    IsNotCashDiscountLiable boolean
    TradingPartner token 1-6
    ValueDate date
    BusinessPlace token 1-4
    HouseBank token 1-5
    HouseBankAccount token 1-5
    FinancialServicesProductGroup token 0-10
    FinancialServicesBranch token 0-10
    FinancialDataSource token 0-10
    Reference1IDByBusinessPartner token 1-12
    Reference2IDByBusinessPartner token 1-12
    Reference3IDByBusinessPartner token 1-20
    AccountAssignment -> AccountAssignment
    ProfitabilitySupplement -> ProfitabilitySupplement
    AdditionalAttributes -> AdditionalAttributes
    BillableControl text 0-2
  `,
  Tax: `
    TaxCode! code 1-4
    TaxJurisdiction code 1-15
    TaxItemGroup digits 1-6
    TaxCountry token 2-3
    TaxExpenseAmountInTransacCrcy amount
    TaxExpenseAmountInCoCodeCrcy amount
    TaxExpenseAmountInGroupCrcy amount
    TaxExpenseAmountInFreeDefinedCrcy1 amount
  `,
  AccountAssignment: `
    AccountAssignmentType token 1-2
    OrderID token 1-12
    ProfitCenter token 1-10
    PartnerProfitCenter token 1-10
    Segment token 1-10
    PartnerSegment token 1-10
    CostCenter token 1-10
    CostCtrActivityType token 1-6
    WBSElement token 1-24
    MasterFixedAsset token 1-12
    WorkItem token 1-10
    FixedAsset token 1-4
    SalesOrder token 1-10
    SalesOrderItem digits 1-6
    FunctionalArea token 1-16
    ServiceDocType token 0-4
    ServiceDocID token 0-10
    ServiceDocItemID token 0-6
    JointVenture token 0-6
    JointVentureRecoveryCode token 0-2
    JointVentureEquityGroup token 0-3
    Fund token 1-10
    Grant token 1-20
    CustomerGroup code 1-2
    CustomerCountry token 2-3
    CustomerIndustry code 1-10
  `,
  ProfitabilitySupplement: `
    Customer token 1-10
    CustomerGroup code 1-2
    CustomerIndustry code 1-10
    CustomerCountry token 2-3
    SalesDistrict token 1-6
    SoldMaterial token 1-18
    SoldMaterialGroup token 1-9
    SalesOrganization token 1-4
    DistributionChannel code 1-2
    Division code 1-2
    BillToParty token 1-10
    ShipToParty token 1-10
    PersonnelNumber digits 1-8
    WBSElement token 1-24
    FunctionalArea token 1-16
    ServiceDocType token 0-4
    ServiceDocID token 0-10
    ServiceDocItemID token 0-6
  `,
  AdditionalAttributes: `
    PersonnelNumber digits 1-8
  `,
  DebtorItem: `
    ReferenceDocumentItem! token 1-10
    Debtor! token 1-10
    AmountInTransactionCurrency! amount
    AmountInCompanyCodeCurrency amount
    AmountInGroupCurrency amount
    AmountInFreeDefinedCurrency1 amount
    DebitCreditCode token 1-1
    AltvRecnclnAccts account 1-10
    DocumentItemText text 0-50
    AssignmentReference token 1-18
    Reference1IDByBusinessPartner token 1-12
    Reference2IDByBusinessPartner token 1-12
    Reference3IDByBusinessPartner token 1-20
    CashDiscountTerms -> CashDiscountTerms
    PaymentDetails -> DebtorPaymentDetails
    StateCentralBankPaymentReason token 1-3
    ReportingCountry token 2-3
    VATRegistration token 1-20
    IsEUTriangularDeal boolean
    OplAcctgDocItmCntrySpcfcRef1 token 0-50
    BranchAccount token 1-10
    JointVentureBillingType token 0-2
    JointVenture token 0-6
    JointVentureRecoveryCode token 0-2
    JointVentureEquityGroup token 0-3
    BusinessPlace token 1-4
    HouseBank token 1-5
    HouseBankAccount token 1-5
    TaxCountry token 2-3
    CreditControlArea token 0-4
    DownPaymentTerms -> DebtorDownPayment
    OneTimeCustomerDetails -> OneTimeCustomer
  `,
  CreditorItem: `
    ReferenceDocumentItem! token 1-10
    Creditor! token 1-10
    AmountInTransactionCurrency! amount
    AmountInCompanyCodeCurrency amount
    AmountInGroupCurrency amount
    AmountInFreeDefinedCurrency1 amount
    DebitCreditCode token 1-1
    AltvRecnclnAccts account 1-10
    DocumentItemText text 0-50
    AssignmentReference token 1-18
    Reference1IDByBusinessPartner token 1-12
    Reference2IDByBusinessPartner token 1-12
    Reference3IDByBusinessPartner token 1-20
    CashDiscountTerms -> CashDiscountTerms
    PaymentDetails -> CreditorPaymentDetails
    StateCentralBankPaymentReason token 1-3
    OplAcctgDocItmCntrySpcfcRef1 token 0-50
    VATRegistration token 1-20
    BranchAccount token 1-10
    BusinessPlace token 1-4
    HouseBank token 1-5
    HouseBankAccount token 1-5
    JointVentureBillingType token 0-2
    JointVenture token 0-6
    JointVentureRecoveryCode token 0-2
    JointVentureEquityGroup token 0-3
    TaxCountry token 2-3
    DownPaymentTerms -> CreditorDownPayment
    OneTimeVendorDetails -> OneTimeVendor
  `,
  CashDiscountTerms: `
    CashDiscountBaseAmount amount
    DueCalculationBaseDate! date
    CashDiscount1Days duration
    CashDiscount1Percent percent
    CashDiscount2Days duration
    CashDiscount2Percent percent
    NetPaymentDays! duration
  `,
  DebtorPaymentDetails: `
    AmountInPaymentCurrency amount
    PaymentMethod token 1-1
    PaymentMethodSupplement token 1-2
    SEPAMandate token 1-35
    PaymentReference token 1-30
    PaymentReason text 0-4
    PaymentBlockingReason code 1-2
    PaymentServiceProvider token 1-4
    PaymentByPaymentServicePrvdr token 1-35
    DigitalPaymentType token 0-2
    PaymentByDigitalPaymentService token 0-44
  `,
  CreditorPaymentDetails: `
    AmountInPaymentCurrency amount
    PaymentMethod token 1-1
    PaymentMethodSupplement token 1-2
    PaymentReference token 1-30
    PaymentReason text 0-4
    PaymentBlockingReason code 1-2
    AlternativePayee token 1-10
    PayeeBankAccount -> PayeeBankAccount
  `,
  PayeeBankAccount: `
    Country! token 2-3
    BankNumber token 1-15
    SWIFTCode token 8-11
    BankAccount token 1-18
    IBAN token 1-34
    BankAccountHolderName text 1-60
  `,
  DebtorDownPayment: `
    SpecialGLCode token 1-1
    SalesOrder token 1-10
    SalesOrderItem digits 1-6
    TaxItemGroup digits 1-6
    TaxCode code 1-4
    TaxJurisdiction code 1-15
  `,
  CreditorDownPayment: `
    SpecialGLCode token 1-1
    TaxItemGroup digits 1-6
    ProfitCenter token 1-10
    Wbselement token 1-24
    TaxCode code 1-4
    TaxJurisdiction code 1-15
  `,
  OneTimeCustomer: `
    TitleCustomer text 0-15
    LanguageISOCode token 0-2
    Name text 1-35
    Name2 text 1-35
    Name3 text 1-35
    Name4 text 1-35
    Email text 0-130
    ShortStreetName text 0-35
    CustomerPostOfficeBox text 0-10
    PostOfficeBoxPostlCode token 0-10
    PostlCodeforCustomer token 0-10
    BankDetailsReference text 0-20
    DataMediumExchangeKey token 0-2
    DataMediumExchangeIndicator token 0-1
    IsNaturalPerson text 0-1
    OneTmeAcctIsEqualizationTxSubj token 0-1
    BankAccount token 1-18
    BankNumber token 1-15
    BankControlKey token 1-2
    BankCountry token 1-3
    CityName text 1-35
    Country token 2-3
    Region token 1-3
    TaxNumber1 token 1-16
    TaxNumber2 token 1-11
    TaxNumber3 token 1-18
    TaxNumber4 token 1-18
    TaxNumber5 token 1-60
    VATLiability text 0-1
    TaxNumberType token 1-2
    TaxType text 0-2
  `,
  OneTimeVendor: `
    TitleVendor text 0-15
    LanguageISOCode token 0-2
    Name text 1-35
    Name2 text 1-35
    Name3 text 1-35
    Name4 text 1-35
    Email text 0-130
    ShortStreetName text 0-35
    VendorPostOfficeBox text 0-10
    PostOfficeBoxPostlCode token 0-10
    PostlCodeforVendor token 0-10
    BankDetailsReference text 0-20
    DataMediumExchangeKey token 0-2
    DataMediumExchangeIndicator token 0-1
    IsNaturalPerson text 0-1
    OneTmeAcctIsEqualizationTxSubj token 0-1
    BankAccount token 1-18
    BankNumber token 1-15
    BankControlKey token 1-2
    BankCountry token 1-3
    CityName text 1-35
    Country token 2-3
    Region token 1-3
    TaxNumber1 token 1-16
    TaxNumber2 token 1-11
    TaxNumber3 token 1-18
    TaxNumber4 token 1-18
    TaxNumber5 token 1-60
    TaxNumberType token 1-2
    TaxType text 0-2
    VATLiability text 0-1
  `,
  ProductTaxItem: `
    ReferenceDocumentItem token 1-10
    TaxCode! code 1-4
    TaxItemClassification token 1-3
    ConditionType token 0-4
    TaxJurisdiction code 1-15
    TaxJurisdictionLevel token 1-1
    LowestLevelTaxJurisdiction code 1-15
    TaxItemGroup digits 1-6
    TaxRate percent
    TaxDeterminationDate date
    IsDirectTaxPosting boolean
    TaxCountry token 3-3
    AmountInTransactionCurrency! amount
    AmountInCompanyCodeCurrency amount
    AmountInGroupCurrency amount
    AmountInFreeDefinedCurrency1 amount
    DebitCreditCode token 1-1
    ProductiveTaxText text 0-50
    TaxBaseAmountInTransCrcy! amount
    TaxBaseAmountInCoCodeCrcy amount
    TaxBaseAmountInGroupCrcy amount
    TaxBaseAmountInFreeDefinedCrcy1 amount
  `,
  WithholdingTaxItem: `
    ReferenceDocumentItem token 1-10
    WithholdingTaxType! token 1-2
    WithholdingTaxCode! token 1-2
    AmountInTransactionCurrency amount
    AmountInCompanyCodeCurrency amount
    AmountInGroupCurrency amount
    AmountInFreeDefinedCurrency1 amount
    TaxBaseAmountInTransCrcy amount
    TaxBaseAmountInCoCodeCrcy amount
    TaxBaseAmountInGroupCrcy amount
    TaxBaseAmountInFreeDefinedCrcy1 amount
    TaxIsToBeCalculated boolean
  `,
};
