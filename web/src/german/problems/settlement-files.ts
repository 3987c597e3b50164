import type { GermanProblems } from '../german-problem.ts';

const DOWNLOAD =
  'Laden Sie den Bericht GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 (in Seller Central: die Abrechnung als „Flat File V2“) noch einmal herunter und lesen Sie ihn genau so ein, wie er heruntergeladen wurde.';
const COMPARE_ROW = `Vergleichen Sie die Zeile mit Seller Central. ${DOWNLOAD}`;
const COMPARE_DATES = `Vergleichen Sie die beiden Tage mit Seller Central. ${DOWNLOAD}`;

/** The file of a settlement: whether it can be read, and whether it is a settlement. */
export const settlementFileProblems = {
  SETTLEMENT_AMOUNT_AMBIGUOUS: [
    'Ein Betrag der Abrechnung lässt sich auf zwei Arten lesen',
    `Vergleichen Sie den Betrag mit Seller Central. ${DOWNLOAD}`,
  ],
  SETTLEMENT_AMOUNT_TOO_PRECISE: [
    'Ein Betrag hat mehr Nachkommastellen als seine Währung',
    `Vergleichen Sie den Betrag mit Seller Central. ${DOWNLOAD}`,
  ],
  SETTLEMENT_AMOUNT_UNREADABLE: ['Ein Betrag der Abrechnung ist nicht lesbar', DOWNLOAD],
  SETTLEMENT_CHANNELS_TOO_MANY: [
    'Die Datei nennt zu viele Versandwege',
    'Prüfen Sie, ob die Spalten der Datei verschoben sind, und laden Sie sie noch einmal herunter.',
  ],
  SETTLEMENT_CHARSET_CONTRADICTED: [
    'Der angegebene Zeichensatz widerspricht dem Inhalt der Datei',
    'Sehen Sie sich den Text an; ist er gut lesbar, lesen Sie die Datei als UTF-8: [preview]',
  ],
  SETTLEMENT_CHARSET_UNSUPPORTED: [
    'Der Zeichensatz der Datei wird nicht unterstützt',
    `${DOWNLOAD} Wenn Sie den Zeichensatz kennen: [preview]`,
    ['Name the right one', 'Nennen Sie den richtigen der drei Zeichensätze: [preview]'],
  ],
  SETTLEMENT_CHARSET_UTF16: ['Die Datei ist in UTF-16 gespeichert', DOWNLOAD],
  SETTLEMENT_CHARSET_WRONG: [
    'Der Inhalt der Datei passt nicht zu ihrem Zeichensatz',
    DOWNLOAD,
    ['If the file is whole', 'Ist die Datei vollständig, lesen Sie sie mit einem anderen Zeichensatz: [preview]'],
  ],
  SETTLEMENT_COLUMN_MISSING: ['Der Abrechnungsdatei fehlen Spalten', DOWNLOAD],
  SETTLEMENT_COLUMN_TWICE: ['Eine Spalte kommt in der Abrechnungsdatei doppelt vor', DOWNLOAD],
  SETTLEMENT_CONTROL_BYTE: ['In der Abrechnungsdatei stehen Steuerzeichen', DOWNLOAD],
  SETTLEMENT_CURRENCY_DIFFERS: ['Eine Zeile hat eine andere Währung als die Abrechnung', DOWNLOAD],
  SETTLEMENT_CURRENCY_UNKNOWN: [
    'Die Währung der Abrechnung ist nicht bekannt',
    DOWNLOAD,
    [
      'ISO 4217 added lately',
      'Ein Währungscode, den ISO 4217 erst kürzlich aufnahm, kann in src/core/currency.ts ergänzt werden.',
    ],
  ],
  SETTLEMENT_DATE_AMBIGUOUS: ['Bei einem Datum ist nicht zu erkennen, was Tag und was Monat ist', DOWNLOAD],
  SETTLEMENT_DATE_MISSING: ['Einer Zeile fehlt das Datum', DOWNLOAD],
  SETTLEMENT_DATE_OUTSIDE: ['Eine Zeile liegt außerhalb des Abrechnungszeitraums', COMPARE_ROW],
  SETTLEMENT_DATE_UNREADABLE: ['Ein Datum der Abrechnung ist nicht lesbar', DOWNLOAD],
  SETTLEMENT_DEPOSIT_BEFORE_END: ['Die Auszahlung ist vor dem Ende der Abrechnung geplant', COMPARE_DATES],
  SETTLEMENT_FILE_AMBIGUOUS: [
    'Mehrere Dateien der Abrechnung können gemeint sein',
    'Sagen Sie, welche Datei gemeint ist: --with und die ersten Stellen ihres SHA-256.',
  ],
  SETTLEMENT_FILE_EMPTY: ['Die Datei ist leer', DOWNLOAD],
  SETTLEMENT_FILE_FOREIGN: [
    'Die Datei ist keine Abrechnung von Amazon',
    'Laden Sie den Bericht GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 herunter (in Seller Central: die Abrechnung als „Flat File V2“); andere Berichte von Amazon können nicht gebucht werden.',
  ],
  SETTLEMENT_FILE_HEADER_ONLY: ['Die Datei enthält nur die Spaltennamen einer Abrechnung', DOWNLOAD],
  SETTLEMENT_FILE_HOLDS_TWO: [
    'Die Datei enthält mehr als eine Abrechnung',
    `Trennen Sie die Datei, jeden Teil mit der Zeile der Spaltennamen, oder besser: ${DOWNLOAD}`,
  ],
  SETTLEMENT_FILE_IS_PAGE: [
    'Statt einer Abrechnung wurde eine Webseite oder Fehlermeldung gespeichert',
    `Öffnen Sie die Datei und sehen Sie, was darin steht; ihre Adresse kann abgelaufen sein. ${DOWNLOAD}`,
  ],
  SETTLEMENT_FILE_RESAVED: [
    'Die Datei wurde mit einer Tabellenkalkulation gespeichert und dabei verändert',
    'Laden Sie den Bericht GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 (in Seller Central: die Abrechnung als „Flat File V2“) noch einmal herunter; öffnen und speichern Sie ihn nicht, bevor er eingelesen ist.',
  ],
  SETTLEMENT_FILE_TRUNCATED: ['Die Abrechnungsdatei ist abgeschnitten', DOWNLOAD],
  SETTLEMENT_FILE_UNKNOWN: [
    'Eine solche Datei hat die Abrechnung nicht',
    'Geben Sie die ersten 6 oder mehr Stellen des SHA-256 einer ihrer Dateien an: --with',
    ['Look at its files', 'Sehen Sie sich die Dateien der Abrechnung an: [settlements show]'],
  ],
  SETTLEMENT_GZIP_CORRUPT: ['Die komprimierte Datei ist beschädigt', DOWNLOAD],
  SETTLEMENT_GZIP_TRUNCATED: ['Die komprimierte Datei ist abgeschnitten', DOWNLOAD],
  SETTLEMENT_GZIP_TWICE: [
    'Die Datei wurde zweimal komprimiert',
    `Entpacken Sie sie einmal mit gunzip und lesen Sie das Ergebnis ein, oder besser: ${DOWNLOAD}`,
  ],
  SETTLEMENT_ID_UNREADABLE: ['Die Nummer der Abrechnung ist nicht lesbar', DOWNLOAD],
  SETTLEMENT_LAYOUT_V1: [
    'Die Datei hat das alte Format V1, das Amazon abgeschafft hat',
    'Laden Sie dieselbe Abrechnung als GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2 herunter (in Seller Central: die Abrechnung als „Flat File V2“).',
  ],
  SETTLEMENT_PERIOD_REVERSED: ['Die Abrechnung endet, bevor sie beginnt', COMPARE_DATES],
  SETTLEMENT_PERIOD_TOO_LONG: [
    'Der Zeitraum der Abrechnung ist unglaubwürdig lang',
    'Vergleichen Sie die beiden Tage der Summenzeile mit Seller Central und laden Sie die Datei noch einmal herunter.',
  ],
  SETTLEMENT_ROW_TOO_LONG: ['Eine Zeile der Abrechnung ist zu lang', DOWNLOAD],
  SETTLEMENT_ROW_TOO_SHORT: ['Einer Zeile fehlen Felder', DOWNLOAD],
  SETTLEMENT_ROW_TOO_WIDE: ['Eine Zeile hat mehr Felder als es Spalten gibt', DOWNLOAD],
  SETTLEMENT_ROW_UNKNOWN: ['Diese Zeile gibt es in der Datei nicht', 'Fragen Sie nach einer Zeile {Ask for a row }.'],
  SETTLEMENT_SUMMARY_MISSING: ['Der Abrechnung fehlt die Summenzeile', DOWNLOAD],
  SETTLEMENT_TOTAL_MISSING: ['Der Abrechnung fehlt ihre Summe', DOWNLOAD],
  SETTLEMENT_VALUES_TOO_MANY: ['In einer Spalte stehen zu viele verschiedene Werte', DOWNLOAD],
  SETTLEMENT_VALUE_UNEXPECTED: ['Ein Feld hat einen Wert, den es dort nicht geben darf', COMPARE_ROW],
  PREVIEW_EMPTY: [
    'Es kam keine Abrechnungsdatei an',
    'Wählen Sie die Datei aus; Programme senden ihre Bytes als application/octet-stream. An der Befehlszeile: [preview]',
  ],
  PREVIEW_TOO_LARGE: [
    'Die Datei ist zu groß für die Vorschau',
    'Komprimieren Sie sie mit gzip, oder nehmen Sie die Befehlszeile, die jede Größe liest: [preview]',
  ],
} as const satisfies GermanProblems;
