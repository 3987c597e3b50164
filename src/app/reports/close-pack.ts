import type { YearMonth } from '../../core/index.ts';
import type { CloseCheck } from './close-check.ts';
import type { Report, ReportSection } from './report.ts';

/** A month end on one report: the checklist with each question's number and state, lines to sign, then what shows it. */
export function closePack(input: {
  readonly connection: string;
  readonly month: YearMonth;
  readonly checks: readonly CloseCheck[];
  /** Tables that belong to no question: entries and balances of the month. */
  readonly sections: readonly ReportSection[];
}): { readonly report: Report; readonly isComplete: boolean } {
  const { connection, month, checks } = input;
  const open = checks.filter(({ state }) => state === 'open').length;
  const unchecked = checks.filter(({ state }) => state === 'not checked').length;
  return {
    isComplete: open === 0,
    report: {
      name: 'month-close',
      title: `Month end ${month}`,
      facts: [
        { title: 'connection', value: connection },
        { title: 'month', value: month },
        { title: 'questions', value: checks.length },
        { title: 'open', value: open },
        { title: 'not checked', value: unchecked },
      ],
      sections: [checklist(checks), signOff(), ...checks.flatMap(({ sections }) => sections), ...input.sections],
      notes: ['Made from what this database holds; documents that were booked in SAP by hand are not in it.'],
    },
  };
}

function checklist(checks: readonly CloseCheck[]): ReportSection {
  return {
    key: 'checklist',
    title: 'Checklist',
    columns: [
      { key: 'number', title: 'no.', kind: 'count' },
      { key: 'title', title: 'question', kind: 'text' },
      { key: 'state', title: 'state', kind: 'text' },
      { key: 'value', title: 'number', kind: 'text' },
      { key: 'says', title: 'what it says', kind: 'text' },
      { key: 'next', title: 'next', kind: 'text' },
      { key: 'initials', title: 'initials', kind: 'text' },
    ],
    rows: checks.map(({ title, state, number, says, next }, index) => ({
      number: index + 1,
      title,
      state,
      value: number,
      says,
      next,
      initials: '______',
    })),
  };
}

/** Lines on which people sign. */
export function signOff(): ReportSection {
  return {
    key: 'signatures',
    title: 'Signatures',
    columns: [
      { key: 'role', title: 'as', kind: 'text' },
      { key: 'name', title: 'name', kind: 'text' },
      { key: 'day', title: 'day', kind: 'text' },
      { key: 'signature', title: 'signature', kind: 'text' },
    ],
    rows: ['Prepared by', 'Reviewed by', 'Approved by'].map((role) => ({
      role,
      name: '____________________',
      day: '____________',
      signature: '______________________________',
    })),
  };
}
