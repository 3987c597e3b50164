import type { GermanProblems } from '../german-problem.ts';

const SHOW_SETTLEMENT = 'Sehen Sie sich die Abrechnung an: [settlements show]';
const SYNC_LOOKS_UP = 'Es wird zuerst in SAP nachgesehen: [sync]';

/** Settlements and their journal entries, approvals, reversals and what SAP holds of them. */
export const settlementProblems = {
  SETTLEMENT_AMBIGUOUS: [
    'Diese Abrechnung gibt es bei mehreren Verkäuferkonten',
    'Nennen Sie sie bei ihrer eigenen Kennung: [settlements show]',
  ],
  SETTLEMENT_UNKNOWN: ['Diese Abrechnung gibt es nicht', 'Sehen Sie die vorhandenen durch: [settlements list]'],
  SETTLEMENT_GAP: [
    'Zwischen zwei Abrechnungen fehlt eine',
    'Fordern Sie sie beim Selling Partner Support von Amazon an, oder laden Sie sie in Seller Central herunter (Zahlungen, Alle Abrechnungen), solange sie dort steht; danach: [settlements import]',
    [
      'Fetch it before that day',
      'Holen Sie sie vor diesem Tag ab: [sync]; kommt sie nicht, sehen Sie in Seller Central nach: Zahlungen, Alle Abrechnungen.',
    ],
  ],
  SETTLEMENT_HELD_BACK: [
    'Der Beleg wird zurückgehalten, weil sonst nur ein Teil in SAP stünde',
    'Nehmen Sie auch den Rest zurück und lassen Sie ihn neu vorschlagen: [settlements reverse]',
    ['accruals reverse', 'Nehmen Sie auch den Rest zurück: [accruals reverse]'],
    [
      'Look why SAP refused it',
      'Sehen Sie nach, warum SAP ihn abgelehnt hat, beheben Sie das und geben Sie ihn erneut frei: [entries show]',
    ],
    ['Approve them first', 'Geben Sie diese Belege zuerst frei.'],
  ],
  SETTLEMENT_NOT_REISSUED: [
    'Es gibt keine andere Datei dieser Abrechnung, über die zu entscheiden wäre',
    'Sehen Sie sich ihre Dateien an: [settlements show]',
  ],
  SETTLEMENT_OF_OTHER_CONNECTION: [
    'Die Abrechnung gehört zu einer anderen Verbindung',
    'Lesen Sie ein Verkäuferkonto nur über eine Verbindung ein; für ein anderes SAP-System nehmen Sie eine andere Datenbank. Die Abrechnung: [settlements show]',
  ],
  SETTLEMENT_REISSUED: [
    'Die Abrechnung kam noch einmal mit anderem Inhalt',
    'Vergleichen Sie beide Dateien, bevor Sie entscheiden, welche richtig ist: [settlements show]',
    [
      'Then decide',
      'Vergleichen Sie beide: [settlements compare]. Entscheiden Sie dann: bei der bisherigen bleiben mit [settlements keep], die andere verwenden mit [settlements replace].',
    ],
  ],
  SETTLEMENT_TAKEN_BACK: [
    'Ein Teil der Belege dieser Abrechnung ist in SAP storniert',
    'Entscheiden Sie, ob die Abrechnung als Ganzes neu gebucht werden soll: [settlements show]',
    [
      'Decide what becomes of it',
      'Entscheiden Sie, was daraus wird. Den Rest stornieren und neu buchen: [settlements reverse]. So belassen: [settlements leave]',
    ],
    [
      'The next sync goes on',
      'Der nächste Abruf macht weiter, sofern SAP kein Storno ablehnt: [sync]. Mit anderem Tag oder Grund: [settlements reverse]. So belassen: [settlements leave]',
    ],
  ],
  SETTLEMENT_UNSETTLED: ['Es ist nicht bekannt, was von der Abrechnung in SAP steht', SYNC_LOOKS_UP],
  REPLACEMENT_NEEDS_REASON: [
    'Zum Stornieren der gebuchten Belege fehlt der Stornogrund',
    'Nennen Sie einen Stornogrund, den das Customizing von SAP kennt: [settlements replace]',
  ],
  NOTHING_TAKEN_BACK: ['Von der Abrechnung ist nichts storniert, es gibt nichts zu entscheiden', SHOW_SETTLEMENT],
  NOTHING_TO_APPROVE: [
    'Kein Beleg wartet auf Freigabe',
    SHOW_SETTLEMENT,
    ['accruals show', 'Sehen Sie sich die Abgrenzung an: [accruals show]'],
  ],
  NOTHING_TO_POST: ['Kein Beleg ist freigegeben', 'Sehen Sie nach, was fehlt: [approvals list]'],
  NOTHING_TO_REVERSE: [
    'Es gibt keinen gebuchten Beleg zum Stornieren',
    SHOW_SETTLEMENT,
    ['Have it proposed anew', 'Lassen Sie sie neu vorschlagen: [settlements reverse]'],
  ],
  NOTHING_TO_SIMULATE: [
    'Kein Beleg ist noch zu senden',
    SHOW_SETTLEMENT,
    ['accruals show', 'Sehen Sie sich die Abgrenzung an: [accruals show]'],
  ],
  PROPOSAL_FROZEN: [
    'Der Vorschlag kann nicht zurückgenommen werden, weil Belege daraus weitergegangen sind',
    'Korrigieren Sie durch Storno und neue Buchung; was gesendet wurde, wird nie ersetzt.',
  ],
  PROPOSAL_STANDS: [
    'Die Abrechnung wird nicht neu berechnet',
    'Weisen Sie Freigegebenes zurück, oder nehmen Sie Gebuchtes zurück: [settlements reverse]',
  ],
  PROOF_FAILED: [
    'Ein Nachweis der Abrechnung stimmt nicht',
    'Vergleichen Sie die Datei mit Seller Central, und laden Sie sie neu, falls sie abgeschnitten ist.',
    [
      'settlements show',
      'Vergleichen Sie die Datei mit Seller Central, und laden Sie sie neu, falls sie abgeschnitten ist: [settlements show]',
    ],
  ],
  DEBT_BROKEN: [
    'Die vorgetragene Schuld passt nicht zur vorherigen Abrechnung',
    'Öffnen Sie beide Abrechnungen in Seller Central und vergleichen Sie den Vortrag; mögliche Ursachen stehen in docs/operations.md.',
  ],
  RESERVE_BROKEN: [
    'Die freigegebene Rücklage passt nicht zur vorherigen Abrechnung',
    'Öffnen Sie beide Abrechnungen in Seller Central und vergleichen Sie den Vortrag; mögliche Ursachen stehen in docs/operations.md.',
  ],
  TAX_RESIDUAL: [
    'Amazon hat andere Steuer einbehalten als erhoben',
    'Vergleichen Sie diese Bestellungen mit Seller Central. Um den Rest bewusst zu buchen, geben Sie ihm ein eigenes Sachkonto: [mapping assign]',
  ],
  EVIDENCE_UNKNOWN: ['Keine abgelegte Datei hat diese Prüfsumme', 'Prüfen Sie die Prüfsumme: [settlements list]'],
  EVIDENCE_DAMAGED: [
    'Eine abgelegte Datei ist nicht mehr so, wie sie abgelegt wurde',
    'Stellen Sie die Datenbank aus einer Sicherung wieder her; aus dieser Datei darf nichts gebucht werden.',
  ],
  ROWS_TOO_MANY: [
    'Hinter der Position stehen zu viele Zeilen, um darin zu suchen',
    'Suchen Sie stattdessen eine Bestellung oder SKU in allen Abrechnungen: [trace order]',
  ],
  TRACE_NOTHING_FOUND: [
    'Dazu wurde nichts gefunden',
    'Prüfen Sie die Schreibweise; was Amazon noch nicht abgerechnet hat, steht in keiner Abrechnung: [orders show]',
  ],
} as const satisfies GermanProblems;
