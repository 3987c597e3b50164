import type { GermanProblems } from '../german-problem.ts';

const OWN_SERVER = 'Nutzen Sie einen eigenen PostgreSQL-Server: Setzen Sie DATABASE_URL.';
const FREE_DISK = 'Schaffen Sie Platz auf dem Datenträger der Datenbank und führen Sie den Befehl erneut aus.';
const WHOLE_NUMBER = 'Geben Sie eine ganze Zahl an, zum Beispiel {for example }.';

/** The database, the command line, files, and the program itself. */
export const installationProblems = {
  DATABASE_ADDRESS_TAKEN: [
    'An der Adresse der eingebetteten Datenbank antwortet ein anderer Server',
    'Halten Sie den anderen Server an, oder führen Sie den Befehl erneut aus, um unseren unter einer anderen Adresse zu starten.',
  ],
  DATABASE_BINARIES_MISSING: [
    'Die PostgreSQL-Programme für diesen Rechner sind nicht installiert',
    'Installieren Sie mit optionalen Abhängigkeiten (npm ci --include=optional), oder setzen Sie DATABASE_URL.',
  ],
  DATABASE_BINARIES_UNUSABLE: ['PostgreSQL ist installiert, läuft hier aber nicht', OWN_SERVER],
  DATABASE_BUSY: [
    'Ein anderer Prozess startet oder beendet gerade die Datenbank',
    'Sehen Sie nach diesem Prozess und in server.log und führen Sie den Befehl dann erneut aus.',
  ],
  DATABASE_CROSSED: [
    'Zwei Prozesse standen einander in der Datenbank im Weg',
    'Führen Sie den Befehl erneut aus. Planmäßige Arbeit kommt von selbst wieder.',
  ],
  DATABASE_DIRECTORY_MISSING: [
    'Der Ordner der Datenbank ist verschwunden',
    'Stellen Sie ihn aus einer Sicherung wieder her: {Restore | from a backup}. Nur um mit leeren Büchern anzufangen, entfernen Sie database.json.',
  ],
  DATABASE_DIRECTORY_NOT_ENTERABLE: [
    'Der Ordner der Datenbank ist nicht zugänglich',
    'Starten Sie als der Benutzer, dem er gehört, oder nennen Sie einen anderen Ordner mit --home.',
  ],
  DATABASE_DISK_FULL: ['Der Datenträger der Datenbank ist voll', `${FREE_DISK} Nichts wurde halb geschrieben.`],
  DATABASE_INIT_FAILED: [
    'PostgreSQL konnte seine Daten nicht vorbereiten',
    'Beheben Sie, was PostgreSQL nennt, oder setzen Sie DATABASE_URL auf einen eigenen Server.',
  ],
  DATABASE_LOCK_HELD: [
    'Eine andere Sitzung der Datenbank hält fest, was geändert werden soll',
    "Versuchen Sie es noch einmal. Bleibt es dabei, suchen und beenden Sie diese Sitzung: select pid, usename, application_name, xact_start from pg_stat_activity where state like 'idle in transaction%' order by xact_start; dann: select pg_terminate_backend(PID)",
  ],
  DATABASE_LOGIN_REFUSED: [
    'Die Datenbank hat die Anmeldung abgelehnt',
    'Prüfen Sie Benutzer und Kennwort in DATABASE_URL.',
  ],
  DATABASE_MISSING: ['Der Datenbankserver ist da, die Datenbank nicht', 'Legen Sie sie an: createdb seller_ledger'],
  DATABASE_NAME_UNUSABLE: [
    'So kann eine Datenbank nicht heißen',
    'Nehmen Sie Kleinbuchstaben, Ziffern und Unterstriche, zum Beispiel seller_ledger_demo.',
  ],
  DATABASE_NEWER: [
    'Die Datenbank gehört zu einer neueren Version des Programms',
    'Installieren Sie die zuletzt benutzte Version von seller-ledger oder eine neuere.',
  ],
  DATABASE_NOT_EMBEDDABLE: ['Die eingebettete Datenbank läuft auf diesem Betriebssystem nicht', OWN_SERVER],
  DATABASE_OLDER: [
    'Die Datenbank ist älter als das Programm',
    'Halten Sie die Prozesse der älteren Version an, bringen Sie die Datenbank auf den Stand und starten Sie die Prozesse wieder: [database migrate]',
  ],
  DATABASE_ON_NETWORK: [
    'Die Datenbank liegt auf einem Netzlaufwerk',
    'Nennen Sie einen Ordner auf einem Datenträger dieses Rechners (--home), oder nutzen Sie für mehrere Rechner einen PostgreSQL-Server: DATABASE_URL',
  ],
  DATABASE_OTHER_MAJOR: [
    'Die Daten stammen von einer anderen Hauptversion von PostgreSQL',
    'Sichern Sie mit dem Release von seller-ledger, das jene Version mitbrachte (backup create), und stellen Sie mit diesem in einem neuen Ordner wieder her.',
  ],
  DATABASE_PASSWORD_UNREADABLE: [
    'Das Kennwort der eingebetteten Datenbank ist nicht lesbar',
    'Stellen Sie die Datei wieder her, oder starten Sie als der Benutzer, dem sie gehört: {belongs to: }',
  ],
  DATABASE_POOLED: [
    'Vor der Datenbank steht ein Pooler im Transaktionsmodus',
    'Geben Sie in DATABASE_URL die Adresse des Servers selbst an, oder die eines Pools im Sitzungsmodus (PgBouncer: pool_mode = session).',
  ],
  DATABASE_START_FAILED: [
    'Die eingebettete Datenbank ist nicht gestartet',
    'Beheben Sie, was PostgreSQL nennt, und starten Sie erneut; das Protokoll: {its log is }',
  ],
  DATABASE_SUPERVISOR_FAILED: [
    'Der Prozess, der die eingebettete Datenbank beendet, ist nicht gestartet',
    'Sehen Sie in supervisor.log; fehlt die Programmdatei, installieren Sie seller-ledger neu.',
  ],
  DATABASE_TWO_HOMES: [
    'Die Datenbank gehört zu einem anderen Ordner; dieser ist eine Kopie davon',
    'Nutzen Sie einen von beiden mit --home. Um der Kopie eigene, leere Bücher zu geben, entfernen Sie ihre database.json.',
  ],
  DATABASE_STATEMENT_CUT: [
    'Die Datenbank hat eine Anfrage abgebrochen; nichts davon ist halb geschrieben',
    'Führen Sie den Befehl erneut aus. Ein Dienst, der anhält, wartet nicht länger und macht beim nächsten Start dort weiter, wo er aufgehört hat.',
  ],
  DATABASE_UNAVAILABLE: [
    'Die Datenbank ist nicht erreichbar',
    'Versuchen Sie es erneut; bleibt sie weg, sehen Sie nach dem Server und in sein Protokoll (docs/operations.md).',
  ],
  DATABASE_UNFIT: [
    'Die Datenbank hat eine zu alte Version oder die falsche Kodierung',
    'Nennen Sie eine andere in DATABASE_URL: createdb --encoding=UTF8 --template=template0 seller_ledger',
  ],
  DATABASE_URL_FILE_UNREADABLE: [
    'Die Datei aus DATABASE_URL_FILE enthält keine Adresse einer Datenbank',
    'Schreiben Sie eine Zeile hinein, postgres://USER:PASSWORD@HOST:5432/DATABASE, und lassen Sie diesen Benutzer sie lesen.',
  ],
  DATABASE_URL_UNREADABLE: [
    'DATABASE_URL ist keine Adresse einer PostgreSQL-Datenbank',
    'Schreiben Sie postgres://USER:PASSWORD@HOST:5432/DATABASE, Sonderzeichen prozentkodiert.',
  ],
  DATABASE_USER_MISSING: [
    'PostgreSQL läuft nicht als root, und es gibt keinen anderen Benutzer dafür',
    'Legen Sie einen an (useradd --system seller-ledger), starten Sie als gewöhnlicher Benutzer, oder setzen Sie DATABASE_URL.',
  ],
  MIGRATION_CHANGED: [
    'Eine angewandte Migration ist nicht mehr dieselbe',
    'Installieren Sie ein unverändertes Release von seller-ledger: Eine angewandte Migration ändert sich nie.',
  ],
  INSTALLATION_INCOMPLETE: ['Die Installation ist unvollständig', 'Installieren Sie seller-ledger neu.'],
  HOME_UNUSABLE: [
    'Der Ordner des Programms ist nicht benutzbar',
    'Nennen Sie mit --home einen Ordner, in den dieser Benutzer schreiben darf.',
    [
      'Restore it from a backup',
      'Stellen Sie die Datei aus einer Sicherung wieder her, oder lassen Sie diesen Benutzer sie lesen.',
    ],
  ],
  FILE_NOT_WRITTEN: [
    'Die Datei kann nicht geschrieben werden',
    'Nennen Sie eine Datei in einem Ordner, den es gibt und in den Sie schreiben dürfen.',
  ],
  FILE_UNREADABLE: [
    'Die Datei kann nicht gelesen werden',
    'Prüfen Sie Pfad und Berechtigungen.',
    [
      'Save the settlement',
      'Speichern Sie die Abrechnung in einer Datei, unverändert oder mit gzip, und nennen Sie diese.',
    ],
  ],
  COMMAND_LINE_INVALID: ['Die Befehlszeile ist nicht lesbar', 'Was der Befehl annimmt: {What it takes: }'],
  AMOUNT_UNREADABLE: [
    'Das ist kein Betrag',
    'Schreiben Sie den Betrag nur mit Ziffern und Dezimalpunkt, zum Beispiel 1234.56.',
  ],
  CURRENCY_UNKNOWN: [
    'Diese Währung ist nicht bekannt',
    'Prüfen Sie den Wert; einen Code, den ISO erst kürzlich aufnahm, kann man in src/core/currency.ts ergänzen.',
  ],
  DATE_UNREADABLE: ['Das ist kein Kalendertag', 'Schreiben Sie den Tag als JJJJ-MM-TT, zum Beispiel 2026-10-31.'],
  SINCE_UNREADABLE: [
    'Das ist kein Zeitpunkt',
    'Schreiben Sie einen Tag oder Zeitpunkt, zum Beispiel 2026-11-26 oder 2026-11-26T06:00Z.',
  ],
  LIMIT_INVALID: ['Das ist keine Anzahl', WHOLE_NUMBER],
  CONCURRENCY_INVALID: [
    'Das ist keine Zahl gleichzeitiger Aufträge',
    'Geben Sie eine ganze Zahl an, zum Beispiel 12; jeder Auftrag braucht eine Verbindung zur Datenbank.',
  ],
  CLOCK_SPEED_INVALID: [
    'Das ist kein Faktor für die Uhr',
    'Geben Sie 1 für die wirkliche Zeit an, oder 60 für eine Minute in der Sekunde.',
  ],
  LISTEN_ADDRESS_INVALID: [
    'Das ist keine Adresse dieses Rechners',
    'Geben Sie eine Adresse in Zahlen an: --listen 127.0.0.1, oder --listen 0.0.0.0 für jedes Netz dieses Rechners.',
  ],
  LOG_LEVEL_INVALID: [
    'Diese Protokollstufe gibt es nicht',
    'Setzen Sie SELLER_LEDGER_LOG auf debug, info, warn, error oder silent, oder lassen Sie es weg.',
  ],
  DEMO_OR_NOT: ['--demo und --no-demo widersprechen sich', 'Lassen Sie eines von beiden weg.'],
  DEMO_RUNNING: [
    'Diese Vorführung läuft schon',
    'Öffnen Sie ihre Seite, oder beenden Sie sie mit Strg-C dort, wo sie läuft. Eine zweite daneben hat einen eigenen Ordner (--home ORDNER): [start]',
  ],
  PORT_INVALID: ['Das ist kein Port', 'Geben Sie eine Zahl von 0 (irgendein freier Port) bis 65535 an.'],
  PORT_IN_USE: ['Der Port ist von einem anderen Programm belegt', 'Wählen Sie einen anderen: [start]'],
  PUBLIC_URL_INVALID: [
    'Unter dieser Adresse könnte sich niemand sicher anmelden',
    'Geben Sie https:// und einen Hostnamen ohne Pfad an, zum Beispiel https://ledger.company.example; TLS endet an einem Proxy davor.',
  ],
  PUBLIC_URL_NEEDED: [
    'Die Adresse, unter der Menschen die Seite öffnen, ist nicht bekannt',
    'Geben Sie sie an: [start]',
  ],
  STOPPED: [
    'Der Dienst oder Abruf wurde vorher angehalten',
    'Starten Sie ihn wieder; er macht dort weiter, wo er aufgehört hat.',
  ],
  DEFECT: [
    'Das Programm hat einen Fehler',
    'Melden Sie das mit dem Protokoll des gescheiterten Befehls; ohne Eintrag im Prüfprotokoll wurde dabei nichts gebucht.',
  ],
} as const satisfies GermanProblems;
