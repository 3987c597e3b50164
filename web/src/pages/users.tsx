import '@ui5/webcomponents-icons/dist/add.js';
import '@ui5/webcomponents-icons/dist/edit.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { Menu } from '@ui5/webcomponents-react/Menu';
import { MenuItem } from '@ui5/webcomponents-react/MenuItem';
import { ObjectStatus } from '@ui5/webcomponents-react/ObjectStatus';
import { useState } from 'react';
import type { UserList, UserView, UserWithPassword } from '../../../src/entrypoints/http/contract/access.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { roleNames } from '../components/role-names.ts';
import { SecretDialog } from '../components/secret-dialog.tsx';
import { useFormat } from '../texts/format.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { usersTexts } from '../texts/users.ts';
import { UserDialog, type UserVerb } from './user-dialog.tsx';

/** Who signs in, and what becomes of them. */
export function UsersPage() {
  const words = useTexts(usersTexts);
  const { data, error } = useAnswer<UserList>('/users');
  const [asked, setAsked] = useState<{ readonly verb: UserVerb; readonly user?: UserView }>();
  const [shown, setShown] = useState<UserWithPassword>();
  const columns = useColumns((verb, user) => setAsked({ verb, user }));
  return (
    <Page
      title={words.title}
      subtitle={words.subtitle}
      actions={
        <Button icon="add" design="Emphasized" onClick={() => setAsked({ verb: 'add' })}>
          {words.verbs.add}
        </Button>
      }
    >
      {error && <ProblemStrip problem={error.problem} />}
      <DataTable label={words.title} rows={data?.items ?? []} columns={columns} isLoading={!data} noRows={words.none} />
      {asked && (
        <UserDialog
          {...asked}
          onClose={() => setAsked(undefined)}
          onDone={(answer) => {
            setAsked(undefined);
            setShown(answer);
          }}
        />
      )}
      {shown && (
        <SecretDialog
          title={words.once.title(shown.user.name)}
          says={shown.password === null ? words.once.lost : words.once.says}
          secret={shown.password}
          onClose={() => setShown(undefined)}
        />
      )}
    </Page>
  );
}

function useColumns(ask: (verb: UserVerb, user: UserView) => void): readonly DataColumn<UserView>[] {
  const words = useTexts(usersTexts);
  const { roles } = useTexts(signInTexts);
  const format = useFormat();
  return [
    {
      id: 'name',
      title: words.name,
      text: ({ name, displayName, isSelf }) =>
        `${displayName === name ? name : `${displayName} (${name})`}${isSelf ? `, ${words.you}` : ''}`,
    },
    { id: 'roles', title: words.roles, text: (user) => roleNames(user.roles, roles) },
    { id: 'way', title: words.signsInBy, text: ({ signsInBy }) => words.ways[signsInBy], width: 150 },
    {
      id: 'last',
      title: words.lastSignIn,
      text: ({ lastSignInAt }) => (lastSignInAt ? format.instant(lastSignInAt) : words.never),
      width: 180,
    },
    {
      id: 'state',
      title: words.state,
      text: (user) => words.states[stateOf(user)],
      cell: (user) => <UserState user={user} />,
      width: 190,
    },
    {
      id: 'change',
      title: words.change,
      text: ({ name }) => words.actionsOf(name),
      cell: (user) => <UserActions user={user} ask={ask} />,
      width: 90,
    },
  ];
}

function stateOf({ disabledAt, lockedUntil, mustChangePassword }: UserView) {
  if (disabledAt) return 'disabled';
  if (lockedUntil && new Date(lockedUntil) > new Date()) return 'locked';
  return mustChangePassword ? 'once' : 'active';
}

const STATES = { active: 'Positive', disabled: 'Negative', locked: 'Critical', once: 'Information' } as const;

function UserState({ user }: { readonly user: UserView }) {
  const words = useTexts(usersTexts);
  const state = stateOf(user);
  return (
    <ObjectStatus state={STATES[state]} showDefaultIcon>
      {words.states[state]}
    </ObjectStatus>
  );
}

function UserActions({ user, ask }: { user: UserView; ask: (verb: UserVerb, user: UserView) => void }) {
  const words = useTexts(usersTexts);
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  if (user.isSelf) return null;
  const isHere = user.signsInBy === 'password';
  const verbs: readonly UserVerb[] = [
    ...(isHere ? (['roles', 'reset-password'] as const) : []),
    ...(user.lockedUntil ? (['unlock'] as const) : []),
    user.disabledAt ? 'enable' : 'disable',
  ];
  return (
    <>
      <Button
        icon="edit"
        design="Transparent"
        accessibleName={words.actionsOf(user.name)}
        tooltip={words.actionsOf(user.name)}
        onClick={({ target }) => setOpener(target as unknown as HTMLElement)}
      />
      {opener && (
        <Menu
          open
          opener={opener}
          onClose={() => setOpener(null)}
          onItemClick={({ detail: { item } }) => ask(item.dataset.verb as UserVerb, user)}
        >
          {verbs.map((verb) => (
            <MenuItem key={verb} text={words.verbs[verb]} data-verb={verb} />
          ))}
        </Menu>
      )}
    </>
  );
}
