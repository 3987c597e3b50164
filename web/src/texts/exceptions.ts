import { texts } from './texts.ts';

export const exceptionTexts = texts({
  en: {
    none: 'Nothing has failed.',
    noneOfKind: 'Nothing of this kind has failed.',
    kind: 'Kind',
    allKinds: 'All kinds',
    noKind: 'There is no such kind; all of them are shown.',
    says: 'Everything that failed and stands still, by its cause. Mend the cause once, then have all of it done again.',
    kinds: {
      quarantined: 'Settlements in quarantine',
      unknown: 'Outcome unknown',
      rejected: 'Rejected by SAP',
      away: 'Waiting for SAP',
      held: 'Held by the check against SAP',
      job: 'Jobs that failed',
      unreadable: 'Records that could not be read',
    },
    means: {
      quarantined:
        'Amazon’s file holds something that nobody has said how to book. Nothing of these settlements is posted.',
      unknown: 'They were sent, and the answer was lost. They are looked up in SAP, and never sent again before that.',
      rejected:
        'SAP understood these entries and refused them. They stay out of its books until its cause is mended there.',
      away: 'SAP did not take these entries for now, and certainly booked nothing of them. The next sync sends them again by itself.',
      held: 'What SAP holds speaks against these entries: its master data would refuse them, or a document there differs.',
      job: 'Work that ended with a problem, and is not tried again by itself.',
      unreadable:
        'Amazon sent records of a form that this program does not know. They are kept whole, and others go on.',
    },
    next: 'What to do',
    count: (count: string) => (count === '1' ? '1 record' : `${count} records`),
    record: 'Record',
    connection: 'Connection',
    since: 'Since',
    amount: 'Amount',
    why: 'Why',
    result: 'Result',
    actions: {
      'propose-again': 'Work out anew',
      'look-up': 'Look up in SAP',
      'approve-again': 'Approve again and send',
      send: 'Send',
      job: 'Try again',
    },
    approveOnly: 'Approve again',
    all: (action: string, count: string) => `${action}: all ${count}`,
    confirm: {
      'propose-again': 'They are worked out anew by today’s account table. What is still unknown stays in quarantine.',
      'look-up': 'SAP is asked for each by its posting key. Nothing is sent.',
      'approve-again': 'They are approved exactly as they are, and sent to SAP. Mend the cause in SAP first.',
      send: 'They are sent to SAP.',
      job: 'They are tried at once by the next free worker.',
    },
    confirmApproveOnly:
      'They are approved exactly as they are. The next sync sends them, or an accountant. Have the cause mended in SAP first.',
    done: (ok: string, all: string) => `${ok} of ${all} went through.`,
    missing: (count: number) =>
      count === 1
        ? 'Your approval is on record. 1 more person has to approve it.'
        : `Your approval is on record. ${count} more people have to approve it.`,
    stands: 'Nothing has changed yet.',
    mapping: 'Teach the account table',
    jobs: 'All jobs',
  },
  de: {
    none: 'Nichts ist gescheitert.',
    noneOfKind: 'Nichts dieser Art ist gescheitert.',
    kind: 'Art',
    allKinds: 'Alle Arten',
    noKind: 'Diese Art gibt es nicht; gezeigt werden alle.',
    says: 'Alles, was gescheitert ist und stillsteht, nach seiner Ursache. Beheben Sie die Ursache einmal und lassen Sie dann alles erneut tun.',
    kinds: {
      quarantined: 'Abrechnungen in Quarantäne',
      unknown: 'Ausgang unbekannt',
      rejected: 'Von SAP abgelehnt',
      away: 'Warten auf SAP',
      held: 'Von der Prüfung gegen SAP zurückgehalten',
      job: 'Gescheiterte Aufträge',
      unreadable: 'Nicht lesbare Datensätze',
    },
    means: {
      quarantined:
        'In der Datei von Amazon steht etwas, von dem niemand gesagt hat, wie es zu buchen ist. Nichts von diesen Abrechnungen ist gebucht.',
      unknown:
        'Sie wurden gesendet, und die Antwort ging verloren. Sie werden in SAP gesucht und vorher nie noch einmal gesendet.',
      rejected:
        'SAP hat diese Belege verstanden und abgelehnt. Sie bleiben aus seinen Büchern, bis die Ursache dort behoben ist.',
      away: 'SAP nahm diese Belege vorerst nicht an und hat von ihnen sicher nichts gebucht. Der nächste Abruf sendet sie von selbst erneut.',
      held: 'Was SAP hat, spricht gegen diese Belege: Nach seinen Stammdaten würde es sie ablehnen, oder ein Beleg dort weicht ab.',
      job: 'Arbeit, die mit einem Problem endete und nicht von selbst wiederholt wird.',
      unreadable:
        'Amazon hat Datensätze in einer Form gesendet, die dieses Programm nicht kennt. Sie werden ganz aufbewahrt, die anderen gehen weiter.',
    },
    next: 'Was zu tun ist',
    count: (count: string) => (count === '1' ? '1 Datensatz' : `${count} Datensätze`),
    record: 'Datensatz',
    connection: 'Verbindung',
    since: 'Seit',
    amount: 'Betrag',
    why: 'Warum',
    result: 'Ergebnis',
    actions: {
      'propose-again': 'Neu bilden',
      'look-up': 'In SAP suchen',
      'approve-again': 'Erneut freigeben und senden',
      send: 'Senden',
      job: 'Erneut versuchen',
    },
    approveOnly: 'Erneut freigeben',
    all: (action: string, count: string) => `${action}: alle ${count}`,
    confirm: {
      'propose-again':
        'Sie werden nach der heutigen Kontenfindung neu gebildet. Was noch unbekannt ist, bleibt in Quarantäne.',
      'look-up': 'SAP wird nach jedem mit seinem Buchungsschlüssel gefragt. Nichts wird gesendet.',
      'approve-again':
        'Sie werden genau so freigegeben, wie sie sind, und an SAP gesendet. Beheben Sie zuerst die Ursache in SAP.',
      send: 'Sie werden an SAP gesendet.',
      job: 'Der nächste freie Prozess versucht sie sofort.',
    },
    confirmApproveOnly:
      'Sie werden genau so freigegeben, wie sie sind. Der nächste Abruf sendet sie, oder die Buchhaltung. Zuerst muss in SAP die Ursache behoben sein.',
    done: (ok: string, all: string) => `${ok} von ${all} gingen durch.`,
    missing: (count: number) =>
      count === 1
        ? 'Ihre Freigabe ist vermerkt. 1 weitere Person muss freigeben.'
        : `Ihre Freigabe ist vermerkt. ${count} weitere Personen müssen freigeben.`,
    stands: 'Noch hat sich nichts geändert.',
    mapping: 'In der Kontenfindung beibringen',
    jobs: 'Alle Aufträge',
  },
});
