import { openSapAccess, type SapAccess, type SapAccessInput } from './access.ts';
import { digestOf } from './digest-of.ts';
import { createGate, type Gate } from './gate.ts';
import type { FindDestination } from './read-destination.ts';
import { assertUsable, type SapSecrets, type SapSettings, withWholeAddresses } from './settings.ts';

/**
 * The SAP systems this process talks to. Connections that reach the same system as the same user in the same way share one
 * access: one token, one session, one set of cookies. All connections to one system share its limit of requests at a time,
 * whoever logs on and in whichever client; while several are open, the strictest limit counts.
 */
export interface SapSystems {
  /**
   * Opens an access, or one more share in it. Each share keeps its own settings, clock and log and is closed by itself; with
   * the last one the connections close. Requests are logged by whoever opened the access first. Raises `SAP_PLAIN_HTTP`,
   * `SAP_SECRET_MISSING` or `SAP_CERTIFICATE_UNREADABLE` (invalid).
   */
  open(input: SapAccessInput): SapAccess;
}

interface Shared {
  readonly access: SapAccess;
  users: number;
}

interface SharedGate {
  readonly gate: Gate;
  /** One for each connection that is open. */
  readonly limits: number[];
}

/** One per process. `findDestination` asks SAP BTP, for connections that name a destination. */
export function createSapSystems(findDestination?: FindDestination): SapSystems {
  const accesses = new Map<string, Shared>();
  const gates = new Map<string, SharedGate>();

  function takeGate(key: string, insideMax: number): Gate {
    const known = gates.get(key) ?? { gate: createGate(insideMax), limits: [] };
    gates.set(key, known);
    known.limits.push(insideMax);
    known.gate.limit(Math.min(...known.limits));
    return known.gate;
  }

  function leaveGate(key: string, insideMax: number): void {
    const known = gates.get(key);
    if (known === undefined) return;
    known.limits.splice(known.limits.indexOf(insideMax), 1);
    if (known.limits.length === 0) gates.delete(key);
    else known.gate.limit(Math.min(...known.limits));
  }

  return {
    open(input) {
      const { settings, secrets } = input;
      assertUsable(settings, secrets);
      const key = keyOf(settings, secrets);
      const gateKey = systemKeyOf(settings);
      const { parallelRequestsMax } = settings;
      const gate = takeGate(gateKey, parallelRequestsMax);
      let shared = accesses.get(key);
      try {
        shared ??= {
          access: openSapAccess({ ...input, gate, findDestination: input.findDestination ?? findDestination }),
          users: 0,
        };
      } catch (error) {
        leaveGate(gateKey, parallelRequestsMax);
        throw error;
      }
      accesses.set(key, shared);
      shared.users += 1;
      const { access } = shared;
      let isOpen = true;
      return {
        ...access,
        settings: withWholeAddresses(settings),
        clock: input.clock,
        log: input.log,
        close: async () => {
          if (!isOpen) return;
          isOpen = false;
          leaveGate(gateKey, parallelRequestsMax);
          if (leave(accesses, key)) await access.close();
        },
      };
    },
  };
}

/** One user less. `true` when it was the last one; then nobody finds it any more. */
function leave(all: Map<string, Shared>, key: string): boolean {
  const used = all.get(key);
  if (used === undefined) return false;
  used.users -= 1;
  if (used.users > 0) return false;
  all.delete(key);
  return true;
}

/** Without the client: the work processes that requests take up are those of the whole system. */
function systemKeyOf({ authentication, baseUrl }: SapSettings): string {
  const destination = authentication.type === 'destination' ? authentication.name : '';
  return JSON.stringify([new URL(baseUrl).origin, destination]);
}

/**
 * Everything but what belongs to a posting and not to the way to SAP: a setting nobody thought of here keeps two connections
 * apart, which costs a session and nothing else. Hashed, so that no key holds a secret.
 */
function keyOf(settings: SapSettings, secrets: SapSecrets): string {
  const { createdByUser: _user, journalEntryUrl: _address, parallelRequestsMax: _limit, ...way } = settings;
  return digestOf([way, secrets]);
}
