import type { Sentence } from '../german-sentence.ts';

/** What is wrong with a row or a cell of an account table, what is to be looked at, and why something is suggested. */
export const accountTableSentences: readonly Sentence[] = [
  // What is meant
  ['; did you mean {}?', '; gemeint ist vielleicht {1}?'],
  ['{} or {}', '{1} oder {2}'],
  ['; there are {}', '; es gibt {1}'],
  ['and {} more', 'und {1} weitere'],
  [
    '; one that begins with * stands in quotes, for example "*-RED"',
    '; einer, der mit * beginnt, steht in Anführungszeichen, zum Beispiel "*-RED"',
  ],
  [' from {=[-\\d]+}', ' ab {1}'],
  ['company code', 'Buchungskreis'],
  ['document type', 'Belegart'],
  ['tax code', 'Steuerkennzeichen'],
  ['G/L account', 'Sachkonto'],
  ['cost centre', 'Kostenstelle'],
  ['profit centre', 'Profitcenter'],
  ['customer', 'Debitor'],
  ['company code {=\\S+}', 'Buchungskreis {1}'],
  ['marketplace {=[^,]+}', 'Marktplatz {1}'],
  ['currency {=\\S+}', 'Währung {1}'],
  ['tax code {=\\S+}{}', 'Steuerkennzeichen {1}{2}'],
  ['any marketplace', 'jedem Marktplatz'],
  ['the assignment of {} for {}{}{}', 'die Zuordnung von {1} für {2}{3}{4}'],
  ['the rule for {}', 'die Regel für {1}'],

  // Values
  [
    '{=company code|document type|tax code|G/L account|cost centre|profit centre|customer} {} has {} characters; at most {} fit',
    '{1} {2} hat {3} Zeichen; höchstens {4} passen',
  ],
  [
    '{=company code|document type|tax code|G/L account|cost centre|profit centre|customer} {} is not in upper-case letters and digits',
    '{1} {2} besteht nicht nur aus Großbuchstaben und Ziffern',
  ],
  [
    'G/L account {} is not written with letters and digits alone',
    'Sachkonto {1} ist nicht nur mit Buchstaben und Ziffern geschrieben',
  ],
  ['text has {} characters; at most {} fit', 'Der Text hat {1} Zeichen; höchstens {2} passen'],
  [
    'text has a line break or another control character',
    'Der Text enthält einen Zeilenumbruch oder ein anderes Steuerzeichen',
  ],
  ['{} is not a currency code known to this program', '{1} ist kein Währungsschlüssel, den dieses Programm kennt'],
  ['{} is {}, not {}', '{1} ist {2}, nicht {3}'],
  [
    'rate {} is not a percentage from 0 to 100 with at most two decimals',
    'Satz {1} ist kein Prozentwert von 0 bis 100 mit höchstens zwei Nachkommastellen',
  ],
  ['this has {} characters; at most {} fit', 'Das sind {1} Zeichen; höchstens {2} passen'],
  ['sku {} has {} characters; at most {} fit', 'SKU {1} hat {2} Zeichen; höchstens {3} passen'],

  // Rows and sections
  ['section {} is not known{}', 'Den Abschnitt {1} gibt es nicht{2}'],
  ['section {} is missing', 'Der Abschnitt {1} fehlt'],
  ['section {} is a list of rows', 'Der Abschnitt {1} ist eine Liste von Zeilen'],
  ['an account table is a set of named sections', 'Eine Kontenfindung besteht aus benannten Abschnitten'],
  ['this key is given twice', 'Dieser Schlüssel ist zweimal angegeben'],
  [
    'a row is a set of columns, for example { kind: product-sale, … }',
    'Eine Zeile besteht aus Spalten, zum Beispiel { kind: product-sale, … }',
  ],
  ['column {} is not known{}', 'Die Spalte {1} gibt es nicht{2}'],
  ['column {} is given twice', 'Die Spalte {1} ist zweimal angegeben'],
  [
    '{} is empty: give a value, or leave the column out',
    '{1} ist leer: Geben Sie einen Wert an, oder lassen Sie die Spalte weg',
  ],
  ['{=\\w+} is missing', '{1} fehlt'],
  ['{} is a single value, written out{}', '{1} ist ein einzelner, ausgeschriebener Wert{2}'],
  [
    'this line, or the one before it, is not written as YAML wants it: {} ({})',
    'Diese Zeile oder die davor ist nicht so geschrieben, wie YAML es verlangt: {1} ({2})',
  ],
  ['the table has {} {}; at most {} are read', 'Die Kontenfindung hat {1} {2}; höchstens {3} werden gelesen'],
  ['SKU patterns with * or ?', 'SKU-Muster mit * oder ?'],
  ['{} is already given in line {}', '{1} ist schon in Zeile {2} angegeben'],
  ['these words are already given in line {}', 'Diese Wörter sind schon in Zeile {1} angegeben'],
  ['{} is not a line kind{}', '{1} ist keine Art von Zeile{2}'],
  [
    'at least one of transactionType, amountType and amountDescription says what is taught',
    'Mindestens eines von transactionType, amountType und amountDescription muss sagen, was beigebracht wird',
  ],
  ['marketplace {} is not in marketplaces{}', 'Der Marktplatz {1} steht nicht im Abschnitt marketplaces{2}'],
  ['company code {} is not in companyCodes{}', 'Der Buchungskreis {1} steht nicht im Abschnitt companyCodes{2}'],
  ['tax code {} is not in taxCodes{}', 'Das Steuerkennzeichen {1} steht nicht im Abschnitt taxCodes{2}'],
  ['the file has {} bytes; at most {} are read', 'Die Datei hat {1} Bytes; höchstens {2} werden gelesen'],

  // What a row may say
  ['customer of a marketplace is a number, or none', 'Der Debitor eines Marktplatzes ist eine Nummer oder none'],
  [
    'costCenter {} and profitCenter {} are both set; a line carries at most one',
    'Kostenstelle {1} und Profitcenter {2} sind beide angegeben; eine Position trägt höchstens eines davon',
  ],
  [
    'glAccount is missing: a row without it says that nothing is booked, and has no other columns',
    'Das Sachkonto fehlt: Eine Zeile ohne Sachkonto besagt, dass nichts gebucht wird, und hat keine anderen Spalten',
  ],
  ['text is missing: it is the text of the journal line', 'Der Text fehlt: Er ist der Text der Belegposition'],
  [
    '{} cannot go to a customer: only balances, and what is on the bill of an order, can',
    '{1} kann nicht auf einen Debitor gehen: Das können nur Salden und was auf der Rechnung einer Bestellung steht',
  ],
  [
    'a line of a customer takes no costCenter, profitCenter or taxCode',
    'Eine Position eines Debitors nimmt keine Kostenstelle, kein Profitcenter und kein Steuerkennzeichen',
  ],
  [
    'marketplace {} has no {}, which {} row(s) take by default',
    'Der Marktplatz {1} hat kein {2}, das für {3} Zeile(n) die Vorgabe ist',
  ],
  [
    'marketplace {} has no {}, which {} row(s) take by default; give one, or none',
    'Der Marktplatz {1} hat kein {2}, das für {3} Zeile(n) die Vorgabe ist; geben Sie eines an, oder none',
  ],
  ['no account for {} in {}', 'Kein Sachkonto für {1} in {2}'],
  [
    'the rule says nothing: give it a companyCode, a costCenter or a profitCenter',
    'Die Regel sagt nichts: Geben Sie ihr einen Buchungskreis, eine Kostenstelle oder ein Profitcenter',
  ],
  [
    'a rule with a companyCode names a channel or a sku; a whole marketplace is moved in marketplaces',
    'Eine Regel mit Buchungskreis nennt einen Kanal oder eine SKU; ein ganzer Marktplatz wird in marketplaces verschoben',
  ],
  [
    '{} of a rule is a name; a rule without it leaves the marketplace’s own',
    '{1} einer Regel ist ein Name; ohne ihn bleibt der des Marktplatzes',
  ],
  [
    'the rule moves rows to company code {} and has no {}, which {} row(s) take by default',
    'Die Regel verschiebt Zeilen in den Buchungskreis {1} und hat kein {2}, das für {3} Zeile(n) die Vorgabe ist',
  ],
  [
    'sku {} and {} in line {} match the same SKUs and neither is more specific; write one of them longer',
    'SKU {1} und {2} in Zeile {3} treffen dieselben SKUs, und keine ist genauer; schreiben Sie eine davon länger',
  ],
  [
    'tax code {} is {} in line {}; a tax code has one direction',
    'Das Steuerkennzeichen {1} ist in Zeile {3} {2}; ein Steuerkennzeichen hat eine Richtung',
  ],
  [
    'tax code {} has no rate from always: give one row without validFrom',
    'Das Steuerkennzeichen {1} hat keinen Satz von Anfang an: Geben Sie eine Zeile ohne ersten Tag an',
  ],
  [
    'tax code {} is {}; this column takes one that is {}',
    'Das Steuerkennzeichen {1} ist {2}; diese Spalte nimmt eines, das {3} ist',
  ],
  [
    'taxCode default is for revenue and costs; {} is neither',
    'Das Steuerkennzeichen default ist für Erlöse und Kosten; {1} ist keines davon',
  ],

  // To be looked at
  [
    '{} is revenue: it carries a profit centre, not a cost centre',
    '{1} ist Erlös: Er trägt ein Profitcenter, keine Kostenstelle',
  ],
  [
    '{} is a cost and has no cost centre; SAP asks for one unless it fills it in itself',
    '{1} ist ein Aufwand ohne Kostenstelle; SAP verlangt eine, wenn es sie nicht selbst einsetzt',
  ],
  [
    '{} is tax already: tax code {} would split tax out of it once more',
    '{1} ist schon Steuer: Das Steuerkennzeichen {2} würde noch einmal Steuer herausrechnen',
  ],

  // Spreadsheets
  ['the sheet is no section of an account table{}', 'Das Blatt ist kein Abschnitt einer Kontenfindung{1}'],
  ['the row does not say to which section it belongs', 'Die Zeile sagt nicht, zu welchem Abschnitt sie gehört'],
  ['{} is no section of an account table', '{1} ist kein Abschnitt einer Kontenfindung'],
  ['the value stands under no column name', 'Der Wert steht unter keinem Spaltennamen'],
  ['{} has no column {}', '{1} hat keine Spalte {2}'],
  ['{} is the day {}; write it as text', '{1} ist der Tag {2}; schreiben Sie es als Text'],
  [
    'the number {} is no day: write it as a date or as 2027-01-31',
    'Die Zahl {1} ist kein Tag: Schreiben Sie sie als Datum oder als 2027-01-31',
  ],
  [
    '{} is the number {}: write it as text, digit by digit',
    '{1} ist die Zahl {2}: Schreiben Sie sie als Text, Ziffer für Ziffer',
  ],
  [
    'companyCode is the number {}, which may have lost its leading zeros: write it as text',
    'Der Buchungskreis ist die Zahl {1}, die führende Nullen verloren haben kann: Schreiben Sie ihn als Text',
  ],
  ['rate is the number {}: write it as text', 'Der Satz ist die Zahl {1}: Schreiben Sie ihn als Text'],

  // A first day for changes
  [
    'a row that is left out does not say what holds from that day: give its row without an account',
    'Eine weggelassene Zeile sagt nicht, was ab diesem Tag gilt: Geben Sie ihre Zeile ohne Sachkonto an',
  ],
  ['rows of {} hold always', 'Zeilen von {1} gelten immer'],
  ['another row begins on that day', 'Eine andere Zeile beginnt an diesem Tag'],
  ['{} of the changes cannot begin to hold on {}.', '{1} der Änderungen {1?kann|können} nicht am {2} beginnen.'],

  // Why something is suggested
  ['{} has {=the same .+}', '{1} hat {2}'],
  ['the same amount type and description', 'dieselbe Betragsart und Beschreibung'],
  [
    'the same transaction type and amount type, and a description that is near',
    'dieselbe Vorgangsart und Betragsart und eine ähnliche Beschreibung',
  ],
  ['the same transaction type and description', 'dieselbe Vorgangsart und Beschreibung'],
  ['the same amount type, and a description that is near', 'dieselbe Betragsart und eine ähnliche Beschreibung'],
  ['the same description', 'dieselbe Beschreibung'],
  ['{} of the same {=group|nature} goes there', '{1} aus derselben {2} geht dorthin'],
  ['group', 'Gruppe'],
  ['nature', 'Ergebnisart'],
  ['{} is the only company code of the table', '{1} ist der einzige Buchungskreis der Kontenfindung'],
];
