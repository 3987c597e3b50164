import type { Sentence } from '../german-sentence.ts';

/** What is known of payouts, debts and open items, of two files of a settlement, and of what stands behind a document. */
export const reconciliationSentences: readonly Sentence[] = [
  // Payouts
  ['Nothing to pay out.', 'Nichts auszuzahlen.'],
  ['The payout came back and is part of settlement {}.', 'Die Auszahlung kam zurück und ist Teil der Abrechnung {1}.'],
  ['Amazon says: {}{}. {}', 'Amazon meldet: {1}{2}. {3}'],
  ['The next settlement does not show it again.', 'Die nächste Abrechnung zeigt sie nicht wieder.'],
  ['The next settlement has to show it again.', 'Die nächste Abrechnung muss sie wieder zeigen.'],
  [
    'Due on {}, {} days ago, and no bank statement shows it.',
    'Fällig am {1}, vor {2} Tagen, und kein Kontoauszug zeigt sie.',
  ],
  [
    'Amazon says it was paid on {}; no bank statement of that time is imported.',
    'Laut Amazon am {1} ausgezahlt; für diese Zeit ist kein Kontoauszug importiert.',
  ],
  ['Amazon has sent it; planned for {}.', 'Amazon hat sie gesendet; geplant für den {1}.'],
  [
    'Planned for {}; neither payouts nor bank statements of that time are known.',
    'Geplant für den {1}; aus dieser Zeit sind weder Auszahlungen noch Kontoauszüge bekannt.',
  ],
  ['Planned for {=[-\\d]+}.', 'Geplant für den {1}.'],
  ['Arrived on {} in another currency.', 'Am {1} in einer anderen Währung eingegangen.'],
  ['Arrived on {=[-\\d, ]+}.', 'Eingegangen am {1}.'],
  ['Arrived on {} with a difference of {}.', 'Am {1} mit einer Abweichung von {2} eingegangen.'],
  [
    'A debt of {}; the next settlement has to carry it in.',
    'Eine Schuld von {1}; die nächste Abrechnung muss sie vortragen.',
  ],
  ['A debt of {}, but settlement {} carries in {}.', 'Eine Schuld von {1}, aber Abrechnung {2} trägt {3} vor.'],
  [
    'Charged to a card in settlement {}, by {} {=charge|charges}.',
    'In Abrechnung {1} einer Karte belastet, mit {2} {2?Belastung|Belastungen}.',
  ],
  ['Paid by another store in settlement {}.', 'In Abrechnung {1} von einem anderen Marktplatz bezahlt.'],
  [
    '{} of it was taken from the proceeds of settlement {}.',
    'Davon wurden {1} aus dem Erlös der Abrechnung {2} genommen.',
  ],
  ['It may be any of the deposits {}.', 'Es kann jeder der Zahlungseingänge {1} sein.'],
  [
    'Deposit {} repeats its reference with another amount.',
    'Zahlungseingang {1} nennt ihre Referenz mit einem anderen Betrag.',
  ],
  ['{} {=It may be any of the deposits .+|Deposit \\S+ repeats .+}', '{1} {2}'],

  // Movements with two sides
  ['Both legs of {} are found, in settlements {}.', 'Beide Seiten von {1} sind gefunden, in den Abrechnungen {2}.'],
  [
    'Settlement {} sets off {}, and no settlement has the other leg yet.',
    'Abrechnung {1} verrechnet {2}, und noch keine Abrechnung hat die andere Seite.',
  ],
  [
    'The debt of {} is not carried into a settlement yet.',
    'Die Schuld von {1} ist noch in keine Abrechnung vorgetragen.',
  ],
  [
    '{=\\S+} left by {=\\S+}, {=\\S+} carried into {=[^,]+?}{=,.+|}.',
    '{1} von {2} hinterlassen, {3} in {4} vorgetragen{5}.',
  ],
  [', {} of it charged by {} rows', ', davon {1} durch {2} Zeilen belastet'],

  // Open items
  [
    'The balance, against the items that only wait for what comes next.',
    'Der Saldo, gegen die Posten, die nur auf das Nächste warten.',
  ],
  [
    'The balance, against the items that only wait for what comes next; {} {} overdue.',
    'Der Saldo, gegen die Posten, die nur auf das Nächste warten; {1} {1?ist|sind} überfällig.',
  ],
  [
    'Opening balance: what the settlement before these books left is entered by hand.',
    'Anfangssaldo: Was die Abrechnung vor diesen Büchern hinterließ, wird von Hand gebucht.',
  ],
  ['The settlement before it is missing, or not booked.', 'Die Abrechnung davor fehlt oder ist nicht gebucht.'],
  ['Waits for the next settlement.', 'Wartet auf die nächste Abrechnung.'],
  ['Settlement {}, which follows, is not booked yet.', 'Die folgende Abrechnung {1} ist noch nicht gebucht.'],
  ['Settlement {}, which follows, does not take it up.', 'Die folgende Abrechnung {1} übernimmt ihn nicht.'],
  ['Waits for the bank statement.', 'Wartet auf den Kontoauszug.'],
  [
    'Cleared by the statement of the card or bank account in SAP; no matched movement here.',
    'In SAP durch den Auszug der Karte oder des Bankkontos ausgeglichen; hier ist keine Bewegung zugeordnet.',
  ],
  ['Waits for the settlement of the other store.', 'Wartet auf die Abrechnung des anderen Marktplatzes.'],
  ['No settlement has the other leg.', 'Keine Abrechnung hat die andere Seite.'],
  ['Taken up on {}, by the entry of the month after.', 'Am {1} durch den Beleg des Folgemonats übernommen.'],
  [
    'Its counterpart is not booked: look at the entries of the settlement.',
    'Sein Gegenstück ist nicht gebucht: Sehen Sie die Belege der Abrechnung an.',
  ],
  [
    'What was shipped and is not settled, the oldest first; order by order: seller-ledger reports order-receivable {}',
    'Was versandt und nicht abgerechnet ist, das Älteste zuerst; Bestellung für Bestellung: seller-ledger reports order-receivable {1}',
  ],
  [
    'Stays until a person books it elsewhere: withheld tax that does not come to what was collected.',
    'Bleibt, bis ein Mensch ihn umbucht: einbehaltene Steuer, die nicht der erhobenen entspricht.',
  ],
  [
    'Stays until a person knows what Amazon adjusted, and books it elsewhere.',
    'Bleibt, bis bekannt ist, was Amazon berichtigt hat, und ein Mensch ihn umbucht.',
  ],
  [
    'What is left of the loan: the next settlements repay it.',
    'Was vom Darlehen übrig ist: Die nächsten Abrechnungen zahlen es zurück.',
  ],
  ['Taken back on {}.', 'Am {1} aufgelöst.'],
  [
    'Takes back what was accrued before these books; its other side is entered by hand.',
    'Löst auf, was vor diesen Büchern abgegrenzt war; die andere Seite wird von Hand gebucht.',
  ],
  [
    'The accrual is not taken back, or its release was reversed alone.',
    'Die Abgrenzung ist nicht aufgelöst, oder nur ihre Auflösung wurde storniert.',
  ],
  [
    'A payout that came back, and no settlement is known to have paid it out.',
    'Eine zurückgekommene Auszahlung; keine Abrechnung ist bekannt, die sie ausgezahlt hat.',
  ],
  [
    'Cleared by the statement of the bank or the gift card in SAP.',
    'In SAP durch den Kontoauszug der Bank oder der Guthabenkarte ausgeglichen.',
  ],
  ['Its settlement is not known.', 'Seine Abrechnung ist nicht bekannt.'],
  ['{} A person decides which deposit it is.', '{1} Ein Mensch entscheidet, welcher Zahlungseingang es ist.'],

  // What reports note
  [
    'Looked at on {}. Deposits are known until the days of the imported bank statements.',
    'Angesehen am {1}. Zahlungseingänge sind bis zu den Tagen der importierten Kontoauszüge bekannt.',
  ],
  [
    'Complete until (UTC): orders {}, financial events {}.',
    'Vollständig bis (UTC): Bestellungen {1}, Finanzereignisse {2}.',
  ],
  ['never read', 'nie gelesen'],
  [
    'Not in it: what {} of orders when they are shipped (orders model). The sales and per cent above are without it; every line: seller-ledger reports journal {}',
    'Nicht enthalten: was {1} von Bestellungen beim Versand (Buchungsmodell „Bestellungen“). Die Umsätze und Prozente oben sind ohne das; jede Position: seller-ledger reports journal {2}',
  ],
  ['1 entry of these days books', '1 Beleg dieser Tage bucht'],
  ['{=\\d+} entries of these days book', '{1} Belege dieser Tage buchen'],
  ['The latest {}; there may be more.', 'Die neuesten {1}; es kann weitere geben.'],
  ['yes, as of {}', 'ja, Stand {1}'],
  ['; entries moved since', '; Belege haben sich seither geändert'],
  ['{=posting dates .*?}{=; entries moved since|}.', '{1}{2}.'],
  ['posting dates from {} to {} are {}', 'Buchungsdaten von {1} bis {2} sind {3}'],
  ['proven', 'nachgewiesen'],
  ['not proven: {}', 'nicht nachgewiesen: {1}'],
  [
    'The amounts of order {} do not add up to its total at Amazon.',
    'Die Beträge der Bestellung {1} ergeben nicht ihre Summe bei Amazon.',
  ],
  [
    'What "{}" of order {} means is not known ({} {}).',
    'Was „{1}“ der Bestellung {2} bedeutet, ist nicht bekannt ({3} {4}).',
  ],
  ['The account table has no company code for {}.', 'Die Kontenfindung hat keinen Buchungskreis für {1}.'],

  // Behind a document, a line, a row
  ['reverses {=\\S+}', 'storniert {1}'],
  ['reversed by {=\\S+}', 'storniert durch {1}'],
  ['its reversal {} is not booked yet', 'sein Storno {1} ist noch nicht gebucht'],
  [
    'of an earlier proposal: the rows are behind the entries of the current one',
    'aus einem früheren Vorschlag: die Zeilen stehen hinter den Belegen des jetzigen',
  ],
  ['withdrawn, never booked', 'zurückgezogen, nie gebucht'],
  [
    'This version does not work the entry out as version {} did, so it cannot say what is behind the line.',
    'Diese Version bildet den Beleg anders als Version {1} und kann deshalb nicht sagen, was hinter der Position steht.',
  ],
  [
    'The line balances the entry; no event stands behind it.',
    'Die Position gleicht den Beleg aus; hinter ihr steht kein Ereignis.',
  ],
  [
    'The line closes the entry: it is the sum of all that is behind the others, in Amazon’s sign.',
    'Die Position schließt den Beleg: Sie ist die Summe von allem hinter den anderen, mit dem Vorzeichen von Amazon.',
  ],
  [
    'It is the summary row, which is the total of all others and is booked as the payout or debt.',
    'Es ist die Summenzeile: die Summe aller anderen, gebucht als Auszahlung oder Schuld.',
  ],
  [
    'It is not a detail row: the names of the columns, or a row that says nothing.',
    'Es ist keine Einzelzeile, sondern die Spaltennamen oder eine Zeile ohne Inhalt.',
  ],
  ['More of the entry: {}', 'Mehr zum Beleg: {1}'],
  [
    'The row is in an entry without an amount, which is not recorded because SAP takes none.',
    'Die Zeile gehört zu einem Beleg ohne Betrag; er wird nicht geführt, weil SAP keinen solchen annimmt.',
  ],

  // Two files of a settlement
  [
    'A row that only stands elsewhere in the file is no difference, and of identical rows each counts.',
    'Eine Zeile, die nur an anderer Stelle der Datei steht, ist keine Abweichung; von gleichen Zeilen zählt jede.',
  ],
  ['{} more rows differ and are counted only.', '{1} weitere Zeilen weichen ab und sind nur gezählt.'],
  ['The {=first|second} file comes to no entry.', 'Aus der {1} Datei entsteht kein Beleg.'],
  ['first', 'ersten'],
  ['second', 'zweiten'],
  [
    'To stay with the file in use: seller-ledger settlements keep {} --why TEXT',
    'Um bei der verwendeten Datei zu bleiben: seller-ledger settlements keep {1} --why TEXT',
  ],
  [
    'To book the other one instead: seller-ledger settlements replace {} --why TEXT (with --reason 01 where it is booked)',
    'Um stattdessen die andere zu buchen: seller-ledger settlements replace {1} --why TEXT (mit --reason 01, wo gebucht ist)',
  ],
  ['not known: {}', 'nicht bekannt: {1}'],
  ['all rows', 'alle Zeilen'],
];
