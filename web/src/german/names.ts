/** Finite vocabularies of the service in German. A test holds each against the list of the service. */

/** Work that is done by itself: of a connection, and of the installation. */
export const germanWorks = {
  settlements: 'Abrechnungen',
  posting: 'Buchen',
  orders: 'Bestellungen',
  finances: 'Finanzereignisse',
  payouts: 'Auszahlungen',
  reimbursements: 'Ausgleichszahlungen',
  vat: 'Umsatzsteuerbericht',
  customers: 'Debitoren',
  reconciliation: 'Abstimmung',
  credentials: 'Alter der Zugangsdaten',
  accrual: 'Abgrenzung des Monats',
  alerts: 'Warnungen',
  'alerts-thorough': 'Gründliche Warnungen',
  backup: 'Sicherung',
  'purge-buyers': 'Löschen von Käuferdaten',
  retention: 'Aufbewahrung',
  'audit-checkpoint': 'Stand des Prüfprotokolls',
  deposits: 'Zuordnen der Zahlungseingänge',
} as const satisfies Readonly<Record<string, string>>;

export const germanPermissions = {
  'books.read': 'Bücher lesen',
  'audit.read': 'Prüfprotokoll lesen',
  'books.operate': 'Abrufen, buchen und stornieren',
  'entries.approve': 'Buchungsbelege freigeben',
  'periods.close': 'Monate schließen und abgrenzen',
  'mapping.edit': 'Kontenfindung pflegen',
  'mapping.approve': 'Kontenfindung freigeben',
  'customers.operate': 'Debitoren pflegen',
  'connections.manage': 'Verbindungen verwalten',
  'operation.manage': 'Betrieb steuern',
  'users.manage': 'Benutzer verwalten',
  'own.manage': 'Eigene Zugangsdaten verwalten',
} as const satisfies Readonly<Record<string, string>>;

/** What the doctor tries; company codes and Amazon's operations have their own names behind these. */
export const germanChecks = {
  settings: 'Einstellungen',
  login: 'Anmeldung',
  client: 'Anwendung',
  clock: 'Uhr',
  marketplaces: 'Marktplätze',
  'secret age': 'Alter des Geheimnisses',
  'authorisation age': 'Alter der Autorisierung',
  'log-on': 'Anmeldung',
  session: 'Sitzung',
  'journal entry service': 'Buchungsdienst',
  posting: 'Probebeleg',
  'company codes': 'Buchungskreise',
  'documents by reference': 'Belege nach Referenz',
  'G/L accounts': 'Sachkonten',
  'cost centres': 'Kostenstellen',
  'profit centres': 'Profitcenter',
  'business partners': 'Geschäftspartner',
  'customers in company codes': 'Debitoren in Buchungskreisen',
  reports: 'Berichte',
  'tax codes': 'Steuerkennzeichen',
  'document types': 'Belegarten',
  'G/L accounts in company codes': 'Sachkonten in Buchungskreisen',
  'posting periods': 'Buchungsperioden',
} as const satisfies Readonly<Record<string, string>>;

/** What a kind of line is in profit and loss or the balance sheet. */
export const germanNatures = {
  revenue: 'Erlös',
  'contra-revenue': 'Erlösschmälerung',
  expense: 'Aufwand',
  'other-income': 'Sonstiger Ertrag',
  tax: 'Steuer',
  'balance-sheet': 'Bilanz',
} as const satisfies Readonly<Record<string, string>>;
