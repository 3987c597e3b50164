import type { Locator, Page } from 'playwright-core';

/** A page as it is looked at: its picture, and its address with a record that is there. */
export interface View {
  readonly name: string;
  /** As in the table of pages. */
  readonly path: string;
  /** Whoever of the demo may open it, where the accountant may not. */
  readonly who?: 'auditor' | 'administrator' | 'editor';
}

export interface Dialog {
  readonly name: string;
  /** The file and the component that draws it: `job-dialog JobDialog`. */
  readonly of: string;
  /** The view that it is opened on. */
  readonly on: string;
  /** It sends nothing. */
  readonly onlyShows?: boolean;
}

/** Asks the API below `/api/v1/`. */
export type Get = (path: string) => Promise<unknown>;

export const VIEWS: readonly View[];
export const DIALOGS: readonly Dialog[];

/** Where a view is. */
export function addressOf(view: View, get: Get): Promise<string>;

/** Opens a dialog of a page that is there, and gives what opened it; nothing where it cannot be opened now. */
export function openDialog(page: Page, dialog: Dialog): Promise<Locator | undefined>;
