import type { GermanProblems } from '../german-problem.ts';

const SHOW_ENTRY = 'Sehen Sie sich den Beleg an: [entries show]';
const SYNC_LOOKS_UP = 'Es wird zuerst in SAP nachgesehen: [sync]';

/** Journal entries: approval, sending, reversal, and the comparison with the documents in SAP. */
export const entryProblems = {
  ENTRY_AMBIGUOUS: [
    'Mehrere Belege haben diese SAP-Belegnummer',
    'Nennen Sie den Beleg mit Buchungskreis und Jahr (Nummer/Buchungskreis/Jahr) oder beim Buchungsschlüssel: [entries show]',
  ],
  ENTRY_LINE_UNKNOWN: ['Diese Position hat der Beleg nicht', 'Fragen Sie nach einer Position, die es gibt.'],
  ENTRY_UNKNOWN: ['Diesen Beleg gibt es nicht', 'Sehen Sie die vorhandenen durch: [entries list]'],
  ENTRY_CHANGED: [
    'Der Beleg ist nicht mehr der, der freigegeben wurde',
    'Sehen Sie ihn an und geben Sie ihn erneut frei: [entries show]',
  ],
  ENTRY_NOT_APPROVED: [
    'Nur ein freigegebener Beleg kann gebucht werden',
    SHOW_ENTRY,
    ['looked up in SAP first', SYNC_LOOKS_UP],
    ['Approve it first', 'Geben Sie ihn zuerst frei: [entries approve]'],
  ],
  ENTRY_NOT_OPEN: ['Nur ein vorgeschlagener oder abgelehnter Beleg kann freigegeben werden', SHOW_ENTRY],
  ENTRY_NOT_REFUSABLE: [
    'Nur was noch nicht gesendet wurde, kann zurückgewiesen werden',
    SHOW_ENTRY,
    ['Take it back in SAP', 'Nehmen Sie ihn stattdessen in SAP durch ein Storno zurück: [entries reverse]'],
  ],
  ENTRY_NOT_REVERSIBLE: [
    'Dieser Beleg kann nicht storniert werden',
    SHOW_ENTRY,
    ['what it belongs to', 'Sehen Sie sich an, wozu er gehört: [accruals show]'],
    ['Book the settlement again', 'Buchen Sie stattdessen die Abrechnung neu: [settlements reverse]'],
    ['It may be in SAP', 'Er kann in SAP stehen, deshalb wird dort zuerst nachgesehen: [sync]'],
    [
      'It is not in SAP',
      'Er steht nicht in SAP. Ist er falsch, berichtigen Sie die Kontenfindung und rufen Sie neu ab: [sync]',
    ],
  ],
  ENTRY_NOT_UNKNOWN: ['Der Ausgang dieses Belegs ist bekannt', SHOW_ENTRY],
  ENTRY_REFUSED: [
    'Der Beleg wurde zurückgewiesen',
    'Berichtigen Sie, was falsch ist, meist die Kontenfindung, und rufen Sie neu ab: [sync]. Um ihn trotzdem zu buchen: [entries approve]',
  ],
  ENTRY_WITHDRAWN: [
    'Der Beleg wurde durch einen neuen Vorschlag ersetzt',
    'Sehen Sie sich die neuen Belege an: [settlements show]',
  ],
  ENTRY_WITHOUT_ROWS: [
    'Hinter dem Beleg einer Abgrenzung steht keine Zeile einer Abrechnungsdatei',
    'Sehen Sie sich die Ereignisse an, aus denen er berechnet wurde: [trace line]',
  ],
  ENTRY_UNBALANCED: [
    'Soll und Haben des Belegs sind nicht gleich',
    'Melden Sie das mit der Abrechnungsdatei; ein Beleg, der nicht aufgeht, wird nie gesendet.',
  ],
  APPROVAL_OWN_MAPPING: [
    'Wer an der Kontenfindung mitgewirkt hat, gibt diesen Beleg nicht frei',
    'Lassen Sie eine andere Person freigeben: [entries approve]. Oder erlauben Sie es denen, die die Kontenfindung pflegen, mit posting.approverNot: nobody',
  ],
  APPROVAL_RULES_NOT_WAITING: [
    'Keine Änderung der Freigaberegeln wartet auf eine andere Person',
    'Sehen Sie nach, was wartet: [approvals list]',
  ],
  APPROVAL_RULES_OWN: [
    'Gelockerte Freigaberegeln muss eine andere Person annehmen',
    'Bitten Sie einen anderen Benutzer: [approvals accept-rules]',
  ],
  APPROVAL_TWICE: [
    'Sie haben diesen Beleg schon freigegeben; eine zweite Person muss es auch tun',
    'Bitten Sie einen anderen Benutzer: [entries approve]',
  ],
  REVERSAL_OPEN: [
    'Zu diesem Beleg gibt es schon ein Storno',
    'Sehen Sie nach, wie weit es ist: [entries show]',
    ['looked up in SAP first', SYNC_LOOKS_UP],
  ],
  REVERSAL_REASON_INVALID: [
    'Das ist kein Stornogrund von SAP',
    'Geben Sie einen an, den das Customizing von SAP kennt, zum Beispiel --reason 01 (Storno in der laufenden Periode).',
  ],
  REVERSAL_WAITS: [
    'Das Storno braucht eine zweite Person oder wurde zurückgewiesen',
    'Bitten Sie einen anderen Benutzer: [entries reverse]',
  ],
  POST_INTERRUPTED: [
    'Das Programm hielt an, während der Beleg gesendet wurde',
    'Nichts zu tun: Bevor etwas anderes mit ihm geschieht, wird in SAP nachgesehen.',
  ],
  STATE_MOVED: [
    'Der Stand hat sich inzwischen geändert',
    'Nichts zu tun: Ein anderer Prozess macht weiter.',
    ['customers show', 'Sehen Sie noch einmal nach: [customers show]'],
    ['entries show', 'Sehen Sie noch einmal nach: [entries show]'],
    ['accruals show', 'Sehen Sie noch einmal nach: [accruals show]'],
    ['settlements show', 'Sehen Sie noch einmal nach: [settlements show]'],
  ],
  STATE_MOVE_IMPOSSIBLE: [
    'Von diesem Zustand führt kein Weg dorthin',
    'Sehen Sie sich den Verlauf an.',
    ['customers show', 'Sehen Sie noch einmal nach: [customers show]'],
  ],
  VERIFY_DOCUMENT_DIFFERS: ['Der Beleg in SAP weicht vom Buchungsbeleg ab', 'Vergleichen Sie beide: [entries show]'],
  VERIFY_DOCUMENT_MISSING: [
    'SAP zeigt keinen Beleg zu diesem gebuchten Buchungsbeleg',
    'Sehen Sie in SAP nach dem Beleg. SAP zeigt einen neuen erst nach einigen Minuten; nach einer Wiederherstellung gleichen Sie neu ab: [sap relink]',
  ],
  VERIFY_DOCUMENT_TWICE: [
    'SAP hat mehrere Belege zu einem Buchungsschlüssel',
    'Stornieren Sie alle bis auf den, der hier verzeichnet ist: [entries show]',
  ],
  VERIFY_DOCUMENT_UNKNOWN: [
    'SAP hat einen Beleg, den diese Datenbank nicht kennt',
    'Ist diese Datenbank neu oder wiederhergestellt, rufen Sie zuerst ab: Das verknüpft, was SAP hat, und sendet nichts doppelt. Sonst klären Sie, welche andere Installation in diesen Buchungskreis bucht, bevor etwas storniert wird.',
  ],
  VERIFY_NOT_RECORDED: [
    'SAP hat den Beleg, hier ist er nicht als gebucht verzeichnet',
    'Verknüpfen Sie ihn: [sap relink]',
  ],
  VERIFY_NOT_REVERSED: [
    'Der Beleg ist hier storniert, steht aber in SAP',
    'Sehen Sie nach, ob er neu gebucht oder nie storniert wurde: [entries show]',
  ],
  VERIFY_OUTCOME_UNKNOWN: [
    'Noch ist nicht bekannt, ob SAP den Beleg gebucht hat',
    'Ein Abruf sieht in SAP nach: [sync]',
  ],
  VERIFY_REVERSED_IN_SAP: [
    'Der Beleg wurde in SAP storniert, hier ist er noch gebucht',
    'Ist das Storno richtig, verzeichnen Sie es, indem Sie denselben Zeitraum mit --adopt-reversals prüfen: [sap verify]',
  ],
} as const satisfies GermanProblems;
