import { describe, expect, it } from 'vitest';
import { type LocalDate, parseLocalDate } from '../core/index.ts';
import { credentialAges } from './credential-ages.ts';

const day = parseLocalDate;

function secretOn(today: LocalDate) {
  const [age] = credentialAges({ secretIssuedOn: day('2026-01-01'), authorisedOn: null }, today);
  return age;
}

describe('the age of a credential', () => {
  it('a client secret lives 180 days and an authorisation 365', () => {
    const issued = day('2026-03-01');
    expect(credentialAges({ secretIssuedOn: issued, authorisedOn: issued }, day('2026-03-01'))).toEqual([
      { kind: 'client-secret', issuedOn: issued, expiresOn: '2026-08-28', daysLeft: 180, threshold: null },
      { kind: 'authorisation', issuedOn: issued, expiresOn: '2027-03-01', daysLeft: 365, threshold: null },
    ]);
  });

  it.each([
    ['2026-05-30', 31, null],
    ['2026-05-31', 30, 30],
    ['2026-06-15', 15, 30],
    ['2026-06-16', 14, 14],
    ['2026-06-22', 8, 14],
    ['2026-06-23', 7, 7],
    ['2026-06-28', 2, 7],
    ['2026-06-29', 1, 1],
    ['2026-06-30', 0, 1],
    ['2026-07-01', -1, 0],
    ['2027-07-01', -366, 0],
  ])('on %s has %i days left and has reached the threshold %j', (today, daysLeft, threshold) => {
    expect(secretOn(day(today))).toMatchObject({ expiresOn: '2026-06-30', daysLeft, threshold });
  });

  it('counts a leap day', () => {
    const [age] = credentialAges({ secretIssuedOn: null, authorisedOn: day('2027-03-01') }, day('2027-03-01'));
    expect(age).toMatchObject({ kind: 'authorisation', expiresOn: '2028-02-29' });
  });

  it('says nothing of one whose day is not known', () => {
    expect(credentialAges({ secretIssuedOn: null, authorisedOn: null }, day('2026-01-01'))).toEqual([]);
  });
});
