import type { Sentence } from '../german-sentence.ts';

/** Reasons that the program itself writes into the audit log. What people wrote stays as they wrote it. */
export const reasonSentences: readonly Sentence[] = [
  // Settlements and entries
  ['settlement {} was read from its file', 'Abrechnung {1} wurde aus ihrer Datei gelesen'],
  ['settlement {} came again with other content', 'Abrechnung {1} kam noch einmal mit anderem Inhalt'],
  ['another file takes its place', 'eine andere Datei tritt an ihre Stelle'],
  ['every proof holds', 'jeder Nachweis stimmt'],
  ['{=\\d+} balanced {=entry|entries}', '{1} {1?ausgeglichener Beleg|ausgeglichene Belege}'],
  ['nothing to book: no amount is left', 'nichts zu buchen: kein Betrag bleibt übrig'],
  [
    'it comes out otherwise with the months that are closed now',
    'mit den jetzt geschlossenen Monaten kommt anderes heraus',
  ],
  ['it comes out otherwise with mapping {}', 'mit der Kontenfindung {1} kommt anderes heraus'],
  ['SAP holds its documents under the keys of revision {}', 'SAP hat die Belege unter den Schlüsseln der Revision {1}'],
  [
    'automatic approval: every proof of the settlement holds',
    'automatische Freigabe: Jeder Nachweis der Abrechnung stimmt',
  ],
  [
    'automatic approval: the entries of the accrual balance',
    'automatische Freigabe: Die Belege der Abgrenzung sind ausgeglichen',
  ],
  ['what stood in its way is gone', 'was im Weg stand, ist behoben'],
  ['approved entry is sent to SAP', 'der freigegebene Beleg wird an SAP gesendet'],
  ['SAP booked document {}', 'SAP hat Beleg {1} gebucht'],
  [
    'the program stopped while it was sending: SAP may have booked it',
    'das Programm hielt beim Senden an: SAP hat vielleicht gebucht',
  ],
  [
    'not found in SAP {} s after its sending had ended: it was not booked',
    'in SAP {1} s nach dem Ende des Sendens nicht gefunden: nicht gebucht',
  ],
  [
    'found in SAP by its posting key: document {} is adopted',
    'in SAP unter dem Buchungsschlüssel gefunden: Beleg {1} wird übernommen',
  ],
  [
    'found in SAP: document {} reverses it and is adopted',
    'in SAP gefunden: Beleg {1} storniert ihn und wird übernommen',
  ],
  [
    'SAP shows no reversal of document {} {} s after its sending had ended: it was not booked',
    'SAP zeigt {2} s nach dem Ende des Sendens kein Storno von Beleg {1}: nicht gebucht',
  ],
  [
    'SAP holds it as document {}, which this database has not sent: it is adopted',
    'SAP hat ihn als Beleg {1}, den diese Datenbank nicht gesendet hat: wird übernommen',
  ],
  ['reversed by entry {}, SAP document {}', 'storniert durch Beleg {1}, SAP-Beleg {2}'],
  ["SAP's document {} was found reversed{}", 'SAP-Beleg {1} wurde storniert vorgefunden{2}'],
  ['another reversal takes its place: {}', 'ein anderes Storno tritt an seine Stelle: „{1}“'],
  ['taken back in SAP, and worked out anew: {}', 'in SAP zurückgenommen und neu gebildet: „{1}“'],
  [
    '{} entries linked to documents in SAP, {} not in SAP, {} problems',
    '{1} Belege mit SAP-Belegen verknüpft, {2} nicht in SAP, {3} Probleme',
  ],
  ['posting dates from {} to {} are {}', 'Buchungsdaten von {1} bis {2} sind {3}'],
  ['proven', 'nachgewiesen'],
  ['not proven: {}', 'nicht nachgewiesen: {1}'],

  // Accruals and deposits
  ['what Amazon had not settled at the end of {}', 'was Amazon Ende {1} nicht abgerechnet hatte'],
  ['{=\\d+} {=shipment|shipments} of {}', '{1} {1?Sendung|Sendungen} vom {3}'],
  [
    'SAP does not take it, and it is made anew with mapping {}',
    'SAP nimmt sie nicht an; sie wird mit der Kontenfindung {1} neu gebildet',
  ],
  [
    'month-end accrual on the day that the schedule sets',
    'Abgrenzung zum Monatsende am Tag, den der Zeitplan bestimmt',
  ],
  ['the bank repeats its reference', 'die Bank nennt ihre Referenz'],
  ['the only deposit of its amount in these days', 'der einzige Zahlungseingang mit diesem Betrag in diesen Tagen'],

  // Customers
  ['customers that SAP is to have', 'Debitoren, die SAP haben soll'],
  ['the customer is sent to SAP', 'der Debitor wird an SAP gesendet'],
  ['SAP created business partner {}', 'SAP hat Geschäftspartner {1} angelegt'],
  ['SAP made the customer of the business partner', 'SAP hat den Debitor zum Geschäftspartner angelegt'],
  [
    'found in SAP by its key: business partner {} is adopted',
    'in SAP unter dem Schlüssel gefunden: Geschäftspartner {1} wird übernommen',
  ],
  [
    'the program stopped while it was sending: SAP may have created it',
    'das Programm hielt beim Senden an: SAP hat ihn vielleicht angelegt',
  ],
  [
    'not found in SAP {} s after its sending had ended: it was not created',
    'in SAP {1} s nach dem Ende des Sendens nicht gefunden: nicht angelegt',
  ],
  ['it is tried again: the cause may be gone', 'es wird erneut versucht: Die Ursache kann behoben sein'],
  ['what a person entered in SAP stays', 'was ein Mensch in SAP eingegeben hat, bleibt'],

  // Connections, secrets and requests
  ['connection added', 'Verbindung hinzugefügt'],
  ['to work on connection {}', 'zur Arbeit an Verbindung {1}'],
  ['to read the feeds of connection {}', 'zum Lesen der Quellen von Verbindung {1}'],
  ['request to SAP answered {}', 'Anfrage an SAP, Antwort: {1}'],
  ['request to Amazon answered {}', 'Anfrage an Amazon, Antwort: {1}'],
  ['nothing', 'keine'],
  ['nothing ({})', 'keine ({1})'],
  ['further requests to SAP of the same kinds', 'weitere Anfragen an SAP derselben Arten'],
  ['a {} report is asked of Amazon', 'ein Bericht ({1}) wird bei Amazon angefordert'],
  ['{}: {=\\S+} is reached or near', '{1}: {2} ist erreicht oder nah'],

  // Audit log, users, keeping
  ['the chain of connection {} begins', 'die Kette der Verbindung {1} beginnt'],
  ['the key that signs heads of the audit log', 'der Schlüssel zum Signieren des Prüfprotokolls'],
  ['another key that signs heads of the audit log', 'ein weiterer Schlüssel zum Signieren des Prüfprotokolls'],
  ['{=the key that signs heads of the audit log} was made', '{1} wurde angelegt'],
  [
    '{=another key that signs heads of the audit log} was made: the one before it is lost',
    '{1} wurde angelegt: Der vorige ist verloren',
  ],
  [
    '{=(?:the|another) key that signs heads of the audit log} was put on record: it has been there since {}',
    '{1} wurde erfasst: Es gibt ihn seit {2}',
  ],
  ['the key that signs the audit log is replaced', 'der Schlüssel zum Signieren des Prüfprotokolls wird ersetzt'],
  ['an export of the audit log was written', 'ein Export des Prüfprotokolls wurde geschrieben'],
  ['an audit package of {} to {} was written', 'ein Prüfpaket von {1} bis {2} wurde geschrieben'],
  ['there was no user yet', 'es gab noch keinen Benutzer'],
  ['with a password', 'mit Kennwort'],
  ['by {=https?:\\S+}', 'über {1}'],
  ['signed in by {} for the first time', 'erstmals über {1} angemeldet'],
  ['changed by the user', 'vom Benutzer geändert'],
  ['asked for by the user', 'vom Benutzer gewünscht'],
  [
    'everybody of the demo signs in with the password of this start',
    'alle in der Demo melden sich mit dem Kennwort dieses Starts an',
  ],
  ['the daily backup', 'die tägliche Sicherung'],
  ['a person asked for it', 'jemand hat es angefordert'],
  ['asked for at the command line', 'an der Kommandozeile angefordert'],
  ['sent at the command line', 'an der Kommandozeile gesendet'],
  ['the time for which buyers are kept is over', 'die Zeit, für die Käufer aufbewahrt werden, ist vorbei'],
  ['the seller it belonged to was erased', 'der Verkäufer, zu dem es gehörte, wurde gelöscht'],
];
