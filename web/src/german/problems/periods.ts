import type { GermanProblems } from '../german-problem.ts';

const MODEL_DAY = 'Wählen Sie einen späteren Tag: {Choose a day after }.';

/** Months, accruals, booking models, reports, deposits and the comparison with the bank. */
export const periodProblems = {
  ACCRUAL_AMBIGUOUS: [
    'Diese Abgrenzung gibt es mehr als einmal',
    'Nennen Sie sie bei ihrer eigenen Kennung: [accruals show]',
  ],
  ACCRUAL_BOOKED: [
    'Die Abgrenzung steht schon in SAP und kann nicht einfach zurückgezogen werden',
    'Nehmen Sie sie durch Stornobelege zurück: [accruals reverse]',
  ],
  ACCRUAL_EXISTS: [
    'Diese Abgrenzung gibt es schon',
    'Nehmen Sie sie zurück, bevor sie neu gebildet wird: [accruals withdraw] (accruals reverse, sobald sie in SAP steht)',
    [
      'Look at it, and take it back',
      'Sehen Sie sie an und nehmen Sie sie zurück, bevor sie neu gebildet wird: [accruals show]',
    ],
  ],
  ACCRUAL_NOT_BOOKED: [
    'Von der Abgrenzung steht nichts in SAP, es gibt nichts zu stornieren',
    'Ziehen Sie sie stattdessen zurück: [accruals withdraw]',
  ],
  ACCRUAL_PASSED_OVER: [
    'Ein Monat hat keine Abgrenzung, und die späteren gingen ohne ihn weiter',
    'Ist das richtig, ist nichts zu tun: Was am Monatsende offen war, steckt in der nächsten Abgrenzung. Sonst nehmen Sie die späteren Abgrenzungen zurück, öffnen die Monate wieder und grenzen sie der Reihe nach ab: [periods list]',
  ],
  ACCRUAL_REASON_MISSING: [
    'Eine Abgrenzung, die etwas auslässt, braucht eine Begründung',
    'Begründen Sie es für das Prüfprotokoll: --why TEXT',
  ],
  ACCRUAL_SOURCES_UNREADABLE: [
    'Die Grundlagen einer Abgrenzung sind nicht lesbar',
    'Melden Sie das mit der Ausgabe von: [accruals list]',
  ],
  ACCRUAL_STOPPED: [
    'Der Monat wird nicht abgegrenzt, weil etwas nicht gebucht werden kann',
    'Beheben Sie die genannten Gründe und grenzen Sie den Monat erneut ab.',
  ],
  ACCRUAL_TAKEN_BACK: [
    'Belege der Abgrenzung wurden in SAP storniert',
    'Nehmen Sie auch den Rest zurück: [accruals reverse]',
  ],
  ACCRUAL_TOO_LATE: [
    'Spätere Monate sind schon geschlossen',
    'Grenzen Sie den letzten geschlossenen Monat ab, oder öffnen Sie die späteren wieder: [periods list]',
  ],
  ACCRUAL_UNKNOWN: ['Diese Abgrenzung gibt es nicht', 'Sehen Sie die vorhandenen durch: [accruals list]'],
  ACCRUAL_UNSETTLED: [
    'Es ist nicht bekannt, was von der Abgrenzung in SAP steht',
    'Es wird zuerst in SAP nachgesehen: [sync]',
  ],
  EVENT_KIND_UNKNOWN: [
    'Was ein Finanzereignis von Amazon bedeutet, ist nicht bekannt',
    'Warten Sie auf eine Version, die es kennt, oder grenzen Sie den Rest ab und begründen Sie es: [accruals month]',
  ],
  EVENT_NOT_BROKEN_DOWN: [
    'Die Beträge eines Finanzereignisses ergeben nicht seine Summe',
    'Warten Sie auf eine Version, die es kennt, oder grenzen Sie den Rest ab und begründen Sie es: [accruals month]',
  ],
  FEEDS_NOT_READ: ['Die Quellen wurden noch nie ganz gelesen', 'Lesen Sie sie zuerst: [feeds sync]'],
  FINANCES_NOT_COMPLETE: [
    'Die Finanzereignisse von Amazon reichen noch nicht bis zum Ende des Monats',
    'Holen Sie sie zuerst ab: [feeds sync]. Oder grenzen Sie ab, was bekannt ist: mit --may-be-incomplete und --why TEXT',
  ],
  MONTH_NOT_OVER: [
    'Der Monat ist noch nicht zu Ende',
    'Grenzen Sie ihn danach ab, am besten zwei Tage später, wenn Amazon alles gemeldet hat.',
  ],
  MONTH_QUESTIONS_OPEN: [
    'Der Monat ist abgegrenzt und abgeschlossen, aber nicht jede Frage dazu ist beantwortet',
    'Sehen Sie nach: [reports close]',
  ],
  MONTH_UNREADABLE: ['Das ist kein Monat', 'Schreiben Sie den Monat als JJJJ-MM, zum Beispiel 2026-10.'],
  PERIOD_CLOSED: ['Die Buchungsperiode ist geschlossen', 'Stornieren Sie in einem offenen Monat: {open month: }'],
  PERIOD_HAS_ACCRUAL: [
    'Der Monat ist abgegrenzt; jetzt dorthin zu buchen hieße doppelt buchen',
    'Nehmen Sie zuerst die Abgrenzung zurück: [accruals withdraw] (accruals reverse, sobald sie in SAP steht)',
  ],
  PERIOD_HAS_OPEN_ENTRIES: [
    'Der Monat hat noch Belege, die nicht gebucht sind',
    'Lassen Sie sie freigeben und senden und schließen Sie dann den Monat: [sync]',
  ],
  PERIOD_INVALID: [
    'Der Zeitraum ist nicht richtig angegeben',
    'Nennen Sie den ersten und den letzten Tag, oder einen Monat: --month 2026-10',
    ['Give the earlier day', 'Geben Sie den früheren Tag mit --from und den späteren mit --until an.'],
    ['Name some of these', 'Nennen Sie von diesen: {Name some of these: }'],
    ['Write the month', 'Schreiben Sie den Monat als JJJJ-MM, zum Beispiel 2026-10.'],
  ],
  PERIOD_NOT_LAST_CLOSED: [
    'Nur der zuletzt geschlossene Monat kann wieder geöffnet werden',
    'Sehen Sie die geschlossenen Monate durch: [periods list]',
  ],
  PERIOD_NOT_NEXT: [
    'Monate werden der Reihe nach geschlossen',
    'Schließen Sie zuerst den früheren Monat: [periods close]',
  ],
  MODEL_CHANGED_BY_FILE: [
    'Die Datei würde das Buchungsmodell der Verbindung ändern',
    'Ändern Sie das Buchungsmodell für sich und lassen Sie books in der Datei weg: [connections model]',
  ],
  MODEL_CHANGE_INCOMPLETE: [
    'Ein Wechsel des Buchungsmodells braucht seinen ersten Tag und eine Begründung',
    'Sehen Sie zuerst, was er bewirkt: [connections model]; dann dasselbe mit --why TEXT statt --dry-run.',
  ],
  MODEL_DATE_BOOKED: [
    'Ab diesem Tag kann das Buchungsmodell nicht gelten, weil schon gebucht ist',
    'Wählen Sie diesen oder einen späteren Tag: {Choose | or a later day}.',
    ['Choose a day after', MODEL_DAY],
  ],
  MODEL_DATE_TAKEN: ['Für diesen Tag gilt schon ein Buchungsmodell', MODEL_DAY],
  MODEL_UNCHANGED: [
    'Die Verbindung hat dieses Buchungsmodell schon',
    'Nichts zu tun. Sein Verlauf: [connections model]',
  ],
  ORDERS_NOT_ACCRUED: [
    'Versandte Bestellungen sind nicht abgegrenzt',
    'Bringen Sie die Kontenfindung in Ordnung; was beim Eintreffen seiner Abrechnung nicht abgegrenzt ist, wird durch sie gebucht. Die Liste: [reports order-receivable]',
  ],
  ORDER_STATUS_UNKNOWN: ['Diesen Bestellstatus gibt es nicht', 'Nennen Sie einen von diesen: {Name one of these: }.'],
  ORDER_UNKNOWN: [
    'Diese Bestellung wurde nicht von Amazon gelesen',
    'Prüfen Sie die Nummer; eine Bestellung der letzten Minuten kommt mit dem nächsten Lauf der Bestellungen.',
  ],
  DEPOSIT_CHANGED: [
    'Eine Bankbewegung kam mit anderem Inhalt noch einmal',
    'Fragen Sie die Bank, welche richtig ist. War die bekannte ein Irrtum, ziehen Sie sie zurück und erfassen Sie die richtige unter einer anderen Referenz: [deposits withdraw]',
  ],
  DEPOSIT_MATCHED: [
    'Der Zahlungseingang ist schon einer Abrechnung zugeordnet',
    'Lösen Sie zuerst diese Zuordnung: [reconcile unmatch]',
  ],
  DEPOSIT_NOT_MATCHED: [
    'Der Zahlungseingang ist keiner Abrechnung zugeordnet',
    'Sehen Sie die Zahlungseingänge durch: [deposits list]',
  ],
  DEPOSIT_UNKNOWN: [
    'Diesen Zahlungseingang gibt es nicht, oder es gibt mehrere',
    'Sehen Sie die vorhandenen durch: [deposits list]',
    ['by its whole id', 'Nennen Sie einen davon mit seiner ganzen Kennung.'],
  ],
  MATCH_INCOMPLETE: [
    'Zu einer Zuordnung gehören Zahlungseingang, Abrechnung und Begründung',
    '[reconcile match]; ohne diese Angaben werden alle sicheren Paare zugeordnet.',
  ],
  BANK_COLUMN_INVALID: [
    'Es ist nicht gesagt, welche Spalte des Kontoauszugs was enthält',
    'Schreiben Sie FELD=ÜBERSCHRIFT, zum Beispiel --column amount=Betrag; ein Feld ist eines von {a field is one of }.',
  ],
  BANK_STATEMENT_TOO_LONG: [
    'Der Kontoauszug hat zu viele Bewegungen von Amazon',
    'Exportieren Sie ihn für kürzere Zeiträume, oder prüfen Sie, ob es die richtige Datei ist.',
  ],
  BANK_STATEMENT_UNREADABLE: [
    'Der Kontoauszug ist nicht lesbar',
    'Exportieren Sie ihn bei der Bank noch einmal als CAMT.053, MT940 oder CSV und nennen Sie, was der Datei fehlt.',
  ],
  REPORT_FORMAT_UNCLEAR: [
    'Aus dem Namen geht das gewünschte Format nicht hervor',
    'Sagen Sie es mit --format, oder geben Sie dem Namen die passende Endung.',
  ],
  REPORT_OUTPUT_MISSING: ['Dieses Format braucht eine Datei', 'Nennen Sie eine: {Name one: }'],
  REPORT_SECTION_UNKNOWN: [
    'Diese Tabelle hat der Bericht nicht',
    'Nennen Sie eine seiner Tabellen: {Name one of its tables: }.',
  ],
  REPORT_UNKNOWN: ['Diesen Bericht gibt es nicht', 'Fragen Sie nach einem von: {Ask for one of: }.'],
  REPORT_WISH_INCOMPLETE: [
    'Dem Bericht fehlt eine Angabe',
    'Geben Sie sie an, zum Beispiel ?connection=amazon-us&month=2026-10',
  ],
} as const satisfies GermanProblems;
