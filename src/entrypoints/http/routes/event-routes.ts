import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ChangeStore } from '../../../app/index.ts';
import { Problem } from '../../../core/index.ts';
import { type ChangeHub, createChangeHub } from '../events/change-hub.ts';
import { EventStream, resumedFrom } from '../events/event-stream.ts';
import { type Route, route } from '../route.ts';
import type { ServedOptions } from '../server.ts';

const LOOK_EVERY_MS = 1_000;
const BEAT_EVERY_MS = 15_000;
/** A page opens one, however many windows it has; a program one. */
const STREAMS_PER_USER_MAX = 8;

const DESCRIPTION = [
  'Server-sent events. `settlement`, `entry`, `accrual`, `connection`, `job` and `feed` tell by `{id, state}` that a record is not as it was,',
  'whichever process changed it, and nothing else of it; `hello` begins a stream, `reset` says that anything may have changed, `beat` comes every',
  '15 seconds. A stream goes on after `Last-Event-ID`; after more than ten minutes it begins with `reset`. It ends with the session of its user, and keeps none alive.',
].join(' ');

/** What happens while one looks. */
export function eventRoutes(options: ServedOptions): readonly Route[] {
  const { workspace, identify, underWay, beatEveryMs = BEAT_EVERY_MS } = options;
  const { changes, log } = workspace;
  // Nobody waits for these looks but whoever closes the books.
  const store: ChangeStore = {
    changesAfter: (place, limit) => underWay.during(() => changes.changesAfter(place, limit)),
    currentPlace: () => underWay.during(() => changes.currentPlace()),
  };
  const hub = createChangeHub(store, { log, lookEveryMs: LOOK_EVERY_MS });
  const streams = new Map<string, number>();
  const isStillThere = (request: FastifyRequest) =>
    // To listen is no use of a session: a page listens as long as it is open, also to nobody.
    underWay
      .during(() => identify(request, { isUse: false }))
      .then(
        (who) => who?.permissions.has('books.read') ?? false,
        () => false,
      );
  return [
    route(
      {
        method: 'GET',
        path: '/events',
        access: 'books.read',
        tag: 'Service',
        summary: 'What changes, as it changes',
        description: DESCRIPTION,
        answer: z.string(),
        answerType: 'text/event-stream',
        isUse: false,
      },
      async ({ who, request, reply }) => {
        const { userId } = who;
        const open = streams.get(userId) ?? 0;
        if (open >= STREAMS_PER_USER_MAX) throw tooMany(who.name);
        streams.set(userId, open + 1);
        const leave = () => {
          const left = (streams.get(userId) ?? 1) - 1;
          if (left === 0) streams.delete(userId);
          else streams.set(userId, left);
        };
        try {
          await stream(hub, { request, reply, leave, beatEveryMs, isStillThere: () => isStillThere(request) });
        } catch (error) {
          leave();
          throw error;
        }
        underWay.stream(reply.raw);
        return reply;
      },
    ),
  ];
}

interface StreamWork {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly leave: () => void;
  readonly beatEveryMs: number;
  readonly isStillThere: () => Promise<boolean>;
}

async function stream(hub: ChangeHub, work: StreamWork): Promise<void> {
  const { request, reply, leave, beatEveryMs, isStillThere } = work;
  const now = await hub.place();
  const last = request.headers['last-event-id'];
  const from = typeof last === 'string' ? resumedFrom(last, now) : now;
  const missed = typeof last === 'string' && from ? await hub.since(from) : undefined;
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Whatever stands between must not collect them.
    'x-accel-buffering': 'no',
  });
  const events = new EventStream(reply.raw, now);
  const stop = hub.listen(now, (changes) => events.tell(changes));
  events.hello();
  if (!from) events.reset(now);
  else if (missed) events.tell(missed);
  const beating = setInterval(() => {
    void isStillThere().then((isThere) => (isThere ? events.beat() : reply.raw.end()));
  }, beatEveryMs);
  beating.unref();
  reply.raw.once('close', () => {
    clearInterval(beating);
    stop();
    leave();
  });
}

function tooMany(name: string): Problem {
  return new Problem({
    code: 'EVENTS_TOO_MANY',
    kind: 'unavailable',
    says: `${name} listens ${STREAMS_PER_USER_MAX} times at once, the most there may be.`,
    next: 'End one of them, or ask from time to time instead.',
  });
}
