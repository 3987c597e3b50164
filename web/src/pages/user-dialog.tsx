import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { UserView, UserWithPassword } from '../../../src/entrypoints/http/contract/access.ts';
import { useWrite } from '../api/use-answer.ts';
import { CheckList } from '../components/check-list.tsx';
import { isShownByField } from '../components/field-frame.tsx';
import { FormField } from '../components/form-field.tsx';
import { Modal } from '../components/modal.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
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

/** Asks for what one change of a user takes, and does it. */
export function UserDialog({ verb, user, onClose, onDone }: UserDialogProps) {
  const words = useTexts(usersTexts);
  const { mutate, error, isPending } = useWrite<UserView | UserWithPassword>();
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [roles, setRoles] = useState<readonly string[]>(user?.roles ?? ['viewer']);
  const [why, setWhy] = useState('');
  const [isTried, setTried] = useState(false);
  const isAdd = verb === 'add';
  const perform = () => {
    setTried(true);
    if (why.trim() === '') return;
    const path = isAdd ? '/users' : `/users/${encodeURIComponent(user?.name ?? '')}/${verb}`;
    const body = { why, ...(isAdd && { name, displayName }), ...((isAdd || verb === 'roles') && { roles }) };
    const done = (answer: UserView | UserWithPassword) => onDone('password' in answer ? answer : undefined);
    mutate({ method: 'POST', path, body }, { onSuccess: done });
  };
  const problem = error?.problem;
  const title = user ? `${words.verbs[verb]}: ${user.displayName}` : words.verbs[verb];
  return (
    <Modal headerText={title} onClose={onClose} footer={<DialogBar {...{ verb, isPending, perform, onClose }} />}>
      <div className="form-dialog">
        <p>{words.says[verb]}</p>
        {isAdd && (
          <>
            <FormField
              name="name"
              label={words.name}
              value={name}
              onChange={setName}
              hint={words.nameHint}
              required
              problem={problem}
              codes={NAME_CODES}
            />
            <FormField
              name="displayName"
              label={words.displayName}
              value={displayName}
              onChange={setDisplayName}
              problem={problem}
            />
          </>
        )}
        {(isAdd || verb === 'roles') && <RoleChoice roles={roles} onChange={setRoles} />}
        <FormField
          name="why"
          label={words.why}
          value={why}
          onChange={setWhy}
          required
          problem={problem}
          fault={isTried && why.trim() === '' ? words.whyNeeded : undefined}
        />
        {problem && !isShownByField(problem, ['name', 'displayName', 'why'], Object.keys(NAME_CODES)) && (
          <ProblemStrip problem={problem} />
        )}
      </div>
    </Modal>
  );
}

function RoleChoice({ roles, onChange }: { roles: readonly string[]; onChange: (roles: readonly string[]) => void }) {
  const words = useTexts(usersTexts);
  const { roles: names } = useTexts(signInTexts);
  const choices = (Object.keys(names) as (keyof typeof names)[]).map((value) => ({
    value,
    text: `${names[value]}: ${words.roleSays[value]}`,
  }));
  return <CheckList label={words.roles} choices={choices} chosen={roles} onChange={onChange} />;
}

interface DialogBarProps {
  readonly verb: UserVerb;
  readonly isPending: boolean;
  readonly perform: () => void;
  readonly onClose: () => void;
  /** Given by the dialog, which only finds a footer that says where it belongs. */
  readonly slot?: string;
}

function DialogBar({ verb, isPending, perform, onClose, slot }: DialogBarProps) {
  const words = useTexts(usersTexts);
  return (
    <Bar
      {...(slot && { slot })}
      endContent={
        <>
          <Button design={verb === 'disable' ? 'Negative' : 'Emphasized'} disabled={isPending} onClick={perform}>
            {words.verbs[verb]}
          </Button>
          <Button design="Transparent" onClick={onClose}>
            {words.cancel}
          </Button>
        </>
      }
    />
  );
}
