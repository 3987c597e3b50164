import type { GermanProblems } from '../german-problem.ts';

const KEEP_AND_REPORT =
  'Bewahren Sie die Datei auf und melden Sie diesen Code mit den Namen ihrer Spalten; andere Berichte sind davon nicht betroffen.';
const SYNC_LATER = 'Rufen Sie später erneut ab.';

/** Amazon: log-on, authorisation, throttling, reports and feeds. */
export const amazonProblems = {
  AMAZON_ACCESS_DENIED: [
    'Amazon verweigert den Zugriff',
    'Prüfen Sie der Reihe nach: Die Anwendung hat die Rolle {has the role |;}; die Verbindung nennt die Region, in der der Verkäufer sie autorisiert hat; der Verkäufer hat sie autorisiert, nachdem die Rolle hinzukam, und in den letzten 365 Tagen.',
  ],
  AMAZON_ANSWER_UNREADABLE: [
    'Die Antwort von Amazon ist nicht lesbar',
    'Prüfen Sie, ob die Adresse stimmt und kein Proxy an Amazons Stelle antwortet, und rufen Sie erneut ab.',
  ],
  AMAZON_CLIENT_REFUSED: [
    'Amazon erkennt Client-ID und Client-Geheimnis nicht an',
    'Öffnen Sie in Seller Central unter „Apps entwickeln“ die LWA-Zugangsdaten der Anwendung, erneuern Sie das Geheimnis, falls es abgelaufen ist, und hinterlegen Sie das aktuelle in der Verbindung. Das Refresh-Token bleibt gültig.',
  ],
  AMAZON_CLIENT_SECRET_EXPIRED: [
    'Das Client-Geheimnis von Amazon ist abgelaufen',
    'Erneuern Sie in Seller Central unter „Apps entwickeln“ das LWA-Client-Geheimnis und hinterlegen Sie das neue in der Verbindung. Das Refresh-Token bleibt gültig.',
  ],
  AMAZON_CLOSED: ['Die Verbindung zu Amazon wurde während der Arbeit geschlossen', 'Rufen Sie erneut ab.'],
  AMAZON_LOGIN_REFUSED: [
    'Login with Amazon hat kein Token ausgestellt',
    'Vergleichen Sie Client-ID, Client-Geheimnis und Refresh-Token der Verbindung mit der Anwendung in Seller Central unter „Apps entwickeln“.',
  ],
  AMAZON_LOGIN_REVOKED: [
    'Amazon nimmt die Autorisierung des Verkäufers nicht mehr an',
    'Autorisieren Sie die Anwendung in Seller Central als Hauptbenutzer erneut (Apps und Dienste, Apps entwickeln) und hinterlegen Sie das neue Refresh-Token in der Verbindung.',
  ],
  AMAZON_LOGIN_UNAVAILABLE: [
    'Login with Amazon ist nicht erreichbar',
    'Rufen Sie später erneut ab. Bleibt es dabei, prüfen Sie, ob dieser Rechner {this machine reaches } erreicht.',
  ],
  AMAZON_MARKETPLACE_OUTSIDE_REGION: [
    'Ein Marktplatz gehört nicht zur Region der Verbindung',
    'Nennen Sie einige von {Name some of }. Wer in zwei Regionen verkauft, hat für jede eine Verbindung.',
  ],
  AMAZON_PAGES_ENDLESS: [
    'Die Seiten einer Liste von Amazon nehmen kein Ende',
    'Rufen Sie später erneut ab; was gelesen wurde, ist gespeichert. Bleibt es dabei, melden Sie es.',
  ],
  AMAZON_PAGE_TOKEN_EXPIRED: [
    'Amazon nimmt das Token für die nächste Seite nicht mehr an',
    'Nichts zu tun: Es wird von vorn gelesen. Was schon gelesen wurde, ist gespeichert.',
    [
      'at half the size',
      'Nichts zu tun: Der nächste Lauf beginnt noch einmal, mit halber Größe. Bleibt es dabei, melden Sie es.',
    ],
    [
      'the orders of this window',
      'Rufen Sie erneut ab: Die Bestellungen dieses Zeitfensters werden von vorn gelesen, Gespeichertes bleibt, wie es ist.',
    ],
  ],
  AMAZON_REQUEST_LOST: [
    'Die Antwort von Amazon ging verloren',
    'Nichts zu tun: Bevor noch einmal gefragt wird, wird nachgesehen, ob Amazon die Anfrage angenommen hat.',
  ],
  AMAZON_REQUEST_REFUSED: [
    'Amazon hat die Anfrage abgelehnt',
    'Sehen Sie, was Amazon dazu sagt. Nennt es nichts, das Sie ändern können, melden Sie es mit der Kennung der Anfrage.',
  ],
  AMAZON_THROTTLED: [
    'Amazon drosselt, obwohl das veröffentlichte Tempo eingehalten wurde',
    'Rufen Sie später erneut ab. Bleibt es dabei, nutzt ein anderes Programm dieselbe Anwendung für diesen Verkäufer.',
  ],
  AMAZON_TOKEN_REFUSED: [
    'Amazon nimmt das Zugriffstoken nicht an',
    'Prüfen Sie die Verbindung und die Uhr dieses Rechners und rufen Sie erneut ab.',
    ['a new one is asked for', 'Rufen Sie erneut ab: Ein neues wird angefordert.'],
  ],
  AMAZON_UNAVAILABLE: [
    'Amazon antwortet nicht',
    SYNC_LATER,
    [
      'over https',
      'Rufen Sie später erneut ab. Bleibt es dabei, prüfen Sie, ob dieser Rechner Amazon über https erreicht.',
    ],
  ],
  AMAZON_USER_AGENT_TOO_LONG: [
    'Die Programmkennung ist länger, als Amazon annimmt',
    'Kürzen Sie den übergebenen Namen der Plattform.',
  ],
  CREATED_SINCE_INVALID: [
    'Das ist kein Zeitpunkt, ab dem Berichte aufgelistet werden können',
    'Geben Sie Tag und Uhrzeit an, zum Beispiel 2026-09-01T00:00:00Z.',
  ],
  FEED_OFF: [
    'Diese Quelle ist ausgeschaltet',
    'Schalten Sie sie in der Verbindungsdatei ein (feeds), dann: [connections update]',
  ],
  FEED_RECORD_UNREADABLE: [
    'Amazon hat Datensätze gesendet, die dieses Programm nicht lesen kann',
    'Sehen Sie, was aufbewahrt wurde: [feeds unreadable]. Alles andere ist gespeichert; ein neueres Programm kann sie vielleicht lesen.',
  ],
  FEED_RUNNING: [
    'Diese Quelle wird gerade gelesen',
    'Warten Sie darauf, oder versuchen Sie es nach der genannten Zeit erneut.',
  ],
  FEED_UNKNOWN: ['Diese Quelle gibt es nicht', 'Nehmen Sie einen der genannten Namen.'],
  FINANCES_WINDOW_INVALID: [
    'Der Zeitraum ist für Finanzereignisse von Amazon zu lang oder leer',
    'Fragen Sie nach einer kürzeren Zeit, zum Beispiel {for example for }.',
  ],
  REPORT_CHARSET_WRONG: ['Der Bericht hat einen Zeichensatz, der nicht gelesen werden kann', KEEP_AND_REPORT],
  REPORT_COLUMN_MISSING: [
    'Dem Bericht fehlen Spalten',
    `Amazon hat vielleicht Spalten umbenannt; ein neueres Programm kennt sie womöglich. ${KEEP_AND_REPORT}`,
  ],
  REPORT_DAMAGED: [
    'Der Bericht lässt sich nicht entpacken',
    'Rufen Sie erneut ab: Er wird neu angefordert. Bleibt es dabei, melden Sie es.',
  ],
  REPORT_DOCUMENT_CHANGED: [
    'Amazon hat ein Dokument noch einmal mit anderem Inhalt geliefert',
    'Vergleichen Sie beide Dateien anhand ihrer Prüfsummen, bevor aus der neuen gebucht wird.',
  ],
  REPORT_DOWNLOAD_INCOMPLETE: [
    'Ein Bericht kam nicht vollständig an',
    'Rufen Sie erneut ab: Er wird neu heruntergeladen, und nichts davon wurde gelesen.',
  ],
  REPORT_DOWNLOAD_REFUSED: [
    'Der Speicher von Amazon gibt den Bericht nicht heraus',
    'Rufen Sie erneut ab. Bleibt es dabei, prüfen Sie die Uhr dieses Rechners und ob ein Proxy Adressen verändert.',
  ],
  REPORT_FAILED: [
    'Amazon konnte einen Bericht nicht erstellen',
    'Zunächst nichts zu tun: Er wird neu angefordert, wo möglich in kleineren Teilen. Bleibt es dabei, fragen Sie Amazon mit der Kennung des Berichts.',
  ],
  REPORT_LIST_ENDLESS: [
    'Die Liste der Berichte von Amazon nimmt kein Ende',
    'Rufen Sie später erneut ab. Bleibt es dabei, melden Sie es.',
  ],
  REPORT_NOT_A_TABLE: [
    'Der Bericht ist keine Tabelle',
    `Rufen Sie später erneut ab: An seiner Stelle kann eine Webseite oder Fehlermeldung gekommen sein. Bleibt es dabei: ${KEEP_AND_REPORT}`,
  ],
  REPORT_NOT_READY: [
    'Amazon erstellt den Bericht noch',
    'Nichts zu tun: Der nächste Lauf macht mit demselben Bericht weiter.',
  ],
  REPORT_ORDER_INVALID: [
    'Dieser Bericht kann so nicht angefordert werden',
    'Fordern Sie ihn für 1 bis 25 Marktplätze und einen Zeitraum innerhalb seiner Grenzen an.',
  ],
  REPORT_ROW_TOO_LONG: ['Eine Zeile des Berichts ist zu lang', KEEP_AND_REPORT],
  REPORT_TOO_LARGE: [
    'Der Bericht ist größer als jeder bekannte',
    'Melden Sie das mit der Kennung des Dokuments; jeder bekannte Bericht ist weit kleiner.',
  ],
} as const satisfies GermanProblems;
