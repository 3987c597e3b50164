import type { GermanProblems } from '../german-problem.ts';

/** The account table: what has no account, and its versions, files and approvals. */
export const mappingProblems = {
  ACCOUNT_MISSING: [
    'In der Kontenfindung fehlt ein Sachkonto',
    'Ergänzen Sie in der Kontenfindung die Zeile mit dem Sachkonto. An der Befehlszeile danach prüfen: seller-ledger mapping check',
    [
      'Add a row to assignments for kind',
      'Ergänzen Sie unter assignments eine Zeile für die Art {to assignments for kind | and marketplace} und den Marktplatz {and marketplace |, then}. Danach prüfen Sie die Kontenfindung.',
    ],
    [
      'Add a row to balances for purpose',
      'Ergänzen Sie unter balances eine Zeile für den Zweck {to balances for purpose |, then}. Danach prüfen Sie die Kontenfindung.',
    ],
  ],
  ASSIGNMENT_UNCLEAR: [
    'Ein Konto gilt für eine Art von Zeilen oder für einen Zweck, nicht für beides',
    'Geben Sie --kind mit einer Art aus docs/mapping-guide.md an, oder --purpose mit payout, closing-debt, tax-residual oder einem anderen.',
  ],
  COMPANY_CODE_MISSING: [
    'Ein Buchungskreis ist in der Kontenfindung nicht beschrieben',
    'Ergänzen Sie ihn unter companyCodes und prüfen Sie die Kontenfindung: [mapping check]',
    [
      'Add company code',
      'Ergänzen Sie den Buchungskreis {Add company code | to companyCodes} unter companyCodes und prüfen Sie die Kontenfindung.',
    ],
  ],
  COMPANY_CODE_NOT_IN_TABLE: [
    'Diesen Buchungskreis kennt die Kontenfindung nicht',
    'Nennen Sie einen ihrer Buchungskreise, oder lassen Sie --company-code weg: Dann sind alle gemeint.',
  ],
  LINE_KIND_UNKNOWN: [
    'Niemand hat gesagt, was diese Wörter von Amazon bedeuten',
    'Finden Sie heraus, was sie bedeuten, und bringen Sie es bei: auf der Seite Kontenfindung oder mit [mapping unknown] (in einer Datei: Abschnitt vocabulary). Bis dahin wartet die Abrechnung, oder sie wird in SAP von Hand gebucht und dann nie hier.',
  ],
  MARKETPLACE_UNASSIGNED: [
    'Ein Marktplatz gehört noch zu keinem Buchungskreis',
    'Ergänzen Sie in der Kontenfindung die Zeile für den Marktplatz oder die Währung und prüfen Sie sie. An der Befehlszeile: seller-ledger mapping check',
    [
      'Add a row to marketplaces for',
      'Ergänzen Sie unter marketplaces eine Zeile für {to marketplaces for |, then} und prüfen Sie die Kontenfindung.',
    ],
    [
      'Add a row to currencies for',
      'Ergänzen Sie unter currencies eine Zeile für {to currencies for |, then} und prüfen Sie die Kontenfindung.',
    ],
  ],
  PAYOUT_COMPANY_UNDECIDED: [
    'Es ist nicht entschieden, zu welchem Buchungskreis die Auszahlung gehört',
    'Nennen Sie einen davon unter currencies für {in currencies for |, then} und prüfen Sie die Kontenfindung.',
  ],
  MAPPING_APPROVAL_OWN: [
    'Ihre Version der Kontenfindung muss eine andere Person freigeben',
    'Bitten Sie einen anderen Benutzer: [mapping approve]',
  ],
  MAPPING_CHANGE_NOT_DATED: [
    'Ein Teil der Änderungen kann nicht erst ab einem Tag gelten',
    'Lassen Sie diese Änderungen weg, oder nehmen Sie alle ohne ersten Tag auf: Dann gelten sie für alles, was noch nicht gebucht ist.',
  ],
  MAPPING_FILE_CHANGED: [
    'Die Datei ist keine der aufgenommenen Versionen der Kontenfindung',
    'Sehen Sie an, was sie ändern würde: [mapping impact]. Nehmen Sie sie auf und aktualisieren Sie die Verbindung erneut: [mapping import]',
  ],
  MAPPING_INVALID: [
    'Die Kontenfindung hat Fehler',
    'Berichtigen Sie die genannten Zeilen, dann prüfen Sie: [mapping check]',
    [
      'Nothing was recorded',
      'Nichts wurde aufgenommen: Berichtigen Sie die genannte Option und führen Sie den Befehl erneut aus.',
    ],
  ],
  MAPPING_MOVED: [
    'Die Kontenfindung hat sich inzwischen geändert',
    'Sehen Sie an, was jetzt gilt, und entscheiden Sie neu: [mapping list]',
  ],
  MAPPING_NOT_WAITING: [
    'Diese Version der Kontenfindung wartet nicht auf Freigabe',
    'Sehen Sie nach, welche Version wartet: [mapping list]',
  ],
  MAPPING_UNCHANGED: ['Die Kontenfindung sagt das schon', 'Nichts zu tun. Die Version in Gebrauch: [mapping show]'],
  MAPPING_VERSION_UNKNOWN: [
    'Diese Version der Kontenfindung gibt es nicht',
    'Sehen Sie die vorhandenen durch: [mapping list]',
  ],
  SPREADSHEET_INVALID: [
    'Die Tabelle hat Fehler',
    'Berichtigen Sie die genannten Zellen und importieren Sie sie erneut. Wie eine solche Tabelle aussieht: [mapping export]',
  ],
  SPREADSHEET_UNREADABLE: [
    'Die Datei ist keine lesbare Kontenfindung',
    'Speichern Sie sie als XLSX-Arbeitsmappe oder als CSV in UTF-8, so wie mapping export sie schreibt: [mapping export]',
  ],
  TABLE_FILE_UNFIT: [
    'Diese Datei kann keine Kontenfindung sein',
    'Wählen Sie eine YAML-Datei, eine XLSX-Arbeitsmappe oder eine CSV-Datei; Programme senden ihre Bytes als application/octet-stream.',
  ],
  TABLE_FORMAT_UNKNOWN: ['In diesem Format gibt es keine Kontenfindung', 'Nennen Sie eines von: {Name one of: }.'],
  WORDS_KNOWN: [
    'Diese Wörter kennt das Programm schon',
    'Um anders zu buchen, ändern Sie das Konto ihrer Art: [mapping assign]',
  ],
  SAP_TAX_DIRECTION_UNKNOWN: [
    'Ob das Steuerkennzeichen Ausgangs- oder Vorsteuer ist, ist nicht bekannt',
    'Beschreiben Sie das Steuerkennzeichen {Describe tax code | in the tax} in der Kontenfindung mit Satz und Richtung.',
  ],
} as const satisfies GermanProblems;
