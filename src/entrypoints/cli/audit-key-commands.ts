import type { Command } from 'commander';
import { assert, formatMinute } from '../../core/index.ts';
import type { Api } from '../api-client/api.ts';
import { AuditKeyItem, AuditKeyList } from '../http/contract/audit.ts';
import { onApi } from './on-api.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';

/** `audit key` and `audit rotate-key`. */
export function addAuditKeyCommands(audit: Command, run: RunCommand): void {
  audit
    .command('key')
    .description('the public key that signs heads and exports, its fingerprint, and the keys before it')
    .addOption(jsonOption())
    .action(run(onApi(show)));
  audit
    .command('rotate-key')
    .description('have another key sign from now on, for which the one before it signs')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(onApi(rotate)));
}

async function show({ terminal }: CommandContext, api: Api): Promise<number> {
  const { items } = await api.ask({ path: '/audit/keys', answer: AuditKeyList });
  const key = items.at(-1);
  assert(key !== undefined, 'the key of the audit log was made and is not listed');
  const { publicKey, fingerprint, since, number } = key;
  const earlier = items.slice(0, -1);
  terminal.json({ publicKey, fingerprint, since, number, earlier });
  terminal.say(`public key   ${publicKey}`);
  terminal.say(`fingerprint  ${fingerprint}`);
  terminal.say(`since        ${since}`);
  for (const [index, each] of earlier.entries()) {
    const end = items[index + 1]?.isHandedOver ? 'which it handed over' : 'when it was lost';
    terminal.say();
    terminal.say(`key ${each.number}        ${each.publicKey}`);
    terminal.say(`fingerprint  ${each.fingerprint}`);
    terminal.say(`in use       ${each.since} to ${each.until}, ${end}`);
  }
  return 0;
}

async function rotate({ terminal }: CommandContext, api: Api, { why }: { readonly why: string }): Promise<number> {
  const key = await api.ask({ method: 'POST', path: '/audit/keys/rotate', body: { why }, answer: AuditKeyItem });
  terminal.json(key);
  terminal.say(
    `Signing key ${key.number} is in use since ${formatMinute(key.since)}; the key before it signed for it.`,
  );
  terminal.say(`public key   ${key.publicKey}`);
  terminal.say(`fingerprint  ${key.fingerprint}`);
  terminal.say(
    'Write the fingerprint down where the one before it is, and take a signed head: seller-ledger audit head --output FILE',
  );
  return 0;
}
