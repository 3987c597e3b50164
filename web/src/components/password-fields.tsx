import { type FormEvent, useState } from 'react';
import { useSession } from '../session.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { CredentialField } from './credential-field.tsx';
import { FormProblem } from './form-problem.tsx';

interface PasswordFieldsProps {
  readonly presentLabel: string;
  /** So that a password manager knows whose it is. */
  readonly userName: string;
  readonly onDone?: () => void;
}

/** Changes one's own password. */
export function PasswordFields({ presentLabel, userName, onDone }: PasswordFieldsProps) {
  const words = useTexts(signInTexts);
  const { problem, isBusy, changePassword } = useSession();
  const [present, setPresent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const [isCompared, setCompared] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setCompared(true);
    if (wanted !== again || isBusy) return;
    if (!(await changePassword(present, wanted))) return;
    for (const clear of [setPresent, setWanted, setAgain]) clear('');
    setCompared(false);
    onDone?.();
  };
  const { PASSWORD_WRONG, PASSWORD_SAME, USER_LOCKED, TOO_MANY_SIGN_INS } = words.says;
  const ofPresent = { PASSWORD_WRONG, USER_LOCKED, TOO_MANY_SIGN_INS };
  const ofNew = { PASSWORD_WEAK: undefined, PASSWORD_SAME };
  const field = { isPassword: true, required: true } as const;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <input type="hidden" name="username" autoComplete="username" value={userName} readOnly />
      <FormProblem problem={problem}>
        <CredentialField
          {...field}
          name="password"
          label={presentLabel}
          value={present}
          onChange={setPresent}
          autoComplete="current-password"
          codes={ofPresent}
        />
        <CredentialField
          {...field}
          name="newPassword"
          label={words.newPassword}
          value={wanted}
          onChange={setWanted}
          autoComplete="new-password"
          hint={words.rule}
          codes={ofNew}
        />
        <CredentialField
          {...field}
          name="again"
          label={words.again}
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
          fault={isCompared && wanted !== again ? words.notSame : undefined}
        />
      </FormProblem>
      <button type="submit" className="sign-in-submit" disabled={isBusy}>
        {words.change}
      </button>
    </form>
  );
}
