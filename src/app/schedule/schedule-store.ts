import type { ProblemFacts } from '../../core/index.ts';
import type { Actor, ConnectionId } from '../ports.ts';
import type { WorkPlan } from './works.ts';

/** One work of one connection, or of the whole installation, and how its turns stand. Times are ISO 8601 UTC. */
export interface ScheduleRecord {
  /** `<connection id>:<work>`, or `installation:<work>`. */
  readonly key: string;
  readonly connectionId: ConnectionId | null;
  readonly work: string;
  readonly plan: WorkPlan;
  /** `false`: kept for its history, and never due. */
  readonly isOn: boolean;
  readonly nextDueAt: string;
  /** The turn that was asked of the workers last, and when. */
  readonly lastSlotAt: string | null;
  readonly dispatchedAt: string | null;
  /** Turns that had passed while nobody worked, and were made up for by that one. */
  readonly missedTurns: number;
  /** The turn that came to its end last, when, and what kept it from its goal. */
  readonly servedSlotAt: string | null;
  readonly servedAt: string | null;
  readonly problem: ProblemFacts | null;
  /** When the oldest turn was due that has not reached its goal; `null`: none is owed. */
  readonly owedSince: string | null;
  /** Since when the turn that is owed waits, for whatever reasons one after the other; `null`: it does not wait. */
  readonly waitsSince: string | null;
  /** When a person last wanted the turn that is owed; `null`: nobody did. */
  readonly wishedAt: string | null;
  readonly pause: SchedulePause | null;
  /** A person wants it done now. */
  readonly askedAt: string | null;
}

/** Whether its turns are held back by a person at that moment. */
export function isPausedAt({ pause }: Pick<ScheduleRecord, 'pause'>, atMs: number): boolean {
  return pause !== null && (pause.until === null || Date.parse(pause.until) > atMs);
}

export interface SchedulePause {
  readonly at: string;
  readonly by: Actor;
  readonly why: string;
  /** `null`: until a person ends it. */
  readonly until: string | null;
}

/** A work to be done from now on. */
export interface PlannedWork {
  readonly work: string;
  readonly plan: WorkPlan;
  /** The first turn of a work that is new or was switched off. */
  readonly firstDueAt: string;
  /** The next turn of one whose plan changed. */
  readonly nextDueAt: string;
  /** The distance of its turns, for the order in which late ones are dispatched. */
  readonly cadenceMs: number;
  /** A change of its plan takes no turn away: one that is due stays due, and so does one that would have come sooner. */
  readonly losesNoTurn?: boolean;
}

/** A turn that is due, while its row is locked. */
export interface DueTurn {
  readonly record: ScheduleRecord;
  readonly connectionName: string | null;
  /** Amazon lets the connection in no more: see `connection_stop`. */
  readonly isStopped: boolean;
  /** The job of the turn before was given up, or cancelled by a person: it never says what became of its turn. */
  readonly isGivenUp: boolean;
  readonly now: number;
  /** The turn itself: when it was due, or when a person asked for it; after the clock was set back, later than all before it. */
  readonly slotAt: string;
  /** When it was due, or when a person asked for it. */
  readonly dueAt: string;
}

export interface TurnDecision {
  /** Whether it was handed to the workers; otherwise it is left out, and what a person asked for stays asked for. */
  readonly isDispatched: boolean;
  readonly nextDueAt: string;
  readonly missedTurns: number;
}

/** What became of a turn. */
export interface TurnOutcome {
  readonly problem: ProblemFacts | null;
  /** Try again after this time and not only at the next turn; `null`: at the next turn. */
  readonly againAfterMs: number | null;
  /** It is not owed any more, although there is something to tell. */
  readonly isServed?: boolean;
  /** When a person wanted it: kept with the row for as long as it is owed. ISO 8601 UTC. */
  readonly wishedAt?: string;
}

export interface ScheduleStore {
  /** Those of a connection, of the installation (`null`), or all; in the order of connection and work. */
  listSchedules(connectionId?: ConnectionId | null): Promise<readonly ScheduleRecord[]>;
  /** Connections whose settings changed since they were planned, or which were planned by another `version` or long ago. */
  connectionsToPlan(version: number): Promise<readonly { readonly id: ConnectionId; readonly marker: string }[]>;
  /**
   * Keeps what is planned. A work whose plan is as it was keeps its next turn. What is not named is switched off. `marker`: that of `connectionsToPlan`; `null` for the installation.
   * Waits for nobody: `false`, and nothing is kept, while somebody else holds a row of the connection.
   */
  putPlans(connectionId: ConnectionId | null, marker: string, works: readonly PlannedWork[]): Promise<boolean>;
  /**
   * Hands over turns that are due, the latest relative to their distance first, then the one that was served longest ago. Each
   * is locked meanwhile, so any number of dispatchers hand each over once. Says how many were taken.
   */
  takeDueTurns(limit: number, decide: (turn: DueTurn) => Promise<TurnDecision>): Promise<number>;
  /** After a turn; an older one changes nothing. */
  endTurn(key: string, slotAt: string, outcome: TurnOutcome): Promise<void>;
  /**
   * A turn that was not begun is due again at `dueAt` (ISO 8601 UTC) or at the next turn, whichever comes first; a pause holds it
   * until then. `slotAt` null: one that is none of the schedule.
   */
  giveBackTurn(key: string, turn: { readonly slotAt: string | null; readonly dueAt: string }): Promise<void>;
  /** The turn is still being worked on, in a next job. */
  goOnWithTurn(key: string): Promise<void>;
  /** All works of the connection, or one. One audit event. Says which works. */
  pauseSchedule(input: SchedulePick & { readonly until: string | null }): Promise<readonly string[]>;
  /** Says which works had been paused. */
  resumeSchedule(input: SchedulePick): Promise<readonly string[]>;
  /** Due at once, also when paused, until it is handed over. Says which works; those that are switched off are left out. */
  askForTurn(input: SchedulePick): Promise<readonly string[]>;
  /** What is under way when a program starts is settled at once, not at its next turn; a row that somebody holds keeps its next turn. */
  makeWorkDue(work: string): Promise<void>;
}

export interface SchedulePick {
  /** `null`: works of the installation. */
  readonly connectionId: ConnectionId | null;
  /** `null`: all. */
  readonly work: string | null;
  readonly actor: Actor;
  readonly why: string;
}
