import { Button } from '@ui5/webcomponents-react/Button';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { SessionAnswer } from '../../../src/entrypoints/http/contract/access.ts';
import type { ProblemBody } from '../api/client.ts';
import { wordsOfCode } from '../components/code-words.ts';
import { CredentialField } from '../components/credential-field.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { LookChoice } from '../components/look-choice.tsx';
import { PasswordFields } from '../components/password-fields.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { useSession } from '../session.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import './sign-in.css';

type Says = keyof (typeof signInTexts)['en']['says'];
const OF_PASSWORD: readonly Says[] = ['SIGN_IN_REFUSED', 'USER_LOCKED', 'TOO_MANY_SIGN_INS', 'PASSWORD_SIGN_IN_OFF'];

/** For whoever is not signed in, at every address: afterwards one is where one wanted to go. */
export function SignInPage({ ways }: { readonly ways: SessionAnswer['ways'] }) {
  const words = useTexts(signInTexts);
  const { problem, isBusy, goToIdentityProvider } = useSession();
  const [search] = useSearchParams();
  const came = search.get('problem');
  const { singleSignOn } = ways;
  return (
    <Card title={words.title} subtitle={words.about}>
      {came && <p role="alert">⚠ {wordsOfCode(words.says, came, words.otherCode)}</p>}
      {problem && <ProblemStrip problem={problem} />}
      {ways.passwords && <PasswordForm />}
      {ways.passwords && singleSignOn && <p className="sign-in-or">{words.or}</p>}
      {singleSignOn && (
        <Button
          className="sign-in-wide"
          design={ways.passwords ? 'Default' : 'Emphasized'}
          disabled={isBusy}
          onClick={() => void goToIdentityProvider()}
        >
          {words.sso(singleSignOn.label)}
        </Button>
      )}
      {ways.passwords && <p className="sign-in-help">{words.help}</p>}
    </Card>
  );
}

function PasswordForm() {
  const words = useTexts(signInTexts);
  const { problem, isBusy, signIn } = useSession();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) void signIn(name, password);
  };
  return (
    <form onSubmit={submit}>
      <FormProblem problem={problem}>
        <CredentialField
          name="name"
          label={words.name}
          value={name}
          onChange={setName}
          autoComplete="username"
          required
          takesFocus
        />
        <CredentialField
          name="password"
          label={words.password}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          isPassword
          required
          codes={Object.fromEntries(OF_PASSWORD.map((code) => [code, saysOf(problem, words.says[code])]))}
        />
      </FormProblem>
      <button type="submit" className="sign-in-submit" disabled={isBusy}>
        {words.signIn}
      </button>
    </form>
  );
}

/** How long one waits stands in the words of the service. */
function saysOf(problem: ProblemBody | undefined, words: string): string {
  const until = problem?.code === 'USER_LOCKED' && problem.data ? new Date(problem.data) : undefined;
  return until ? `${words} (${until.toLocaleTimeString([], { timeStyle: 'short' })})` : words;
}

/** Before anything else, for whoever signed in with a password that holds once. */
export function FirstPasswordPage({ user }: { readonly user: NonNullable<SessionAnswer['user']> }) {
  const words = useTexts(signInTexts);
  const { signOut } = useSession();
  return (
    <Card title={words.first.title} subtitle={words.first.why(user.displayName)}>
      <PasswordFields presentLabel={words.first.present} userName={user.name} />
      <Button className="sign-in-wide" design="Transparent" onClick={() => void signOut()}>
        {words.signOut}
      </Button>
    </Card>
  );
}

function Card({ title, subtitle, children }: { title: string; subtitle: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} – seller-ledger`;
  }, [title]);
  return (
    <main className="sign-in">
      <div className="sign-in-card">
        <p className="sign-in-brand">
          <img src="/icon.svg" alt="" width="28" height="28" /> seller-ledger
        </p>
        <h1>{title}</h1>
        <p>{subtitle}</p>
        {children}
      </div>
      <LookChoice />
    </main>
  );
}
