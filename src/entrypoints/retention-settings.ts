import { z } from 'zod';

/** The feeds read up to some months back again, and what is read again must not have been removed meanwhile. */
const months = z.int().min(6).max(1_200).optional();
const years = z.int().min(1).max(100).optional();

/** Section `retention` of the installation file: how long records are kept. What is not named has its default. */
export const RETENTION_SCHEMA = z.strictObject({
  ordersMonths: months,
  eventsMonths: months,
  payoutsMonths: months,
  reimbursementsMonths: months,
  taxLinesMonths: months,
  unreadableMonths: months,
  reportRequestsMonths: months,
  unusedFilesMonths: months,
  jobHistoryDays: z.int().min(1).max(36_500).optional(),
  settlementsYears: years,
  auditYears: years,
});
