import type { Command } from 'commander';
import { getUser, revokeToken, type TokenRecord } from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { formatTable } from './terminal.ts';
import { userActor } from './user.ts';

export function addTokenCommands(program: Command, run: RunCommand): void {
  const tokens = program
    .command('tokens')
    .description('tokens of programs that use the API; made on the page, at /account');
  tokens
    .command('list')
    .description('all tokens, without their secrets')
    .option('--user <name>', 'only of this user')
    .addOption(jsonOption())
    .action(run(list));
  tokens
    .command('revoke')
    .description('take a token back; its program is refused at once')
    .argument('<id>', 'as the list shows it')
    .requiredOption('--why <text>', 'reason, for the audit log')
    .addOption(jsonOption())
    .action(run(revoke));
}

function list(context: CommandContext, options: { readonly user?: string }): Promise<number> {
  return withBooks(context, async ({ access, clock }) => {
    const user = options.user === undefined ? undefined : await getUser(access, options.user);
    const tokens = await access.listTokens(user ? { userId: user.id } : {});
    context.terminal.json(tokens);
    if (tokens.length === 0) context.terminal.say('No token.');
    else for (const line of formatTable(tokens, columnsAt(clock.nowMs()))) context.terminal.say(line);
    return 0;
  });
}

function columnsAt(nowMs: number) {
  return [
    { title: 'id', value: ({ id }: TokenRecord) => id },
    { title: 'user', value: ({ userName }: TokenRecord) => userName },
    { title: 'label', value: ({ label }: TokenRecord) => label },
    { title: 'scopes', value: ({ scopes }: TokenRecord) => scopes.join(', ') },
    { title: 'last used', value: ({ lastUsedAt: at }: TokenRecord) => (at ? formatMinute(at) : 'never') },
    { title: 'state', value: (token: TokenRecord) => stateOf(token, nowMs) },
  ];
}

function stateOf({ revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>, nowMs: number): string {
  if (revokedAt !== null) return `revoked ${formatMinute(revokedAt)}`;
  return `${Date.parse(expiresAt) <= nowMs ? 'ended' : 'holds until'} ${formatMinute(expiresAt)}`;
}

function revoke(context: CommandContext, id: string, { why }: { readonly why: string }): Promise<number> {
  return withBooks(context, async ({ access }) => {
    const token = await revokeToken(access, { id }, { actor: userActor(context.environment), why });
    context.terminal.json(token);
    context.terminal.say(`The token ${token.label} of ${token.userName} is revoked.`);
    return 0;
  });
}
