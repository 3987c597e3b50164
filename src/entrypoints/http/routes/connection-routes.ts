import { z } from 'zod';
import {
  addConnection,
  changeSettings,
  checkSettings,
  replaceSecret,
  resumeConnection,
} from '../../change-connection.ts';
import { editableSettings } from '../../change-settings.ts';
import { connectionFacts } from '../../connection-facts.ts';
import { connectionFromSent } from '../../connection-file.ts';
import { connectionSummaries, settingFacts } from '../../connection-summaries.ts';
import { type Check, examineAmazon, examineSap, pingBoth } from '../../doctor.ts';
import { assertConnectionWorks } from '../../try-connection.ts';
import {
  ConnectionAdded,
  ConnectionDetail,
  ConnectionSummary,
  ConnectionWish,
  DoctorChecks,
  DoctorWish,
  EditableSettings,
  Resumed,
  SecretStored,
  SecretWish,
  SettingsCheck,
  SettingsCheckWish,
  SettingsWish,
} from '../contract/connections.ts';
import { ListQuery, partOf } from '../contract/list.ts';
import { Why } from '../contract/told.ts';
import { partOfAll, skipCursor } from '../cursor.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { scheduleRow, toldOf } from '../told-view.ts';
import { sapPauseView } from '../views.ts';

/** A file and its account table. */
const FILE_BYTES_MAX = 6 * 1024 * 1024;
const tag = 'Connections';
const ByName = z.object({ name: z.string().max(200) });

/** Connections: what they are, whether they work, and their settings. */
export function connectionRoutes(options: HttpOptions) {
  return [...readRoutes(options), ...addRoutes(options), ...settingRoutes(options), ...operatingRoutes(options)];
}

function readRoutes({ workspace }: HttpOptions) {
  const places = skipCursor('connections');
  return [
    route(
      {
        method: 'GET',
        path: '/connections',
        access: 'books.read',
        tag,
        summary: 'The connections there are, with what stops them',
        query: ListQuery,
        answer: partOf(ConnectionSummary),
      },
      async ({ query }) => partOfAll(await connectionSummaries(workspace), places, query),
    ),
    route(
      {
        method: 'GET',
        path: '/connections/:name',
        access: 'books.read',
        tag,
        summary: 'One connection with its settings, feeds and schedule; never its secrets',
        params: ByName,
        answer: ConnectionDetail,
      },
      ({ params }) => detailOf(workspace, params.name),
    ),
  ];
}

async function detailOf(workspace: HttpOptions['workspace'], name: string): Promise<z.input<typeof ConnectionDetail>> {
  const { approvals, changes, model, feeds, schedule, settings, ...facts } = await connectionFacts(workspace, name);
  return {
    ...facts,
    region: regionOf(settings),
    settings: { ...settings },
    model: model.map(({ model: kind, from, summarise }) => ({ model: kind, from, summarise })),
    feeds: feeds.map(({ problems, ...feed }) => ({
      ...feed,
      problems: problems.flatMap((problem) => toldOf(problem) ?? []),
    })),
    schedule: schedule.map(scheduleRow),
    stoppedBy: toldOf(facts.stoppedBy),
    problem: toldOf(facts.problem),
    credentials: facts.credentials.map(({ kind, expiresOn, daysLeft }) => ({ kind, expiresOn, daysLeft })),
    approvalsWaiting: approvals.length,
    loosenedRules: changes.map(({ change: { person, why, at } }) => ({ person, why, at })),
  };
}

function regionOf({ amazon }: { readonly amazon?: unknown }): string | null {
  const region = (amazon as { region?: unknown } | undefined)?.region;
  return typeof region === 'string' ? region : null;
}

function addRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'POST',
        path: '/connections',
        access: 'connections.manage',
        tag,
        summary: 'Add a connection by its settings or its file',
        description:
          'With `isDryRun` nothing is stored. With `isTried` it is logged on at Amazon and in SAP first, and not stored where that fails. A fault is told with its place in `fields`. References such as `{ env: NAME }` are not followed: their values are sent in `given`.',
        body: ConnectionWish,
        bodyBytesMax: FILE_BYTES_MAX,
        answer: ConnectionAdded,
      },
      async ({ body, actor }) => {
        const file = connectionFromSent(body);
        if (body.isTried) await assertConnectionWorks(workspace, { file, actor });
        if (!body.isDryRun) await addConnection(workspace, file, actor);
        const { name, sellerAccount, settings } = file;
        return { name, sellerAccount, isStored: !body.isDryRun, settings: settingFacts(settings) };
      },
    ),
  ];
}

function settingRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'GET',
        path: '/connections/:name/settings',
        access: 'books.read',
        tag,
        summary: 'Its settings for Amazon and SAP as they are edited: as a person writes them, without secrets',
        params: ByName,
        answer: EditableSettings,
      },
      ({ params }) => editableSettings(workspace, params.name),
    ),
    route(
      {
        method: 'POST',
        path: '/connections/:name/settings/check',
        access: 'connections.manage',
        tag,
        summary: 'What a change of its settings would come to, setting by setting; stores nothing',
        description:
          'With `isTried` it is logged on at Amazon and in SAP with them. A fault is told with its place in `fields`. A secret that would go to a host where it has not gone is entered again.',
        params: ByName,
        body: SettingsCheckWish,
        answer: SettingsCheck,
        isIdempotent: false,
      },
      async ({ params, body: { isTried, basis, ...change }, actor }) => {
        const found = await checkSettings(workspace, params.name, change, { actor, basis, isTried });
        return {
          changes: [...found.changes],
          secrets: Object.keys(found.secrets).sort(),
          removedSecrets: [...found.removed].sort(),
          sapMove: found.hasSent ? found.sapMove : null,
        };
      },
    ),
    route(
      {
        method: 'PATCH',
        path: '/connections/:name/settings',
        access: 'connections.manage',
        tag,
        summary: 'Change the settings that are named: Amazon, SAP, who approves, when is posted',
        description:
          'What is not named stays. With `basis` it is refused where others have changed the settings since. The seller account and, once something was read, the region stay as they are.',
        params: ByName,
        body: SettingsWish,
        answer: ConnectionDetail,
      },
      async ({ params, body: { why, basis, isSameSapSystem, ...change }, actor }) => {
        await changeSettings(workspace, params.name, change, { actor, why, basis, isSameSapSystem });
        return detailOf(workspace, params.name);
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/connections/:name/secrets/:secret',
        access: 'connections.manage',
        tag,
        summary: 'Replace one secret; it is never shown again',
        params: ByName.extend({ secret: z.string().max(200) }),
        body: SecretWish,
        answer: SecretStored,
      },
      async ({ params: { name, secret }, body: { value, why }, actor }) => ({
        name: secret,
        ...(await replaceSecret(workspace, name, { name: secret, value, actor, why })),
      }),
    ),
  ];
}

function operatingRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        method: 'POST',
        path: '/connections/:name/doctor',
        access: 'connections.manage',
        tag,
        summary: 'Try everything the connector does at Amazon and in SAP once; `ping` tries the log-ons and services',
        params: ByName,
        body: DoctorWish,
        answer: DoctorChecks,
        isIdempotent: false,
      },
      async ({ params: { name }, body, actor }) => {
        const target = { workspace, name, actor };
        if (body.how === 'ping') return checksView(await pingBoth(target));
        return checksView([
          ...(body.only === 'sap' ? [] : await examineAmazon(target, body)),
          ...(body.only === 'amazon' ? [] : await examineSap(target, body)),
        ]);
      },
    ),
    route(
      {
        method: 'POST',
        path: '/connections/:name/resume',
        access: 'operation.manage',
        tag,
        summary: 'Let a stopped connection, or one whose SAP is paused, work again',
        params: ByName,
        body: z.strictObject({ why: Why }),
        answer: Resumed,
      },
      async ({ params, body: { why }, actor }) => {
        const { wasStoppedBy, endedPause } = await resumeConnection(workspace, params.name, { actor, why });
        return { wasStoppedBy: wasStoppedBy?.code ?? null, endedPause: sapPauseView(endedPause) };
      },
    ),
  ];
}

function checksView(checks: readonly Check[]): z.input<typeof DoctorChecks> {
  return {
    ok: checks.every((check) => check.ok || !check.isNeeded),
    checks: checks.map(({ side, name, ok, isNeeded, says, next, code, kind = null }) => {
      return { side, name, ok, isNeeded, isTried: ok || code !== null, says, next, code: code ?? null, kind };
    }),
  };
}
