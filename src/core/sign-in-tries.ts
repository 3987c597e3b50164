import { HOUR_MS } from './durations.ts';

/** As long as the longest lock after wrong passwords: once nothing was wrong for this time, everything before is forgotten. */
export const FORGOTTEN_MS = 4 * HOUR_MS;
