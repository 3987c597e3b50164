import type { GermanProblems } from '../german-problem.ts';

/** Sign-in, users, roles and tokens, and requests that the service refuses for their form. */
export const accessProblems = {
  SIGN_IN_NEEDED: [
    'Niemand ist angemeldet',
    'Melden Sie sich auf der Seite an; Programme senden ein Token: Authorization: Bearer TOKEN.',
  ],
  SIGN_IN_REFUSED: [
    'Name oder Kennwort ist falsch, oder der Benutzer ist gesperrt',
    'Versuchen Sie es erneut, oder bitten Sie eine Administratorin oder einen Administrator: [users reset-password]',
    ['Ask an administrator.', 'Wenden Sie sich an die Administration.'],
  ],
  SESSION_NEEDED: [
    'Kennwort, Sitzungen und Tokens sind Sache eines Menschen in seiner Sitzung, nicht eines Tokens',
    'Melden Sie sich auf der Seite an und ändern Sie es unter /account.',
  ],
  SESSION_UNKNOWN: [
    'Diese Sitzung gibt es nicht, oder sie ist schon beendet',
    'Laden Sie die Liste der Sitzungen neu.',
  ],
  TOO_MANY_SIGN_INS: [
    'Von dieser Adresse kamen zu viele Anmeldungen',
    'Versuchen Sie es in {Try again in | seconds} Sekunden erneut.',
  ],
  USER_IS_SELF: [
    'Das ändert niemand an sich selbst',
    'Bitten Sie eine andere Administratorin oder einen anderen Administrator. Ihr eigenes Kennwort ändern Sie unter /account.',
  ],
  USER_LOCKED: [
    'Nach zu vielen falschen Kennwörtern ist der Benutzer vorübergehend gesperrt',
    'Warten Sie, oder bitten Sie die Administration: [users unlock]',
  ],
  USER_NAME_INVALID: [
    'Das ist kein Name für einen Benutzer',
    'Erlaubt sind Buchstaben, Ziffern und . _ @ + - (höchstens 100, zuerst Buchstabe oder Ziffer), zum Beispiel anna oder anna@firma.example.',
  ],
  USER_NAME_TAKEN: [
    'Diesen Benutzer gibt oder gab es schon; ein Name steht für immer für einen Menschen',
    'Wählen Sie einen anderen Namen, oder entsperren Sie den Benutzer, der ihn hat: [users list]',
  ],
  USER_ROLES_ELSEWHERE: [
    'Die Rollen dieses Benutzers kommen aus den Gruppen des Identitätsanbieters',
    'Ändern Sie dort die Gruppen, oder welche Rollen sie geben: signIn.singleSignOn.roles in den Einstellungen.',
  ],
  USER_ROLES_INVALID: [
    'Die Rollen sind nicht richtig angegeben',
    'Geben Sie eine oder mehrere an von {Give one or more of }.',
  ],
  USER_UNKNOWN: ['Diesen Benutzer gibt es nicht', 'Die Namen stehen in der Liste: [users list]'],
  LAST_ADMINISTRATOR: [
    'Das ist die letzte Person mit der Rolle Administrator, die sich anmelden kann',
    'Geben Sie zuerst einem anderen Benutzer diese Rolle: [users roles]',
  ],
  PASSWORD_CHANGE_NEEDED: [
    'Das Kennwort gilt nur für eine Anmeldung',
    'Wählen Sie zuerst ein eigenes Kennwort; die Seite fragt danach.',
  ],
  PASSWORD_ELSEWHERE: [
    'Dieser Benutzer meldet sich beim Identitätsanbieter an und hat hier kein Kennwort',
    'Ändern Sie es dort.',
    ['Reset it there', 'Setzen Sie es dort zurück.'],
  ],
  PASSWORD_SAME: ['Das neue Kennwort ist das bisherige', 'Wählen Sie ein anderes.'],
  PASSWORD_SIGN_IN_OFF: [
    'Hier meldet sich niemand mit Kennwort an',
    'Nutzen Sie die zentrale Anmeldung. Gelingt sie nicht, setzen Sie signIn.passwords auf true: [settings update]',
  ],
  PASSWORD_WEAK: [
    'Dieses Kennwort ist zu schwach',
    'Wählen Sie ein längeres, zum Beispiel vier Wörter, die nichts miteinander zu tun haben.',
  ],
  PASSWORD_WRONG: [
    'Das bisherige Kennwort ist falsch',
    'Geben Sie das Kennwort ein, mit dem Sie sich angemeldet haben.',
  ],
  PERMISSION_MISSING: [
    'Dazu fehlt Ihnen die Berechtigung',
    'Bitten Sie die Administration um eine Rolle, die sie hat: [users list]',
  ],
  SSO_CLAIMS_INVALID: [
    'Der Identitätsanbieter sendet den Namen des Benutzers nicht',
    'Lassen Sie ihn diese Angabe senden, oder nennen Sie eine andere: signIn.singleSignOn.nameClaim in den Einstellungen.',
  ],
  SSO_NAME_TAKEN: [
    'Unter diesem Namen gibt es hier schon einen anderen Benutzer',
    'Geben Sie der Person dort einen anderen Namen, oder nehmen Sie eine andere Angabe als signIn.singleSignOn.nameClaim.',
  ],
  SSO_NOT_SET_UP: [
    'Die zentrale Anmeldung ist nicht eingerichtet',
    'Melden Sie sich mit Name und Kennwort an; docs/sign-in.md sagt, wie sie eingerichtet wird.',
  ],
  SSO_NO_ROLE: [
    'Keine Gruppe dieser Person gibt hier eine Rolle',
    'Bitten Sie die Administration um eine Gruppe, die das tut (signIn.singleSignOn.roles in den Einstellungen).',
  ],
  SSO_REFUSED: [
    'Die Anmeldung beim Identitätsanbieter ist nicht gelungen',
    'Beginnen Sie auf der Anmeldeseite dieses Programms von vorn.',
  ],
  SSO_UNREACHABLE: [
    'Der Identitätsanbieter ist nicht erreichbar',
    'Prüfen Sie, ob signIn.singleSignOn.issuer stimmt und von hier erreichbar ist, und versuchen Sie es erneut.',
  ],
  TOKEN_INVALID: [
    'So kann kein Token angelegt werden',
    'Geben Sie eine Bezeichnung, eine Zahl von Tagen und Rechte an, die Sie selbst haben (docs/sign-in.md).',
  ],
  TOKEN_REFUSED: [
    'Das Token ist falsch, widerrufen oder abgelaufen, oder sein Besitzer ist gesperrt',
    'Legen Sie auf der Seite unter /account ein neues an und senden Sie es: Authorization: Bearer slt_…',
  ],
  TOKEN_SCOPE_MISSING: [
    'Sie dürfen das, dieses Token aber nicht: Ihm fehlt der Umfang {it has no scope }',
    'Legen Sie auf der Seite unter /account ein Token mit diesem Umfang an und senden Sie es. Der Umfang eines Tokens bleibt, wie er ist.',
  ],
  TOKEN_UNKNOWN: [
    'Dieses Token gibt es nicht, oder es gehört jemand anderem',
    'Die Tokens stehen in der Liste: [tokens list]',
  ],
  CSRF_REFUSED: [
    'Die Anfrage kommt nicht nachweislich von der Seite dieser Sitzung',
    'Laden Sie die Seite neu. Programme senden ein Token statt einer Sitzung: Authorization: Bearer TOKEN.',
  ],
  ORIGIN_REFUSED: [
    'Die Anfrage kommt von der Seite eines anderen Servers',
    'Öffnen Sie die Seite dieses Programms selbst; Programme senden ein Token: Authorization: Bearer TOKEN.',
  ],
  HOST_REFUSED: [
    'Dieser Server antwortet nur unter seiner eigenen Adresse',
    'Öffnen Sie {Open }',
    ['with the same port', 'Öffnen Sie http://localhost mit demselben Port.'],
  ],
  BODY_INVALID: [
    'Die gesendeten Angaben haben Fehler',
    'Berichtigen Sie, was unter `fields` genannt ist, oder an der genannten Stelle, und senden Sie erneut. Was erlaubt ist: /api/docs',
  ],
  BODY_TOO_LARGE: [
    'Die Anfrage ist zu groß',
    'Senden Sie in mehreren Teilen, oder bringen Sie eine große Datei an der Befehlszeile ein: seller-ledger --help',
  ],
  QUERY_INVALID: [
    'Die Adresse enthält fehlerhafte Angaben',
    'Berichtigen Sie, was unter `fields` genannt ist, und fragen Sie erneut. Was eine Adresse enthalten darf: /api/docs',
  ],
  MEDIA_TYPE_REFUSED: [
    'Inhalt dieser Art wird hier nicht angenommen',
    'Senden Sie JSON mit content-type: application/json, oder eine Datei als application/octet-stream, wo eine angenommen wird.',
  ],
  METHOD_REFUSED: ['Diese Methode nimmt die Adresse nicht an', 'Was jede Adresse annimmt, steht unter /api/docs.'],
  PATH_UNKNOWN: [
    'Unter dieser Adresse gibt es nichts',
    'Die Seite liegt unter /, die Schnittstelle unter /api/v1/ und ihre Beschreibung unter /api/docs.',
  ],
  REQUEST_INVALID: ['Die Anfrage ist nicht lesbar', 'Prüfen Sie ihre Adresse.'],
  CURSOR_INVALID: [
    'Das Lesezeichen gehört nicht zu dieser Liste oder zu anderen Filtern',
    'Fragen Sie ohne Lesezeichen erneut und folgen Sie nextCursor jeder Antwort unverändert, mit denselben Filtern.',
  ],
  EVENTS_TOO_MANY: [
    'Zu viele Seiten hören gleichzeitig auf Neuigkeiten',
    'Schließen Sie eine davon, oder fragen Sie stattdessen von Zeit zu Zeit.',
  ],
  IDEMPOTENCY_KEY_INVALID: [
    'Der Header Idempotency-Key ist nicht brauchbar',
    'Senden Sie für jedes Vorhaben eine neue zufällige UUID und dieselbe, wenn Sie noch einmal fragen.',
  ],
  IDEMPOTENCY_KEY_REUSED: [
    'Dieser Idempotency-Key wurde für eine andere Anfrage benutzt',
    'Senden Sie für jedes Vorhaben einen neuen Schlüssel; denselben nur mit derselben Adresse und demselben Inhalt.',
  ],
  IDEMPOTENT_ANSWER_NOT_KEPT: [
    'Die erste Anfrage ist ausgeführt; ihre Antwort wurde nicht aufbewahrt',
    'Sehen Sie an, was sie bewirkt hat. Ein verlorenes Geheimnis wird mit einem neuen Schlüssel neu angelegt.',
  ],
  IDEMPOTENT_REQUEST_RUNS: [
    'Die erste Anfrage mit diesem Idempotency-Key läuft noch',
    'Fragen Sie gleich noch einmal mit demselben Schlüssel: Dann kommt ihre Antwort.',
  ],
  NO_ANSWER: ['Der Dienst antwortet nicht', 'Starten Sie ihn: [start]. Diese Seite macht von selbst weiter.'],
} as const satisfies GermanProblems;
