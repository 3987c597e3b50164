import type { GermanProblems } from '../german-problem.ts';

const OTHER_ACCOUNT = 'Nennen Sie in der Kontenfindung ein anderes Sachkonto.';

/** The check of entries against SAP's master data before they are sent. */
export const simulationProblems = {
  SIMULATION_FAILED: [
    'SAP würde den Beleg ablehnen',
    'Bringen Sie es in der Kontenfindung oder in SAP in Ordnung und rufen Sie dann erneut ab: [sync]',
  ],
  SIMULATION_INCOMPLETE: [
    'Der Beleg wartet, weil Stammdaten von SAP fehlen und nichts ungeprüft gesendet wird',
    'Jeder Abruf versucht es erneut. Sehen Sie in der Prüfung gegen Stammdaten nach, was fehlt.',
  ],
  SIMULATION_COMPANY_CODE_UNKNOWN: [
    'Den Buchungskreis gibt es in SAP nicht, oder er ist nicht sichtbar',
    'Nennen Sie in der Kontenfindung einen Buchungskreis, den es gibt, oder geben Sie dem Benutzer die Berechtigung dafür.',
  ],
  SIMULATION_COST_CENTER_BLOCKED: [
    'Die Kostenstelle ist gesperrt',
    'Heben Sie die Sperre in SAP auf, oder nennen Sie in der Kontenfindung eine andere Kostenstelle; Erlöse gehen meist auf ein Profitcenter.',
  ],
  SIMULATION_COST_CENTER_NOT_VALID: [
    'Die Kostenstelle ist an diesem Tag nicht gültig',
    'Verlängern Sie sie in SAP, oder geben Sie der Kontenfindung eine Zeile mit validFrom für die neue.',
  ],
  SIMULATION_COST_CENTER_OF_OTHER_COMPANY: [
    'Die Kostenstelle gehört zu einem anderen Buchungskreis',
    'Nennen Sie in der Kontenfindung eine Kostenstelle des Buchungskreises {of company code | in the account}.',
  ],
  SIMULATION_COST_CENTER_ON_BALANCE_SHEET: [
    'Eine Kostenstelle steht bei einem Bestandskonto',
    'Lassen Sie die Kostenstelle dieser Zeile weg, oder nennen Sie ein Erfolgskonto.',
  ],
  SIMULATION_COST_CENTER_UNKNOWN: [
    'Die Kostenstelle gibt es in SAP nicht',
    'Nennen Sie in der Kontenfindung eine Kostenstelle, die es gibt, oder legen Sie sie in SAP an.',
  ],
  SIMULATION_COST_OBJECT_MISSING: [
    'Einer Position auf einem Erfolgskonto fehlt die Kontierung',
    'Geben Sie der Zeile costCenter oder profitCenter; füllt SAP sie durch eine Vorschlagskontierung, setzen Sie posting.sapFillsCostObjects.',
  ],
  SIMULATION_CUSTOMER_BLOCKED: [
    'Der Debitor ist gesperrt oder zum Löschen vorgemerkt',
    'Bringen Sie das in SAP in Ordnung, oder nennen Sie in der Kontenfindung einen anderen Debitor.',
  ],
  SIMULATION_CUSTOMER_OTHER_ACCOUNT: [
    'Der Debitor hat ein anderes Abstimmkonto',
    'Nennen Sie in der Kontenfindung das Abstimmkonto des Debitors, oder ändern Sie es in SAP.',
  ],
  SIMULATION_CUSTOMER_UNKNOWN: [
    'Der Debitor ist im Buchungskreis nicht angelegt',
    'Erweitern Sie den Debitor in SAP um diesen Buchungskreis, oder nennen Sie in der Kontenfindung einen anderen.',
  ],
  SIMULATION_DOCUMENT_TYPE_OTHER_ACCOUNTS: [
    'Die Belegart erlaubt diese Kontoart nicht',
    'Nennen Sie unter companyCodes der Kontenfindung eine andere Belegart, oder erlauben Sie die Kontoart in SAP.',
  ],
  SIMULATION_DOCUMENT_TYPE_UNKNOWN: [
    'Die Belegart gibt es in SAP nicht',
    'Nennen Sie unter companyCodes der Kontenfindung eine Belegart, die es gibt.',
  ],
  SIMULATION_GL_ACCOUNT_AUTOMATIC: ['Auf dieses Sachkonto bucht nur SAP selbst', OTHER_ACCOUNT],
  SIMULATION_GL_ACCOUNT_BLOCKED: [
    'Das Sachkonto ist zum Buchen gesperrt',
    'Heben Sie die Sperre in SAP auf, oder nennen Sie in der Kontenfindung ein anderes Sachkonto.',
  ],
  SIMULATION_GL_ACCOUNT_NOT_IN_COMPANY_CODE: [
    'Das Sachkonto ist im Buchungskreis nicht angelegt',
    'Legen Sie das Konto in SAP im Buchungskreis {company code | in SAP} an, oder nennen Sie in der Kontenfindung ein anderes.',
  ],
  SIMULATION_GL_ACCOUNT_RECONCILIATION: [
    'Das Sachkonto ist ein Abstimmkonto und wird nicht direkt bebucht',
    'Nennen Sie in der Kontenfindung den Debitor oder ein Konto, das kein Abstimmkonto ist.',
  ],
  SIMULATION_GL_ACCOUNT_SECONDARY: [
    'Das Sachkonto ist für sekundäre Kosten und wird nicht von außen bebucht',
    'Nennen Sie in der Kontenfindung ein Konto für primäre Kosten oder Erlöse.',
  ],
  SIMULATION_GL_ACCOUNT_TO_BE_DELETED: [
    'Das Sachkonto ist im Kontenplan zum Löschen vorgemerkt',
    'Nennen Sie in der Kontenfindung ein anderes Sachkonto, oder nehmen Sie die Vormerkung in SAP zurück.',
  ],
  SIMULATION_GL_ACCOUNT_UNKNOWN: [
    'Das Sachkonto gibt es im Kontenplan nicht',
    'Nennen Sie in der Kontenfindung ein Konto, das es gibt, oder legen Sie es in SAP an.',
  ],
  SIMULATION_KEY_DOES_NOT_FIT: [
    'Ein Wert passt nicht in sein Feld in SAP',
    'Berichtigen Sie den Wert in der Kontenfindung.',
  ],
  SIMULATION_MASTER_DATA_OLD: [
    'Die Stammdaten sind alt und ließen sich seither nicht lesen',
    'Nichts zu tun, wenn SAP nur nicht erreichbar ist; sonst sehen Sie nach, warum es nicht antwortet: [master-data show]',
  ],
  SIMULATION_NOT_OFFERED: [
    'Nicht geprüft, weil SAP dafür keinen Dienst hat',
    'Um es prüfen zu lassen, geben Sie eine eigene View frei und nennen Sie sie unter sap.customViews (docs/connection-file.md).',
  ],
  SIMULATION_NOT_READ: [
    'Nicht geprüft, weil SAP die Stammdaten nicht herausgab',
    'Beheben Sie, was SAP daran hindert; der nächste Abruf versucht es erneut.',
  ],
  SIMULATION_PERIOD_CLOSED: [
    'Die Buchungsperiode ist in SAP geschlossen',
    'Öffnen Sie die Buchungsperiode in SAP und rufen Sie dann erneut ab.',
  ],
  SIMULATION_PERIOD_NOT_TOLD: [
    'Nicht geprüft, weil die View der Buchungsperioden diesen Tag nicht enthält',
    'Sehen Sie nach, ob die View diesen Buchungskreis zeigt; Perioden eines verschobenen Geschäftsjahres brauchen from und to.',
  ],
  SIMULATION_POSTING_DATE_AHEAD: [
    'Das Buchungsdatum liegt in der Zukunft',
    'Warten Sie bis dahin, oder öffnen Sie die Buchungsperiode in SAP.',
  ],
  SIMULATION_PROFIT_CENTER_BLOCKED: [
    'Das Profitcenter ist gesperrt',
    'Heben Sie die Sperre in SAP auf, oder nennen Sie in der Kontenfindung ein anderes Profitcenter.',
  ],
  SIMULATION_PROFIT_CENTER_NOT_VALID: [
    'Das Profitcenter ist an diesem Tag nicht gültig',
    'Verlängern Sie es in SAP, oder geben Sie der Kontenfindung eine Zeile mit validFrom für das neue.',
  ],
  SIMULATION_PROFIT_CENTER_UNKNOWN: [
    'Das Profitcenter gibt es in SAP nicht',
    'Nennen Sie in der Kontenfindung ein Profitcenter, das es gibt, oder legen Sie es in SAP an.',
  ],
  SIMULATION_TAX_CODE_UNKNOWN: [
    'Das Steuerkennzeichen gibt es in SAP nicht',
    'Nennen Sie in der Kontenfindung ein Steuerkennzeichen, das es gibt, oder legen Sie es in SAP an.',
  ],
  SIMULATION_TOO_MANY_ITEMS: [
    'Der Beleg hat mehr Positionen, als SAP in einem Beleg annimmt',
    'Melden Sie das mit der Abrechnungsdatei: Das Programm teilt Belege weit unter dieser Grenze.',
  ],
} as const satisfies GermanProblems;
