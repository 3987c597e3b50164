import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import type { SessionAnswer, SessionList } from '../../../src/entrypoints/http/contract/access.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { PasswordFields } from '../components/password-fields.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { roleNames } from '../components/role-names.ts';
import { Section } from '../components/section.tsx';
import { SESSION_PATH } from '../session.ts';
import { accountTexts } from '../texts/account.ts';
import { useFormat } from '../texts/format.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { TokenSection } from './account-tokens.tsx';
import './account.css';

/** What belongs to whoever is signed in: password, sessions, tokens. */
export function AccountPage() {
  const words = useTexts(accountTexts);
  const { roles } = useTexts(signInTexts);
  const service = useServiceWords();
  const { data } = useAnswer<SessionAnswer>(SESSION_PATH, { refreshMs: false });
  const user = data?.user;
  if (!user) return null;
  return (
    <Page title={words.title} subtitle={`${user.displayName} (${user.name})`}>
      <div className="sl-stack">
        <Section title={words.you}>
          <dl className="account-facts">
            <dt>{words.roles}</dt>
            <dd>{roleNames(user.roles, roles)}</dd>
            <dt>{words.permissions}</dt>
            <dd>{user.permissions.map((one) => service.name('permission', one)).join(', ')}</dd>
          </dl>
        </Section>
        <Section title={words.password}>
          {user.signsInBy === 'password' ? <OwnPassword userName={user.name} /> : <p>{words.passwordElsewhere}</p>}
        </Section>
        <Section title={words.sessions}>
          <Sessions />
        </Section>
        <Section title={words.tokens}>
          <TokenSection permissions={user.permissions} />
        </Section>
      </div>
    </Page>
  );
}

function OwnPassword({ userName }: { readonly userName: string }) {
  const words = useTexts(accountTexts);
  const [isChanged, setChanged] = useState(false);
  return (
    <div className="account-password">
      {isChanged && (
        <MessageStrip design="Positive" hideCloseButton role="status">
          {words.changed}
        </MessageStrip>
      )}
      <PasswordFields presentLabel={words.present} userName={userName} onDone={() => setChanged(true)} />
    </div>
  );
}

type Session = SessionList['items'][number];

function Sessions() {
  const words = useTexts(accountTexts);
  const format = useFormat();
  const { data, error } = useAnswer<SessionList>('/sessions', { refreshMs: 30_000 });
  const { mutate, error: refusal } = useWrite<undefined>();
  const columns: readonly DataColumn<Session>[] = [
    {
      id: 'browser',
      title: words.browser,
      text: ({ agent, isThis }) => `${browserOf(agent)}${isThis ? ` (${words.thisOne})` : ''}`,
    },
    { id: 'started', title: words.started, text: ({ startedAt }) => format.instant(startedAt), width: 190 },
    { id: 'seen', title: words.lastSeen, text: ({ lastSeenAt }) => format.instant(lastSeenAt), width: 190 },
    {
      id: 'end',
      title: words.end,
      text: ({ agent }) => words.endOf(browserOf(agent)),
      cell: ({ id, agent, isThis }) =>
        isThis ? null : (
          <Button
            design="Transparent"
            accessibleName={words.endOf(browserOf(agent))}
            onClick={() => mutate({ method: 'POST', path: `/sessions/${id}/end` })}
          >
            {words.end}
          </Button>
        ),
      width: 130,
    },
  ];
  const problem = error?.problem ?? refusal?.problem;
  return (
    <>
      {problem && <ProblemStrip problem={problem} />}
      <DataTable label={words.sessions} rows={data?.items ?? []} columns={columns} isLoading={!data} visibleRows={5} />
    </>
  );
}

const BROWSERS = ['Edg', 'OPR', 'Firefox', 'HeadlessChrome', 'Chrome', 'Safari'] as const;
const NAMES: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', HeadlessChrome: 'Chrome' };
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'] as const;

/** `Firefox, Windows` out of what a browser says of itself. */
function browserOf(agent: string): string {
  const browser = BROWSERS.find((name) => agent.includes(`${name}/`));
  const system = SYSTEMS.find((name) => agent.includes(name));
  const known = [browser && (NAMES[browser] ?? browser), system].filter(Boolean);
  return known.length > 0 ? known.join(', ') : agent.slice(0, 40) || '?';
}
