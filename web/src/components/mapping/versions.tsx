import '../components.css';
import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import type {
  AccountTable,
  MappingVersion,
  MappingVersions,
  TableDifference,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer, useWrite } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { useMay } from '../../user.ts';
import { type DataColumn, DataTable } from '../data-table.tsx';
import { Modal } from '../modal.tsx';
import { ProblemStrip } from '../problem-strip.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { Section } from '../section.tsx';
import { StateTag, type Tone } from '../state-tag.tsx';
import { Changes } from './check-result.tsx';

const TONES: Readonly<Record<MappingVersion['state'], Tone>> = {
  'in-use': 'Positive',
  waiting: 'Critical',
  overtaken: 'None',
  past: 'None',
};

interface OfTable {
  readonly table: AccountTable;
  readonly onRecorded: (recorded: VersionRecorded) => void;
}

type Decision = 'approve' | 'reject' | 'withdraw';

/** The version that waits for somebody else, and what can be decided about it. */
export function WaitingVersion({ table, onRecorded }: OfTable) {
  const words = useTexts(mappingTexts);
  const mayApprove = useMay('mapping.approve');
  const mayEdit = useMay('mapping.edit');
  const [decision, setDecision] = useState<Decision>();
  const [isShown, setShown] = useState(false);
  const { waiting, connection, inUse } = table;
  if (!waiting) return null;
  const number = String(waiting.version);
  return (
    <section className="sl-stack" aria-label={words.states.waiting}>
      <MessageStrip design="Critical" hideCloseButton>
        {words.waits(number, waiting.author, waiting.reason)}
      </MessageStrip>
      <div className="sl-row">
        <Button onClick={() => setShown(true)}>{words.showChanges}</Button>
        {mayApprove && (
          <Button design="Emphasized" onClick={() => setDecision('approve')}>
            {words.approve}
          </Button>
        )}
        {mayApprove && <Button onClick={() => setDecision('reject')}>{words.reject}</Button>}
        {!mayApprove && mayEdit && <Button onClick={() => setDecision('withdraw')}>{words.withdraw}</Button>}
      </div>
      {isShown && (
        <VersionDialog {...{ connection }} version={waiting} since={inUse.version} onClose={() => setShown(false)} />
      )}
      {decision && (
        <DecisionDialog {...{ connection, decision, number, onRecorded }} onClose={() => setDecision(undefined)} />
      )}
    </section>
  );
}

interface DecisionProps {
  readonly connection: string;
  readonly decision: Decision;
  readonly number: string;
  readonly onRecorded: (recorded: VersionRecorded) => void;
  readonly onClose: () => void;
}

function DecisionDialog({ connection, decision, number, onRecorded, onClose }: DecisionProps) {
  const words = useTexts(mappingTexts);
  const { mutateAsync } = useWrite<VersionRecorded>();
  const root = `/mapping/${encodeURIComponent(connection)}`;
  const isApproval = decision === 'approve';
  const path = isApproval ? `${root}/versions/${number}/approve` : `${root}/${decision}`;
  return (
    <ReasonDialog
      title={isApproval ? words.approveTitle(number) : words.rejectTitle(number)}
      says={isApproval ? words.decisionSays : words.rejectSays}
      confirm={isApproval ? words.approveConfirm : words.rejectConfirm}
      isGrave={!isApproval}
      onConfirm={async (why) => onRecorded(await mutateAsync({ method: 'POST', path, body: { why } }))}
      onClose={onClose}
    />
  );
}

/** Every version: who, when and why. A row opens what it changed. */
export function VersionsSection({ connection }: { readonly connection: string }) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const format = useFormat();
  const { data, error } = useAnswer<MappingVersions>(`/mapping/${encodeURIComponent(connection)}/versions`);
  const [open, setOpen] = useState<MappingVersion>();
  const columns: readonly DataColumn<MappingVersion>[] = [
    { id: 'version', title: words.version, text: ({ version }) => String(version), align: 'right', width: 90 },
    {
      id: 'state',
      title: words.state,
      text: ({ state }) => words.states[state],
      cell: ({ state }) => <StateTag {...{ state }} text={words.states[state]} tone={TONES[state]} />,
      minWidth: 140,
    },
    { id: 'recordedAt', title: words.recordedAt, text: (row) => format.instant(row.recordedAt) },
    { id: 'by', title: words.by, text: ({ author }) => author },
    { id: 'reason', title: words.reason, text: ({ reason }) => service.reason(reason) },
    {
      id: 'from',
      title: words.fromDay,
      text: ({ validFrom }) => (validFrom ? format.day(validFrom) : ''),
    },
    { id: 'approvedBy', title: words.approvedBy, text: ({ approvedBy }) => approvedBy ?? '' },
  ];
  return (
    <Section title={words.versions}>
      <div className="sl-stack">
        {error && <ProblemStrip problem={error.problem} />}
        <DataTable
          label={words.versions}
          rows={data?.items ?? []}
          columns={columns}
          visibleRows={Math.min(8, Math.max(1, data?.items.length ?? 1))}
          onRow={setOpen}
        />
        {open && <VersionDialog {...{ connection }} version={open} onClose={() => setOpen(undefined)} />}
      </div>
    </Section>
  );
}

interface VersionDialogProps {
  readonly connection: string;
  readonly version: MappingVersion;
  /** Default: the one before. */
  readonly since?: number;
  readonly onClose: () => void;
}

function VersionDialog({ connection, version, since, onClose }: VersionDialogProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const path = `/mapping/${encodeURIComponent(connection)}/versions/${version.version}`;
  const { data, error } = useAnswer<TableDifference>(`${path}/changes${since === undefined ? '' : `?since=${since}`}`, {
    refreshMs: false,
  });
  return (
    <Modal
      headerText={words.versionTitle(String(version.version))}
      onClose={onClose}
      footer={<Bar design="Footer" endContent={<Button onClick={onClose}>{words.close}</Button>} />}
    >
      <div className="sl-wide-dialog sl-stack">
        <div>{service.reason(version.reason)}</div>
        <div className="sl-row">
          {words.download}:
          {(['yaml', 'xlsx', 'csv'] as const).map((format) => (
            <a key={format} className="sl-link" href={`/api/v1${path}/file?format=${format}`} download>
              {format.toUpperCase()}
            </a>
          ))}
        </div>
        {error && <ProblemStrip problem={error.problem} />}
        {data && <Changes changes={data.changes} />}
      </div>
    </Modal>
  );
}
