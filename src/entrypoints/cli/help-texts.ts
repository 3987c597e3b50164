import type { Command } from 'commander';

/** Which heading of the help each command stands under. */
export const HEADINGS: readonly { readonly title: string; readonly commands: readonly string[] }[] = [
  { title: 'Begin:', commands: ['preview', 'start', 'sync', 'simulators', 'overview', 'connections'] },
  {
    title: 'Book:',
    commands: ['settlements', 'entries', 'approvals', 'accruals', 'periods', 'mapping', 'master-data', 'customers'],
  },
  { title: 'What Amazon tells besides settlements:', commands: ['feeds', 'orders', 'finances', 'payouts'] },
  { title: 'Prove and report:', commands: ['sap', 'reconcile', 'deposits', 'reports', 'trace', 'audit'] },
  {
    title: 'Run it:',
    commands: [
      'worker',
      'workers',
      'jobs',
      'schedule',
      'alerts',
      'backup',
      'keys',
      'secrets',
      'database',
      'settings',
      'users',
      'tokens',
    ],
  },
  { title: 'Keep and delete:', commands: ['privacy', 'retention'] },
  { title: 'More:', commands: ['completion', 'help'] },
];

/** Command lines to start from, with what they do. */
export const EXAMPLES: ReadonlyMap<string, readonly (readonly [line: string, does: string])[]> = new Map([
  [
    'preview',
    [
      ['preview settlement.txt', 'the journal of a settlement file; nothing is stored and nothing is sent'],
      ['preview settlement.txt --mapping accounts.yaml', 'with accounts of your own'],
    ],
  ],
  [
    'start',
    [
      ['start', 'the service with its page; the demo where no connection is configured'],
      ['start --port 8080 --metrics-port 9464', 'at another port, with metrics for Prometheus'],
    ],
  ],
  [
    'sync',
    [
      ['sync acme', 'everything that is new at Amazon, as far as it may be booked'],
      ['sync acme --now', 'also outside the posting windows'],
      ['sync acme --json > report.json', 'for a script; the exit code says what kind of problem there was'],
    ],
  ],
  [
    'connections',
    [
      ['connections add --file acme.yaml', 'a seller account and the SAP system that it is booked in'],
      ['connections doctor acme', 'tries everything once and says how to mend what is missing'],
    ],
  ],
  [
    'settlements',
    [
      ['settlements list --state quarantined', 'what is not booked yet, because something in it is not known'],
      ['settlements show 11223344556', 'one settlement with its proofs and its entries'],
      ['settlements approve 11223344556 --why "as checked"', 'all its entries, exactly as they are now'],
    ],
  ],
  [
    'entries',
    [
      ['entries list --state unknown', 'entries of which nobody knows yet whether SAP booked them'],
      ['entries show A1B2C3D4E5F60718', 'one journal entry by its posting key'],
    ],
  ],
  [
    'mapping',
    [
      ['mapping unknown acme', 'values that the account table has no line kind for'],
      ['mapping impact acme accounts.yaml', 'what another account table would change'],
      ['mapping import acme accounts.yaml --dry-run', 'the same checks, without recording it'],
    ],
  ],
  ['feeds', [['feeds sync acme --feed orders', 'one feed alone; without --feed all that are switched on']]],
  [
    'reconcile',
    [
      ['reconcile month acme 2026-10', 'a whole month: what stands where, and what differs'],
      ['reconcile payouts acme --format xlsx --output payouts.xlsx', 'as a spreadsheet'],
    ],
  ],
  ['reports', [['reports journal acme --month 2026-10 --format csv', 'what was booked in a month']]],
  ['trace', [['trace order 111-2223334-5556667', 'from an order to its rows, entries and documents']]],
  [
    'audit',
    [
      ['audit verify', 'the chains of what was done'],
      ['audit verify --everything', 'every table against the audit log; takes a while'],
    ],
  ],
  [
    'backup',
    [
      ['backup create /backups/books.slb', 'everything but the vault key'],
      ['backup drill /backups/books.slb', 'restores it beside the books, checks it, drops it again'],
    ],
  ],
  ['jobs', [['jobs list --state gave-up', 'what nobody tries again by itself']]],
  [
    'completion',
    [
      ['completion bash > ~/.local/share/bash-completion/completions/seller-ledger', 'for bash'],
      ['completion zsh > ~/.zfunc/_seller-ledger', 'for zsh, where fpath has ~/.zfunc'],
      ['completion fish > ~/.config/fish/completions/seller-ledger.fish', 'for fish'],
    ],
  ],
]);

/** Sorts the commands of the help under headings and adds examples to those that have some. */
export function addHelpTexts(program: Command): void {
  for (const { title, commands } of HEADINGS) {
    for (const command of program.commands) if (commands.includes(command.name())) command.helpGroup(title);
  }
  for (const command of program.commands) {
    const lines = exampleLines(command.name());
    if (lines.length > 0) command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
  }
  program.addHelpText(
    'after',
    ['', 'What a code means: docs/problems.md. Each command: seller-ledger COMMAND --help'].join('\n'),
  );
}

function exampleLines(name: string): string[] {
  return (EXAMPLES.get(name) ?? []).flatMap(([line, does]) => [`  $ seller-ledger ${line}`, `      ${does}`]);
}

/** What somebody sees who calls the program without a word: the first three things to do. */
export function welcomeLines(program: Command, strong: (text: string) => string): string[] {
  return [
    `${strong('seller-ledger')} ${program.version() ?? ''}: ${program.description()}`,
    '',
    `${strong('1.')} Watch it work, with a pretend Amazon and a pretend SAP:`,
    '     seller-ledger start',
    `${strong('2.')} See the journal of a settlement file of your own; nothing is stored and nothing is sent:`,
    '     seller-ledger preview FILE',
    `${strong('3.')} Connect a seller account with SAP, and have everything tried once:`,
    '     seller-ledger connections add --file connection.yaml',
    '     seller-ledger connections doctor NAME',
    '',
    'All commands: seller-ledger --help. One of them: seller-ledger COMMAND --help',
  ];
}
