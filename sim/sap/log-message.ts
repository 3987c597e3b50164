/** One line of the log that SAP returns with a document. */
export interface LogMessage {
  /** `605(RW)`; absent where the number is not publicly known, so only the text is. */
  readonly typeId?: string;
  readonly severity: '1' | '2' | '3';
  readonly note: string;
}

/** An error line. `class number` as people write it, `F5 201`, becomes SAP's `201(F5)`. */
export function refusal(message: string, note: string): LogMessage {
  const match = /^(\w+) (\d+)$/.exec(message);
  return { ...(match ? { typeId: `${match[2]}(${match[1]})` } : {}), severity: '3', note };
}

/** An error whose wording is known but not its number. */
export function wordedRefusal(note: string): LogMessage {
  return { severity: '3', note };
}
