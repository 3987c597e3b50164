import type { Sentence } from '../german-sentence.ts';

/** What the checks of a connection find. What fails besides has a problem, with a title of its own. */
export const doctorSentences: readonly Sentence[] = [
  [
    'Login with Amazon issued an access token for the seller',
    'Login with Amazon hat ein Zugriffstoken für den Verkäufer ausgestellt',
  ],
  ['Login with Amazon issued an access token', 'Login with Amazon hat ein Zugriffstoken ausgestellt'],
  [
    'Login with Amazon knows the client id and the client secret',
    'Login with Amazon kennt Client-ID und Client-Geheimnis',
  ],
  [
    'Login with Amazon knows the client id and the client secret, and issues no token for {}, which is not needed',
    'Login with Amazon kennt Client-ID und Client-Geheimnis und stellt kein Token für {1} aus, das nicht gebraucht wird',
  ],
  [
    '{} settlement {} of the last 89 days can be read',
    '{1} {1?Abrechnungsbericht|Abrechnungsberichte} der letzten 89 Tage {1?ist|sind} lesbar',
  ],
  ['the newest settlement report can be downloaded', 'der neueste Abrechnungsbericht kann heruntergeladen werden'],
  ['the seller takes part in {} {=marketplaces?}{}', 'der Verkäufer nimmt an {1} {1?Marktplatz|Marktplätzen} teil{3}'],
  ["this machine's clock is {} s {} Amazon's", 'die Uhr dieses Rechners geht {1} s {2} der von Amazon'],
  ['ahead of', 'vor'],
  ['behind', 'hinter'],
  ['Amazon sent no time to compare with', 'Amazon hat keine Zeit zum Vergleichen gesendet'],
  ['not tried, because the login did not work', 'nicht versucht, weil die Anmeldung nicht gelang'],
  ['Mend the login first.', 'Bringen Sie zuerst die Anmeldung in Ordnung.'],
  ['Mend the checks above first.', 'Bringen Sie zuerst die Prüfungen darüber in Ordnung.'],
  [
    'Set the clock of this machine by a time server (NTP).',
    'Lassen Sie diesen Rechner seine Zeit von einem Zeitserver (NTP) nehmen.',
  ],
  [
    'not tried, because another program uses up the quota of this operation',
    'nicht versucht, weil ein anderes Programm das Kontingent dieser Operation aufbraucht',
  ],
  ['Ask again in some minutes.', 'Fragen Sie in einigen Minuten noch einmal.'],
  [
    'works, but another program uses up its quota: {}',
    'geht, aber ein anderes Programm braucht das Kontingent auf: {1}',
  ],
  ['{}, none of which is of region {}', '{1}, von denen keiner zur Region {2} gehört'],
  ['{}, but not in {}, which the connection names', '{1}, aber nicht an {2}, was die Verbindung nennt'],
  [
    'Name the region in which the seller authorised the application, and use the refresh token of that authorisation.',
    'Nennen Sie die Region, in der der Verkäufer die Anwendung autorisiert hat, und nehmen Sie das Refresh-Token dieser Autorisierung.',
  ],
  [
    'Take it out of amazon.marketplaces in the connection file.',
    'Nehmen Sie ihn in der Verbindungsdatei aus amazon.marketplaces heraus.',
  ],
  [
    'Everything is denied: check that the seller authorised the application in region {} and has not withdrawn it since, then authorise it again in Seller Central and store the new refresh token.',
    'Alles wird verweigert: Prüfen Sie, ob der Verkäufer die Anwendung in der Region {1} autorisiert und seither nicht widerrufen hat; autorisieren Sie sie dann in Seller Central erneut und hinterlegen Sie das neue Refresh-Token.',
  ],
  [
    'In the developer console, add the role {} to the application. Then authorise the application again in Seller Central and store the new refresh token: an authorisation covers only the roles there were when it was given.',
    'Geben Sie der Anwendung in der Entwicklerkonsole die Rolle {1}. Autorisieren Sie sie dann in Seller Central erneut und hinterlegen Sie das neue Refresh-Token: Eine Autorisierung umfasst nur die Rollen, die es bei ihrer Erteilung gab.',
  ],
  ['when the {} was issued is not known', 'unbekannt ist der Tag der Ausstellung: {1}'],
  [
    'Write amazon.{}: YYYY-MM-DD into the connection file.',
    'Schreiben Sie amazon.{1}: JJJJ-MM-TT in die Verbindungsdatei.',
  ],
  ['the {=client secret|authorisation of the seller} of {} {}', '{1} vom {2} {3}'],
  ['authorisation of the seller', 'Die Autorisierung des Verkäufers'],
  ['ended on {}', 'endete am {1}'],
  ['lasts until {}, {} more {}', 'gilt bis {1}, noch {2} {2?Tag|Tage}'],
  ['The token server gave an access token.', 'Der Token-Server hat ein Zugriffstoken gegeben.'],
  [
    'Logs on by client certificate; {} it.',
    'Meldet sich mit Client-Zertifikat an; ob SAP es annimmt, zeigt die nächste Prüfung.',
  ],
  [
    'Logs on by user and password; {} them.',
    'Meldet sich mit Benutzer und Kennwort an; ob SAP sie annimmt, zeigt die nächste Prüfung.',
  ],
  [
    'SAP took the log-on and gave a session token for writing.',
    'SAP hat die Anmeldung angenommen und ein Sitzungstoken zum Schreiben gegeben.',
  ],
  ['SAP asks for no session token.', 'SAP verlangt kein Sitzungstoken.'],
  [
    'SAP does not say what time it is, so the clocks cannot be compared.',
    'SAP nennt keine Uhrzeit, deshalb lassen sich die Uhren nicht vergleichen.',
  ],
  ['The clocks differ by {} s.', 'Die Uhren weichen um {1} s ab.'],
  [
    'Company code {} ({}): currency {}, chart of accounts {}, fiscal year variant {}.',
    'Buchungskreis {1} ({2}): Währung {3}, Kontenplan {4}, Geschäftsjahresvariante {5}.',
  ],
  [
    'The address answers (HTTP {}), as it does to a question without an entry. Scenario {}.',
    'Die Adresse antwortet (HTTP {1}), wie auf eine Anfrage ohne Beleg. Szenario {2}.',
  ],
  ['Documents can be looked up by their reference.', 'Belege lassen sich anhand ihrer Referenz suchen.'],
  ['none was updated in the last 30 days', 'in den letzten 30 Tagen wurde keine geändert'],
  ['those of the last 30 days can be read', 'die der letzten 30 Tage sind lesbar'],
  ['nothing to try: no order was found to try it with', 'nicht versucht: Es fand sich keine Bestellung dafür'],
  ['nothing to try: no report was asked for', 'nicht versucht: Es wurde kein Bericht angefordert'],
  ['nothing to try: {}', 'nicht versucht: {1}'],
  ['getReports did not work', 'getReports ging nicht'],
  ['Amazon lists no settlement report', 'Amazon führt keinen Abrechnungsbericht auf'],
  [
    'no settlement report names a marketplace to ask for',
    'kein Abrechnungsbericht nennt einen Marktplatz, nach dem zu fragen wäre',
  ],
  [
    'Amazon makes report {} of the orders of the last hour, which nobody needs',
    'Amazon erstellt Bericht {1} über die Bestellungen der letzten Stunde, den niemand braucht',
  ],
  ['there is no document to ask a token for', 'es gibt kein Dokument, für das ein Token zu holen wäre'],
  [
    'Amazon issues restricted data tokens to the application',
    'Amazon stellt der Anwendung Token für geschützte Daten aus',
  ],
  ['an order can be read alone', 'eine einzelne Bestellung ist lesbar'],
  [
    'Amazon answered, but no longer knows the order it had just listed',
    'Amazon hat geantwortet, kennt aber die Bestellung nicht mehr, die es eben genannt hatte',
  ],
  ['{} answers: {} {} on the first page', '{1} antwortet: {2} {3} auf der ersten Seite'],
  ['financial events of the last seven days', 'Finanzereignisse der letzten sieben Tage'],
  ['summaries of the last seven days', 'Zusammenfassungen der letzten sieben Tage'],
  ['balances of now', 'Salden von jetzt'],
  ['payouts of the last seven days', 'Auszahlungen der letzten sieben Tage'],
  ['can be read', 'lesbar'],
  ['can be read; SAP shows none to this user', 'lesbar; SAP zeigt diesem Benutzer keine'],
  [
    "The trial entry for company code {} reached SAP's balance check and was refused there for nothing else than being out of balance, as intended. Nothing was booked.",
    'Der Probebeleg für Buchungskreis {1} erreichte die Saldenprüfung von SAP und wurde dort, wie beabsichtigt, nur wegen des Saldos abgelehnt. Nichts wurde gebucht.',
  ],
];
