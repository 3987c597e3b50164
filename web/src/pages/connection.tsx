import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Panel } from '@ui5/webcomponents-react/Panel';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { ConnectionDetail, Resumed } from '../../../src/entrypoints/http/contract/connections.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { ProblemWords } from '../components/as-said.tsx';
import { ConnectionState } from '../components/connection-state.tsx';
import { DoctorSection } from '../components/doctor-section.tsx';
import { KeyValues } from '../components/key-values.tsx';
import { Page } from '../components/page.tsx';
import { PostingSection } from '../components/posting-section.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ScheduleSection } from '../components/schedule-section.tsx';
import { SecretSection } from '../components/secret-section.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { VendorSection } from '../components/vendor-section.tsx';
import { addConnectionTexts } from '../texts/add-connection.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useFormat } from '../texts/format.ts';
import { overviewTexts } from '../texts/overview.ts';
import { reportCodes } from '../texts/report-codes.ts';
import { problemText } from '../texts/service-words.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

/** One connection: whether it works, what it does by itself, and its settings without secrets. */
export function ConnectionPage() {
  const { name = '' } = useParams();
  const path = `/connections/${encodeURIComponent(name)}`;
  const { data, error } = useAnswer<ConnectionDetail>(path, { refreshMs: 10_000 });
  return (
    <Page
      title={name}
      subtitle={data && !data.problem && <ConnectionState connection={data} />}
      actions={data && <Resume {...{ data }} />}
    >
      {error && <ProblemStrip problem={error.problem} />}
      {!data && !error && <BusyIndicator active delay={300} />}
      {data && (
        <div className="sl-stack">
          <Stops connection={data} />
          <DoctorSection path={path} />
          <Known connection={data} />
          <ScheduleSection connection={data.name} schedule={data.schedule} />
          <Feeds feeds={data.feeds} />
          <PostingSection path={path} settings={data.settings} version={data.version} />
          <VendorSection connection={data} />
          <SecretSection path={path} secrets={data.secrets} />
          <Settings settings={data.settings} />
        </div>
      )}
    </Page>
  );
}

function Resume({ data }: { readonly data: ConnectionDetail }) {
  const words = useTexts(connectionTexts);
  const may = useMay('operation.manage');
  const [isOpen, setOpen] = useState(false);
  const { mutateAsync } = useWrite<Resumed>();
  if (!data.stoppedBy && !data.sapPause) return null;
  return (
    <>
      <Button design="Emphasized" disabled={!may} onClick={() => setOpen(true)}>
        {words.resume}
      </Button>
      {isOpen && (
        <ReasonDialog
          title={words.resume}
          says={words.resumeSays}
          confirm={words.resume}
          onConfirm={(why) =>
            mutateAsync({ method: 'POST', path: `/connections/${encodeURIComponent(data.name)}/resume`, body: { why } })
          }
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Stops({
  connection: { stoppedBy, sapPause, problem, loosenedRules },
}: {
  readonly connection: ConnectionDetail;
}) {
  const words = useTexts(connectionTexts);
  const format = useFormat();
  return (
    <>
      {stoppedBy && <ProblemStrip problem={{ ...stoppedBy, kind: 'invalid' }} />}
      {problem && <ProblemStrip problem={{ ...problem, kind: 'invalid' }} />}
      {sapPause && (
        <MessageStrip design="Critical" hideCloseButton>
          <ProblemWords problem={sapPause} /> ({words.pauseUntil(format.instant(sapPause.until))})
        </MessageStrip>
      )}
      {loosenedRules.map(({ person, why, at }) => (
        <MessageStrip key={at} design="Critical" hideCloseButton>
          {words.loosened} {person}, {format.instant(at)}: {why}
        </MessageStrip>
      ))}
    </>
  );
}

function Known({ connection }: { readonly connection: ConnectionDetail }) {
  const words = useTexts(connectionTexts);
  const service = useServiceWords();
  const format = useFormat();
  const { accountTable, lastAsked, newestSettlement: newest, model, credentials } = connection;
  const instant = (at: string | null) => (at ? format.instant(at) : words.never);
  const now = model.at(-1);
  const models: Readonly<Record<string, string>> = useTexts(reportCodes).model;
  const regions: Readonly<Record<string, string>> = useTexts(addConnectionTexts).regions;
  const waiting = accountTable.waiting.length > 0 ? `; ${words.waits(accountTable.waiting.join(', '))}` : '';
  const days = (kind: string) => {
    const credential = credentials.find((each) => each.kind === kind);
    return credential && `${format.count(credential.daysLeft)} (${format.day(credential.expiresOn)})`;
  };
  return (
    <Section title={words.facts}>
      <KeyValues
        items={[
          { label: words.sellerAccount, value: <code className="sl-code">{connection.sellerAccount}</code> },
          { label: words.region, value: connection.region && (regions[connection.region] ?? connection.region) },
          { label: words.since, value: format.instant(connection.createdAt) },
          {
            label: words.newest,
            value: newest && `${newest.settlementId}: ${service.cell('progress', newest.progress)}`,
          },
          {
            label: words.accountTable,
            value: accountTable.inUse === null ? words.never : words.version(String(accountTable.inUse)) + waiting,
          },
          {
            label: words.model,
            value: now ? `${models[now.model] ?? now.model}, ${format.day(now.from)}` : words.settlementModel,
          },
          { label: words.approvalsWaiting, value: format.count(connection.approvalsWaiting) },
          { label: words.askedAmazon, value: instant(lastAsked.amazon) },
          { label: words.askedSap, value: instant(lastAsked.sap) },
          { label: words.secretDays, value: days('client-secret') },
          { label: words.authorisationDays, value: days('authorisation') },
        ]}
      />
    </Section>
  );
}

function Feeds({ feeds }: Pick<ConnectionDetail, 'feeds'>) {
  const words = useTexts(connectionTexts);
  const names: Readonly<Record<string, string>> = useTexts(overviewTexts).feedNames;
  const service = useServiceWords();
  const format = useFormat();
  return (
    <Section title={words.feeds}>
      {feeds.length === 0 ? (
        <p>{words.noFeeds}</p>
      ) : (
        <PlainTable
          label={words.feeds}
          rows={feeds}
          keyOf={({ feed }) => feed}
          columns={[
            { title: words.feed, cell: ({ feed }) => names[feed] ?? feed },
            {
              title: words.state,
              cell: ({ isUpToDate, problems: [first] }) => (
                <StateTag
                  state={first ? 'failed' : 'fresh'}
                  text={first ? problemText(service, first) : isUpToDate ? words.upToDate : words.more}
                  tone={first ? 'Negative' : isUpToDate ? 'Positive' : 'Information'}
                />
              ),
            },
            { title: words.lastRun, cell: ({ finishedAt }) => format.instant(finishedAt) },
            {
              title: words.completeUntil,
              cell: ({ completeUntil }) => (completeUntil ? format.instant(completeUntil) : '–'),
            },
          ]}
        />
      )}
    </Section>
  );
}

function Settings({ settings }: Pick<ConnectionDetail, 'settings'>) {
  const words = useTexts(connectionTexts);
  return (
    <Panel headerText={words.settings} headerLevel="H2" collapsed>
      <PlainTable
        label={words.settings}
        rows={factsOf(settings)}
        keyOf={({ path }) => path}
        columns={[
          { title: words.setting, cell: ({ path }) => <code className="sl-code">{path}</code> },
          { title: words.value, cell: ({ value }) => value },
        ]}
      />
    </Panel>
  );
}

interface SettingFact {
  readonly path: string;
  readonly value: string;
}

function factsOf(settings: Readonly<Record<string, unknown>>, path = ''): readonly SettingFact[] {
  return Object.entries(settings).flatMap(([name, value]): readonly SettingFact[] => {
    const at = path === '' ? name : `${path}.${name}`;
    if (value === null || value === undefined) return [];
    if (typeof value === 'object' && !Array.isArray(value))
      return factsOf(value as Readonly<Record<string, unknown>>, at);
    return [{ path: at, value: typeof value === 'string' ? value : JSON.stringify(value) }];
  });
}
