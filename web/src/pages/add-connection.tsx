import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { SegmentedButton } from '@ui5/webcomponents-react/SegmentedButton';
import { SegmentedButtonItem } from '@ui5/webcomponents-react/SegmentedButtonItem';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import type { ConnectionAdded } from '../../../src/entrypoints/http/contract/connections.ts';
import type { ProblemBody } from '../api/client.ts';
import { useWrite } from '../api/use-answer.ts';
import { ConnectionDrop } from '../components/connection-drop.tsx';
import { ConnectionForm } from '../components/connection-form.tsx';
import { FaultList } from '../components/fault-list.tsx';
import { focusFirstFault } from '../components/field-focus.ts';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import type { Faults } from '../components/vendor-fields.tsx';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { useTexts } from '../texts/texts.ts';

/** Of what concerns one setting and is found only when it is stored. */
const SETTING_OF: Readonly<Record<string, string>> = {
  CONNECTION_EXISTS: 'name',
  SELLER_ACCOUNT_CONNECTED: 'sellerAccount',
  SELLER_ACCOUNT_ERASED: 'sellerAccount',
  MAPPING_INVALID: 'mapping',
};

/** What is wrong, each with its setting; nothing where the problem is about no setting. */
function faultsOf(problem: ProblemBody | undefined): Faults {
  if (!problem) return [];
  if (problem.fields) return problem.fields;
  const path = SETTING_OF[problem.code];
  return path === undefined ? [] : [{ path, says: [problem.says, problem.data].filter(Boolean).join('\n') }];
}

/** Joins one seller account to one SAP system, by a form or by a file. */
export function AddConnectionPage() {
  const words = useTexts(addConnectionTexts);
  const navigate = useNavigate();
  const [way, setWay] = useState<'form' | 'file'>('form');
  const { mutate, data, error, isPending, reset } = useWrite<ConnectionAdded>();
  const add = (body: object) =>
    mutate(
      { method: 'POST', path: '/connections', body },
      { onSuccess: ({ name, isStored }) => isStored && void navigate(`/connections/${encodeURIComponent(name)}`) },
    );
  const faults = faultsOf(error?.problem);
  useEffect(() => {
    if (error) focusFirstFault();
  }, [error]);
  const mayStoreUntried = error?.problem.code === 'CONNECTION_NOT_WORKING';
  return (
    <Page title={words.title}>
      <div className="sl-stack">
        <div>
          <SegmentedButton
            accessibleName={words.how}
            onSelectionChange={({ detail }) => {
              reset();
              setWay(detail.selectedItems[0]?.dataset.way === 'file' ? 'file' : 'form');
            }}
          >
            <SegmentedButtonItem data-way="form" selected={way === 'form'}>
              {words.form}
            </SegmentedButtonItem>
            <SegmentedButtonItem data-way="file" selected={way === 'file'}>
              {words.file}
            </SegmentedButtonItem>
          </SegmentedButton>
        </div>
        {error && faults.length === 0 && <ProblemStrip problem={error.problem} />}
        <FaultList faults={faults} />
        {data && !data.isStored && (
          <MessageStrip design="Positive" hideCloseButton>
            {words.fine(data.name)}
          </MessageStrip>
        )}
        {way === 'form' ? (
          <ConnectionForm
            faults={faults}
            isBusy={isPending}
            mayStoreUntried={mayStoreUntried}
            onSubmit={({ content, accountTable, isTried }) =>
              add({
                content: accountTable ? { ...content, mapping: accountTable.name } : content,
                accountTable,
                isTried,
              })
            }
          />
        ) : (
          <ConnectionDrop
            faults={faults}
            isBusy={isPending}
            onSubmit={(file, isDryRun) => add({ ...file, isDryRun })}
          />
        )}
      </div>
    </Page>
  );
}
