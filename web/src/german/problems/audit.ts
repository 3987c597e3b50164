import type { GermanProblems } from '../german-problem.ts';

/** The audit log and its package, backups, and the keys of the vault. */
export const auditProblems = {
  AUDIT_ARCHIVE_NOT_WHOLE: [
    'Das Archiv des Prüfprotokolls ist nicht vollständig; nichts wurde aus der Datenbank entfernt',
    'Schreiben Sie es auf einen anderen Datenträger.',
  ],
  AUDIT_BROKEN: [
    'Das Prüfprotokoll ist nicht unversehrt und wird nicht signiert',
    'Finden Sie heraus, was geschehen ist: [audit verify] und „The audit chain is broken“ in docs/operations.md',
  ],
  AUDIT_CHAIN_EMPTY: ['Hierzu ist noch nichts aufgezeichnet', 'Sehen Sie die vorhandenen Ketten durch: [audit verify]'],
  AUDIT_EXPORT_UNREADABLE: [
    'Der Export des Prüfprotokolls kann nicht geprüft werden',
    'Nennen Sie die Datei, die audit export oder audit archive geschrieben hat, unverändert.',
  ],
  AUDIT_HEAD_UNREADABLE: [
    'Der signierte Stand beweist nichts',
    'Nennen Sie die Datei, die audit head geschrieben hat, unverändert.',
  ],
  AUDIT_NOTHING_OLD: ['Kein Ereignis ist älter', 'Nichts zu tun.'],
  AUDIT_RETENTION: [
    'Diese Ereignisse müssen noch aufbewahrt werden',
    'Nennen Sie einen früheren Tag: --before {--before |. A copy}. Eine Kopie neuerer Ereignisse macht: [audit export]',
  ],
  AUDIT_SUBJECT_INVALID: [
    'Darüber führt das Prüfprotokoll nichts',
    'Schreiben Sie connection/ID, settlement/ID, accrual/ID, entry/ID, deposit/ID, job/ID, user/ID, installation/PART oder buyers/all; seller-ledger audit list zeigt sie.',
  ],
  AUDIT_VERIFY_UNCLEAR: [
    'Es ist nicht klar, was geprüft werden soll: eine Datei oder die Bücher',
    'Eine Datei: {A file: }. Die Bücher: {The books: }',
  ],
  ARCHIVE_TOO_LARGE: [
    'Das Archiv wäre zu groß für die üblichen Programme',
    'Schreiben Sie stattdessen einen Ordner (einen Namen ohne .zip), oder nehmen Sie einen kürzeren Zeitraum.',
  ],
  ARCHIVE_UNREADABLE: [
    'Das Archiv lässt sich nicht entpacken',
    'Nennen Sie die .zip-Datei, die audit package geschrieben hat, oder den Ordner, in den sie entpackt wurde.',
  ],
  PACKAGE_BOOKS_MOVED: [
    'Während des Schreibens haben sich die Bücher geändert',
    'Schreiben Sie das Paket erneut, wenn kein Abruf läuft.',
  ],
  PACKAGE_EMPTY: [
    'In diesem Zeitraum ist nichts verzeichnet',
    'Nennen Sie andere Tage; seller-ledger settlements list zeigt die vorhandenen Zeiträume.',
  ],
  PACKAGE_UNREADABLE: [
    'Das Prüfpaket kann nicht geprüft werden',
    'Nennen Sie den Ordner oder die .zip-Datei, die audit package geschrieben hat, unverändert.',
  ],
  SAMPLE_INVALID: [
    'Das ist keine Zahl von Belegen für die Stichprobe',
    'Geben Sie eine ganze Zahl an, zum Beispiel 25.',
  ],
  DIGEST_INVALID: [
    'Das ist kein SHA-256',
    'Kopieren Sie ihn von dort, wo die Datei geschrieben wurde; seller-ledger audit list zeigt ihn unter audit.package und backup.create.',
  ],
  BACKUP_DAMAGED: [
    'Die Sicherung ist nicht so, wie sie geschrieben wurde',
    'Nehmen Sie eine andere Kopie oder eine ältere Sicherung, und prüfen Sie den Datenträger, auf dem sie liegt.',
  ],
  BACKUP_EXISTS: ['Eine Sicherung ersetzt nie eine vorhandene Datei', 'Nennen Sie eine Datei, die es noch nicht gibt.'],
  BACKUP_NEWER: [
    'Die Sicherung stammt von einer neueren Version des Programms',
    'Installieren Sie die Version, die sie gemacht hat, oder eine neuere, unverändert.',
  ],
  BACKUP_NOT_WRITTEN: [
    'Die Sicherung konnte nicht geschrieben werden',
    'Schaffen Sie Platz, oder nennen Sie einen anderen Ordner, und sichern Sie erneut: {backup again: }',
  ],
  BACKUP_OTHER: [
    'Das ist eine andere Sicherung als die genannte',
    'Es ist eine andere Sicherung, oder jemand hat sie neu gemacht: [audit list]',
  ],
  BACKUP_UNREADABLE: [
    'Die Datei ist nicht als Sicherung lesbar',
    'Nennen Sie die Datei, die backup create geschrieben hat, unverändert.',
  ],
  DRILL_NOT_ALLOWED: [
    'Der Datenbankbenutzer darf die Datenbank für die Probe der Wiederherstellung nicht anlegen',
    'Erlauben Sie es ihm (alter role … createdb), oder machen Sie die Probe auf einem anderen Server mit --database-url und backup drill.',
  ],
  RESTORE_KEY_MISSING: [
    'Der Schlüssel zu den Geheimnissen der Sicherung fehlt hier',
    'Bringen Sie zuerst den Schlüssel hierher: als Datei vault.key oder mit SELLER_LEDGER_KEY, SELLER_LEDGER_KEY_FILE oder SELLER_LEDGER_KEY_COMMAND. Ist er verloren, ergänzen Sie --without-key und geben jedes Geheimnis neu ein.',
  ],
  RESTORE_NOT_EMPTY: [
    'Die Datenbank für die Wiederherstellung ist nicht leer',
    'Stellen Sie in einen neuen Ordner (seller-ledger --home NEUER-ORDNER backup restore DATEI) oder eine leere Datenbank wieder her (createdb, dann DATABASE_URL).',
  ],
  KEY_COMMAND_FAILED: [
    'Der Befehl, der den Schlüssel liefert, ist gescheitert',
    'Führen Sie ihn als der Benutzer von seller-ledger von Hand aus: Seine Ausgabe wird hier nicht gezeigt, weil sie einen Schlüssel enthalten kann. Wonach er gefragt wird, steht in docs/operations.md.',
  ],
  KEY_COMMAND_GARBLED: [
    'Die Antwort des Befehls, der den Schlüssel liefert, ist nicht brauchbar',
    'Er muss genau eine Zeile Base64 ausgeben. Probieren Sie es von Hand: echo "wrap QUJD" | BEFEHL',
  ],
  KEY_SOURCES_UNCLEAR: [
    'Es ist nicht klar, woher der Tresorschlüssel kommt',
    'Geben Sie genau eine Quelle an: SELLER_LEDGER_KEY, SELLER_LEDGER_KEY_FILE oder SELLER_LEDGER_KEY_COMMAND (docs/operations.md).',
  ],
  VAULT_KEY_MISSING: [
    'Die Datenbank hat einen Tresorschlüssel, und hier ist keiner',
    'Bringen Sie ihn hierher: Kopieren Sie vault.key von dem Rechner, der ihn hat, oder setzen Sie SELLER_LEDGER_KEY, SELLER_LEDGER_KEY_FILE oder SELLER_LEDGER_KEY_COMMAND.',
  ],
  VAULT_KEY_MOVING: [
    'Der Datenschlüssel wurde gleichzeitig von anderer Seite geändert',
    'Sehen Sie nach, was geschah, und versuchen Sie es erneut: [keys list]',
  ],
  VAULT_KEY_NEXT_MISSING: [
    'Es gibt keinen neuen Tresorschlüssel, auf den gewechselt werden könnte',
    'Erzeugen Sie einen (openssl rand -base64 32) und geben Sie beide an, den neuen und den bisherigen: docs/operations.md, „The vault key is rotated“.',
  ],
  VAULT_KEY_NOT_LOST: [
    'Der Tresorschlüssel ist nicht verloren',
    'Nichts wurde aufgegeben. Sehen Sie die Schlüssel an: [keys list]',
  ],
  VAULT_KEY_ROTATED: [
    'Der Tresorschlüssel wurde gewechselt, und dieser Prozess hat nur den alten',
    'Geben Sie ihm den neuen Schlüssel und starten Sie ihn neu; was schon versiegelt ist, kann er lesen, bis der alte ausgemustert wird.',
  ],
  VAULT_KEY_UNREADABLE: [
    'Der Tresorschlüssel ist nicht lesbar',
    'Nehmen Sie den Schlüssel, wie er erzeugt wurde, oder erzeugen Sie einen: openssl rand -base64 32',
    ['Let the user that runs', 'Lassen Sie den Benutzer, der seller-ledger ausführt, ihn lesen.'],
    [
      'Correct SELLER_LEDGER_KEY_FILE',
      'Berichtigen Sie SELLER_LEDGER_KEY_FILE, oder bringen Sie die Datei an ihren Platz; eine genannte Datei wird nie angelegt.',
    ],
  ],
  VAULT_KEY_WRONG: [
    'Die Geheimnisse gehören zu einem anderen Tresorschlüssel',
    'Starten Sie mit dem Tresorschlüssel, der galt, als die Verbindungen angelegt wurden.',
    [
      'Is it lost',
      'Starten Sie mit dem Schlüssel dieser Datenbank, und starten Sie neu, was noch mit einem älteren läuft. Ist er verloren: [keys abandon]',
    ],
  ],
} as const satisfies GermanProblems;
