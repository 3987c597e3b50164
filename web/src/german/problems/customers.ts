import type { GermanProblems } from '../german-problem.ts';

const ADMINISTRATOR =
  'Schlagen Sie die Meldung von SAP mit der SAP-Administration nach, berichtigen Sie, was sie nennt, in der Verbindungsdatei oder in SAP, dann: [customers sync]';

/** Customers and buyers, and what is kept of them. */
export const customerProblems = {
  BUYER_REASON_MISSING: ['Es fehlt, warum der Käufer angesehen wird', 'Sagen Sie es: [orders show]'],
  BUYER_GONE: [
    'Zu dieser Bestellung wird kein Käufer aufbewahrt',
    'Sehen Sie die Bestellung in Seller Central an. Käufer werden mit feeds.buyers in der Verbindungsdatei eingeschaltet.',
  ],
  CUSTOMERS_OFF: [
    'Diese Verbindung führt keine Debitoren in SAP',
    'Sagen Sie, welche (customers.per in der Verbindungsdatei), dann: [connections update]',
  ],
  CUSTOMERS_RUNNING: [
    'Die Debitoren werden gerade abgeglichen',
    'Warten Sie darauf, oder versuchen Sie es nach der genannten Zeit erneut.',
  ],
  CUSTOMER_AMBIGUOUS: [
    'Mehrere Debitoren können gemeint sein',
    'Nennen Sie einen bei seinem Schlüssel. Ist ein Schlüssel in mehreren SAP-Systemen, zeigt die Liste jeden: [customers list]',
  ],
  CUSTOMER_BLOCKED: [
    'Der Geschäftspartner ist in SAP gesperrt oder zur Archivierung vorgemerkt',
    'Heben Sie die Sperre in SAP auf, oder lassen Sie den Debitor in der Kontenfindung weg.',
  ],
  CUSTOMER_BUYER_DELETED: [
    'Zu diesen Käufern wird kein Debitor mehr angelegt, weil ihre Daten gelöscht sind',
    'Nichts zu tun, wenn der Debitor in SAP nicht gebraucht wird. Sonst legen Sie ihn dort von Hand an und nennen ihn: [customers adopt]. Alle: [customers list]',
  ],
  CUSTOMER_BUYER_INCOMPLETE: [
    'Amazon nennt zu wenig über den Käufer, um einen Debitor anzulegen',
    'Nichts zu tun, wenn der Debitor in SAP nicht gebraucht wird; sonst legen Sie ihn dort von Hand an.',
  ],
  CUSTOMER_CHANGE_NOT_TAKEN: ['SAP hat den Geschäftspartner nicht ganz so geändert, wie es sollte', ADMINISTRATOR],
  CUSTOMER_COMPANY_CODE_MISSING: [
    'Für den Buchungskreis des Debitors fehlt das Abstimmkonto',
    'Ergänzen Sie in der Verbindungsdatei die Zeile mit seinem Abstimmkonto, dann: [connections update]',
  ],
  CUSTOMER_CREATION_UNKNOWN: [
    'Ob SAP den Debitor angelegt hat, ist noch nicht bekannt',
    'Nichts zu tun: Es wird wieder nach ihm gesucht, und erst neu angelegt, wenn sicher ist, dass es ihn nicht gibt.',
  ],
  CUSTOMER_EDITED_IN_SAP: [
    'Der Geschäftspartner wurde in SAP geändert und bleibt so',
    'Schreiben Sie das Richtige in die Verbindungsdatei, oder lassen Sie ihn durch das Gewünschte ersetzen: [customers sync]',
    [
      'Nothing to do when it is right',
      'Nichts zu tun, wenn es in SAP richtig ist. Um ihn durch das Gewünschte zu ersetzen: [customers sync]',
    ],
  ],
  CUSTOMER_FACTS_UNFIT: [
    'Die Angaben des Debitors passen nicht in die Felder von SAP',
    'Berichtigen Sie sie unter customers in der Verbindungsdatei. Ein Käufer ist so, wie Amazon ihn nennt: Wird er in SAP gebraucht, legen Sie ihn dort von Hand an.',
  ],
  CUSTOMER_GONE: [
    'SAP zeigt den Geschäftspartner nicht mehr',
    'Prüfen Sie, ob die Verbindung noch auf dasselbe SAP-System und denselben Mandanten zeigt und der Benutzer ihn lesen darf. Wurde er ersetzt, nennen Sie den neuen: [customers adopt]',
  ],
  CUSTOMER_KEEPS_CHANGING: [
    'Der Geschäftspartner wird ständig von anderer Seite geändert',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, finden Sie heraus, welches Programm ihn immer wieder ändert.',
  ],
  CUSTOMER_NOT_WANTED: [
    'Hier wird kein Debitor mehr gebraucht',
    'Nichts zu tun: Er wird nicht angelegt und steht nicht in der Liste der Debitoren.',
  ],
  CUSTOMER_NUMBER_DIFFERS: [
    'Der Schlüssel gehört in SAP jetzt zu einem anderen Geschäftspartner',
    'Ist der neue richtig: [customers adopt]. Sonst nehmen Sie dort in SAP die externe Nummer heraus.',
  ],
  CUSTOMER_NUMBER_INVALID: [
    'Das ist keine Nummer eines Geschäftspartners',
    'Sehen Sie die Nummer in SAP nach (App „Geschäftspartner verwalten“).',
  ],
  CUSTOMER_NUMBER_MISSING: [
    'SAP hat den Geschäftspartner angelegt, aber seine Nummer nicht genannt',
    'Nichts zu tun: Bevor etwas anderes geschrieben wird, wird er über seinen Schlüssel gesucht.',
  ],
  CUSTOMER_NUMBER_PENDING: [
    'SAP hat den Geschäftspartner, aber noch nicht den Debitor dazu',
    'Nichts zu tun: Es wird wieder nachgesehen. Bleibt es dabei, suchen Sie in SAP nach Fehlern der Synchronisation von Geschäftspartner und Debitor (Transaktion MDS_PPO2).',
  ],
  CUSTOMER_NUMBER_TAKEN: [
    'Der Geschäftspartner steht schon für einen anderen Debitor',
    'Sehen Sie beide an: [customers show]',
  ],
  CUSTOMER_NUMBER_UNKNOWN: [
    'Diesen Geschäftspartner zeigt SAP nicht',
    'Sehen Sie die Nummer in SAP nach (App „Geschäftspartner verwalten“) und prüfen Sie, ob der Benutzer der Verbindung ihn lesen darf.',
  ],
  CUSTOMER_REFUSED: ['SAP lehnt den Debitor ab', ADMINISTRATOR],
  CUSTOMER_SYSTEM_OTHER: [
    'Der Debitor gehört zu einem anderen SAP-System',
    'Nennen Sie den Debitor des verbundenen Systems: [customers list]',
  ],
  CUSTOMER_TWICE: [
    'SAP hat mehrere Geschäftspartner unter einem Schlüssel',
    'Entscheiden Sie, welcher es ist: [customers adopt]. Nehmen Sie dann bei den anderen in SAP die externe Nummer heraus und sperren Sie sie.',
  ],
  CUSTOMER_UNKNOWN: ['Diesen Debitor gibt es nicht', 'Sehen Sie die vorhandenen durch: [customers list]'],
  CONNECTION_ERASED: [
    'Der Verkäufer dieser Verbindung wurde gelöscht',
    'Nichts zu tun. Was unterwegs war, wird nicht aufbewahrt.',
    ['Its books stay', 'Seine Bücher bleiben. Was aufbewahrt wird: [privacy report]'],
  ],
  ERASE_HELD: [
    'Eine Aufbewahrungssperre verhindert die Löschung',
    'Warten Sie, bis niemand die Daten mehr braucht, dann: [privacy hold release]',
  ],
  ERASE_NOT_CONFIRMED: [
    'Eine Löschung ist endgültig und braucht Begründung und Bestätigung',
    'Sehen Sie zuerst an, was sie löscht: [privacy erase]. Dann dasselbe mit --confirm, dem Namen der Verbindung und --why TEXT statt --dry-run.',
  ],
  ERASE_UNFINISHED: [
    'Belege sind noch unterwegs; ohne die Geheimnisse der Verbindung könnte niemand nachsehen',
    'Lassen Sie zuerst in SAP nachsehen: [sync]',
  ],
  HOLD_ENDED: [
    'Diese Aufbewahrungssperre gilt nicht mehr',
    'Nichts zu tun. Um Daten ab jetzt aufzubewahren, setzen Sie eine neue: [privacy hold add]',
    [
      'Give a day to come',
      'Geben Sie mit --until einen Tag an, der noch kommt; ohne ihn gilt die Sperre, bis jemand sie aufhebt.',
    ],
  ],
  HOLD_SCOPE_UNCLEAR: [
    'Es ist nicht gesagt, was die Aufbewahrungssperre umfasst',
    'Geben Sie eines davon an: --connection NAME, --order KENNUNG, --all-buyers',
  ],
  HOLD_UNKNOWN: ['Diese Aufbewahrungssperre gibt es nicht', 'Sehen Sie die vorhandenen durch: [privacy hold list]'],
  SELLER_ACCOUNT_ERASED: [
    'Dieses Verkäuferkonto wurde gelöscht; was dafür gebucht wurde, bleibt',
    'Um es wieder zu buchen, nehmen Sie andere Bücher: --home ORDNER oder --database-url URL. Was davon aufbewahrt wird: [privacy report]',
  ],
} as const satisfies GermanProblems;
