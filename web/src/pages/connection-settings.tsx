import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type {
  ConnectionDetail,
  EditableSettings,
  SettingsCheck,
} from '../../../src/entrypoints/http/contract/connections.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { ChangeDialog } from '../components/change-dialog.tsx';
import {
  changedPlaces,
  changeOf,
  type FormValues,
  headerOf,
  placeOfSecret,
  requiredInChange,
  secretNameOf,
  valuesOf,
} from '../components/connection-content.ts';
import { DifferenceTable } from '../components/difference-table.tsx';
import { FaultList } from '../components/fault-list.tsx';
import { focusFirstFault } from '../components/field-focus.ts';
import { KeyValues } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { Section } from '../components/section.tsx';
import { VendorFields } from '../components/vendor-fields.tsx';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { changeConnectionTexts } from '../texts/change-connection.ts';
import { useTexts } from '../texts/texts.ts';

/** Changes how a stored connection reaches Amazon and SAP: filled in, tried, shown as a difference, and stored with a reason. */
export function ConnectionSettingsPage() {
  const words = useTexts(changeConnectionTexts);
  const { name = '' } = useParams();
  const path = `/connections/${encodeURIComponent(name)}`;
  const { data: connection, error } = useAnswer<ConnectionDetail>(path, { refreshMs: 10_000 });
  const { data: stored, error: unread } = useAnswer<EditableSettings>(`${path}/settings`, { refreshMs: 10_000 });
  const problem = (error ?? unread)?.problem;
  return (
    <Page title={words.title(name)}>
      {problem && <ProblemStrip problem={problem} />}
      {!(connection && stored) && !problem && <BusyIndicator active delay={300} />}
      {connection && stored && <SettingsEditor key={name} path={path} connection={connection} stored={stored} />}
    </Page>
  );
}

interface EditorProps {
  /** Of the connection. */
  readonly path: string;
  readonly connection: ConnectionDetail;
  /** As they are by now, which may be later than what the form began with. */
  readonly stored: EditableSettings;
}

function valuesIn({ amazon, sap }: EditableSettings): FormValues {
  return valuesOf({ amazon, sap });
}

/** What somebody fills in, over settings that others may change meanwhile. */
function useEdited(stored: EditableSettings) {
  const [basis, setBasis] = useState(stored);
  const [values, setValues] = useState(() => valuesIn(stored));
  const before = valuesIn(basis);
  return {
    basis,
    before,
    values,
    set: (place: string, value: string) => setValues((all) => ({ ...all, [place]: value })),
    /** The same changes, made from what the settings are now. */
    takeStored: () => {
      const own = changedPlaces(before, values).map((place) => [place, values[place] ?? ''] as const);
      setBasis(stored);
      setValues({ ...valuesIn(stored), ...Object.fromEntries(own) });
    },
  };
}

const NONE: readonly string[] = [];

function SettingsEditor({ path, connection, stored }: EditorProps) {
  const words = useTexts(changeConnectionTexts);
  const adding = useTexts(addConnectionTexts);
  const navigate = useNavigate();
  const { basis, before, values, set, takeStored } = useEdited(stored);
  const [missing, setMissing] = useState(NONE);
  const [found, setFound] = useState<SettingsCheck>();
  const { mutate, reset, error, isPending } = useWrite<SettingsCheck>();
  const secrets = connection.secrets.map(({ name }) => name);
  const headers = secrets.map(placeOfSecret).filter((place) => headerOf(place) !== undefined);
  const required = requiredInChange(before, values, secrets);
  const secretHint = (place: string) => (secrets.includes(secretNameOf(place)) ? words.secretStays : adding.secretHint);
  const change = { ...changeOf(before, values), basis: basis.version };
  const check = (isTried: boolean) => {
    const empty = required.filter((place) => (values[place] ?? '').trim() === '');
    // The same array as before leads nobody to what was wrong then.
    setMissing(empty.length > 0 ? empty : NONE);
    setFound(undefined);
    if (empty.length > 0) return reset();
    const asked = { method: 'POST', path: `${path}/settings/check`, body: { ...change, isTried } } as const;
    mutate(asked, { onSuccess: setFound });
  };
  useEffect(() => {
    if (error || missing.length > 0) focusFirstFault();
  }, [error, missing]);
  // What is missing now comes first; what was refused before is asked anew after that.
  const faults = missing.length > 0 ? [] : (error?.problem.fields ?? []);
  const isNothing = found?.changes.length === 0 && found.secrets.length === 0;
  return (
    <form
      className="sl-stack"
      autoComplete="off"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPending) check(true);
      }}
    >
      {!found && stored.version !== basis.version && (
        <Moved before={before} after={valuesIn(stored)} onTake={takeStored} />
      )}
      {error && faults.length === 0 && <ProblemStrip problem={error.problem} />}
      <FaultList faults={faults} />
      <Section title={adding.basics}>
        <KeyValues
          items={[
            { label: adding.fields.name, value: connection.name },
            { label: adding.fields.sellerAccount, value: <code className="sl-code">{connection.sellerAccount}</code> },
          ]}
        />
        <p className="sl-muted">{words.fixed}</p>
      </Section>
      <VendorFields form={{ values, onChange: set, faults, missing, required, secretHint, headers }} />
      {isNothing && (
        <MessageStrip design="Information" hideCloseButton role="status">
          {words.nothing}
        </MessageStrip>
      )}
      <div className="sl-row">
        <Button design="Emphasized" loading={isPending} onClick={() => check(true)}>
          {words.go}
        </Button>
        {error?.problem.code === 'CONNECTION_NOT_WORKING' && (
          <Button disabled={isPending} onClick={() => check(false)}>
            {words.goUntried}
          </Button>
        )}
        <Button design="Transparent" onClick={() => void navigate(path)}>
          {words.back}
        </Button>
        <span className="sl-muted">{isPending ? adding.trying : adding.triedFirst}</span>
      </div>
      {found && !isNothing && (
        <ChangeDialog
          path={path}
          change={change}
          found={found}
          stored={secrets}
          onDone={() => void navigate(path)}
          onClose={() => setFound(undefined)}
        />
      )}
    </form>
  );
}

interface MovedProps {
  readonly before: FormValues;
  readonly after: FormValues;
  readonly onTake: () => void;
}

/** Somebody else was faster: what they changed, and how to go on without losing what was typed. */
function Moved({ before, after, onTake }: MovedProps) {
  const words = useTexts(changeConnectionTexts);
  const rows = changedPlaces(before, {
    ...Object.fromEntries(Object.keys(before).map((place) => [place, ''])),
    ...after,
  });
  return (
    <Section title={words.theirs}>
      <MessageStrip design="Critical" hideCloseButton role="alert">
        {words.moved}
      </MessageStrip>
      {rows.length > 0 && (
        <DifferenceTable
          label={words.theirs}
          rows={rows.map((place) => ({ path: place, before: before[place] ?? null, after: after[place] ?? null }))}
        />
      )}
      <div>
        <Button onClick={onTake}>{words.take}</Button>
      </div>
    </Section>
  );
}
