import { z } from 'zod';
import { Fact, Told, Why } from './told.ts';

/** Of settings and lists that are shown as they are. */
const Json = z.record(z.string(), z.unknown());

const Credential = z.object({
  kind: z.enum(['client-secret', 'authorisation']),
  expiresOn: z.string(),
  daysLeft: z.number().int(),
});

const SapPause = z.object({
  code: z.string(),
  says: z.string(),
  since: z.string(),
  until: z.string(),
  looks: z.number().int(),
});

export const ConnectionSummary = z.object({
  name: z.string(),
  sellerAccount: z.string(),
  region: z.string().nullable(),
  createdAt: z.string(),
  erasedAt: z.string().nullable(),
  stoppedBy: Told.nullable(),
  sapPause: SapPause.nullable(),
  credentials: z.array(Credential),
});
export type ConnectionSummary = z.infer<typeof ConnectionSummary>;

/** A work that is done by itself, as `schedule show` shows it. */
export const ScheduleRow = z.object({
  connection: z.string().nullable(),
  work: z.string(),
  isOn: z.boolean(),
  /** In words. */
  cadence: z.string(),
  timeZone: z.string(),
  state: z.enum(['off', 'paused', 'overdue', 'asked for', 'under way', 'waits']),
  lastDoneAt: z.string().nullable(),
  nextDueAt: z.string(),
  /** By the clocks of the zone, `2026-11-26 07:00`. */
  nextDueLocal: z.string(),
  underWaySince: z.string().nullable(),
  missedTurns: z.number().int(),
  /** Of `posting`, where there are windows or closed days. */
  posting: z
    .object({
      /** `null`: now is a time at which entries may be sent. */
      opensAt: z.string().nullable(),
      opensLocal: z.string().nullable(),
      /** Why today is a closed day; `null`: it is none. */
      closedFor: z.string().nullable(),
      /** Those of today and to come, the next ones first. */
      closedDays: z.array(z.object({ on: z.string(), why: z.string() })),
    })
    .nullable(),
  problem: Told.nullable(),
  paused: z.object({ by: z.string(), why: z.string(), at: z.string(), until: z.string().nullable() }).nullable(),
});
export type ScheduleRow = z.infer<typeof ScheduleRow>;

export const ScheduleList = z.object({ items: z.array(ScheduleRow) });

const FeedState = z.object({
  feed: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  isUpToDate: z.boolean(),
  completeUntil: z.string().nullable(),
  problems: z.array(Told),
});

/** One connection with all that is known of it; of its secrets the names and their age. */
export const ConnectionDetail = ConnectionSummary.extend({
  settings: Json,
  /** Of the settings; a change names it as its `basis`. */
  version: z.string(),
  secrets: z.array(z.object({ name: z.string(), storedAt: z.string().nullable() })),
  accountTable: z.object({ inUse: z.number().int().nullable(), waiting: z.array(z.number().int()) }),
  model: z.array(z.object({ model: z.string(), from: z.string(), summarise: z.string() })),
  lastAsked: z.object({ amazon: z.string().nullable(), sap: z.string().nullable() }),
  newestSettlement: z.object({ settlementId: z.string(), state: z.string(), progress: z.string() }).nullable(),
  feeds: z.array(FeedState),
  schedule: z.array(ScheduleRow),
  /** How many entries and reversals wait for people. */
  approvalsWaiting: z.number().int(),
  /** Looser approval rules that nobody else has accepted: the stricter ones hold until then. */
  loosenedRules: z.array(z.object({ person: z.string(), why: z.string(), at: z.string() })),
  /** What is wrong with stored settings; `null`: nothing. */
  problem: Told.nullable(),
});
export type ConnectionDetail = z.infer<typeof ConnectionDetail>;

/** A new connection: the settings of `docs/connection-file.md` as a group, or the text of such a file. */
export const ConnectionWish = z.strictObject({
  content: z.union([z.string().max(1_000_000), Json]),
  /** Values for places of it, such as secrets that the file names elsewhere: `sap.authentication.password`. */
  given: z.record(z.string().max(200), z.string().max(100_000)).default({}),
  accountTable: z
    .strictObject({ name: z.string().min(1).max(200), text: z.string().max(4_000_000) })
    .nullable()
    .default(null),
  /** Only say what is wrong with it. */
  isDryRun: z.boolean().default(false),
  /** Log on at Amazon and in SAP with it first, and say what does not work instead of storing it. */
  isTried: z.boolean().default(false),
});
export type ConnectionWish = z.infer<typeof ConnectionWish>;

export const ConnectionAdded = z.object({
  name: z.string(),
  sellerAccount: z.string(),
  isStored: z.boolean(),
  /** What the file says, as it was understood; without secrets. */
  settings: z.array(Fact),
});
export type ConnectionAdded = z.infer<typeof ConnectionAdded>;

const Limits = z.record(z.string().max(3), z.string().max(30)).nullable();
const ClockTime = z.string().max(10);
const Span = z.strictObject({
  from: ClockTime,
  to: ClockTime,
  weekdays: z.array(z.string().max(20)).max(7).optional(),
});

const posting = z.strictObject({
  approval: z.enum(['automatic', 'review']).optional(),
  automaticUpTo: Limits.optional(),
  fourEyesAbove: Limits.optional(),
  approverNot: z.enum(['mapping-author', 'nobody']).nullable().optional(),
  mappingApproval: z.enum(['self', 'other']).optional(),
  simulate: z.enum(['when-possible', 'required', 'off']).optional(),
  bookFrom: z.string().max(10).nullable().optional(),
});
const schedule = z.strictObject({
  timeZone: z.string().max(100).nullable().optional(),
  quietHours: z.array(Span).max(20).optional(),
  postingWindows: z.array(Span).max(20).optional(),
  closedDays: z
    .array(z.strictObject({ on: z.string().max(30), why: z.string().max(100) }))
    .max(200)
    .optional(),
});

/** What of the settings is changed by itself; a member that is not named stays, `null` takes it away. */
const SettingsPart = z.strictObject({
  /** As in `docs/connection-file.md`, with the secrets that are to be replaced; those that are not named stay. */
  amazon: Json.optional(),
  sap: Json.optional(),
  posting: posting.optional(),
  schedule: schedule.optional(),
  /** `version` of the settings that the change is made from: others' changes since then are a conflict. */
  basis: z.string().max(100).optional(),
});

export const SettingsWish = SettingsPart.extend({
  /** The SAP system is the one in which the documents are, under another address. */
  isSameSapSystem: z.boolean().default(false),
  why: Why,
});
export type SettingsWish = z.infer<typeof SettingsWish>;

export const SettingsCheckWish = SettingsPart.extend({
  /** Log on at Amazon and in SAP with them, and say what does not work. */
  isTried: z.boolean().default(false),
});

/** The settings for Amazon and SAP as a person writes them: without secrets, and without what follows from the rest. */
export const EditableSettings = z.object({ version: z.string(), amazon: Json, sap: Json });
export type EditableSettings = z.infer<typeof EditableSettings>;

export const SettingsCheck = z.object({
  changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
  /** Names of those that are replaced. */
  secrets: z.array(z.string()),
  /** Names of those that the new way to log on never uses; they are removed. */
  removedSecrets: z.array(z.string()),
  /** Documents are in one SAP system and the settings then name another; `null`: not so. */
  sapMove: z.object({ before: z.string(), after: z.string() }).nullable(),
});
export type SettingsCheck = z.infer<typeof SettingsCheck>;

export const SecretWish = z.strictObject({ value: z.string().min(1, 'is empty').max(100_000), why: Why });
export const SecretStored = z.object({
  name: z.string(),
  wasStored: z.boolean(),
  /** Code of what had stopped the connection. */
  resumedFrom: z.string().nullable(),
});
export type SecretStored = z.infer<typeof SecretStored>;

export const DoctorWish = z.strictObject({
  how: z.enum(['ping', 'doctor']).default('doctor'),
  only: z.enum(['amazon', 'sap']).optional(),
  /** Do not ask Amazon to make the one small report. */
  isReadOnly: z.boolean().default(true),
  /** Send SAP an entry out of balance, which it cannot book. */
  tryPosting: z.boolean().default(false),
});

export const DoctorChecks = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      side: z.enum(['Amazon', 'SAP']),
      name: z.string(),
      ok: z.boolean(),
      /** `false`: the connector works without it. */
      isNeeded: z.boolean(),
      /** `false`: it was not made, because one before it failed. */
      isTried: z.boolean(),
      says: z.string(),
      next: z.string().nullable(),
      code: z.string().nullable(),
      /** Of the problem; `null` where there is none, or the check does not tell. */
      kind: z.string().nullable(),
    }),
  ),
});
export type DoctorChecks = z.infer<typeof DoctorChecks>;

export const Resumed = z.object({ wasStoppedBy: z.string().nullable(), endedPause: SapPause.nullable() });
export type Resumed = z.infer<typeof Resumed>;

/** Which works: of a connection, or of the installation. */
export const ScheduleWish = z.strictObject({
  connection: z.string().min(1).max(200).optional(),
  work: z.string().min(1).max(100).optional(),
  why: Why,
});
export const PauseWish = ScheduleWish.extend({
  /** When it ends by itself: `2026-12-01T06:00Z`, or `90m`, `8h`, `3d` from now. */
  until: z.string().max(40).optional(),
});
export const WorksPicked = z.object({ works: z.array(z.string()), until: z.string().nullable() });
export type WorksPicked = z.infer<typeof WorksPicked>;
/** The answer to `POST /api/v1/schedules/run`: `paused` are those of them that are done although their schedule is paused. */
export const WorksAsked = WorksPicked.extend({ paused: z.array(z.string()) });
export type WorksAsked = z.infer<typeof WorksAsked>;
