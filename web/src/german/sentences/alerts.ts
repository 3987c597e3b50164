import type { Sentence } from '../german-sentence.ts';

/** What the alerts say and what helps. */
export const alertSentences: readonly Sentence[] = [
  [
    'Version {} of the account table of {}, by {}, waits for approval since {}; nothing is booked by it.',
    'Version {1} der Kontenfindung von {2}, von {3}, wartet seit {4} auf Freigabe; nach ihr wird nichts gebucht.',
  ],
  [
    'seller-ledger mapping diff {}; then: seller-ledger mapping approve {} --why TEXT',
    'seller-ledger mapping diff {1}; dann: seller-ledger mapping approve {2} --why TEXT',
  ],
  [
    'The approval rules of {} were loosened at {}, and nobody else has accepted that; the stricter ones hold.',
    'Die Freigaberegeln von {1} wurden am {2} gelockert, und niemand sonst hat dem zugestimmt; es gelten die strengeren.',
  ],
  [
    'seller-ledger approvals list {}; then: seller-ledger approvals accept-rules {} --why TEXT',
    'seller-ledger approvals list {1}; dann: seller-ledger approvals accept-rules {2} --why TEXT',
  ],
  [
    'Settlement {} of {} is quarantined ({}); nothing of it is booked.',
    'Abrechnung {1} von {2} ist in Quarantäne ({3}); nichts davon ist gebucht.',
  ],
  [
    'Settlement {} of {} came again with other content, which waits for a decision.',
    'Abrechnung {1} von {2} kam noch einmal mit anderem Inhalt, über den zu entscheiden ist.',
  ],
  [
    'No settlement of {} ended after {}; Amazon closes one every 14 days at the latest.',
    'Keine Abrechnung von {1} endete nach {2}; Amazon schließt spätestens alle 14 Tage eine ab.',
  ],
  [
    'seller-ledger reconcile continuity {}; and look in Seller Central: Payments, All statements',
    'seller-ledger reconcile continuity {1}; und in Seller Central nachsehen: Zahlungen, Alle Abrechnungen',
  ],
  ['SAP refuses entry {} of {} since {} ({}).', 'SAP lehnt Beleg {1} von {2} seit {3} ab ({4}).'],
  [
    'Nobody knows since {} whether SAP booked entry {} of {} ({}).',
    'Seit {1} ist nicht bekannt, ob SAP Beleg {2} von {3} gebucht hat ({4}).',
  ],
  [
    'seller-ledger sync {}; then: seller-ledger entries show {}',
    'seller-ledger sync {1}; dann: seller-ledger entries show {2}',
  ],
  [
    'Amazon lets connection {} in no more since {} ({}); nothing is read until a person has mended it.',
    'Amazon lässt Verbindung {1} seit {2} nicht mehr ein ({3}); bis jemand das behebt, wird nichts gelesen.',
  ],
  [
    'SAP has been away for connection {} since {}; it is looked at again at {}.',
    'SAP ist für Verbindung {1} seit {2} nicht erreichbar; um {3} wird wieder nachgesehen.',
  ],
  ['The feed {} of {} {=has not run|has not come up to date} since {}{}.', 'Die Quelle {1} von {2} {3} seit {4}{5}.'],
  ['has not run', 'lief nicht mehr'],
  ['has not come up to date', 'ist nicht auf dem neuesten Stand'],
  [
    'Entry {} of {} stands still since {} ({}); it is not sent to SAP.',
    'Beleg {1} von {2} steht seit {3} still ({4}); er wird nicht an SAP gesendet.',
  ],
  [
    'Entry {} of {} is approved since {} and was not sent to SAP.',
    'Beleg {1} von {2} ist seit {3} freigegeben und wurde nicht an SAP gesendet.',
  ],
  [
    'seller-ledger schedule show {}; then: seller-ledger entries show {}',
    'seller-ledger schedule show {1}; dann: seller-ledger entries show {2}',
  ],
  [
    'Documents of {=settlement|accrual} {} of {} are reversed in SAP since {}, and nobody has decided what becomes of it.',
    'Buchungen {1} {2} von {3} sind seit {4} in SAP storniert, und niemand hat entschieden, was daraus wird.',
  ],
  ['settlement', 'der Abrechnung'],
  ['accrual', 'der Abgrenzung'],
  [
    'seller-ledger settlements reverse {} --reason 01 --why TEXT --propose-again; or: seller-ledger settlements leave {} --why TEXT',
    'seller-ledger settlements reverse {1} --reason 01 --why TEXT --propose-again; oder: seller-ledger settlements leave {2} --why TEXT',
  ],
  [
    'A settlement report of {} cannot be read ({}); nothing of it is booked.',
    'Ein Abrechnungsbericht von {1} ist nicht lesbar ({2}); nichts davon ist gebucht.',
  ],
  [
    'seller-ledger sync {}; it names the place; docs/operations.md says what each code means',
    'seller-ledger sync {1}; das nennt die Stelle; docs/operations.md sagt, was jeder Code bedeutet',
  ],
  [
    'The month-end accrual of {} has been due since {} and was not begun.',
    'Die Monatsabgrenzung von {1} ist seit {2} fällig und wurde nicht begonnen.',
  ],
  [
    'The work {} {} has ended with a problem each time since {} ({}).',
    'Die Arbeit {1} {2} endet seit {3} jedes Mal mit einem Problem ({4}).',
  ],
  [
    'Somebody paused {} {} at {}, without an end; nothing of it is done until it is resumed.',
    'Jemand hat {1} {2} um {3} ohne Ende angehalten; bis es fortgesetzt wird, geschieht davon nichts.',
  ],
  [
    'seller-ledger schedule show{}; then: seller-ledger schedule resume {} --why TEXT',
    'seller-ledger schedule show{1}; dann: seller-ledger schedule resume {2} --why TEXT',
  ],
  [
    'The last drill, at {}, found faults in the backup {}.',
    'Die letzte Probe, um {1}, fand Fehler in der Sicherung {2}.',
  ],
  [
    'seller-ledger audit verify --everything; then make another backup and try it: seller-ledger backup create FILE; seller-ledger backup drill FILE',
    'seller-ledger audit verify --everything; dann eine weitere Sicherung machen und erproben: seller-ledger backup create FILE; seller-ledger backup drill FILE',
  ],
  ['Not everybody is told by {}: {}', 'Über {1} erreicht die Warnung nicht alle: {2}'],
  ['Nobody is told by {}, after {} tries: {}', 'Über {1} erreicht die Warnung nach {2} Versuchen niemanden: {3}'],
  [
    'Correct the settings: seller-ledger settings update --file FILE --why TEXT; then: seller-ledger alerts test',
    'Berichtigen Sie die Einstellungen: seller-ledger settings update --file FILE --why TEXT; dann: seller-ledger alerts test',
  ],
  [
    'seller-ledger feeds status {}; then: seller-ledger feeds sync {} --feed {}',
    'seller-ledger feeds status {1}; dann: seller-ledger feeds sync {2} --feed {3}',
  ],
  [
    'The work {} {} has been due since {} and was not begun.',
    'Die Arbeit {1} {2} ist seit {3} fällig und wurde nicht begonnen.',
  ],
  [
    'The work {} {} was begun at {} and has not ended.',
    'Die Arbeit {1} {2} wurde um {3} begonnen und ist nicht beendet.',
  ],
  [
    'A month of {} has no accrual, and the later months went on without it ({}).',
    'Ein Monat von {1} hat keine Abgrenzung, und die späteren gingen ohne ihn weiter ({2}).',
  ],
  [
    'A month of {} could not be accrued on its day and waits since {} ({}); later months wait behind it.',
    'Ein Monat von {1} konnte an seinem Tag nicht abgegrenzt werden und wartet seit {2} ({3}); spätere Monate warten dahinter.',
  ],
  ['for all connections', 'für alle Verbindungen'],
  ['of {=\\S+}', 'von {1}'],
  [
    'seller-ledger schedule show{}; then: seller-ledger jobs list --name {}{}',
    'seller-ledger schedule show{1}; dann: seller-ledger jobs list --name {2}{3}',
  ],
  [
    'No backup was made although a daily one is wished for since {}.',
    'Es wurde keine Sicherung gemacht, obwohl seit {1} eine tägliche gewünscht ist.',
  ],
  [
    'The last backup in the folder of the settings was made at {}; a daily one is wished for.',
    'Die letzte Sicherung im Ordner der Einstellungen ist von {1}; gewünscht ist eine tägliche.',
  ],
  [
    'Look in the log of the service for backup.failed, and whether its folder has room; docs/operations.md, Backup.',
    'Suchen Sie im Protokoll des Dienstes nach backup.failed und prüfen Sie, ob in ihrem Ordner Platz ist; docs/operations.md, Backup.',
  ],
  [
    '{} {} of {} {} for people to approve, the oldest since {}.',
    '{1} {1?Beleg|Belege} von {3} {1?wartet|warten} auf Freigabe, der älteste seit {5}.',
  ],
  [
    'The disk of the {} ({}) has {} MB left; {} MB are wished for.',
    'Auf dem Datenträger für {1} ({2}) sind noch {3} MB frei; gewünscht sind {4} MB.',
  ],
  [
    "Make room: df -h '{}'; what may leave the books: seller-ledger retention show",
    "Schaffen Sie Platz: df -h '{1}'; was die Bücher verlassen darf: seller-ledger retention show",
  ],
  [
    "Make room: df -h '{}'; what lies there: seller-ledger backup list; how many are kept: backup.keep in seller-ledger settings show",
    "Schaffen Sie Platz: df -h '{1}'; was dort liegt: seller-ledger backup list; wie viele aufbewahrt werden: backup.keep in seller-ledger settings show",
  ],
  [
    '{} of kind {=\\S+}{} failed and {} not tried again.',
    '{1} der Art {2}{3} {1?ist|sind} gescheitert und {1?wird|werden} nicht erneut versucht.',
  ],
  ['One job', 'Ein Auftrag'],
  ['{=\\d+} jobs', '{1} Aufträge'],
  [' of {=\\S+}', ' von {1}'],
  [
    'seller-ledger jobs list --name {}{}; when the reason is gone: seller-ledger jobs replay --all-failed --name {} --why TEXT',
    'seller-ledger jobs list --name {1}{2}; wenn die Ursache behoben ist: seller-ledger jobs replay --all-failed --name {3} --why TEXT',
  ],
  [
    '{} of kind {} failed again and again, up to {} times.',
    '{1} der Art {2} {1?scheitert|scheitern} immer wieder, bis zu {3}-mal.',
  ],
  [
    'seller-ledger jobs list --name {}; docs/operations.md says what each code means',
    'seller-ledger jobs list --name {1}; docs/operations.md sagt, was jeder Code bedeutet',
  ],
  [
    'Work waits since {} and nobody begins it; {} {} due.',
    'Seit {1} wartet Arbeit, und niemand beginnt sie; {2} {2?Auftrag ist|Aufträge sind} fällig.',
  ],
  [
    'See whether the service runs: seller-ledger start; where it does, it is behind.',
    'Prüfen Sie, ob der Dienst läuft: seller-ledger start; läuft er, ist er im Rückstand.',
  ],
  [
    'Buyer data of {} {} of {} should have been deleted since {}.',
    'Käuferdaten von {1} {1?Bestellung|Bestellungen} von {3} hätten seit {4} gelöscht sein sollen.',
  ],
  [
    '{} more of the kind {}, besides those that have an alert of their own.',
    '{1} weitere der Art {2}, neben denen mit eigener Warnung.',
  ],
  [
    'The audit log is broken at event {}: something was changed, removed or put in.',
    'Das Prüfprotokoll ist bei Ereignis {1} gebrochen: Etwas wurde geändert, entfernt oder eingefügt.',
  ],
  [
    'seller-ledger audit verify; docs/operations.md says what to do before anything else',
    'seller-ledger audit verify; docs/operations.md sagt, was vor allem anderen zu tun ist',
  ],
  ['Amazon has deleted its report on {}', 'Amazon hat den Bericht am {1} gelöscht'],
  ['Amazon deletes its report on {}, in {} {}', 'Amazon löscht den Bericht am {1}, in {2} {2?Tag|Tagen}'],
  ['The {=client secret|authorisation} of {} {=ended|ends} on {}.', '{1} von {2} {3} am {4}.'],
  ['client secret', 'Das Client-Geheimnis'],
  ['authorisation', 'Die Autorisierung'],
  ['ended', 'endete'],
  ['ends', 'endet'],
  ['database', 'die Datenbank'],
  [
    'Renew it in Seller Central, then: seller-ledger connections update {} --file FILE --why TEXT',
    'Erneuern Sie sie in Seller Central, dann: seller-ledger connections update {1} --file FILE --why TEXT',
  ],
  [
    'A settlement of {} is missing: {} {} between {} and {}. {}.',
    'Eine Abrechnung von {1} fehlt: {2} {2?Tag|Tage} zwischen {4} und {5}. {6}.',
  ],
  [
    'seller-ledger sync {}; then: seller-ledger reconcile continuity {}',
    'seller-ledger sync {1}; dann: seller-ledger reconcile continuity {2}',
  ],
];
