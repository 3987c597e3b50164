import { spanAround, type WorkName } from '../../app/index.ts';
import type { Workspace } from '../composition.ts';
import type { TurnPayload } from './turn.ts';

/** Whether that moment lies in the quiet hours of the connection: what would go on by itself then waits for its next turn. */
export async function isQuietAt(
  { books }: Workspace,
  { turn, work }: { readonly turn: TurnPayload; readonly work: WorkName },
  atMs: number,
): Promise<boolean> {
  const { id } = await books.getConnection(turn.connection ?? '');
  const record = (await books.listSchedules(id)).find((each) => each.work === work);
  if (!record) return false;
  const { quietHours, timeZone } = record.plan.calendar;
  return spanAround(quietHours, atMs, timeZone) !== undefined;
}
