import type { GermanProblems } from '../german-problem.ts';

/** What a command line that asks a service can meet. */
export const serviceProblems = {
  NAME_IMPOSSIBLE: [
    'So heißt nichts',
    'Geben Sie Namen oder Kennung so an, wie die Liste sie zeigt, zum Beispiel: [entries list]',
  ],
  COMMAND_NOT_BY_SERVICE: [
    'Dieser Befehl arbeitet auf der Datenbank selbst und nicht über einen Dienst',
    'Führen Sie ihn dort aus, wo der Dienst läuft, ohne --service und SELLER_LEDGER_SERVICE, oder nennen Sie die Datenbank: --database-url URL. Welche Befehle über einen Dienst gehen: docs/operations.md',
  ],
  SERVICE_ANSWER_LOST: [
    'Die Anfrage ging hinaus, ihre Antwort ging verloren: vielleicht ist es getan, vielleicht nicht',
    'Sehen Sie sich den Datensatz an, bevor Sie noch einmal fragen, zum Beispiel: [entries list]',
  ],
  SERVICE_ANSWER_UNREADABLE: [
    'Was geantwortet hat, sagt anderes als der Dienst',
    'Vielleicht hat ein Proxy davor statt des Dienstes geantwortet; sehen Sie in dessen Protokoll.',
  ],
  SERVICE_EVENTS_ENDED: [
    'Der Dienst sagt nicht mehr, was sich während des Abrufs ändert; was begonnen wurde, geht weiter',
    'Sehen Sie, wie es ausging: [jobs list]',
  ],
  SERVICE_NOT_OURS: [
    'Unter dieser Adresse antwortet kein seller-ledger; das Token ging nicht dorthin',
    'Geben Sie die Adresse an, unter der man die Seite öffnet; steht ein Proxy davor, soll er /api/ durchlassen.',
  ],
  SERVICE_NOT_TLS: [
    'Die Adresse ist nicht dieser Rechner und nicht https: Token und Bücher gingen für alle lesbar durch das Netz',
    'Geben Sie die Adresse des Dienstes mit https:// an. In einem Netz, das für sich sicher ist: --service-without-tls',
  ],
  SERVICE_NOT_TRUSTED: [
    'Dem Zertifikat des Dienstes vertraut dieser Rechner nicht',
    'Ist es eines Ihrer Firma, nennen Sie deren Zertifizierungsstelle: NODE_EXTRA_CA_CERTS=ca.pem. Gesendet wurde nichts.',
  ],
  SERVICE_OR_DATABASE: [
    'Es ist nicht klar, wessen Bücher gemeint sind: die des Dienstes oder die der Datenbank',
    'Lassen Sie eines davon weg.',
  ],
  SERVICE_REDIRECTS: [
    'Die Anfrage wird an eine andere Adresse weitergeschickt; dorthin geht das Token nicht',
    'Nennen Sie die Adresse, unter der man die Seite öffnet. Verlangt ein Proxy eine eigene Anmeldung, soll er /api/ durchlassen.',
  ],
  SERVICE_TOKEN_MISSING: [
    'Ein Dienst ist genannt und kein Token für ihn',
    'Erstellen Sie eines auf seiner Seite unter /account und geben Sie es in SELLER_LEDGER_TOKEN an, oder seine Datei mit --token-file DATEI.',
  ],
  SERVICE_TOKEN_UNREADABLE: [
    'In der genannten Datei steht kein Token',
    'Schreiben Sie das Token hinein, wie die Seite es gezeigt hat, slt_…, und sonst nichts.',
  ],
  SERVICE_UNREACHABLE: [
    'Der Dienst ist nicht zu erreichen',
    'Prüfen Sie, ob er läuft, ob die Adresse stimmt und ob dieser Rechner ihn erreichen darf: curl --head ADRESSE/health',
  ],
  SERVICE_URL_INVALID: [
    'Die Adresse des Dienstes ist nicht https:// und ein Rechnername, ohne Pfad und ohne Namen oder Kennwort',
    'Geben Sie die Adresse an, unter der man die Seite öffnet, zum Beispiel --service https://ledger.company.example',
  ],
  SERVICE_VERSION_DIFFERENT: [
    'Dienst und Programm haben verschiedene Versionen und verstehen einander vielleicht nicht',
    'Nehmen Sie das Programm seiner Version: {Use the program of its version:}',
  ],
  SERVICE_WITHOUT_WORKER: [
    'Kein Prozess des Dienstes führt gerade Aufträge aus, also würde niemand abrufen',
    'Starten Sie dort einen: [worker]. Welche es gab: [workers list]',
  ],
} satisfies GermanProblems;
