import type { GermanProblems } from '../german-problem.ts';

const BIND =
  'Binden Sie eine Instanz des Destination-Dienstes an das Programm, oder hinterlegen Sie ihren Dienstschlüssel als authentication.bindings.';

/** The way to SAP: addresses, certificates, log-on, destinations, proxies. */
export const sapConnectionProblems = {
  SAP_ADDRESS_UNFIT: [
    'Eine Adresse der SAP-Verbindung ist nicht brauchbar',
    'Berichtigen Sie sie in der Verbindungsdatei; docs/connection-file.md zeigt beide Arten der Verbindung.',
  ],
  SAP_CERTIFICATE_REFUSED: [
    'Eine vertrauenswürdige Verbindung kam nicht zustande',
    'Nutzt SAP ein Zertifikat Ihrer eigenen Zertifizierungsstelle, hinterlegen Sie es als caPem; verlangt SAP ein Client-Zertifikat, prüfen Sie authentication.certPem und den Schlüssel dazu.',
  ],
  SAP_CERTIFICATE_UNREADABLE: [
    'Die Zertifikate der SAP-Verbindung sind nicht lesbar',
    'Prüfen Sie, ob Zertifikat, Schlüssel und Passphrase zusammengehören und caPem PEM-Text ist.',
    [
      'outdated cipher',
      'Die Datei nutzt eine veraltete Verschlüsselung. Exportieren Sie sie neu: openssl pkcs12 -legacy -in old.p12 -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out new.p12',
    ],
  ],
  SAP_CLOCK_SKEW: [
    'Die Uhr dieses Rechners geht anders als die von SAP',
    'Lassen Sie diesen Rechner seine Zeit von einem Zeitserver (NTP) nehmen. Tut er das schon, sprechen Sie mit der SAP-Administration.',
  ],
  SAP_COMPANY_CODE_HIDDEN: [
    'SAP zeigt diesem Benutzer keinen Buchungskreis',
    'Geben Sie dem Kommunikationsbenutzer die Berechtigung, Buchungskreise zu lesen.',
  ],
  SAP_COMPANY_CODE_UNKNOWN: [
    'Diesen Buchungskreis gibt es in SAP nicht, oder er ist nicht sichtbar',
    'Berichtigen Sie ihn in der Kontenfindung, oder geben Sie dem Kommunikationsbenutzer die Berechtigung dafür.',
  ],
  SAP_CONNECTIVITY_REFUSED: [
    'Der Connectivity-Proxy der SAP BTP hat sein Token abgelehnt',
    'Nichts zu tun: Es wird mit einem neuen Token versucht. Bleibt es dabei, binden Sie den Connectivity-Dienst neu.',
  ],
  SAP_DESTINATION_BINDINGS_UNREADABLE: [
    'Das Geheimnis authentication.bindings ist nicht lesbar',
    'Hinterlegen Sie den JSON-Text von VCAP_SERVICES oder eines Dienstschlüssels des Destination-Dienstes.',
  ],
  SAP_DESTINATION_LIBRARY_MISSING: [
    'Die Bibliothek von SAP für Destinations ist nicht installiert',
    'Installieren Sie sie dort, wo dieses Programm installiert ist: npm install @sap-cloud-sdk/connectivity@4.9.1; zu ihren Lizenzen siehe docs/dependencies.md.',
  ],
  SAP_DESTINATION_REFUSED: [
    'Die SAP BTP konnte sich für die Destination nicht anmelden oder gibt sie nicht heraus',
    'Prüfen Sie Client-ID, Geheimnis und Token-Adresse in der Destination; „Check Connection“ im BTP-Cockpit zeigt dasselbe.',
    [
      'binding is still valid',
      `Prüfen Sie, ob die Bindung noch gültig ist und zum Subaccount der Destination gehört. ${BIND}`,
    ],
  ],
  SAP_DESTINATION_UNAVAILABLE: [
    'Der Destination-Dienst der SAP BTP antwortet nicht',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, prüfen Sie den Status der SAP BTP und das Netz.',
  ],
  SAP_DESTINATION_UNBOUND: ['Es ist nicht gesagt, wo der Destination-Dienst der SAP BTP ist', BIND],
  SAP_DESTINATION_UNKNOWN: [
    'Diese Destination kennt die SAP BTP nicht',
    'Vergleichen Sie authentication.name mit den Destinations des Subaccounts; Groß- und Kleinschreibung zählt.',
  ],
  SAP_DESTINATION_UNUSABLE: [
    'Diese Destination kann nicht verwendet werden',
    'Berichtigen Sie die Destination: Typ HTTP, Authentifizierung BasicAuthentication, OAuth2ClientCredentials, ClientCertificateAuthentication oder NoAuthentication, denn hier ist niemand angemeldet, dessen Identität weitergereicht werden könnte.',
  ],
  SAP_LOGIN_REFUSED: [
    'SAP hat die Anmeldung abgelehnt',
    'Prüfen Sie Benutzer und Kennwort (oder Client-ID und Geheimnis) des Kommunikationsbenutzers und ob er gesperrt ist.',
  ],
  SAP_MASTER_DATA_NOT_OFFERED: [
    'SAP bietet für diese Stammdaten keinen Dienst',
    'Geben Sie eine eigene CDS-View als API frei und nennen Sie sie unter sap.customViews (docs/connection-file.md), oder lassen Sie sie ungeprüft.',
  ],
  SAP_NEXT_PAGE_ELSEWHERE: [
    'SAP verweist für die nächste Seite auf einen anderen Host',
    'Lassen Sie den Proxy vor SAP den Hostnamen weitergeben, damit SAP Adressen dieses Hosts schreibt.',
  ],
  SAP_NOT_AUTHORISED: [
    'Dem Kommunikationsbenutzer fehlt die Berechtigung',
    'Nehmen Sie den Dienst in eine Kommunikationsvereinbarung dieses Kommunikationsbenutzers auf, oder geben Sie ihm die Berechtigung.',
  ],
  SAP_OAUTH_NOT_TAKEN: [
    'Dieser Dienst von SAP nimmt das Zugriffstoken nicht an',
    'Der Dienst unterstützt OAuth vielleicht nicht; der Buchungsdienst wirbt nicht damit. Melden Sie sich mit Benutzer und Kennwort oder mit Client-Zertifikat an (Authentifizierung basic oder certificate), oder ändern Sie die Authentifizierung der Destination.',
  ],
  SAP_PLAIN_HTTP: [
    'Die Adresse von SAP ist nicht verschlüsselt',
    'Setzen Sie {Set | to the https} auf die https-Adresse aus der Kommunikationsvereinbarung von SAP.',
  ],
  SAP_PROXY_LOGIN_REFUSED: [
    'Der Proxy verlangt eine andere Anmeldung',
    'Prüfen Sie sap.proxyUser und das Geheimnis sap.proxyPassword oder das Geheimnis sap.proxyAuthorization.',
  ],
  SAP_PROXY_REFUSED: [
    'Der Proxy lässt die Verbindung zu SAP nicht zu',
    'Lassen Sie den Proxy CONNECT zu Host und Port von SAP durch, und prüfen Sie, ob sap.proxyUrl ein HTTP-Proxy ist.',
  ],
  SAP_PROXY_UNAVAILABLE: [
    'Der Proxy vor SAP ist nicht erreichbar oder erreicht SAP nicht',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, prüfen Sie sap.proxyUrl und ob der Proxy läuft.',
    [
      'ask whoever runs the proxy',
      'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, fragen Sie die Betreuer des Proxys, ob er den Host erreichen darf und kann.',
    ],
  ],
  SAP_REDIRECTED: [
    'SAP leitet die Anfrage anderswohin um',
    'Setzen Sie baseUrl auf den API-Host der Kommunikationsvereinbarung (den mit -api im Namen).',
    [
      'Copy journalEntryUrl',
      'Kopieren Sie journalEntryUrl aus der Kommunikationsvereinbarung des Szenarios SAP_COM_0002: Der Host hat -api im Namen.',
    ],
  ],
  SAP_SECRET_MISSING: [
    'Ein Geheimnis für die Anmeldung an SAP ist nicht hinterlegt',
    'Hinterlegen Sie es: [secrets set]',
  ],
  SAP_SENT_TOO_LATE: [
    'Die Vorbereitung dauerte so lange, dass nicht mehr gesendet wurde',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, prüfen Sie, wie lange Token-Server und SAP-System für ihre Antwort brauchen.',
  ],
  SAP_SERVICE_NOT_ACTIVE: [
    'Der OData-Dienst ist für diesen Benutzer nicht aktiv',
    'Nehmen Sie den Dienst in eine Kommunikationsvereinbarung des Kommunikationsbenutzers auf; on-premise aktivieren Sie ihn in Transaktion /IWFND/MAINT_SERVICE. Kennwort und Benutzer sind nicht die Ursache.',
  ],
  SAP_SERVICE_NOT_FOUND: [
    'Unter der Adresse gibt es keinen Buchungsdienst von SAP',
    'Kopieren Sie journalEntryUrl aus der Kommunikationsvereinbarung des Szenarios SAP_COM_0002, Dienst Journal Entry Post (Synchronous); on-premise aus dessen Binding in Transaktion SOAMANAGER.',
  ],
  SAP_SESSION_REFUSED: [
    'SAP nimmt sein eigenes Sitzungstoken nicht an',
    'Es wird erneut versucht. Bleibt es dabei, prüfen Sie, ob ein Proxy vor SAP Cookies verwirft oder eine Sitzung auf mehrere Hosts verteilt.',
    [
      'same host as baseUrl',
      'Es wird erneut versucht. Bleibt es dabei, prüfen Sie, ob journalEntryUrl auf demselben Host wie baseUrl liegt und kein Gateway vor SAP den Header x-csrf-token verwirft.',
    ],
  ],
  SAP_TLS_REFUSED: [
    'Unter dieser Adresse wird kein TLS 1.2 oder neuer gesprochen',
    'Prüfen Sie Host und Port. Stimmen sie, lassen Sie dort TLS 1.2 einschalten; ältere Versionen sind unsicher und werden nicht verwendet.',
  ],
  SAP_TOKEN_EXPIRED: [
    'SAP nimmt das Zugriffstoken nicht mehr an',
    'Nichts zu tun: Es wird mit einem neuen Token erneut versucht.',
  ],
  SAP_TOKEN_REFUSED: [
    'Der Token-Server hat die Zugangsdaten abgelehnt',
    'Prüfen Sie authentication.clientId und das hinterlegte Geheimnis clientSecret; stimmen beide, versuchen Sie sendCredentials: body.',
    ['authentication.scope', 'Berichtigen oder entfernen Sie authentication.scope.'],
    [
      'client credentials',
      'Erlauben Sie in SAP für diesen Client den Grant-Typ „client credentials“, oder melden Sie sich mit Benutzer und Kennwort an (Authentifizierung basic).',
    ],
    [
      'knows this certificate',
      'Prüfen Sie authentication.clientId und ob der Token-Server dieses Zertifikat kennt (bei der SAP BTP: die Adresse mit .authentication.cert. darin).',
    ],
    [
      'authentication.tokenUrl',
      'Prüfen Sie authentication.tokenUrl: Kopieren Sie die Adresse aus „OAuth 2.0 Details“ der Kommunikationsvereinbarung.',
    ],
  ],
  SAP_TOKEN_UNAVAILABLE: [
    'Der Token-Server gibt gerade kein Token',
    'Nichts zu tun: Es wird erneut versucht. Bleibt es dabei, fragen Sie die SAP-Administration, ob das System gewartet wird.',
    [
      'authentication.tokenUrl',
      'Prüfen Sie authentication.tokenUrl; eine Anmeldeseite anstelle eines Tokens bedeutet oft Wartung.',
    ],
  ],
  SAP_WSDL_UNFIT: [
    'Der Buchungsdienst passt nach seiner WSDL nicht zu diesem Programm',
    'Prüfen Sie, ob die WSDL die von Journal Entry - Post (Synchronous) des Szenarios SAP_COM_0002 ist. Ist sie es, melden Sie die genannten Elemente.',
  ],
  SAP_WSDL_UNREADABLE: [
    'Die WSDL des Buchungsdienstes ist nicht lesbar',
    'Laden Sie die WSDL von Journal Entry - Post (Synchronous) in der Kommunikationsvereinbarung des Szenarios SAP_COM_0002 herunter und nennen Sie sie mit file: PFAD, oder lassen Sie die Einstellung weg und geben Sie sap.release an.',
  ],
  MASTER_DATA_KIND_UNKNOWN: ['Diese Art von Stammdaten gibt es nicht', 'Nennen Sie eine von: {Name one of: }.'],
  MASTER_DATA_NOT_READ: [
    'Diese Stammdaten wurden noch nicht aus SAP gelesen',
    'Der nächste Abruf liest sie; oder lesen Sie sie jetzt: [master-data refresh]',
  ],
} as const satisfies GermanProblems;
