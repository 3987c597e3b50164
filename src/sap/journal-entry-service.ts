/** Whether the journal entry service is there and takes our log-on, as far as a question that books nothing can show. */
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
 * Asks once (a token that is refused is renewed and asked with once more) and says that the service is there, or raises what is
 * wrong. To be asked after an OData service has taken the log-on: only then a refused token says something about this service.
 */
export async function sayJournalEntryService({ credential, session, settings, clock }: SapAccess): Promise<string> {
  const ask = () => session.probe({ url: settings.journalEntryUrl });
  const isToken = (await credential.logOn()).authorization?.startsWith('Bearer ') ?? false;
  // A GET cannot book anything; the service refuses it with 405 or a fault, which shows that it is there.
  let { answer, mayRenew } = await ask();
  // The token may have run out since, and a new one is fetched for the next question.
  if (answer.status === 401 && isToken) ({ answer, mayRenew } = await ask());
  const { status } = answer;
  const data = `HTTP ${status}`;
  if (status === 401) throw isToken ? tokenNotTaken(data) : logOnProblem(false, data);
  if (status === 403) throw notAuthorisedProblem('use the journal entry service', data);
  if (status === 404 || status === 410) throw endpointNotFound(data);
  if (status >= 300 && status < 400) throw redirectedProblem(answer, 'journalEntryUrl');
  if ([408, 429, 502, 503, 504].includes(status)) throw readProblem(answer, { mayRenew, nowMs: clock.nowMs() });
  if (status < 300 && isHtml(answer)) throw htmlProblem(answer, clock.nowMs());
  return `The address answers (HTTP ${status}), as it does to a question without an entry. Scenario ${POSTING_SCENARIO}.`;
}

function tokenNotTaken(data: string): SapProblem {
  return new SapProblem({
    code: 'SAP_OAUTH_NOT_TAKEN',
    kind: 'rejected',
    says: 'The log-on works for OData, but the journal entry service refuses its access token (HTTP 401): it may not take OAuth.',
    next: 'Log on by user and password or by client certificate (authentication type basic or certificate; with a destination, its authentication), which the description of this service names.',
    data,
  });
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
