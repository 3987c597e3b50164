import type { ProblemFacts } from '../../core/index.ts';
import type { Actor, ConnectionId } from '../ports.ts';
import type { AlertRecord, AlertRule, FoundAlert } from './alert.ts';
import type { AlertLimits, BookedAlertFacts } from './alert-facts.ts';
import type { TellingRules } from './alert-message.ts';

/** What a channel was told of one alert. */
export interface AlertTold {
  readonly channel: string;
  readonly key: string;
  readonly episode: number;
  readonly times: number;
  readonly toldAt: string;
  readonly resolvedToldAt: string | null;
}

export interface ChannelState {
  readonly name: string;
  readonly lastSentAt: string | null;
  /** In a row; 0 after it worked. */
  readonly failures: number;
  readonly nextTryAt: string | null;
  readonly problem: ProblemFacts | null;
}

export interface AlertMute {
  readonly id: number;
  /** A rule, or the key of one alert. */
  readonly what: string;
  readonly connection: string | null;
  readonly until: string | null;
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

/** Everything that decides what is sent now, at one moment. */
export interface AlertNews {
  readonly nowMs: number;
  /** Those that are open, and those that were resolved and of which somebody was told. */
  readonly alerts: readonly AlertRecord[];
  readonly told: readonly AlertTold[];
  readonly channels: readonly ChannelState[];
}

/** One alert in a message that was sent. */
export interface SentAlert {
  readonly key: string;
  readonly episode: number;
  readonly isResolved: boolean;
}

export interface NewsWish extends Pick<TellingRules, 'minimum' | 'remindMs'> {
  readonly channels: readonly string[];
}

export interface AlertStore {
  /** What is younger than its limit is left out, also of the counts. */
  readAlertFacts(limits: AlertLimits): Promise<BookedAlertFacts>;
  /** Takes over what a look by those rules found: opens, keeps open, opens again, and resolves what is not there any more. */
  recordAlerts(found: readonly FoundAlert[], rules: readonly AlertRule[]): Promise<void>;
  /** The open ones, the most severe first; with `all` also those that were resolved, the newest first. */
  listAlerts(filter?: { readonly all?: boolean; readonly limit?: number }): Promise<readonly AlertRecord[]>;
  /**
   * What may have to be told by one of these channels: as many as one message holds, those that nobody was told of and the most severe
   * first. What waits behind them is among the next ones.
   */
  readAlertNews(wanted: NewsWish): Promise<AlertNews>;
  /** With the problem of a message that was taken, and not for everybody it is for. */
  recordAlertsSent(channel: string, sent: readonly SentAlert[], problem: ProblemFacts | null): Promise<void>;
  /** What came of a message that only tries the channel. */
  recordChannelTried(channel: string, problem: ProblemFacts | null): Promise<void>;
  recordChannelFailure(channel: string, problem: ProblemFacts, delayMs: number): Promise<void>;
  /** Nobody is reminded of it any more. Raises `ALERT_UNKNOWN` (invalid) when no open alert has that key. */
  acknowledgeAlert(key: string, actor: Actor, why: string): Promise<void>;
  /** Nobody is told of it. Until a moment, or until it is unmuted. */
  muteAlerts(
    mute: { readonly what: string; readonly connectionId: ConnectionId | null; readonly until: string | null },
    actor: Actor,
    why: string,
  ): Promise<number>;
  /** Raises `ALERT_MUTE_UNKNOWN` (invalid). */
  unmuteAlerts(id: number, actor: Actor, why: string): Promise<void>;
  listAlertMutes(): Promise<readonly AlertMute[]>;
}
