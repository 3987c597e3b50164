import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { TokenList, TokenView, TokenWithSecret } from '../../../src/entrypoints/http/contract/access.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { CheckList } from '../components/check-list.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { FormField } from '../components/form-field.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { SecretDialog } from '../components/secret-dialog.tsx';
import { accountTexts } from '../texts/account.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

const DAYS = '90';

/** One's tokens for programs: made here, shown once, revoked here. */
export function TokenSection({ permissions }: { readonly permissions: readonly string[] }) {
  const words = useTexts(accountTexts);
  const { data, error } = useAnswer<TokenList>('/tokens', { refreshMs: 30_000 });
  const { mutate, error: refusal } = useWrite<TokenView>();
  const [isAsked, setAsked] = useState(false);
  const [secret, setSecret] = useState<string>();
  const columns = useColumns((id) => mutate({ method: 'POST', path: `/tokens/${id}/revoke`, body: {} }));
  const problem = error?.problem ?? refusal?.problem;
  return (
    <div className="sl-stack">
      <div>{words.tokensSay}</div>
      {problem && <ProblemStrip problem={problem} />}
      <DataTable
        label={words.tokens}
        rows={data?.items ?? []}
        columns={columns}
        isLoading={!data}
        noRows={words.noTokens}
        visibleRows={5}
      />
      <div>
        <Button onClick={() => setAsked(true)}>{words.make}</Button>
      </div>
      {isAsked && (
        <TokenDialog
          permissions={permissions}
          onClose={() => setAsked(false)}
          onDone={(answer) => {
            setAsked(false);
            setSecret(answer.secret);
          }}
        />
      )}
      {secret && (
        <SecretDialog
          title={words.once.title}
          says={words.once.says}
          secret={secret}
          onClose={() => setSecret(undefined)}
        />
      )}
    </div>
  );
}

/** What a permission lets do, with its own name where that is another: programs are told that one. */
function usePermissionText(): (permission: string) => string {
  const service = useServiceWords();
  return (permission) => {
    const name = service.name('permission', permission);
    return name === permission ? name : `${name} (${permission})`;
  };
}

function useColumns(revoke: (id: string) => void): readonly DataColumn<TokenView>[] {
  const words = useTexts(accountTexts);
  const permissionText = usePermissionText();
  const format = useFormat();
  return [
    { id: 'label', title: words.label, text: ({ label }) => label },
    { id: 'scopes', title: words.scopes, text: ({ scopes }) => scopes.map(permissionText).join(', ') },
    {
      id: 'used',
      title: words.lastSeen,
      text: ({ lastUsedAt }) => (lastUsedAt ? format.instant(lastUsedAt) : words.never),
      width: 180,
    },
    {
      id: 'ends',
      title: words.ends,
      text: ({ expiresAt, revokedAt }) =>
        revokedAt ? words.revoked(format.instant(revokedAt)) : format.instant(expiresAt),
      width: 220,
    },
    {
      id: 'revoke',
      title: words.revoke,
      text: ({ label }) => words.revokeOf(label),
      cell: ({ id, label, revokedAt }) =>
        revokedAt ? null : (
          <Button design="Transparent" accessibleName={words.revokeOf(label)} onClick={() => revoke(id)}>
            {words.revoke}
          </Button>
        ),
      width: 130,
    },
  ];
}

interface TokenDialogProps {
  readonly permissions: readonly string[];
  readonly onClose: () => void;
  readonly onDone: (answer: TokenWithSecret) => void;
}

function TokenDialog({ permissions, onClose, onDone }: TokenDialogProps) {
  const words = useTexts(accountTexts);
  const { mutateAsync } = useWrite<TokenWithSecret>();
  const [label, setLabel] = useState('');
  const [days, setDays] = useState(DAYS);
  const [scopes, setScopes] = useState<readonly string[]>(['books.read']);
  const permissionText = usePermissionText();
  // A person's own password and sessions are nothing for a program.
  const choices = permissions
    .filter((one) => one !== 'own.manage')
    .map((value) => ({ value, text: permissionText(value) }));
  return (
    <ReasonDialog
      title={words.make}
      confirm={words.make}
      withoutReason
      onConfirm={async () => {
        const body = { label, scopes, days: days.trim() === '' ? null : Number(days) };
        onDone(await mutateAsync({ method: 'POST', path: '/tokens', body }));
      }}
      onClose={onClose}
    >
      <FormField name="label" label={words.label} value={label} onChange={setLabel} hint={words.labelHint} required />
      <FormField name="days" label={words.days} value={days} onChange={setDays} type="Number" required />
      <CheckList name="scopes" label={words.scopes} choices={choices} chosen={scopes} onChange={setScopes} />
    </ReasonDialog>
  );
}
