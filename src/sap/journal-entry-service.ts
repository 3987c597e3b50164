import type { SapAccess } from './access.ts';
import {
  htmlProblem,
  isHtml,
  logOnProblem,
  notAuthorisedProblem,
  readProblem,
  redirectedProblem,
} from './answer-problem.ts';
import { POSTING_SCENARIO } from './doctor-services.ts';
import { SapProblem } from './sap-problem.ts';

/**
 * Asks the journal entry service whether it is there and takes the log-on, and says so. A GET cannot book anything; the
 * service refuses it with 405 or a fault, which shows that it is there. Raises what is in the way, `SAP_OAUTH_NOT_TAKEN`
 * (rejected) where it takes no access token although other services do.
 */
export async function sayJournalEntryService({
  session,
  settings,
  clock,
}: Pick<SapAccess, 'session' | 'settings' | 'clock'>): Promise<string> {
  const { answer, refusal } = await session.probe({ url: settings.journalEntryUrl });
  const { status } = answer;
  const data = `HTTP ${status}`;
  if (status === 401) throw logOnProblem(refusal, data);
  if (status === 403) throw notAuthorisedProblem('use the journal entry service', data);
  if (status === 404 || status === 410) throw endpointNotFound(data);
  if (status >= 300 && status < 400) throw redirectedProblem(answer, 'journalEntryUrl');
  if ([408, 429, 502, 503, 504].includes(status)) throw readProblem(answer, { refusal, nowMs: clock.nowMs() });
  if (status < 300 && isHtml(answer)) throw htmlProblem(answer, clock.nowMs());
  return `The address answers (HTTP ${status}), as it does to a question without an entry. Scenario ${POSTING_SCENARIO}.`;
}

function endpointNotFound(data: string): SapProblem {
  return new SapProblem({
    code: 'SAP_SERVICE_NOT_FOUND',
    kind: 'rejected',
    says: `There is nothing at the address of the journal entry service (${data}).`,
    next: `Copy journalEntryUrl from the communication arrangement of scenario ${POSTING_SCENARIO}, service Journal Entry Post (Synchronous); on-premise from its binding in transaction SOAMANAGER.`,
    data,
  });
}
