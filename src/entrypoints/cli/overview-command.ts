import type { Command } from 'commander';
import type { Api } from '../api-client/api.ts';
import { Overview } from '../http/contract/overview.ts';
import { groupThousands } from './format-entry.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { sayTable } from './table.ts';

type Waiting = Overview['waiting'][number];

const WORDS: Readonly<Record<Waiting['what'], string>> = {
  approvals: 'entries and reversals to approve',
  tables: 'account tables to approve',
  rules: 'looser approval rules to accept',
  approved: 'entries approved and not yet sent',
  values: 'unknown values',
  quarantined: 'settlements in quarantine',
  rejected: 'entries that SAP rejected',
  unknown: 'entries whose outcome is unknown',
  jobs: 'jobs that failed',
  credentials: 'credentials that expire',
};

/** `overview`: what the page of the same name shows first. */
export function addOverviewCommand(program: Command, run: RunCommand): void {
  program
    .command('overview')
    .description('what needs you, what waits for others, and how fresh the data is')
    .addOption(jsonOption())
    .action(run(onApi(overview)));
}

async function overview({ terminal }: CommandContext, api: Api): Promise<number> {
  const answer = await api.ask({ path: '/overview', answer: Overview });
  const { needsYou, waiting, alerts, feeds } = answer;
  terminal.json(answer);
  const rows = waiting.filter(({ count }) => count > 0);
  if (rows.length + alerts.length === 0) terminal.say('Nothing needs anybody.');
  else if (needsYou === 0) terminal.say('Nothing waits for you. What others have to do:');
  else terminal.say(`${needsYou} for you:`);
  if (rows.length > 0) {
    sayTable(terminal, rows, [
      { title: 'waits', value: ({ what }) => WORDS[what], yields: 2 },
      { title: 'count', value: ({ count }) => String(count), align: 'right' },
      { title: 'for you', value: ({ yours }) => String(yours), align: 'right' },
      { title: 'waits for', value: ({ waitsFor }) => waitsFor.map(sayHelper).join(', '), yields: 1 },
      { title: 'amount', value: ({ amounts }) => amounts.map(sayAmount).join(', '), align: 'right' },
    ]);
  }
  for (const { severity, says, next, isYours, waitsFor } of alerts) {
    const whose = isYours || waitsFor.length === 0 ? '' : ` (waits for ${waitsFor.map(sayHelper).join(', ')})`;
    terminal.say(`${severity}${whose}: ${says}`);
    terminal.say(`  next: ${next}`);
  }
  if (feeds.length > 0) {
    sayTable(terminal, feeds, [
      { title: 'connection', value: ({ connection }) => connection },
      { title: 'feed', value: ({ feed }) => feed },
      { title: 'state', value: ({ state }) => state },
      { title: 'last run', value: ({ lastRunAt }) => lastRunAt ?? 'never' },
    ]);
  }
  return 0;
}

/** `another-mapping-editor`: another mapping editor. */
function sayHelper(helper: Waiting['waitsFor'][number]): string {
  return helper.replace('another-', 'another ').replace('mapping-editor', 'mapping editor');
}

function sayAmount({ currency, amount }: Waiting['amounts'][number]): string {
  return `${groupThousands(amount)} ${currency}`;
}
