import type { Sentence } from '../german-sentence.ts';

/** What the check of an entry against SAP's master data finds. */
export const simulationSentences: readonly Sentence[] = [
  ['Not checked, because SAP has no service for its {}.', 'Nicht geprüft, weil SAP dafür keinen Dienst hat: {1}.'],
  [
    'Not checked, because SAP did not give its {}: {=[A-Z_]+}: {}',
    'Nicht geprüft, weil SAP die Stammdaten nicht herausgab ({1}): {2}: {3}',
  ],
  [
    'Not checked, because the view of posting periods has none that holds {} in company code {}.',
    'Nicht geprüft, weil die View der Buchungsperioden keine hat, die {1} in Buchungskreis {2} enthält.',
  ],
  ['company codes', 'Buchungskreise'],
  ['G/L accounts', 'Sachkonten'],
  ['G/L accounts by company code', 'Sachkonten nach Buchungskreis'],
  ['customers', 'Debitoren'],
  ['G/L accounts of chart', 'Sachkonten des Kontenplans'],
  ['cost centres of controlling area', 'Kostenstellen des Kostenrechnungskreises'],
  ['profit centres of controlling area', 'Profitcenter des Kostenrechnungskreises'],
  ['customers in company code', 'Debitoren im Buchungskreis'],
  ['G/L accounts in company code', 'Sachkonten im Buchungskreis'],
  ['posting periods of company code', 'Buchungsperioden des Buchungskreises'],
  [
    '{=G/L accounts of chart|cost centres of controlling area|profit centres of controlling area|customers in company code|G/L accounts in company code|posting periods of company code} {}',
    '{1} {2}',
  ],
  ['cost centres', 'Kostenstellen'],
  ['profit centres', 'Profitcenter'],
  ['tax codes', 'Steuerkennzeichen'],
  ['document types', 'Belegarten'],
  ['posting periods', 'Buchungsperioden'],
  [
    'Company code {} does not exist in SAP, or the communication user may not see it.',
    'Buchungskreis {1} gibt es in SAP nicht, oder der Kommunikationsbenutzer darf ihn nicht sehen.',
  ],
  [
    'The entry has {} items with its tax items; SAP takes at most {} in one document.',
    'Der Beleg hat mit seinen Steuerpositionen {1} Positionen; SAP nimmt höchstens {2} in einem Beleg.',
  ],
  [
    "{} does not fit into SAP's field for {}, which takes 1 to {} printable characters.",
    '{1} passt nicht in das Feld von SAP ({2}), das 1 bis {3} druckbare Zeichen nimmt.',
  ],
  [
    'The posting date {} is later than today, {}; SAP may not have opened its period yet.',
    'Das Buchungsdatum {1} liegt nach heute, {2}; vielleicht hat SAP die Periode noch nicht geöffnet.',
  ],
  [
    'The posting period that holds {} is closed in company code {}.',
    'Die Buchungsperiode, die {1} enthält, ist in Buchungskreis {2} geschlossen.',
  ],
  ['Document type {} does not exist in SAP.', 'Die Belegart {1} gibt es in SAP nicht.'],
  [
    'Document type {} takes account types {}, but the entry has lines to {=G/L accounts \\(S\\)|customers \\(D\\)}.',
    'Die Belegart {1} nimmt die Kontoarten {2}, aber der Beleg hat Positionen auf {3}.',
  ],
  ['G/L accounts (S)', 'Sachkonten (S)'],
  ['customers (D)', 'Debitoren (D)'],
  ['G/L account {} does not exist in chart of accounts {}.', 'Sachkonto {1} gibt es im Kontenplan {2} nicht.'],
  [
    'G/L account {} is blocked for posting in chart of accounts {}.',
    'Sachkonto {1} ist im Kontenplan {2} zum Buchen gesperrt.',
  ],
  [
    'G/L account {} is marked for deletion in chart of accounts {}.',
    'Sachkonto {1} ist im Kontenplan {2} zum Löschen vorgemerkt.',
  ],
  [
    'G/L account {} is for secondary costs, to which nothing is posted from outside.',
    'Sachkonto {1} ist für sekundäre Kosten; von außen wird darauf nicht gebucht.',
  ],
  ['G/L account {} is not set up in company code {}.', 'Sachkonto {1} ist im Buchungskreis {2} nicht angelegt.'],
  [
    'G/L account {} is blocked for posting in company code {}.',
    'Sachkonto {1} ist im Buchungskreis {2} zum Buchen gesperrt.',
  ],
  [
    'G/L account {} is a reconciliation account in company code {}; nothing is posted to it directly.',
    'Sachkonto {1} ist im Buchungskreis {2} ein Abstimmkonto; direkt wird darauf nicht gebucht.',
  ],
  [
    'To G/L account {} only SAP itself posts in company code {}.',
    'Auf Sachkonto {1} bucht im Buchungskreis {2} nur SAP selbst.',
  ],
  [
    'G/L account {} takes income or expense, but the line has neither a cost centre nor a profit centre.',
    'Sachkonto {1} ist ein Erfolgskonto, aber die Position hat weder Kostenstelle noch Profitcenter.',
  ],
  [
    'Cost centre {} stands beside G/L account {}, which is a balance sheet account: SAP takes it for information only, or refuses it.',
    'Kostenstelle {1} steht bei Sachkonto {2}, einem Bilanzkonto: SAP nimmt sie nur nachrichtlich an oder lehnt sie ab.',
  ],
  [
    'Cost centre {} does not exist in controlling area {}.',
    'Kostenstelle {1} gibt es im Kostenrechnungskreis {2} nicht.',
  ],
  [
    'Cost centre {} of controlling area {} is not valid on {}; it is from {}.',
    'Kostenstelle {1} des Kostenrechnungskreises {2} ist am {3} nicht gültig; sie gilt {4}.',
  ],
  [
    'Cost centre {} belongs to company code {}, not to {}.',
    'Kostenstelle {1} gehört zum Buchungskreis {2}, nicht zu {3}.',
  ],
  [
    'Cost centre {} of controlling area {} is blocked for {=revenue|primary costs}.',
    'Kostenstelle {1} des Kostenrechnungskreises {2} ist für {3} gesperrt.',
  ],
  ['revenue', 'Erlöse'],
  ['primary costs', 'Primärkosten'],
  [
    'Profit centre {} does not exist in controlling area {}.',
    'Profitcenter {1} gibt es im Kostenrechnungskreis {2} nicht.',
  ],
  [
    'Profit centre {} of controlling area {} is not valid on {}; it is from {}.',
    'Profitcenter {1} des Kostenrechnungskreises {2} ist am {3} nicht gültig; es gilt {4}.',
  ],
  [
    'Profit centre {} of controlling area {} is blocked.',
    'Profitcenter {1} des Kostenrechnungskreises {2} ist gesperrt.',
  ],
  ['{=\\d+-\\d+-\\d+} to {=\\d+-\\d+-\\d+}', 'von {1} bis {2}'],
  ['Customer {} is not set up in company code {}.', 'Debitor {1} ist im Buchungskreis {2} nicht angelegt.'],
  [
    'Customer {} has reconciliation account {} in company code {}, not {}.',
    'Debitor {1} hat im Buchungskreis {3} das Abstimmkonto {2}, nicht {4}.',
  ],
  ['(none)', '(keines)'],
  [
    'Customer {} is {=blocked for posting|marked for deletion} in company code {}.',
    'Debitor {1} ist im Buchungskreis {3} {2}.',
  ],
  ['blocked for posting', 'zum Buchen gesperrt'],
  ['marked for deletion', 'zum Löschen vorgemerkt'],
  [
    'Tax code {} does not exist in SAP for country {}.',
    'Das Steuerkennzeichen {1} gibt es in SAP für das Land {2} nicht.',
  ],
  [
    'Settlement {} is {} and has no entry that is still to be sent.',
    'Abrechnung {1} ist im Status {2} und hat keinen Beleg, der noch zu senden ist.',
  ],
  ['Accrual {} has no entry that is still to be sent.', 'Abgrenzung {1} hat keinen Beleg, der noch zu senden ist.'],
  ['SAP would refuse entry {} for {}: {}', 'SAP würde Beleg {1} wegen {2} ablehnen: {3}'],
  ['1 fault{}', 'eines Fehlers{1}'],
  ['{=\\d+} faults, the first{}', '{1} Fehlern, der erste{2}'],
  [' in line {}', ' in Position {1}'],
  [
    'Entry {} waits, because this connection sends nothing that was not checked and SAP did not give {=one part|\\d+ parts} of its master data.',
    'Beleg {1} wartet: Diese Verbindung sendet nichts Ungeprüftes, und SAP gab {2} seiner Stammdaten nicht heraus.',
  ],
  ['one part', 'einen Teil'],
  ['{=\\d+} parts', '{1} Teile'],
];
