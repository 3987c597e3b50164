import { type Log, type Problem, type Randomness, toProblem } from '../../core/index.ts';
import { type AlertMessage, planMessages, sentAlerts, type TellingRules } from './alert-message.ts';
import type { AlertStore } from './alert-store.ts';

const RETRY_MS = 60_000;
const RETRY_MS_MAX = 60 * 60_000;

/** One way to reach people. */
export interface AlertChannel {
  readonly name: string;
  /**
   * Resolves when the other side has taken the message, with the problem that it has not for everybody. Raises `ALERT_NOT_DELIVERED`
   * (unavailable).
   */
  send(message: AlertMessage, signal: AbortSignal): Promise<{ readonly problem: Problem | null }>;
}

export interface TellingContext {
  readonly store: Pick<AlertStore, 'readAlertNews' | 'recordAlertsSent' | 'recordChannelFailure'>;
  readonly channels: readonly AlertChannel[];
  readonly rules: TellingRules;
  readonly randomness: Randomness;
  readonly log: Log;
}

export interface TellingReport {
  readonly sent: number;
  readonly failed: number;
}

/**
 * Sends what each channel has to be told now. What was sent is recorded afterwards, so a crash between the two repeats at most
 * one message of each channel, under the same id. A channel that fails keeps no other one waiting; it is tried again later,
 * less and less often.
 */
export async function tellAlerts(context: TellingContext, signal: AbortSignal): Promise<TellingReport> {
  const news = await context.store.readAlertNews({
    ...context.rules,
    channels: context.channels.map(({ name }) => name),
  });
  const reports = await Promise.all(
    context.channels.map(async (channel) => {
      const failures = news.channels.find(({ name }) => name === channel.name)?.failures ?? 0;
      const messages = planMessages(news, channel.name, context.rules);
      return tellOne(context, { channel, messages, failures }, signal);
    }),
  );
  return {
    sent: reports.reduce((sum, { sent }) => sum + sent, 0),
    failed: reports.filter(({ isWhole }) => !isWhole).length,
  };
}

async function tellOne(
  { store, randomness, log }: TellingContext,
  work: { readonly channel: AlertChannel; readonly messages: readonly AlertMessage[]; readonly failures: number },
  signal: AbortSignal,
): Promise<{ readonly sent: number; readonly isWhole: boolean }> {
  const { channel, messages, failures } = work;
  let sent = 0;
  for (const message of messages) {
    signal.throwIfAborted();
    let refused: Problem | null;
    try {
      refused = (await channel.send(message, signal)).problem;
    } catch (thrown) {
      signal.throwIfAborted();
      const problem = toProblem(thrown);
      if (problem.kind !== 'unavailable') throw problem;
      const delayMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** failures);
      await store.recordChannelFailure(channel.name, problem.toJSON(), delayMs * (0.5 + randomness.fraction() / 2));
      log.write('error', 'alerts.not-delivered', { channel: channel.name, code: problem.code, says: problem.says });
      return { sent, isWhole: false };
    }
    // Those who took it would get it again and again.
    if (refused)
      log.write('error', 'alerts.not-for-all', { channel: channel.name, code: refused.code, says: refused.says });
    await store.recordAlertsSent(channel.name, sentAlerts(message), refused?.toJSON() ?? null);
    sent += 1;
  }
  return { sent, isWhole: true };
}
