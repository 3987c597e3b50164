import { type Command, Option } from 'commander';
import type { Api } from '../api-client/api.ts';
import { ConnectionDetail, DoctorChecks, Resumed } from '../http/contract/connections.ts';
import { exitCodeOfChecks, sayChecks } from './checks.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

interface DoctorOptions {
  readonly readOnly?: boolean;
  readonly tryPosting?: boolean;
  readonly only?: 'amazon' | 'sap';
}

export function addDoctorCommands(connections: Command, run: RunCommand): void {
  connections
    .command('doctor')
    .description(
      'try everything the connector does at Amazon and in SAP once, and say what is missing and how to mend it',
    )
    .argument('<name>')
    .addOption(new Option('--only <side>', 'one side alone').choices(['amazon', 'sap']))
    .option('--read-only', 'do not ask Amazon to make the one small report that shows whether reports can be requested')
    .addOption(
      new Option(
        '--try-posting',
        'send SAP an entry out of balance, which it cannot book, to see whether it may',
      ).conflicts('readOnly'),
    )
    .addOption(jsonOption())
    .action(run(onApi(doctor)));
  connections
    .command('resume')
    .description('let a stopped connection, or one whose SAP is paused, work again; an update of it does that as well')
    .argument('<name>')
    .requiredOption('--why <text>', 'why, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(resume)));
}

/** What the connector finds at both sides, or at one of them. */
export function askDoctor(api: Api, name: string, wish: object): Promise<DoctorChecks> {
  const params = { name };
  return api.ask({
    method: 'POST',
    path: '/connections/:name/doctor',
    params,
    body: { how: 'doctor', ...wish },
    answer: DoctorChecks,
  });
}

async function doctor(
  { terminal }: CommandContext,
  api: Api,
  name: string,
  { only, readOnly: isReadOnly = false, tryPosting = false }: DoctorOptions,
): Promise<number> {
  const checks: DoctorChecks['checks'] = [];
  // Side by side, so that a person sees the first while the second is asked.
  for (const side of ['amazon', 'sap'] as const) {
    if (only !== undefined && only !== side) continue;
    const found = await askDoctor(api, name, { only: side, isReadOnly, tryPosting });
    sayChecks(terminal, found.checks);
    checks.push(...found.checks);
  }
  const params = { name };
  const { sapPause } = await api.ask({ path: '/connections/:name', params, answer: ConnectionDetail });
  if (sapPause) terminal.say(`SAP is paused until ${sapPause.until}: ${sapPause.says}`);
  const ok = checks.every((check) => check.ok || !check.isNeeded);
  terminal.json({ connection: name, ok, checks, sapPause });
  return exitCodeOfChecks(checks);
}

async function resume(
  { terminal }: CommandContext,
  api: Api,
  name: string,
  { why }: { readonly why: string },
): Promise<number> {
  const { wasStoppedBy, endedPause } = await api.ask({
    method: 'POST',
    path: '/connections/:name/resume',
    params: { name },
    body: { why },
    answer: Resumed,
  });
  if (wasStoppedBy) terminal.say(`Connection ${name} goes on.`);
  if (endedPause) {
    terminal.say(`The pause of SAP for ${name} is over; the next sync calls it: seller-ledger sync ${name}`);
  }
  if (!wasStoppedBy && !endedPause) terminal.say(`Connection ${name} was neither stopped nor paused.`);
  terminal.json({ connection: name, wasStoppedBy, endedPause });
  return 0;
}
