import type { Actor } from '../app/index.ts';
import { isProblem, type ProblemKind } from '../core/index.ts';
import { openConnection, openFeeds, type Workspace } from './composition.ts';

/** A check of either side, as it is shown. */
export interface Check {
  readonly side: 'Amazon' | 'SAP';
  readonly name: string;
  readonly ok: boolean;
  /** `false`: the connector works without it, and `says` tells what it cannot do then. */
  readonly isNeeded: boolean;
  readonly says: string;
  readonly next: string | null;
  /** Of the problem: `null` where the check was not made, absent where it does not tell. */
  readonly code?: string | null;
  readonly kind?: ProblemKind | null;
}

export interface Examined {
  readonly workspace: Workspace;
  readonly name: string;
  readonly actor: Actor;
}

/** Everything the connector does at Amazon, each tried once. */
export async function examineAmazon(
  { workspace, name, actor }: Examined,
  request: { readonly isReadOnly: boolean },
): Promise<Check[]> {
  const feeds = await openFeeds(workspace, name, { actor });
  try {
    const checks = await feeds.doctor(request);
    return checks.map((check) => ({ side: 'Amazon', isNeeded: true, ...check }));
  } finally {
    await feeds.close();
  }
}

/** The same in SAP. Settings that cannot be used are a finding like any other: Amazon's side was examined before them. */
export async function examineSap(
  { workspace, name, actor }: Examined,
  request: { readonly tryPosting: boolean },
): Promise<Check[]> {
  try {
    const connection = await openConnection(workspace, name, { actor });
    try {
      const checks = await connection.doctorSap(request);
      return checks.map((check) => ({ side: 'SAP', ...check }));
    } finally {
      await connection.close();
    }
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind !== 'invalid' || !thrown.code.startsWith('SAP_')) throw thrown;
    const { says, next, code, kind } = thrown;
    return [{ side: 'SAP', name: 'settings', ok: false, isNeeded: true, says, next, code, kind }];
  }
}

/** Every login and every service once. */
export async function pingBoth({ workspace, name, actor }: Examined): Promise<Check[]> {
  const connection = await openConnection(workspace, name, { actor, onProgress: () => {} });
  try {
    const amazon = await connection.pingAmazon();
    const sap = await connection.pingSap();
    return [
      ...amazon.map((check) => ({ side: 'Amazon' as const, isNeeded: true, ...check })),
      ...sap.map((check) => ({ side: 'SAP' as const, ...check })),
    ];
  } finally {
    await connection.close();
  }
}
