import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { useEffect, useState } from 'react';
import type { SessionAnswer } from '../../../src/entrypoints/http/contract/access.ts';
import { useAnswer } from '../api/use-answer.ts';
import { SESSION_PATH, useSession } from '../session.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import type { User } from '../user.ts';
import { CredentialField } from './credential-field.tsx';
import { Modal } from './modal.tsx';
import { PasswordFields } from './password-fields.tsx';

export interface SignInAgainProps {
  /** Whose page this is. */
  readonly user: User;
  readonly ways: SessionAnswer['ways'];
  /** They are signed in, by a password that holds once. */
  readonly hasToChange: boolean;
}

/** While this is open, somebody may sign in in another window. */
const LOOK_MS = 3_000;
const OF_PASSWORD = ['SIGN_IN_REFUSED', 'USER_LOCKED', 'TOO_MANY_SIGN_INS', 'PASSWORD_SIGN_IN_OFF'] as const;

/** Over a page whose session is over, of which nothing is seen meanwhile: what was typed there stays, and goes on afterwards. */
export function SignInAgain({ user, ways, hasToChange }: SignInAgainProps) {
  const words = useTexts(signInTexts);
  const session = useSession();
  const [password, setPassword] = useState('');
  const [isBlocked, setBlocked] = useState(false);
  useHiddenPage();
  useAnswer<SessionAnswer>(SESSION_PATH, { refreshMs: LOOK_MS });
  const isElsewhere = user.signsInBy === 'single-sign-on';
  const takesPassword = !isElsewhere && ways.passwords && !hasToChange;
  const submit = () => {
    if (!session.isBusy && takesPassword) void session.signInAgain(user.name, password);
  };
  const goElsewhere = async () => setBlocked(!(await session.goToIdentityProviderElsewhere()));
  return (
    <Modal
      className={OVER}
      headerText={words.ended.title}
      problem={session.problem}
      {...(takesPassword && { onSubmit: submit })}
      onBeforeClose={(event) => event.preventDefault()}
      footer={
        <Bar
          design="Footer"
          endContent={
            <>
              {takesPassword && (
                <Button design="Emphasized" loading={session.isBusy} onClick={submit}>
                  {words.signIn}
                </Button>
              )}
              {isElsewhere && ways.singleSignOn && (
                <Button design="Emphasized" loading={session.isBusy} onClick={() => void goElsewhere()}>
                  {words.sso(ways.singleSignOn.label)}
                </Button>
              )}
              <Button design="Transparent" onClick={() => location.reload()}>
                {words.ended.other}
              </Button>
            </>
          }
        />
      }
    >
      <div className="sl-dialog sl-stack">
        <div>
          {hasToChange ? words.first.why(user.displayName) : words.ended.says(`${user.displayName} (${user.name})`)}
        </div>
        {isElsewhere && <div>{isBlocked ? words.ended.blocked : words.ended.elsewhere}</div>}
        {takesPassword && (
          <>
            <input type="hidden" name="username" autoComplete="username" value={user.name} readOnly />
            <CredentialField
              name="password"
              label={words.password}
              value={password}
              onChange={setPassword}
              autoComplete="current-password"
              isPassword
              required
              takesFocus
              codes={Object.fromEntries(OF_PASSWORD.map((code) => [code, words.says[code]]))}
            />
          </>
        )}
        {hasToChange && <PasswordFields presentLabel={words.first.present} userName={user.name} />}
        <div className="sl-muted">{words.ended.otherSays}</div>
      </div>
    </Modal>
  );
}

/** Of the dialog that stays to be seen. */
const OVER = 'sl-over-ended';
const ENDED = 'sl-ended';

/** Whoever comes to a page that was left alone sees nothing of the books. */
function useHiddenPage(): void {
  useEffect(() => {
    document.body.classList.add(ENDED);
    return () => document.body.classList.remove(ENDED);
  }, []);
}
