import { type Command, Option } from 'commander';
import {
  addUser,
  changeRoles,
  disableUser,
  enableUser,
  ROLES,
  resetPassword,
  type UserRecord,
  unlockUser,
} from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { withBooks } from './lazy.ts';
import { type CommandContext, jsonOption, type RunCommand } from './program.ts';
import { formatTable } from './terminal.ts';
import { userActor } from './user.ts';

interface Why {
  readonly why: string;
}

export function addUserCommands(program: Command, run: RunCommand): void {
  const users = program.command('users').description('who signs in at the page and the API, and with which roles');
  users.command('list').description('all users').addOption(jsonOption()).action(run(list));
  users
    .command('add')
    .description('add a user and print the password that signs in once')
    .argument('<name>', 'as it stands in the audit log; it never goes to anybody else')
    .addOption(rolesOption())
    .option('--display-name <text>', 'for people')
    .addOption(whyOption('added at the command line'))
    .addOption(jsonOption())
    .action(run(add));
  users
    .command('roles')
    .description('replace the roles of a user; their sessions end')
    .argument('<name>')
    .argument('<roles...>', ROLES.join(', '))
    .addOption(whyOption())
    .addOption(jsonOption())
    .action(
      run((context, name: string, roles: readonly string[], { why }: Why) =>
        changed(context, (workspace) => changeRoles(workspace.access, name, roles, askedBy(context, why))),
      ),
    );
  users
    .command('reset-password')
    .description('print a new password that signs in once; sessions of the user end')
    .argument('<name>')
    .addOption(whyOption())
    .addOption(jsonOption())
    .action(run(reset));
  addSwitches(users, run);
}

function addSwitches(users: Command, run: RunCommand): void {
  for (const [verb, description, perform] of [
    ['disable', 'let a user in no more, at once', disableUser],
    ['enable', 'let a disabled user in again', enableUser],
    ['unlock', 'let a user try passwords again after too many wrong ones', unlockUser],
  ] as const) {
    users
      .command(verb)
      .description(description)
      .argument('<name>')
      .addOption(whyOption())
      .addOption(jsonOption())
      .action(
        run((context, name: string, { why }: Why) =>
          changed(context, ({ access }) => perform(access, name, askedBy(context, why))),
        ),
      );
  }
}

function rolesOption(): Option {
  return new Option('--roles <roles...>', ROLES.join(', ')).makeOptionMandatory();
}

function whyOption(usual?: string): Option {
  const option = new Option('--why <text>', 'reason, for the audit log');
  return usual === undefined ? option.makeOptionMandatory() : option.default(usual);
}

function askedBy(context: CommandContext, why: string) {
  return { actor: userActor(context.environment), why };
}

function list(context: CommandContext): Promise<number> {
  return withBooks(context, async ({ access }) => {
    const { terminal } = context;
    const users = await access.listUsers();
    terminal.json(users);
    if (users.length === 0) terminal.say('No user yet. The first one is made by: seller-ledger start');
    else for (const line of formatTable(users, COLUMNS)) terminal.say(line);
    return 0;
  });
}

const COLUMNS = [
  { title: 'name', value: ({ name }: UserRecord) => name },
  { title: 'roles', value: ({ roles }: UserRecord) => roles.join(', ') },
  { title: 'signs in by', value: ({ identity }: UserRecord) => (identity ? 'single sign-on' : 'password') },
  { title: 'last sign-in', value: ({ lastSignInAt: at }: UserRecord) => (at ? formatMinute(at) : 'never') },
  { title: 'state', value: (user: UserRecord) => stateOf(user) },
];

function stateOf({ disabledAt, lockedUntil, mustChangePassword }: UserRecord): string {
  if (disabledAt !== null) return `disabled since ${formatMinute(disabledAt)}`;
  if (lockedUntil !== null) return `locked until ${formatMinute(lockedUntil)}`;
  return mustChangePassword ? 'password holds once' : '';
}

function add(
  context: CommandContext,
  name: string,
  options: Why & { readonly roles: readonly string[]; readonly displayName?: string },
): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { user, password } = await addUser(workspace, { name, ...options }, askedBy(context, options.why));
    sayPassword(context, user, password);
    return 0;
  });
}

function reset(context: CommandContext, name: string, { why }: Why): Promise<number> {
  return withBooks(context, async (workspace) => {
    const { user, password } = await resetPassword(workspace, name, askedBy(context, why));
    sayPassword(context, user, password);
    return 0;
  });
}

function sayPassword({ terminal }: CommandContext, user: UserRecord, password: string): void {
  terminal.json({ user, password });
  terminal.say(`${user.name} signs in once with the password ${terminal.paint('bold', password)}`);
  terminal.say('It is shown this once; the page then asks for a password of their own.');
}

function changed(context: CommandContext, perform: (workspace: Workspace) => Promise<UserRecord>): Promise<number> {
  return withBooks(context, async (workspace) => {
    const user = await perform(workspace);
    const state = stateOf(user);
    context.terminal.json(user);
    context.terminal.say(`${user.name}: ${user.roles.join(', ')}${state ? ` (${state})` : ''}`);
    return 0;
  });
}
