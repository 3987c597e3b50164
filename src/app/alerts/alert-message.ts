import { type Uuid, uuidFromName } from '../../core/index.ts';
import type { AlertRecord, AlertSeverity } from './alert.ts';
import { isAtLeast } from './alert.ts';
import type { AlertNews, AlertTold, ChannelState, SentAlert } from './alert-store.ts';

/** How one installation wants to be told. */
export interface TellingRules {
  /** `each`: a message for every alert. `together`: one for all that is new. `digest`: one a day, the critical ones at once. */
  readonly messages: 'each' | 'together' | 'digest';
  readonly minimum: AlertSeverity;
  /** No message of `together` follows another one sooner. */
  readonly quietMs: number;
  readonly digestMs: number;
  /** Until somebody acknowledges an open alert, it is told again after this time. */
  readonly remindMs: number;
}

export type TellingKind = 'raised' | 'reminder' | 'resolved';

export interface ToldAlert {
  readonly kind: TellingKind;
  readonly alert: AlertRecord;
  /** How often the channel was told of this episode before. */
  readonly times: number;
}

/** One message of one channel. */
export interface AlertMessage {
  /** The same when the same message is sent once more, so that the other side can leave it out. */
  readonly id: Uuid;
  readonly alerts: readonly ToldAlert[];
}

/** A flood is one message, whatever was wished for. */
const EACH_MAX = 10;
/** What goes away within this time may come back, and then nobody hears of either. */
const SETTLED_MS = 5 * 60_000;

/** Pure: the messages that one channel gets now. Nothing while it is waited for after a failure. */
export function planMessages(
  { alerts, told, channels, nowMs }: AlertNews,
  channelName: string,
  rules: TellingRules,
): readonly AlertMessage[] {
  const channel = channels.find(({ name }) => name === channelName);
  if (channel?.nextTryAt && Date.parse(channel.nextTryAt) > nowMs) return [];
  const known = new Map(told.filter((each) => each.channel === channelName).map((each) => [each.key, each]));
  const due = alerts.flatMap((alert) => tellingOf(alert, known.get(alert.key), rules, nowMs) ?? []);
  return inMessages(channelName, dueNow(due, channel, rules, nowMs), rules);
}

/** What a message that was taken changes in the record. */
export function sentAlerts({ alerts }: AlertMessage): readonly SentAlert[] {
  return alerts.map(({ kind, alert }) => ({ key: alert.key, episode: alert.episode, isResolved: kind === 'resolved' }));
}

function tellingOf(
  alert: AlertRecord,
  told: AlertTold | undefined,
  { minimum, remindMs }: TellingRules,
  nowMs: number,
): ToldAlert | undefined {
  if (alert.isMuted || !isAtLeast(alert.severity, minimum)) return undefined;
  const current = told?.episode === alert.episode ? told : undefined;
  const telling = (kind: TellingKind): ToldAlert => ({ kind, alert, times: current?.times ?? 0 });
  if (alert.resolvedAt !== null) {
    if (!current || current.resolvedToldAt !== null) return undefined;
    return nowMs - Date.parse(alert.resolvedAt) >= SETTLED_MS ? telling('resolved') : undefined;
  }
  if (alert.acknowledged) return undefined;
  if (!current) return telling('raised');
  return nowMs - Date.parse(current.toldAt) >= remindMs ? telling('reminder') : undefined;
}

function dueNow(
  due: readonly ToldAlert[],
  channel: ChannelState | undefined,
  { messages, quietMs, digestMs }: TellingRules,
  nowMs: number,
): readonly ToldAlert[] {
  const sinceMs = channel?.lastSentAt ? nowMs - Date.parse(channel.lastSentAt) : Number.POSITIVE_INFINITY;
  if (messages === 'each' || (messages === 'together' && sinceMs >= quietMs)) return due;
  if (messages === 'together' || sinceMs >= digestMs) return messages === 'digest' ? due : [];
  return due.filter(({ kind, alert }) => kind === 'raised' && alert.severity === 'critical');
}

function inMessages(channel: string, due: readonly ToldAlert[], { messages }: TellingRules): readonly AlertMessage[] {
  if (due.length === 0) return [];
  if (messages !== 'each' || due.length > EACH_MAX) return [messageOf(channel, due)];
  return due.map((each) => messageOf(channel, [each]));
}

function messageOf(channel: string, alerts: readonly ToldAlert[]): AlertMessage {
  const names = alerts.map(({ kind, alert, times }) => `${kind} ${alert.key} ${alert.episode} ${times}`);
  return { id: uuidFromName(`seller-ledger/alert/${channel}/${names.join('\n')}`), alerts };
}
