import type { Sentence } from '../german-sentence.ts';

/** What the problems that people meet most often say, with their values. The others keep the words of the service. */
export const problemSentences: readonly Sentence[] = [
  ['{} ({}, group {} {}) has no account in {} on {}.', '{1} ({2}, Gruppe {3} {4}) hat in {5} am {6} kein Sachkonto.'],
  [
    'There is no account for {} in {} on {}, so {} {} cannot be closed.',
    'Für {1} gibt es in {2} am {3} kein Sachkonto, deshalb können {4} {5} nicht abgeschlossen werden.',
  ],
  [
    'What these three words mean is not known, so nobody can say which account they belong to.',
    'Was diese drei Wörter bedeuten, ist nicht bekannt; deshalb kann niemand sagen, auf welches Konto sie gehören.',
  ],
  [
    'Settlement {}: {} {} cannot be booked, the first with "{}". {}',
    'Abrechnung {1}: {2} {2?Zeile kann|Zeilen können} nicht gebucht werden, die erste mit „{4}“. {5}',
  ],
  [
    'Find out what they mean, and teach it: seller-ledger mapping unknown (a file: section vocabulary). Until then the settlement waits, or is booked in SAP by hand, and then never here.',
    'Finden Sie heraus, was sie bedeuten, und bringen Sie es bei: seller-ledger mapping unknown (in einer Datei: Abschnitt vocabulary). Bis dahin wartet die Abrechnung, oder sie wird in SAP von Hand gebucht und dann nie hier.',
  ],
  [
    'The account table does not say to which company code marketplace {} belongs.',
    'Die Kontenfindung sagt nicht, zu welchem Buchungskreis der Marktplatz {1} gehört.',
  ],
  [
    'No row of the file names a store of the account table, and the table has none for currency {}.',
    'Keine Zeile der Datei nennt einen Marktplatz der Kontenfindung, und für die Währung {1} hat sie keinen.',
  ],
  [
    'Marketplace {} belongs to company code {}, which the account table does not describe.',
    'Der Marktplatz {1} gehört zum Buchungskreis {2}, den die Kontenfindung nicht beschreibt.',
  ],
  ['Settlement {}: {} Expected {}, found {}.', 'Abrechnung {1}: {2} Erwartet {3}, gefunden {4}.'],
  [
    'Settlement {} leaves a debt of {}, but settlement {}, which follows it, carries in {}.',
    'Abrechnung {1} lässt eine Schuld von {2}, aber die folgende Abrechnung {3} trägt {4} vor.',
  ],
  [
    'Settlement {} holds back a reserve of {}, but settlement {}, which follows it, gives back {}.',
    'Abrechnung {1} behält eine Rücklage von {2} ein, aber die folgende Abrechnung {3} gibt {4} frei.',
  ],
  [
    'Settlement {} of {} is known with file {}, and came again with other content, {}. Nothing is booked from the second file.',
    'Abrechnung {1} von {2} ist mit der Datei {3} bekannt und kam noch einmal mit anderem Inhalt, {4}. Aus der zweiten Datei wird nichts gebucht.',
  ],
  [
    'Settlement {} of {} is known with file {}, and now came with other bytes, {}.',
    'Abrechnung {1} von {2} ist mit der Datei {3} bekannt und kam jetzt mit anderem Inhalt, {4}.',
  ],
  ['SAP did not book entry {}: {}{= \\(and \\d+ more\\)|}.', 'SAP hat Beleg {1} nicht gebucht: {2}{3}.'],
  [' (and {} more)', ' (und {1} weitere)'],
  [' and {} more', ' und {1} weitere'],
  [
    'SAP did not book entry {}, because a record is locked: {}{= \\(and \\d+ more\\)|}.',
    'SAP hat Beleg {1} nicht gebucht, weil ein Datensatz gesperrt ist: {2}{3}.',
  ],
  ['Entry {} was sent, but SAP answered HTTP {}{}.', 'Beleg {1} wurde gesendet, aber SAP antwortete mit HTTP {2}{3}.'],
  [
    "Entry {} was sent, but SAP's answer did not arrive ({}).",
    'Beleg {1} wurde gesendet, aber die Antwort von SAP kam nicht an ({2}).',
  ],
  [
    'SAP answered entry {} with a web page (HTTP {}), not with a confirmation.',
    'SAP antwortete auf Beleg {1} mit einer Webseite (HTTP {2}) statt mit einer Bestätigung.',
  ],
  [
    'The program stopped while sending {}; SAP may or may not have booked it.',
    'Das Programm hielt an, während {1} gesendet wurde; ob SAP gebucht hat, ist offen.',
  ],
  [
    'Entry {} is not sent, because {} would be in SAP by half: {}.',
    'Beleg {1} wird nicht gesendet, weil sonst nur ein Teil in SAP stünde ({2}): {3}.',
  ],
  ['{=\\S+} waits for approval', '{1} ist noch freizugeben'],
  ['{=\\S+} was refused by SAP', '{1} wurde von SAP abgelehnt'],
  ['{=\\S+} was reversed', '{1} wurde storniert'],
  ['{=\\S+} reverses a part of it', '{1} storniert einen Teil davon'],
  ['{=\\S+ (?:waits for approval|was refused by SAP|was reversed|reverses a part of it)}, {}', '{1}, {2}'],
  ['1 reason', 'einem Grund'],
  ['{=\\d+} reasons', '{1} Gründen'],
  ['No connection to {} came about: {}.', 'Keine Verbindung zu {1} kam zustande: {2}.'],
  ['The answer of {} did not arrive: {}.', 'Die Antwort von {1} kam nicht an: {2}.'],
  [
    'SAP has been away for connection {} since {}, so nothing is sent or looked up there before {}. {}',
    'SAP ist für Verbindung {1} seit {2} nicht erreichbar; vor {3} wird dort nichts gesendet und nicht nachgesehen. {4}',
  ],
  ['There is no settlement {}.', 'Eine Abrechnung {1} gibt es nicht.'],
  ['There is no entry {}.', 'Einen Beleg {1} gibt es nicht.'],
  ['There is no accrual {}.', 'Eine Abgrenzung {1} gibt es nicht.'],
  ['There is no deposit {}.', 'Einen Zahlungseingang {1} gibt es nicht.'],
  ['There is no job {}.', 'Einen Auftrag {1} gibt es nicht.'],
  ['There is no user {}.', 'Einen Benutzer {1} gibt es nicht.'],
  ['There is no customer {} in the key map.', 'Einen Debitor {1} gibt es hier nicht.'],
  [
    'There is no order {} among those that were read from Amazon.',
    'Eine Bestellung {1} ist nicht unter denen, die von Amazon gelesen wurden.',
  ],
  ['There is no {} in {}.', 'Es gibt {1} nicht in: {2}.'],
  ['any entry', 'Belege'],
  ['any settlement', 'Abrechnungen'],
  ['any settlement, order, finance event or accrual', 'Abrechnungen, Bestellungen, Finanzereignisse und Abgrenzungen'],
  [
    'Orders cannot be compared with settlements yet: of connection {} {} were never read to an end.',
    'Bestellungen lassen sich noch nicht mit Abrechnungen vergleichen: Von Verbindung {1} wurden nie bis zum Ende gelesen: {2}.',
  ],
  ['No settlement file came with the request.', 'Die Anfrage enthielt keine Datei, oder die Datei ist leer.'],
  ['the orders', 'die Bestellungen'],
  ['the financial events', 'die Finanzereignisse'],
  ['the orders and the financial events', 'die Bestellungen und die Finanzereignisse'],
  ['SAP refused the log-on (HTTP 401).', 'SAP hat die Anmeldung abgelehnt (HTTP 401).'],
  [
    'Amazon did not answer {} in {} {}; the last time: {}.',
    'Amazon hat {1} in {2} {2?Versuch|Versuchen} nicht beantwortet; zuletzt: {4}.',
  ],
  ['Amazon denied {}.', 'Amazon hat {1} verweigert.'],
  [
    'Amazon no longer accepts the refresh token ({} invalid_grant): the authorisation was revoked or has expired, or the token belongs to another application.',
    'Amazon nimmt das Refresh-Token nicht mehr an ({1} invalid_grant): Die Autorisierung wurde widerrufen oder ist abgelaufen, oder das Token gehört zu einer anderen Anwendung.',
  ],
  [
    'Entry {} is {}; only a proposed or rejected entry can be approved.',
    'Beleg {1} ist im Status {2}; nur ein vorgeschlagener oder abgelehnter Beleg kann freigegeben werden.',
  ],
  [
    'Entry {} is {}; only an approved entry can be posted.',
    'Beleg {1} ist im Status {2}; nur ein freigegebener Beleg kann gebucht werden.',
  ],
  ['{} refused entry {}: {}', '{1} hat Beleg {2} zurückgewiesen: „{3}“'],
  [
    '{} cannot be closed while {=1 entry is|\\d+ entries are} dated in it or before and not booked yet: {}{}.',
    '{1} kann nicht geschlossen werden, solange {2} bis dahin datiert und noch nicht gebucht {2?ist|sind}: {3}{4}.',
  ],
  ['1 entry is', '1 Beleg'],
  ['{=\\d+} entries are', '{1} Belege'],
  [
    'Company code {} has no closed month, so {} cannot be reopened.',
    'Buchungskreis {1} hat keinen geschlossenen Monat, deshalb kann {2} nicht wieder geöffnet werden.',
  ],
  [
    'Connection {} is being synced by {}, whose lease runs until {}.',
    'Verbindung {1} wird gerade von {2} abgerufen, längstens bis {3}.',
  ],
  [
    'Name or password is wrong, or the user is disabled.',
    'Name oder Kennwort ist falsch, oder der Benutzer ist gesperrt.',
  ],
  ['{} may not do this: it takes {}.', '{1} darf das nicht: Es verlangt {2}.'],
  ['Nobody is signed in.', 'Niemand ist angemeldet.'],
  [
    'Login with Amazon gave no token in {} tries; the last time {}.',
    'Login with Amazon gab in {1} {1?Versuch|Versuchen} kein Token; zuletzt: {2}.',
  ],
  ['The service does not answer.', 'Der Dienst antwortet nicht.'],
  ['The service is stopping.', 'Der Dienst hält gerade an.'],
];

/** What is known of SAP's messages, as the advice stands in a next step. */
export const sapAdvice: Readonly<Record<string, string>> = {
  'The entry does not balance for SAP. Report it with the entry: its own proof says that it balances.':
    'Der Beleg geht für SAP nicht auf. Melden Sie das mit dem Beleg: Sein eigener Nachweis sagt, dass er aufgeht.',
  'SAP does not take this message as we wrote it. Report it with the entry and SAP’s messages.':
    'SAP nimmt die Nachricht so nicht an. Melden Sie das mit dem Beleg und den Meldungen von SAP.',
  'Map a cost centre or profit centre for this account in the account table and propose again.':
    'Ordnen Sie diesem Konto in der Kontenfindung eine Kostenstelle oder ein Profitcenter zu und schlagen Sie neu vor.',
  'Correct the tax code of this account in the account table and propose again.':
    'Berichtigen Sie in der Kontenfindung das Steuerkennzeichen dieses Kontos und schlagen Sie neu vor.',
  'Map a customer that is not a one-time customer: this one needs the name, address or bank of a buyer in every document.':
    'Ordnen Sie einen Debitor zu, der kein CpD-Konto ist: Dieses verlangt in jedem Beleg Name, Anschrift oder Bank eines Käufers.',
  'Maintain the number range of the document type for the fiscal year.':
    'Pflegen Sie den Nummernkreis der Belegart für das Geschäftsjahr.',
  'Nothing to do: another user holds the record. The next sync sends the entry again.':
    'Nichts zu tun: Ein anderer Benutzer hält den Datensatz. Der nächste Abruf sendet den Beleg erneut.',
  'The document does not balance in local currency. Check the exchange rates of the posting date in SAP.':
    'Der Beleg geht in Hauswährung nicht auf. Prüfen Sie in SAP die Umrechnungskurse des Buchungsdatums.',
  'Check the exchange rate of the posting date in SAP.': 'Prüfen Sie in SAP den Umrechnungskurs des Buchungsdatums.',
  'The document has too many items. Propose the settlement again with more lines summed up.':
    'Der Beleg hat zu viele Positionen. Schlagen Sie die Abrechnung mit stärker zusammengefassten Positionen neu vor.',
  'SAP holds this document already. Look it up by its reference before anything is sent again.':
    'SAP hat diesen Beleg schon. Suchen Sie ihn anhand seiner Referenz, bevor noch einmal gesendet wird.',
  'Map another document type for this company code: this one does not allow G/L accounts.':
    'Ordnen Sie diesem Buchungskreis eine andere Belegart zu: Diese erlaubt keine Sachkonten.',
  'SAP’s own text decides. Where it names a field that the account does not take, leave that field out in the account table and propose again.':
    'Der Text von SAP entscheidet. Nennt er ein Feld, das das Konto nicht annimmt, lassen Sie es in der Kontenfindung weg und schlagen Sie neu vor.',
  'Map the field that SAP names (cost centre, profit centre or text) for this account and propose again.':
    'Ordnen Sie diesem Konto das Feld zu, das SAP nennt (Kostenstelle, Profitcenter oder Text), und schlagen Sie neu vor.',
  'Map a profit centre for every line of this company code and propose again.':
    'Ordnen Sie jeder Position dieses Buchungskreises ein Profitcenter zu und schlagen Sie neu vor.',
  'Map a tax code for this account and propose again.':
    'Ordnen Sie diesem Konto ein Steuerkennzeichen zu und schlagen Sie neu vor.',
  'Open the posting period in SAP (app Manage Posting Periods).':
    'Öffnen Sie die Buchungsperiode in SAP (App „Buchungsperioden verwalten“).',
  'Extend the customer to this company code.': 'Erweitern Sie den Debitor um diesen Buchungskreis.',
  'Extend the supplier to this company code.': 'Erweitern Sie den Kreditor um diesen Buchungskreis.',
  'Create the G/L account in the chart of accounts.': 'Legen Sie das Sachkonto im Kontenplan an.',
  'Create the G/L account in this company code.': 'Legen Sie das Sachkonto in diesem Buchungskreis an.',
  'SAP’s own text decides. Where it says that the G/L account is blocked, unblock it for posting.':
    'Der Text von SAP entscheidet. Sagt er, dass das Sachkonto gesperrt ist, heben Sie die Buchungssperre auf.',
  'Correct the validity of the cost centre.': 'Berichtigen Sie die Gültigkeit der Kostenstelle.',
  'Unblock the cost centre.': 'Heben Sie die Sperre der Kostenstelle auf.',
  'Correct the validity of the cost centre on the posting date.':
    'Berichtigen Sie die Gültigkeit der Kostenstelle am Buchungsdatum.',
  'Give the communication user the authorisation that SAP names.':
    'Geben Sie dem Kommunikationsbenutzer die Berechtigung, die SAP nennt.',
};
