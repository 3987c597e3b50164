import { expect, it } from 'vitest';
import { retryAfterMsOf } from './sap-problem.ts';

const NOW = Date.parse('2026-11-23T07:00:00Z');
const HOUR = 3_600_000;

it.each(['999999999999999999999999', 'Fri, 01 Jan 2100 00:00:00 GMT'])(
  'a pause of %s is cut, so that a wrong header cannot stop a connection for days, but is not taken for none',
  (header) => {
    const waitMs = retryAfterMsOf(header, NOW);
    expect(waitMs).toBeGreaterThanOrEqual(HOUR);
    expect(waitMs).toBeLessThanOrEqual(24 * HOUR);
  },
);

it.each(['', '1e3', '2026-11-23T08:00:00Z', 'Xxx, never'])(
  '%j is no pause that SAP asked for: our own growing pause counts',
  (header) => {
    expect(retryAfterMsOf(header, NOW)).toBeNull();
  },
);
