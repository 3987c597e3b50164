/** Lengths of time in milliseconds, and the day in seconds. A day here has 24 hours; local days are of `local-date.ts`. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_S = 86_400;

/**
 * Not one moment is asked twice when a clock is set back by no more than this. After a longer way back what is due comes again, as
 * turns of their own: nothing may stand still for as long as a clock was wrong.
 */
export const SET_BACK_MS_MAX = HOUR_MS;
