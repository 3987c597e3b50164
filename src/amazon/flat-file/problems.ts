import { Problem, type ProblemFacts, type ProblemPlace } from '../../core/index.ts';

/** What keeps a whole report on request from being read. A single row that cannot be read is kept aside instead. */

export type Place = ProblemPlace & { readonly file: string };

const KEEP = 'Keep the file, and report this code with the names of its columns; other reports are not touched by it.';

function invalid(place: Place, facts: Pick<ProblemFacts, 'code' | 'says' | 'next'> & { cause?: unknown }): Problem {
  const { code, says, next, cause } = facts;
  return new Problem({ code, kind: 'invalid', says, next, where: place }, { cause });
}

/** `looks`: what it is instead, as the end of a sentence. */
export function notATable(place: Place, looks: string): Problem {
  return invalid(place, {
    code: 'REPORT_NOT_A_TABLE',
    says: `The report cannot be read as rows and columns: ${looks}.`,
    next: `Sync again later: a page or an error message may have come in its place. If it stays so: ${KEEP}`,
  });
}

export function columnMissing(place: Place, columns: readonly string[]): Problem {
  return invalid(place, {
    code: 'REPORT_COLUMN_MISSING',
    says: `The report lacks ${columns.length === 1 ? 'the column' : 'the columns'} ${columns.join(', ')}.`,
    next: `Amazon may have renamed columns; a newer program may know them. ${KEEP}`,
  });
}

export function rowTooLong(place: Place, bytesMax: number): Problem {
  return invalid(place, {
    code: 'REPORT_ROW_TOO_LONG',
    says: `A row is longer than ${bytesMax} bytes; a quote that is never closed would look so, too.`,
    next: KEEP,
  });
}

export function charsetWrong(place: Place, label: string): Problem {
  return invalid(place, {
    code: 'REPORT_CHARSET_WRONG',
    says: `The report comes in the charset ${JSON.stringify(label.slice(0, 40))}; UTF-8, windows-1252 and Shift_JIS can be read.`,
    next: KEEP,
  });
}

export function damaged(place: Place, cause: Problem): Problem {
  return invalid(place, {
    code: 'REPORT_DAMAGED',
    says: `The report cannot be decompressed: ${cause.says}`,
    next: 'Sync again: it is asked for anew. If it stays so, report it.',
    cause,
  });
}
