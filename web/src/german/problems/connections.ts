import type { GermanProblems } from '../german-problem.ts';

/** Connections and their settings, schedules, jobs and alerts. */
export const connectionProblems = {
  CONNECTION_EXISTS: [
    'Eine Verbindung dieses Namens gibt es schon',
    'Wählen Sie einen anderen Namen; die vorhandenen: [connections list]',
  ],
  CONNECTION_FILE_INVALID: [
    'Die Angaben zur Verbindung haben Fehler',
    'Berichtigen Sie die genannten Stellen; docs/connection-file.md zeigt jede Einstellung mit einem Beispiel.',
    ['Enter it again', 'Geben Sie es neu ein: [secrets set]'],
    ['Enter the secrets again', 'Geben Sie die Geheimnisse neu ein: [connections update]'],
  ],
  CONNECTION_FILE_OTHER: [
    'Die Datei gehört zu einer anderen Verbindung',
    'Geben Sie die richtige Datei an, oder ändern Sie die andere Verbindung: [connections update]',
  ],
  CONNECTION_MOVED: [
    'Die Einstellungen der Verbindung wurden inzwischen geändert',
    'Sehen Sie nach, wie sie jetzt sind, und ändern Sie von dort aus. Von Ihrer Änderung wurde nichts gespeichert.',
  ],
  CONNECTION_NOT_WORKING: [
    'So arbeitet die Verbindung nicht; sie wurde nicht gespeichert',
    'Berichtigen Sie die genannten Angaben, oder speichern Sie sie ungeprüft und prüfen Sie später: [connections doctor]',
  ],
  CONNECTION_STOPPED: [
    'Die planmäßige Arbeit dieser Verbindung ist angehalten',
    'Beheben Sie die genannte Ursache. Danach: [connections update], oder wenn nichts zu ändern war: [connections resume]',
  ],
  CONNECTION_UNKNOWN: [
    'Diese Verbindung gibt es nicht',
    'Sehen Sie die vorhandenen durch: [connections list]',
    ['Add one', 'Fügen Sie eine hinzu: [connections add]'],
    ['Use one of these names', 'Nehmen Sie einen der genannten Namen.'],
  ],
  REGION_FIXED: [
    'Diese Verbindung hat schon aus ihrer Region gelesen und bleibt in ihr',
    'Lassen Sie die Region, wie sie ist, und fügen Sie für die andere eine eigene Verbindung hinzu: Ein Verkäufer hat eine je Region.',
  ],
  SAP_SYSTEM_CHANGED: [
    'Belege dieser Verbindung stehen in einem anderen SAP-System als dem, das die Einstellungen jetzt nennen',
    'Ist es dasselbe System unter anderer Adresse, sagen Sie es dazu: [connections update]. Ein anderes System wird aus anderen Büchern gebucht: --home ORDNER oder --database-url URL',
  ],
  SECRET_NEEDED_AGAIN: [
    'Mit dieser Änderung ginge ein Geheimnis an einen anderen Rechner als bisher',
    'Geben Sie es mit der Änderung neu ein: Niemand erfährt ein gespeichertes Geheimnis, indem er eine andere Adresse nennt.',
  ],
  SELLER_ACCOUNT_CONNECTED: [
    'Dieses Verkäuferkonto ist schon verbunden; seine Abrechnungen werden einmal gebucht',
    'Ändern Sie jene Verbindung: [connections update]. Für ein anderes SAP-System nehmen Sie andere Bücher: --home ORDNER oder --database-url URL',
  ],
  SECRET_DAMAGED: [
    'Ein Geheimnis oder sein Schlüssel wurde in der Datenbank verändert',
    'Finden Sie heraus, wer es geändert hat ([audit verify]), und geben Sie das Geheimnis neu ein.',
    [
      'restore the database',
      'Finden Sie heraus, wer ihn geändert hat ([audit verify]), und stellen Sie die Datenbank aus einer Sicherung wieder her.',
    ],
  ],
  SECRET_NAME_UNKNOWN: [
    'Kein Teil einer Verbindung nutzt ein Geheimnis dieses Namens',
    'Nehmen Sie eines von diesen: {Use one of these: }. Ein geheimer Header wird zuerst in der Verbindungsdatei genannt.',
  ],
  SECRET_VALUE_MISSING: ['Der Wert des Geheimnisses fehlt', 'Zum Beispiel: [secrets set]'],
  SETTINGS_INVALID: [
    'Die Einstellungen haben Fehler',
    'Berichtigen Sie die genannten Stellen; docs/operations.md zeigt jede Einstellung mit einem Beispiel.',
  ],
  SYNC_RUNNING: [
    'Diese Verbindung ruft gerade ab',
    'Warten Sie darauf, oder versuchen Sie es nach der genannten Zeit erneut.',
  ],
  LEASE_LOST: [
    'Ein anderer Prozess hat die Arbeit übernommen',
    'Nichts zu tun: Der andere Prozess sieht nach und macht weiter.',
  ],
  SCHEDULE_TARGET_UNCLEAR: [
    'Es ist nicht gesagt, wessen Arbeit gemeint ist',
    'Nennen Sie eine Verbindung, oder --installation für die Arbeiten der Installation.',
  ],
  SCHEDULE_UNTIL_INVALID: [
    'Das ist kein künftiger Zeitpunkt',
    'Geben Sie eine Zeit mit Zeitzone an, zum Beispiel 2026-12-01T06:00Z oder 2026-12-01T07:00+01:00, oder 90m, 8h, 3d ab jetzt.',
  ],
  POSTING_PAUSED: [
    'Das Buchen wurde währenddessen angehalten, deshalb wird nichts mehr an SAP gesendet',
    'Was freigegeben ist, wartet. Ist der Grund entfallen: [schedule resume]',
  ],
  SETTINGS_OUTDATED: [
    'Die Einstellungen wurden geändert, nachdem sie hier gelesen waren; danach wird nichts mehr an SAP gesendet',
    'Nichts ist verloren, ein Dienst macht von selbst mit den neuen Einstellungen weiter. Auf der Befehlszeile: [sync]',
  ],
  SCHEDULE_WORK_OFF: [
    'Diese Arbeit ist in den Einstellungen ausgeschaltet',
    'Schalten Sie sie in der Verbindungsdatei ein (schedule, feeds oder customers), dann: [connections update]',
  ],
  SCHEDULE_WORK_UNKNOWN: ['Diese Arbeit gibt es nicht', 'Nehmen Sie eine von diesen: {Take one of these: }.'],
  JOB_DONE: [
    'Der Auftrag ist erledigt und läuft nicht noch einmal',
    'Sehen Sie ihn an: [jobs show]. Arbeit, die neu getan werden soll, wird als solche angefordert: [schedule run]',
  ],
  JOB_HELD_BACK: [
    'Der Auftrag wird jetzt nicht noch einmal versucht: Seine Arbeit ist angehalten, abgeschaltet oder in ihrer Ruhezeit',
    'Nichts zu tun, wenn es warten kann: Die Arbeit kommt danach von selbst an die Reihe. Um sie jetzt tun zu lassen: [schedule run]. Was abgeschaltet ist, wird in der Verbindungsdatei eingeschaltet.',
  ],
  JOB_INTERRUPTED: [
    'Der Prozess, der diesen Auftrag ausführte, endete mittendrin',
    'Nichts zu tun, wenn der nächste Versuch durchkommt. Nach zehn solchen Abbrüchen in Folge bleibt der Auftrag einem Menschen überlassen: Sehen Sie ins Protokoll des Prozesses, dann: [jobs replay]',
  ],
  JOB_NOT_WAITING: [
    'Der Auftrag wartet nicht mehr',
    'Nichts zu tun: Nur ein wartender Auftrag kann zurückgenommen, nur ein fehlgeschlagener abgetan werden.',
  ],
  JOB_REPLACED: [
    'Der Auftrag wurde durch einen anderen ersetzt, der seine Arbeit mitmacht',
    'Sehen Sie den anderen an: [jobs show]',
  ],
  JOB_RUNNING: [
    'Der Auftrag läuft gerade',
    'Warten Sie darauf: [jobs show]. Um ihn zu beenden, halten Sie seinen Prozess an; er gibt an der nächsten sicheren Stelle auf und läuft später wieder.',
  ],
  JOB_STOPPED: [
    'Der Auftrag hat an einer sicheren Stelle aufgegeben',
    'Nichts zu tun: Er läuft beim nächsten Prozess wieder. Läuft keiner: [worker]',
  ],
  JOB_UNKNOWN: [
    'Diesen Auftrag gibt es nicht',
    'Sehen Sie die vorhandenen durch: [jobs list]. Was lange beendet ist, wird nicht aufbewahrt.',
  ],
  REPLAY_UNCLEAR: [
    'Entweder ein Auftrag wird erneut versucht, oder alle gescheiterten',
    'Nennen Sie einen: [jobs replay ID]. Oder alle: [jobs replay --all-failed]',
  ],
  ALERT_CHANNEL_MISSING: [
    'Für Warnungen ist kein Weg eingerichtet, weder E-Mail noch Webhook',
    'Nennen Sie einen in einer Datei (docs/operations.md zeigt, wie), dann: [settings update]',
  ],
  ALERT_MUTE_UNKNOWN: [
    'Unter dieser Nummer ist nichts stummgeschaltet',
    'Die Nummern stehen in der Liste: [alerts mutes]',
  ],
  ALERT_NOT_DELIVERED: [
    'Eine Warnung konnte nicht gesendet werden',
    'Es wird von selbst erneut versucht; bleibt es dabei, berichtigen Sie die Einstellungen und probieren Sie sie aus: [alerts test]',
  ],
  ALERT_RULE_UNKNOWN: [
    'Das ist weder eine Regel noch der Schlüssel einer Warnung',
    'Nennen Sie eine von {Name one of |, or a key}, oder einen Schlüssel: [alerts list]',
  ],
  ALERT_TIME_INVALID: [
    'Das ist kein Tag und keine Zeit mit Zeitzone',
    'Schreiben Sie 2026-12-01 oder 2026-12-01T08:00:00Z.',
    [
      'Give a time to come',
      'Geben Sie mit --until einen Zeitpunkt an, der noch kommt; ohne ihn bleibt es stumm, bis jemand das beendet.',
    ],
  ],
  ALERT_UNKNOWN: ['Keine offene Warnung hat diesen Schlüssel', 'Nehmen Sie den Schlüssel aus der Liste: [alerts list]'],
  TIME_ZONE_UNKNOWN: [
    'Diese Zeitzone ist nicht bekannt',
    'Nehmen Sie einen IANA-Namen wie Europe/Berlin oder America/Los_Angeles.',
  ],
} as const satisfies GermanProblems;
