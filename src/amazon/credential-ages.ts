import type { CredentialAge, CredentialKind } from '../app/index.ts';
import { epochSecondsOfUtcMidnight, formatInstant, type LocalDate } from '../core/index.ts';

/** Source: developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials and …/renew-authorizations. */
const LIFE_DAYS: Readonly<Record<CredentialKind, number>> = { 'client-secret': 180, authorisation: 365 };
const THRESHOLDS = [1, 7, 14, 30] as const;
const secondsPerDay = 86_400;

/**
 * How old the secret and the authorisation are. One whose day is not known is left out. Amazon publishes the age of an
 * authorisation for public applications only, so one that is over is a reason to warn, never to stop.
 */
export function credentialAges(
  facts: { readonly secretIssuedOn: LocalDate | null; readonly authorisedOn: LocalDate | null },
  today: LocalDate,
): readonly CredentialAge[] {
  const ages: CredentialAge[] = [];
  const add = (kind: CredentialKind, issuedOn: LocalDate | null) => {
    if (issuedOn !== null) ages.push(ageOf(kind, issuedOn, today));
  };
  add('client-secret', facts.secretIssuedOn);
  add('authorisation', facts.authorisedOn);
  return ages;
}

function ageOf(kind: CredentialKind, issuedOn: LocalDate, today: LocalDate): CredentialAge {
  const expiresAt = epochSecondsOfUtcMidnight(issuedOn) + LIFE_DAYS[kind] * secondsPerDay;
  const daysLeft = (expiresAt - epochSecondsOfUtcMidnight(today)) / secondsPerDay;
  const threshold = daysLeft < 0 ? 0 : (THRESHOLDS.find((days) => daysLeft <= days) ?? null);
  return { kind, issuedOn, expiresOn: formatInstant(expiresAt).slice(0, 10) as LocalDate, daysLeft, threshold };
}
