import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { ConnectionDetail } from '../../../src/entrypoints/http/contract/connections.ts';
import { useWrite } from '../api/use-answer.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';
import { ChoiceField } from './choice-field.tsx';
import { FormField } from './form-field.tsx';
import { KeyValues } from './key-values.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { Section } from './section.tsx';
import { readClosedDays, readLimits, readSpans, sayClosedDays, sayLimits, saySpans } from './setting-words.ts';

interface PostingSectionProps extends Pick<ConnectionDetail, 'settings' | 'version'> {
  /** Of the connection. */
  readonly path: string;
}

type Choice = Readonly<Record<'approval' | 'simulate' | 'mappingApproval', string>>;
type Texts = Readonly<
  Record<
    'automaticUpTo' | 'fourEyesAbove' | 'bookFrom' | 'timeZone' | 'postingWindows' | 'closedDays' | 'quietHours',
    string
  >
>;
type Values = Choice & Texts;

function valuesOf(settings: ConnectionDetail['settings']): Values {
  const posting = (settings.posting ?? {}) as Readonly<Record<string, unknown>>;
  const schedule = (settings.schedule ?? {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown, usual = '') => (typeof value === 'string' ? value : usual);
  return {
    approval: text(posting.approval, 'automatic'),
    simulate: text(posting.simulate, 'when-possible'),
    mappingApproval: text(posting.mappingApproval, 'self'),
    automaticUpTo: sayLimits(posting.automaticUpTo),
    fourEyesAbove: sayLimits(posting.fourEyesAbove),
    bookFrom: text(posting.bookFrom),
    timeZone: text(schedule.timeZone),
    postingWindows: saySpans(schedule.postingWindows),
    closedDays: sayClosedDays(schedule.closedDays),
    quietHours: saySpans(schedule.quietHours),
  };
}

function changeOf(values: Values) {
  const { approval, simulate, mappingApproval, bookFrom, timeZone } = values;
  return {
    posting: {
      approval,
      simulate,
      mappingApproval,
      automaticUpTo: readLimits(values.automaticUpTo),
      fourEyesAbove: readLimits(values.fourEyesAbove),
      bookFrom: bookFrom === '' ? null : bookFrom,
    },
    schedule: {
      timeZone: timeZone === '' ? null : timeZone,
      postingWindows: readSpans(values.postingWindows),
      closedDays: readClosedDays(values.closedDays),
      quietHours: readSpans(values.quietHours),
    },
  };
}

/** Who approves what is booked, and when it is sent; both can be changed. */
export function PostingSection({ path, settings, version }: PostingSectionProps) {
  const words = useTexts(connectionTexts);
  const { amount, day } = useFormat();
  // Of these two settings, which are nothing but amounts and currencies.
  const limits = (text: string) => text.replaceAll(/\d+(?:\.\d+)?/g, amount);
  const may = useMay('connections.manage');
  const [isOpen, setOpen] = useState(false);
  const values = valuesOf(settings);
  const simulate: Readonly<Record<string, string>> = words.simulateWords;
  const mapping: Readonly<Record<string, string>> = words.mappingWords;
  return (
    <Section
      title={words.posting}
      actions={
        <Button disabled={!may} onClick={() => setOpen(true)}>
          {words.change}
        </Button>
      }
    >
      <KeyValues
        items={[
          { label: words.approval, value: values.approval === 'review' ? words.review : words.automatic },
          { label: words.automaticUpTo, value: limits(values.automaticUpTo) || '–' },
          { label: words.fourEyesAbove, value: limits(values.fourEyesAbove) || '–' },
          { label: words.simulate, value: simulate[values.simulate] },
          { label: words.mappingApproval, value: mapping[values.mappingApproval] },
          { label: words.bookFrom, value: day(values.bookFrom) || '–' },
          { label: words.windows, value: values.postingWindows || words.anyTime },
          { label: words.closedDays, value: values.closedDays || '–' },
          { label: words.quietHours, value: values.quietHours || words.nobody },
          { label: words.timeZone, value: values.timeZone },
        ]}
      />
      {isOpen && <PostingDialog path={path} before={values} version={version} onClose={() => setOpen(false)} />}
    </Section>
  );
}

interface PostingDialogProps {
  readonly path: string;
  readonly before: Values;
  readonly version: string;
  readonly onClose: () => void;
}

function PostingDialog({ path, before, version, onClose }: PostingDialogProps) {
  const words = useTexts(connectionTexts);
  // Of the settings that the fields began with: what others change meanwhile is not written over.
  const [basis] = useState(version);
  const [values, setValues] = useState(before);
  const { mutateAsync } = useWrite<ConnectionDetail>();
  const field = (name: keyof Values, label: string) => ({
    name: PLACES[name],
    label,
    value: values[name],
    onChange: (value: string) => setValues({ ...values, [name]: value }),
  });
  return (
    <ReasonDialog
      title={words.posting}
      says={words.changeSays}
      confirm={words.save}
      onConfirm={(why) =>
        mutateAsync({ method: 'PATCH', path: `${path}/settings`, body: { ...changeOf(values), basis, why } })
      }
      onClose={onClose}
      isWide
    >
      <div className="sl-form">
        <ChoiceField
          {...field('approval', words.approval)}
          options={[
            ['automatic', words.automatic],
            ['review', words.review],
          ]}
        />
        <ChoiceField {...field('simulate', words.simulate)} options={Object.entries(words.simulateWords)} />
        <FormField {...field('automaticUpTo', words.automaticUpTo)} hint={words.limitsHint} />
        <FormField {...field('fourEyesAbove', words.fourEyesAbove)} hint={words.limitsHint} />
        <ChoiceField
          {...field('mappingApproval', words.mappingApproval)}
          options={Object.entries(words.mappingWords)}
        />
        <FormField {...field('bookFrom', words.bookFrom)} hint="2026-12-01" />
        <FormField {...field('postingWindows', words.windows)} hint={words.windowsHint} isLong />
        <FormField {...field('closedDays', words.closedDays)} hint={words.closedDaysHint} isLong />
        <FormField {...field('quietHours', words.quietHours)} hint={words.windowsHint} isLong />
        <FormField {...field('timeZone', words.timeZone)} hint="Europe/Berlin" />
      </div>
    </ReasonDialog>
  );
}

/** Where each stands in what is sent. */
const PLACES: Readonly<Record<keyof Values, string>> = {
  approval: 'posting.approval',
  simulate: 'posting.simulate',
  mappingApproval: 'posting.mappingApproval',
  automaticUpTo: 'posting.automaticUpTo',
  fourEyesAbove: 'posting.fourEyesAbove',
  bookFrom: 'posting.bookFrom',
  timeZone: 'schedule.timeZone',
  postingWindows: 'schedule.postingWindows',
  closedDays: 'schedule.closedDays',
  quietHours: 'schedule.quietHours',
};
