/** How far a long work has come, counted in whatever it goes through. */
export interface ProgressShare {
  readonly done: number;
  readonly of: number;
}
