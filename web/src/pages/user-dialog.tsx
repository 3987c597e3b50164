import { useState } from 'react';
import type { UserView, UserWithPassword } from '../../../src/entrypoints/http/contract/access.ts';
import { useWrite } from '../api/use-answer.ts';
import { CheckList } from '../components/check-list.tsx';
import { FormField } from '../components/form-field.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { usersTexts } from '../texts/users.ts';

export type UserVerb = 'add' | 'roles' | 'reset-password' | 'unlock' | 'disable' | 'enable';

interface UserDialogProps {
  readonly verb: UserVerb;
  readonly user?: UserView;
  readonly onClose: () => void;
  /** With the password, where there is a new one. */
  readonly onDone: (answer: UserWithPassword | undefined) => void;
}

const NAME_CODES = { USER_NAME_INVALID: undefined, USER_NAME_TAKEN: undefined } as const;
const ROLES_CODES = { USER_ROLES_INVALID: undefined } as const;

/** Asks for what one change of a user takes, and does it. */
export function UserDialog({ verb, user, onClose, onDone }: UserDialogProps) {
  const words = useTexts(usersTexts);
  const { mutateAsync } = useWrite<UserView | UserWithPassword>();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [roles, setRoles] = useState<readonly string[]>(user?.roles ?? ['viewer']);
  const isAdd = verb === 'add';
  const perform = async (why: string) => {
    const path = isAdd ? '/users' : `/users/${encodeURIComponent(user?.name ?? '')}/${verb}`;
    const body = { why, ...(isAdd && { name, displayName }), ...((isAdd || verb === 'roles') && { roles }) };
    const answer = await mutateAsync({ method: 'POST', path, body });
    onDone('password' in answer ? answer : undefined);
  };
  return (
    <ReasonDialog
      title={user ? `${words.verbs[verb]}: ${user.displayName}` : words.verbs[verb]}
      says={words.says[verb]}
      confirm={words.verbs[verb]}
      isGrave={verb === 'disable'}
      onConfirm={perform}
      onClose={onClose}
    >
      {isAdd && (
        <>
          <FormField
            name="name"
            label={words.name}
            value={name}
            onChange={setName}
            hint={words.nameHint}
            required
            codes={NAME_CODES}
          />
          <FormField name="displayName" label={words.displayName} value={displayName} onChange={setDisplayName} />
        </>
      )}
      {(isAdd || verb === 'roles') && <RoleChoice roles={roles} onChange={setRoles} />}
    </ReasonDialog>
  );
}

function RoleChoice({ roles, onChange }: { roles: readonly string[]; onChange: (roles: readonly string[]) => void }) {
  const words = useTexts(usersTexts);
  const { roles: names } = useTexts(signInTexts);
  const choices = (Object.keys(names) as (keyof typeof names)[]).map((value) => ({
    value,
    text: `${names[value]}: ${words.roleSays[value]}`,
  }));
  return (
    <CheckList
      name="roles"
      label={words.roles}
      choices={choices}
      chosen={roles}
      onChange={onChange}
      codes={ROLES_CODES}
    />
  );
}
