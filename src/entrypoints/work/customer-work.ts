import { maintainCustomers, SYSTEM } from '../../app/index.ts';
import { HOUR_MS, toProblem } from '../../core/index.ts';
import { openConnection, type Workspace } from '../composition.ts';
import { nameOf, withSettingsOfNow } from './sync-works.ts';
import { DONE, type TurnPayload, type TurnResult, type Work } from './turn.ts';

/** Once a day: master data changes rarely. */
export function customerWork(workspace: Workspace): Work {
  return {
    name: 'customers',
    run: (turn, signal) => {
      const work = () => runCustomers(workspace, turn, signal);
      return withSettingsOfNow(workspace, { connection: nameOf(turn), work });
    },
  };
}

async function runCustomers(workspace: Workspace, turn: TurnPayload, signal: AbortSignal): Promise<TurnResult> {
  const { log } = workspace;
  const name = nameOf(turn);
  const opened = await openConnection(workspace, name, { actor: SYSTEM, signal });
  try {
    const context = opened.customerContext(() => {});
    const { problems, ...counts } = await maintainCustomers(context, { overwrite: false, signal });
    log.write('info', 'customers.done', { connection: name, ...counts });
    for (const { code, says } of problems) log.write('warn', 'customers.problem', { connection: name, code, says });
    return DONE;
  } catch (thrown) {
    const problem = toProblem(thrown);
    // Another process is at it, or customers were switched off.
    if (['CUSTOMERS_RUNNING', 'CUSTOMERS_OFF'].includes(problem.code)) return DONE;
    if (problem.code === 'SAP_PAUSED') return { state: 'waits', problem: problem.toJSON(), againAfterMs: HOUR_MS };
    throw problem;
  } finally {
    await opened.close();
  }
}
