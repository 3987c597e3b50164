import { ORDER_RECEIVABLE } from './order-receivable-command.ts';
import type { ReportCommand } from './report-commands.ts';

/** Every report of the group `reports`, in the order in which help lists them. A report is added here and nowhere else. */
export const REPORTS: readonly ReportCommand[] = [ORDER_RECEIVABLE];
