import { AsyncLocalStorage } from 'node:async_hooks';

/** One command, job or request, from its beginning to its end. */
export interface Activity {
  /** A UUID. It stands in every log line, audit event and trace of the activity. */
  readonly correlationId: string;
  /** What it is, in words of the program: `command sync`, `job orders`. */
  readonly name: string;
}

const storage = new AsyncLocalStorage<Activity>();

/** Does the work so that everything it calls, also later and in parallel, finds the activity it belongs to. */
export function inActivity<Result>(activity: Activity, work: () => Result): Result {
  return storage.run(activity, work);
}

/** `undefined` outside of any, as in most tests. */
export function currentActivity(): Activity | undefined {
  return storage.getStore();
}
