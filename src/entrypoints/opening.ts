import { isProblem, Problem } from '../core/index.ts';

/** SAP's side knows no connection and writes `NAME` for it. Among hundreds of them a person has to see whose settings or secrets are meant. */
export function namingConnection<Opened>(name: string, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (!isProblem(error) || error.kind !== 'invalid') throw error;
    const says = `Connection ${name} cannot be opened. ${error.says}`;
    throw new Problem({ ...error.toJSON(), says, next: error.next.replaceAll(/\bNAME\b/g, name) }, { cause: error });
  }
}

/** What was opened before is not left open when the next thing cannot be opened. */
export async function closingOnFailure<Opened>(
  before: { close(): Promise<void> },
  open: () => Opened,
): Promise<Opened> {
  try {
    return open();
  } catch (error) {
    await before.close();
    throw error;
  }
}
