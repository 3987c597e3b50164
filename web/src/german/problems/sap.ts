import type { GermanProblems } from '../german-problem.ts';

const ENTRY_LOOKED_UP =
  'Nichts zu tun: Bevor noch einmal gesendet wird, wird der Beleg in SAP anhand seiner Referenz gesucht.';
const LOOKED_FOR = 'Nichts zu tun: Bevor noch einmal geschrieben wird, wird in SAP danach gesucht.';
/** Of an entry; of any other change there is no reference to look for. */
const lookedUp = (title: string) => [title, ENTRY_LOOKED_UP, ['looked for in SAP', LOOKED_FOR]] as const;
const AGAIN = 'Nichts zu tun: Es wird erneut versucht.';
const TRANSACTION =
  'Nennen Sie der SAP-Administration die Transaktionskennung {transaction id | (transaction} (Transaktion /IWFND/ERROR_LOG).';
const ADMINISTRATOR = 'Schlagen Sie die Meldung von SAP mit der SAP-Administration nach.';

/** SAP: entries that are sent, documents that are found, and services that are read. */
export const sapProblems = {
  SAP_ENTRY_REJECTED: [
    'SAP hat den Beleg nicht gebucht',
    '{sap} Schlagen Sie die Meldung von SAP mit der SAP-Administration nach; nach der Korrektur geben Sie den Beleg erneut frei: [entries show]',
  ],
  SAP_RECORD_LOCKED: [
    'SAP hat den Beleg nicht gebucht, weil ein Datensatz gesperrt ist',
    'Nichts zu tun: Ein anderer Benutzer hält den Datensatz. Der nächste Abruf sendet den Beleg erneut.',
  ],
  SAP_ANSWER_CONTRADICTS: ['Die Antwort von SAP widerspricht sich', ENTRY_LOOKED_UP],
  SAP_ANSWER_FAILED: lookedUp('SAP hat mit einem Fehler geantwortet, nachdem gesendet wurde'),
  SAP_ANSWER_HTML: lookedUp('SAP hat mit einer Webseite statt einer Bestätigung geantwortet'),
  SAP_ANSWER_LOST: lookedUp('Die Antwort von SAP kam nicht an'),
  SAP_ANSWER_NOT_OURS: ['Die Antwort von SAP bestätigt einen anderen Beleg', ENTRY_LOOKED_UP],
  SAP_ANSWER_UNREADABLE: lookedUp('Die Antwort von SAP ist nicht lesbar'),
  SAP_FAULT: ['SAP hat die Verarbeitung des Belegs abgebrochen', ENTRY_LOOKED_UP],
  SAP_ANSWER_NOT_ODATA: [
    'SAP hat geantwortet, aber nicht mit OData',
    'Es wird erneut versucht. Bleibt es dabei, prüfen Sie, ob baseUrl der API-Host ist und kein Gateway Antworten verändert.',
  ],
  SAP_DOCUMENT_DIFFERS: [
    'Der SAP-Beleg zu diesem Buchungsschlüssel hat einen anderen Inhalt',
    'Vergleichen Sie beide; ist der Beleg in SAP falsch, stornieren Sie ihn dort und rufen Sie dann erneut ab.',
  ],
  SAP_DOCUMENT_OF_ACCRUAL: [
    'SAP hat Belege einer Abgrenzung, die hier kein Buchungsbeleg hat',
    'Sind sie richtig, lassen Sie die Abgrenzung mit den nächsten Schlüsseln neu bilden, bis sie gefunden sind: [accruals withdraw]. Sind sie falsch, stornieren Sie sie in SAP; dann rufen Sie erneut ab: [sync]',
  ],
  SAP_DOCUMENT_OF_REJECTED: [
    'SAP hat den Beleg abgelehnt und doch einen Beleg unter seiner Referenz',
    'Sehen Sie den Beleg in SAP an: Ist er falsch, stornieren Sie ihn dort und rufen Sie dann erneut ab.',
  ],
  SAP_DOCUMENT_OF_SETTLEMENT: [
    'SAP hat Belege der Abrechnung, die hier kein Buchungsbeleg hat',
    'Sehen Sie sie in SAP an; was nicht dorthin gehört, wird storniert, dann rufen Sie erneut ab. Was das Programm davon weiß: [settlements show]',
  ],
  SAP_DOCUMENT_TWICE: [
    'SAP hat mehrere Belege unter einer Referenz',
    'Stornieren Sie in SAP alle bis auf einen und rufen Sie dann erneut ab.',
  ],
  SAP_ORIGINAL_NOT_FOUND: [
    'SAP zeigt den zu stornierenden Beleg nicht',
    'SAP zeigt einen Beleg erst einige Zeit nach dem Buchen: Versuchen Sie es in einigen Minuten erneut. Bleibt er aus, prüfen Sie, ob die Verbindung auf das SAP-System zeigt, in dem er gebucht wurde.',
  ],
  SAP_RECORD_CHANGED: [
    'Der Datensatz wurde inzwischen in SAP geändert',
    'Nichts zu tun: Er wird neu gelesen, und was noch zu ändern ist, wird geschrieben.',
  ],
  SAP_REVERSAL_UNNAMED: [
    'SAP zeigt den Beleg als storniert, nennt aber den Stornobeleg nicht',
    'Sehen Sie den Beleg in SAP an. Sobald SAP den Stornobeleg nennt, rufen Sie erneut ab.',
  ],
  SAP_REVERSED_TWICE: [
    'Der Beleg wurde in SAP zweimal storniert',
    'Stornieren Sie in SAP den Beleg {Reverse document | in SAP} und rufen Sie dann erneut ab.',
  ],
  SAP_ETAG_MISSING: [
    'SAP vermisst den Stand, auf dem eine Änderung beruht',
    'Steht ein Proxy oder Gateway vor SAP, lassen Sie ihn den Header If-Match durchreichen; sonst melden Sie es mit dem Protokoll.',
  ],
  SAP_FIELD_INVALID: [
    'Ein Wert passt nicht in sein Feld in SAP',
    'Berichtigen Sie ihn in der Kontenfindung oder in den Einstellungen der Verbindung.',
  ],
  SAP_FIELD_UNREADABLE: [
    'In der Antwort von SAP ist ein Feld nicht lesbar',
    'Vergleichen Sie die Metadaten des Dienstes ($metadata) mit den Feldern, die dieses Programm liest, und melden Sie den Unterschied.',
    ['Look at the document in SAP', 'Sehen Sie den Beleg in SAP an und melden Sie ihn mit dieser Meldung.'],
  ],
  SAP_SERVICE_LACKS_FIELD: [
    'Dem Buchungsdienst von SAP fehlt ein Feld, oder er verlangt eines, das der Beleg nicht hat',
    'Geben Sie WSDL oder Release des Mandanten an, wie sie sind (sap.journalEntryWsdl, sap.release), oder ordnen Sie die Position ohne dieses Feld zu.',
  ],
  SAP_MESSAGE_TOO_LARGE: [
    'Der Beleg ist größer, als SAP oder ein Gateway davor annimmt',
    'Lassen Sie dort die Grenze für die Größe einer Anfrage anheben und geben Sie den Beleg erneut frei: [entries approve]. Oder schlagen Sie die Abrechnung mit stärker zusammengefassten Positionen neu vor.',
  ],
  SAP_TOO_MANY_ITEMS: [
    'Der Beleg hat mehr Positionen, als SAP in einem Beleg annimmt',
    'Schlagen Sie die Abrechnung mit stärker zusammengefassten Positionen oder auf mehr Belege verteilt neu vor.',
  ],
  SAP_HTML_PAGE: [
    'SAP antwortet mit einer Wartungs- oder Anmeldeseite',
    'Nichts zu tun: Es wird erneut versucht. Dauert es länger als das Wartungsfenster, prüfen Sie baseUrl und die Anmeldung.',
  ],
  SAP_PAGES_OVERLAP: [
    'Die Seiten einer Liste von SAP überschneiden sich',
    'Es wird erneut versucht. Bleibt es dabei, prüfen Sie, ob ein Gateway vor SAP $skip oder $orderby missachtet.',
  ],
  SAP_PARTNER_UNREADABLE: [
    'Die Antwort von SAP zu Geschäftspartnern ist nicht lesbar',
    'Prüfen Sie, ob ein Gateway vor SAP Abfragen oder Antworten verändert, und vergleichen Sie die Metadaten des Dienstes ($metadata) mit den Feldern, die dieses Programm liest.',
  ],
  SAP_PAUSED: [
    'SAP ist nicht erreichbar; bis zu der genannten Zeit wird nichts gesendet',
    'Nichts zu tun: Der erste Abruf danach sieht wieder nach. Arbeitet SAP schon früher wieder: [connections resume]',
  ],
  SAP_READ_REFUSED: [
    'SAP hat eine Leseanfrage abgelehnt',
    ADMINISTRATOR,
    ['baseUrl', 'Prüfen Sie baseUrl und ob der Dienst zur Kommunikationsvereinbarung gehört.'],
    ['transaction id', TRANSACTION],
  ],
  SAP_READ_UNAVAILABLE: ['SAP kann gerade nicht antworten', AGAIN, ['transaction id', TRANSACTION]],
  SAP_REQUEST_REFUSED: [
    'SAP nimmt die Nachricht in dieser Form nicht an',
    'Prüfen Sie, ob journalEntryUrl der synchrone Dienst Journal Entry Post ist und kein Gateway die Anfrage verändert.',
  ],
  SAP_TOO_MANY_ROWS: [
    'SAP liefert auf eine Frage zu viele Zeilen',
    'Fragen Sie nach einem kürzeren Zeitraum, wo ein Befehl einen annimmt; sonst melden Sie es mit dem Protokoll.',
  ],
  SAP_UNAVAILABLE: ['SAP hat den Beleg nicht angenommen; nichts davon ist gebucht', 'Rufen Sie später erneut ab.'],
  SAP_UNREACHABLE: [
    'SAP ist nicht erreichbar',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, prüfen Sie Hostnamen, Netz und Proxy und den Status des SAP-Systems.',
  ],
  SAP_WRITE_REFUSED: [
    'SAP hat eine Änderung abgelehnt',
    'Schlagen Sie die Meldung von SAP mit der SAP-Administration nach und berichtigen Sie, was sie nennt.',
    ['transaction id', `Berichtigen Sie, was die Meldung von SAP nennt. ${TRANSACTION}`],
  ],
  SAP_TRIAL_NOT_AUTHORISED: [
    'Der Benutzer darf in diesem Buchungskreis nicht buchen',
    'Geben Sie dem Kommunikationsbenutzer die Berechtigung, die SAP nennt, für diesen Buchungskreis und diese Belegart.',
  ],
  SAP_TRIAL_NO_ACCOUNT: [
    'Für den Probebeleg fehlt in der Kontenfindung ein Auszahlungskonto',
    'Ergänzen Sie in der Kontenfindung eine Auszahlungszeile für einen Marktplatz dieses Buchungskreises.',
  ],
  SAP_TRIAL_POSTED: [
    'SAP hat den Probebeleg gebucht, obwohl Soll und Haben abweichen',
    'Stornieren Sie diesen Beleg sofort in SAP und melden Sie es: Dieses System lehnt nicht ab, was nicht aufgeht.',
  ],
  SAP_TRIAL_REFUSED_OTHERWISE: [
    'SAP hat den Probebeleg aus einem anderen Grund abgelehnt und würde auch einen echten ablehnen',
    '{sap} Schlagen Sie die Meldung von SAP mit der SAP-Administration nach.',
  ],
  SAP_TRIAL_UNKNOWN: [
    'Was aus dem Probebeleg wurde, ist nicht bekannt',
    'Suchen Sie in einigen Minuten in SAP nach der Referenz {for reference | in some}; gibt es einen Beleg, stornieren Sie ihn. Dann versuchen Sie es erneut.',
  ],
  RELINK_TOO_EARLY: [
    'SAP hat Belege einer früheren Datenbank und zeigt vielleicht noch nicht alle',
    'Nichts zu tun: Ein Abruf nach der genannten Zeit vergleicht erneut und macht weiter. [sync]',
  ],
} as const satisfies GermanProblems;
