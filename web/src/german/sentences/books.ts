import type { Sentence } from '../german-sentence.ts';

/** What proofs compare, why people have to approve, and what the checks of a month find. */
export const bookSentences: readonly Sentence[] = [
  [
    'The amounts of {} {} together, against the total in the summary row.',
    'Die Beträge von {1} {1?Zeile|Zeilen} zusammen, gegen die Summe in der Summenzeile.',
  ],
  [
    'What debits and credits differ by in any entry, against nothing.',
    'Worum Soll und Haben in einem Beleg abweichen, gegen null.',
  ],
  [
    'The lines of all entries together, against the total of the settlement.',
    'Die Positionen aller Belege zusammen, gegen die Summe der Abrechnung.',
  ],
  [
    'The payout or debt that is booked, against the total of the settlement.',
    'Die gebuchte Auszahlung oder Schuld, gegen die Summe der Abrechnung.',
  ],
  [
    'What is left between months, parts and company codes, against nothing.',
    'Was zwischen Monaten, Teilen und Buchungskreisen übrig bleibt, gegen null.',
  ],
  [
    'Rows that are in exactly one journal line which is the sum of its rows, against all rows.',
    'Zeilen, die in genau einer Position stehen, welche die Summe ihrer Zeilen ist, gegen alle Zeilen.',
  ],
  [
    'What {} reversed {} and the reversals come to, account by account, against nothing.{}',
    'Was {1} {1?stornierter Beleg|stornierte Belege} und die Stornos ergeben, Konto für Konto, gegen null.{3}',
  ],
  [' {} more {} reversed in SAP by hand.', ' {1} {1?weiterer wurde|weitere wurden} in SAP von Hand storniert.'],
  [
    '{} Of {} {} that stand {} {} posted.',
    '{1} Von {2} {2?geltenden Beleg|geltenden Belegen} {4?ist|sind} {4} gebucht.',
  ],
  [
    'What Amazon says the orders are worth, against what is on their receivable, in {}.',
    'Was die Bestellungen laut Amazon wert sind, gegen ihre Forderung, in {1}.',
  ],
  [
    'What the rows pay of accrued orders, order by order, against what is taken off their receivable.',
    'Was die Zeilen von abgegrenzten Bestellungen bezahlen, Bestellung für Bestellung, gegen den Abgang der Forderung.',
  ],
  [
    'Tax collected on {}, {}, and withheld by Amazon, {}',
    'Auf {1} erhobene Steuer, {2}, und von Amazon einbehaltene, {3}',
  ],
  ['{}: what is left of any of them, against nothing.', '{1}: was davon übrig bleibt, gegen null.'],
  [
    '{}: what is left on {} of them, against what is booked as tax residual.',
    '{1}: was auf {2} davon übrig bleibt, gegen den als Rest der einbehaltenen Steuer gebuchten Betrag.',
  ],
  ['1 order', '1 Bestellung'],
  ['{=\\d+} orders', '{1} Bestellungen'],
  ['posting.approval is review', 'In dieser Verbindung gibt ein Mensch jeden Beleg frei.'],
  ['posting.approval is automatic', 'In dieser Verbindung wird automatisch freigegeben.'],
  ['{} has no limit in {}', 'In {2} fehlt ein Betrag zu {1}.'],
  ['{} is above {} ({})', '{1} liegt über {2} ({3}).'],
  ['posting.fourEyesAbove', 'der Grenze für zwei Personen'],
  ['posting.automaticUpTo', 'der Grenze für automatische Freigabe'],
  [
    '{}, which holds until another person accepts the change',
    '{1} Das gilt, bis eine andere Person die Änderung annimmt.',
  ],

  ['settlement {=\\S+}', 'Abrechnung {1}'],
  ['accrual {=(?:orders )?\\S+}', 'Abgrenzung {1}'],
  ['corrects', 'korrigiert'],
  ['is corrected by', 'wird korrigiert durch'],

  // How far a settlement is
  ['nothing to post', 'nichts zu buchen'],
  ['{=\\d+} of {=\\d+} posted', '{1} von {2} gebucht'],
  ['{=\\d+} reversed', '{1} storniert'],
  ['{=\\d+} rejected', '{1} abgelehnt'],
  ['{=\\d+} unknown', '{1} unbekannt'],
  ['held: {=\\d+} {}', 'zurückgehalten: {1} {1?Fehler|Fehler}'],

  // What reports note
  [
    'Amounts of rows are Amazon’s: positive is for the seller. In the journal every amount is a debit or a credit.',
    'Beträge von Zeilen sind die von Amazon: positiv ist zugunsten des Verkäufers. Im Journal ist jeder Betrag Soll oder Haben.',
  ],
  [
    'This is not the total of the settlement; see the proofs.',
    'Das ist nicht die Summe der Abrechnung; siehe die Nachweise.',
  ],
  [
    'Amazon has told of no payout for this settlement, or payouts are not read.',
    'Amazon hat zu dieser Abrechnung keine Auszahlung gemeldet, oder Auszahlungen werden nicht gelesen.',
  ],
  [
    'No movement of a bank account is matched with this settlement.',
    'Dieser Abrechnung ist keine Bankbewegung zugeordnet.',
  ],
  [
    'Rows of settlements that are proposed or booked, under the month in which they are booked; reversed entries are not in it.',
    'Zeilen vorgeschlagener oder gebuchter Abrechnungen, im Monat ihrer Buchung; stornierte Belege sind nicht enthalten.',
  ],
  [
    'Amounts as in Amazon’s file: positive is for the seller, with the tax that a price includes. Per cent of net sales: revenue less refunds and promotions of the same rows of this table.',
    'Beträge wie in der Datei von Amazon: positiv ist zugunsten des Verkäufers, mit der im Preis enthaltenen Steuer. Prozent vom Nettoumsatz: Erlöse abzüglich Erstattungen und Rabatten derselben Zeilen dieser Tabelle.',
  ],
  [
    'Rows that name no marketplace, such as storage, stand under an empty name.',
    'Zeilen ohne Marktplatz, etwa Lagerung, stehen unter leerem Namen.',
  ],
  ['Sum {=[-.\\d]+} {}', 'Summe {1} {2}'],
  [
    'Made from what this database holds; documents that were booked in SAP by hand are not in it.',
    'Aus dem, was diese Datenbank enthält; in SAP von Hand gebuchte Belege sind nicht enthalten.',
  ],
  [
    'Entries that are posted or reversed, and their reversals. Included tax stands on the account of its line.',
    'Gebuchte oder stornierte Belege und ihre Stornos. Enthaltene Steuer steht auf dem Konto ihrer Position.',
  ],
  ['{} entries are not in SAP; see their states.', '{1} {1?Beleg ist|Belege sind} nicht in SAP; siehe den Status.'],
  [
    'The line balances the entry; no row of the file stands behind it.',
    'Die Position gleicht den Beleg aus; hinter ihr steht keine Zeile der Datei.',
  ],
  ['{=\\d+} of {=\\d+} are shown.', '{1} von {2} werden gezeigt.'],
  [
    'Entry {} is of an earlier proposal; Amazon’s rows are behind those that took its place.',
    'Beleg {1} stammt aus einem früheren Vorschlag; die Zeilen von Amazon stehen hinter denen, die an seine Stelle traten.',
  ],
  ['{} of a line: seller-ledger trace line {} LINE', '{1} einer Position: seller-ledger trace line {2} LINE'],
  ['The rows', 'Die Zeilen'],
  ['The events and orders', 'Die Ereignisse und Bestellungen'],
  ['A row of its file: seller-ledger trace row {} ROW', 'Eine Zeile seiner Datei: seller-ledger trace row {1} ROW'],
  [
    '{} of {} rows are shown; sums and lines are of all of them.',
    '{1} von {2} Zeilen werden gezeigt; Summen und Positionen gelten für alle.',
  ],
  [
    'Debit positive: a line is the sum of its rows with the other sign.',
    'Soll ist positiv: Eine Position ist die Summe ihrer Zeilen mit umgekehrtem Vorzeichen.',
  ],
  ['More of the accrual: {}', 'Mehr zur Abgrenzung: {1}'],
  ['{} of {} are shown; sums are of all of them.', '{1} von {2} werden gezeigt; Summen gelten für alle.'],
  ['Debit positive.', 'Soll ist positiv.'],
  [
    'Goods, shipping, gift wrap, discounts and tax of sales. Refunds and fees are compared with the events below.',
    'Ware, Versand, Geschenkverpackung, Nachlässe und Steuer von Verkäufen. Erstattungen und Gebühren werden unten mit den Ereignissen verglichen.',
  ],
  [
    '{} further differences are in the sums above and not in these lists.',
    '{1} weitere Abweichungen stehen in den Summen oben und nicht in diesen Listen.',
  ],
  [
    'UTC days. The start of a settlement is the end of the one before; so are its reserve and its debt.',
    'Tage in UTC. Der Beginn einer Abrechnung ist das Ende der vorigen; ebenso ihre Rücklage und ihre Schuld.',
  ],
  [
    'No answer whether it is proven: an open item is a payout that nothing was compared with, or the balance waits for nothing.',
    'Ohne Antwort, ob nachgewiesen: Ein offener Posten ist eine Auszahlung, mit der nichts verglichen wurde, oder der Saldo wartet auf nichts.',
  ],
  [
    '{=\\d+} of {=\\d+} settlements are compared with a bank statement or with the settlement that follows. Of the others only what is planned or what Amazon says is known.',
    '{1} von {2} Abrechnungen sind mit einem Kontoauszug oder der folgenden Abrechnung verglichen. Von den übrigen ist nur bekannt, was geplant ist oder was Amazon meldet.',
  ],
  [
    'Debit positive. Proven: every open item only waits for what comes next, and together they are the balance.',
    'Soll ist positiv. Nachgewiesen: Jeder offene Posten wartet nur auf das Nächste, und zusammen sind sie der Saldo.',
  ],
  [
    '{} of {} settlements have a summary. A difference is shown and blocks nothing.',
    '{1} von {2} Abrechnungen haben eine Zusammenfassung. Eine Abweichung wird gezeigt und hält nichts auf.',
  ],
  [
    'Debits are positive. A row that Amazon released later keeps its old date and belongs to the first month of its settlement; a row of a closed month goes to the next open one.',
    'Soll ist positiv. Eine später freigegebene Zeile behält ihr altes Datum und gehört zum ersten Monat ihrer Abrechnung; eine Zeile eines geschlossenen Monats geht in den nächsten offenen.',
  ],
  [
    'Where the own month was accrued, profit and loss has there what Amazon had told of by then, and the release takes that out of the month in which the row is booked.',
    'War der eigene Monat abgegrenzt, steht dort im Ergebnis, was Amazon bis dahin gemeldet hatte, und die Auflösung nimmt es aus dem Monat der Buchung heraus.',
  ],
  [
    'Debits are positive. Expected is settled plus accrued less what the month before had accrued.',
    'Soll ist positiv. Erwartet wird: abgerechnet plus abgegrenzt, abzüglich der Abgrenzung des Vormonats.',
  ],
  [
    'Booked is what SAP has of the entries that this program recorded; documents that were booked by hand are not in it.',
    'Gebucht ist, was SAP von den hier erfassten Belegen hat; von Hand gebuchte Belege sind nicht enthalten.',
  ],
  [
    'An open order is what was accrued of it less what settlements cleared. Fees and refunds are booked by settlements and are not in it.',
    'Offen ist, was von einer Bestellung abgegrenzt und durch Abrechnungen nicht ausgeglichen wurde. Gebühren und Erstattungen werden durch Abrechnungen gebucht und sind nicht enthalten.',
  ],
  [
    'A difference in the proof stands for an entry that was reversed or withdrawn while its accrual or settlement still stands.',
    'Eine Abweichung im Nachweis steht für einen Beleg, der storniert oder zurückgezogen wurde, während seine Abgrenzung oder Abrechnung noch gilt.',
  ],
  [
    'Small residuals are not written off by the program: book them in SAP where they are final.',
    'Kleine Reste bucht das Programm nicht aus: Buchen Sie sie in SAP, wenn sie endgültig sind.',
  ],
  [
    '{} more are not listed; they are in the sums above.',
    '{1} weitere sind nicht aufgeführt; sie stehen in den Summen oben.',
  ],

  // The checks of a month's end
  [
    'Gaps between settlements, and reserves and debts that do not carry over.',
    'Lücken zwischen Abrechnungen sowie Rücklagen und Schulden, die nicht richtig vorgetragen sind.',
  ],
  [
    'Open items of the balances with Amazon that should have been cleared.',
    'Offene Posten der Salden mit Amazon, die ausgeglichen sein sollten.',
  ],
  ['Payouts that are late, failed or undecided.', 'Verspätete, gescheiterte oder unentschiedene Auszahlungen.'],
  [
    'Movements between settlements of which a side is missing.',
    'Bewegungen zwischen Abrechnungen, denen eine Seite fehlt.',
  ],
  [
    'Settlements that differ from Amazon’s own summary.',
    'Abrechnungen, die von Amazons eigener Zusammenfassung abweichen.',
  ],
  [
    'Orders of which orders, events and settlements say different things.',
    'Bestellungen, zu denen Bestellungen, Ereignisse und Abrechnungen Verschiedenes sagen.',
  ],
  ['No settlement touches the month.', 'Keine Abrechnung berührt den Monat.'],
  ['Settlements until {=[^;]+}{}.', 'Abrechnungen bis {1}{2}.'],
  ['; what is left was accrued as of {}', '; der Rest wurde mit Stand {1} abgegrenzt'],
  ['Settlement {} cannot be booked.', 'Abrechnung {1} kann nicht gebucht werden.'],
  ['Every row is known and has an account.', 'Jede Zeile ist bekannt und hat ein Konto.'],
  ['Settlement {}, {}: expected {}, found {}.', 'Abrechnung {1}, {2}: erwartet {3}, gefunden {4}.'],
  [
    'Rows, totals, balances and links of every settlement tie to the cent.',
    'Zeilen, Summen, Salden und Verweise jeder Abrechnung stimmen auf den Cent.',
  ],
  ['Each has its document number.', 'Jeder hat seine Belegnummer.'],
  ['{=\\d+} are not in SAP.', '{1} sind nicht in SAP.'],
  ['Nothing waits for a person.', 'Nichts wartet auf einen Menschen.'],
  ['Accrued as of {=[^;]+}{}.', 'Abgegrenzt mit Stand {1}{2}.'],
  ['; {} of its entries are not in SAP', '; {1} ihrer Belege sind nicht in SAP'],
  [
    'There is no accrual; the settlements so far reach beyond the month.',
    'Es gibt keine Abgrenzung; die bisherigen Abrechnungen reichen über den Monat hinaus.',
  ],
  [
    'There is no accrual, and the settlements so far end within the month.',
    'Es gibt keine Abgrenzung, und die bisherigen Abrechnungen enden innerhalb des Monats.',
  ],
  ['Later rows of the month go to the next open one.', 'Spätere Zeilen des Monats gehen in den nächsten offenen.'],
  ['A settlement that comes later can still book into it.', 'Eine spätere Abrechnung kann noch hineinbuchen.'],
  ['It holds in every group and currency.', 'Es gilt in jeder Gruppe und Währung.'],
  ['{=\\d+} groups differ.', '{1} Gruppen weichen ab.'],
  ['The month was not compared with SAP.', 'Der Monat wurde nicht mit SAP verglichen.'],
  ['There is none.', 'Es gibt keine.'],
  ['{=\\d+} events', '{1} Ereignisse'],
  ['{=\\d+} of {=\\d+}', '{1} von {2}'],
  ['{=\\d+} of {=\\d+} groups', '{1} von {2} Gruppen'],
  ['{=\\d+} of {=\\d+} compared', '{1} von {2} verglichen'],
  ['none', 'keine'],
  ['closed', 'geschlossen'],
  ['open', 'offen'],
  ['never', 'nie'],
  ['They are listed below with their reasons.', 'Sie stehen unten mit ihren Gründen.'],
  ['Its head is {}.', 'Ihr Ende ist {1}.'],
];
