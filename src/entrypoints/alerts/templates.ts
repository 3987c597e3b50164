import type { AlertMessage, ToldAlert } from '../../app/index.ts';
import { formatMinute, redactText } from '../../core/index.ts';

const PLACEHOLDER = /\{(\w+)\}/g;
const PLACEHOLDERS = ['installation', 'summary', 'count', 'alerts'] as const;

const SUBJECT = '[{installation}] {summary}';
const TEXT = '{summary} in {installation}.\n\n{alerts}\n\nAll that are open: seller-ledger alerts list\n';
const SAYS_IN_SUMMARY_MAX = 120;

export interface AlertTemplates {
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
}

/** What people read of a message. The subject is one line. */
export interface AlertWords {
  readonly subject: string;
  readonly text: string;
}

export function findUnknownPlaceholders(template: string): readonly string[] {
  const known: readonly string[] = PLACEHOLDERS;
  return [...template.matchAll(PLACEHOLDER)]
    .map(([all, name = '']) => (known.includes(name) ? '' : all))
    .filter(Boolean);
}

/** The words of a message by the templates given, or by the usual ones. Whatever looks like a secret is taken out of them. */
export function alertWords(message: AlertMessage, installation: string, templates: AlertTemplates = {}): AlertWords {
  const values: Readonly<Record<string, string>> = {
    installation,
    summary: summaryOf(message.alerts),
    count: String(message.alerts.length),
    alerts: message.alerts.map(linesOf).join('\n\n'),
  };
  const fill = (template: string) => template.replace(PLACEHOLDER, (all, name: string) => values[name] ?? all);
  return {
    subject: redactText(fill(templates.subject ?? SUBJECT)).replace(/\s+/g, ' '),
    text: redactText(fill(templates.text ?? TEXT)),
  };
}

function summaryOf(alerts: readonly ToldAlert[]): string {
  const [first] = alerts;
  if (first && alerts.length === 1) {
    const { kind, alert } = first;
    return `${kind === 'resolved' ? 'resolved' : alert.severity}: ${alert.says.slice(0, SAYS_IN_SUMMARY_MAX)}`;
  }
  const counts = (['critical', 'warning', 'notice'] as const).flatMap((severity) => {
    const count = alerts.filter(({ kind, alert }) => kind !== 'resolved' && alert.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  const resolved = alerts.filter(({ kind }) => kind === 'resolved').length;
  return [...counts, ...(resolved === 0 ? [] : [`${resolved} resolved`])].join(', ');
}

function linesOf({ kind, alert }: ToldAlert): string {
  const title =
    kind === 'resolved' ? 'RESOLVED' : `${alert.severity.toUpperCase()}${kind === 'reminder' ? ', still' : ''}`;
  const time = kind === 'resolved' && alert.resolvedAt ? `until ${formatMinute(alert.resolvedAt)}` : '';
  return [
    `${title}: ${alert.says}`,
    `  since ${formatMinute(alert.firstSeen)} ${time}`.trimEnd(),
    ...(kind === 'resolved' ? [] : [`  next: ${alert.next}`, `  key: ${alert.key}`]),
  ].join('\n');
}
