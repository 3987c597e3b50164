import { Problem, redactText } from '../../core/index.ts';

const SAYS_MAX = 300;

/** The message was taken, and not for everybody it is for. `says` names recipients of the settings, whom the one that mends it has to know. */
export function notDeliveredToAll(channel: string, says: string): Problem {
  return new Problem({
    code: 'ALERT_NOT_DELIVERED',
    kind: 'unavailable',
    says: `An alert could not be sent to everybody by ${channel}: ${says.replace(/\s+/g, ' ').slice(0, SAYS_MAX)}.`,
    next: 'Correct the recipients in the settings and try them: seller-ledger alerts test',
  });
}

/** `says` may repeat what the other side said; what looks like a secret is taken out of it. */
export function notDelivered(channel: string, says: string, cause?: unknown): Problem {
  const words = redactText(says).replace(/\s+/g, ' ').slice(0, SAYS_MAX);
  return new Problem(
    {
      code: 'ALERT_NOT_DELIVERED',
      kind: 'unavailable',
      says: `An alert could not be sent by ${channel}: ${words}.`,
      next: 'It is tried again by itself; when that goes on, correct the settings and try them: seller-ledger alerts test',
    },
    { cause },
  );
}
