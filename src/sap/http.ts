import type { ExchangeRecord } from '../app/index.ts';
import { type Clock, type Log, recordSpan, sha256Of } from '../core/index.ts';
import type { DestinationSource } from './destination.ts';
import { type Exchanged, exchange, neverLeft } from './exchange.ts';
import type { Gate } from './gate.ts';
import { tellExchange } from './listen.ts';
import { Pools } from './pools.ts';
import type { SapSecrets, SapSettings } from './settings.ts';

/** What a request is for. `read` and `csrf` change nothing in SAP, `post` does. */
type ExchangePurpose = 'token' | 'csrf' | 'read' | 'post';

export interface HttpRequest {
  readonly purpose: ExchangePurpose;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Not one byte of the request leaves after this moment, by `elapsedMs` of the clock; later the result is `not-sent` with reason `TOO_LATE`. */
  readonly leaveByMs?: number | undefined;
}

export interface HttpAnswer {
  readonly kind: 'answered';
  /** Of the address asked, without host and query. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case; the first value of a repeated header. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly text: string;
  /** Where it was really sent, when a destination said so; SAP writes addresses of this host. */
  readonly realBaseUrl?: string;
  readonly record: ExchangeRecord;
}

/** No connection came about, so not one byte of the request left: certainly nothing happened. */
export interface HttpNotSent {
  readonly kind: 'not-sent';
  /** The system's error code, for example `ECONNREFUSED`. */
  readonly reason: string;
  /** The other side's certificate or ours was refused: a person has to act. */
  readonly isCertificate: boolean;
  readonly record: ExchangeRecord;
}

/** The request may have arrived, but its answer did not (whole): nobody knows what happened. */
export interface HttpLost {
  readonly kind: 'lost';
  readonly reason: string;
  readonly record: ExchangeRecord;
}

export type HttpResult = HttpAnswer | HttpNotSent | HttpLost;

export interface SapHttp {
  /** Sends once. Follows no redirect, repeats nothing, never throws for what the network or SAP does. */
  send(request: HttpRequest): Promise<HttpResult>;
  close(): Promise<void>;
}

/** What requests to SAP need. */
export interface HttpInput {
  readonly settings: SapSettings;
  readonly secrets: SapSecrets;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the SAP system; requests to the token server pass beside it. */
  readonly gate: Gate;
  /** Says where requests to `DESTINATION_BASE_URL` really go. */
  readonly destination: DestinationSource | null;
}

export function createSapHttp(input: HttpInput): SapHttp {
  const { clock, gate } = input;
  const pools = new Pools(input);
  return {
    async send(sent) {
      // Who waits for a place has not begun: neither the time-out nor the duration counts that time.
      const leave = sent.purpose === 'token' ? () => {} : await gate.enter(sent.signal);
      const startedMs = clock.nowMs();
      const { result, status, response } =
        leave === null ? neverLeft('ABORTED') : await exchange(input, pools, sent).finally(leave);
      const record: ExchangeRecord = {
        requestSha256: sha256Of(sent.body ?? ''),
        httpStatus: status,
        responseSha256: response === null ? null : sha256Of(response),
        durationMs: Math.max(0, clock.nowMs() - startedMs),
      };
      report(input.log, sent, record, result);
      await tellExchange(sent, result.kind, record);
      return { ...result, record };
    },
    close: () => pools.close(),
  };
}

type Outcome = Exchanged['result'];

/** For whoever looks for a fault: no query, because it may name a person; no header, no body, no secret. */
function report(log: Log, sent: HttpRequest, record: ExchangeRecord, result: Outcome): void {
  const { purpose, method } = sent;
  const outcome = result.kind === 'answered' ? String(result.status) : result.kind;
  recordSpan('sap.request', { purpose, method, outcome }, record.durationMs);
  log.write(result.kind === 'answered' ? 'debug' : 'warn', 'sap.request', {
    purpose: sent.purpose,
    method: sent.method,
    path: new URL(sent.url).pathname,
    status: record.httpStatus ?? undefined,
    durationMs: record.durationMs,
    failure: result.kind === 'answered' ? undefined : result.reason,
  });
}
