import type { Command } from 'commander';
import type { AuditSubject } from '../../app/index.ts';
import { Problem } from '../../core/index.ts';
import { auditSummary } from '../http/views.ts';
import { counted } from './format-entry.ts';
import { withBooks } from './lazy.ts';
import { limitOption } from './list-part.ts';
import { addPackageCommands } from './package-commands.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

const EXIT_BROKEN = 70;
const EVENTS_SHOWN = 50;

export function addAuditCommands(program: Command, run: RunCommand): void {
  const audit = program.command('audit').description('the append-only, hash-chained log of everything that happened');
  audit
    .command('verify')
    .description('check the whole chain and name the first event that was changed, removed or inserted')
    .addOption(jsonOption())
    .action(run(verify));
  audit
    .command('list')
    .description('the latest events')
    .option('--subject <subject>', 'only of this subject, for example settlement/ID', parseSubject)
    .addOption(limitOption(EVENTS_SHOWN))
    .addOption(jsonOption())
    .action(run((context, options: { subject?: AuditSubject; limit: number }) => list(context, options)));
  addPackageCommands(audit, run);
}

function parseSubject(text: string): AuditSubject {
  if (isAuditSubject(text)) return text;
  throw new Problem({
    code: 'AUDIT_SUBJECT_INVALID',
    kind: 'invalid',
    says: `${JSON.stringify(text)} is not something that the audit log is about.`,
    next: 'Write connection/ID, settlement/ID, accrual/ID, entry/ID, deposit/ID, job/ID, installation/PART or buyers/all; seller-ledger audit list shows them.',
    data: text,
  });
}

function isAuditSubject(text: string): text is AuditSubject {
  return /^(connection|settlement|accrual|entry|deposit|job|installation)\/.|^buyers\/all$/.test(text);
}

function verify(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const { terminal } = context;
    const result = await books.verify();
    terminal.json(result);
    if (result.ok) {
      terminal.say(
        `${terminal.paint('green', '✓')} ${counted(result.eventCount, 'event')} in ${counted(result.chains.length, 'chain')}, unbroken.`,
      );
      for (const { chain, end } of result.chains) terminal.say(`  ${chain}  ${end.sequence}  ${end.hash}`);
      return 0;
    }
    terminal.say(
      `${terminal.paint('red', '✗')} chain ${result.firstBroken?.chain ?? '?'} is broken at event ${result.firstBroken?.sequence ?? '?'}: ${result.firstBroken?.says ?? ''}`,
    );
    return EXIT_BROKEN;
  });
}

function list(context: CommandContext, options: { subject?: AuditSubject; limit: number }): Promise<number> {
  return withBooks(context, async ({ books }) => {
    const events = await books.listEvents(options);
    context.terminal.json(events.map(auditSummary));
    for (const event of events) {
      context.terminal.say(
        `${String(event.sequence).padStart(6)}  ${event.at}  ${event.actor.name}  ${event.action}  ${event.subject}  ${event.why}`,
      );
    }
    return 0;
  });
}
