import type { Workspace } from '../../composition.ts';
import { installationSection } from '../../installation-file.ts';
import { SIGN_IN_DEFAULTS, type SignInSettings } from '../../sign-in-settings.ts';

/** Every request asks for them; a change may take so long to hold everywhere. */
const KEPT_MS = 5_000;

export type ReadSignInSettings = () => Promise<SignInSettings>;

export function signInSettingsReader({ books, clock }: Pick<Workspace, 'books' | 'clock'>): ReadSignInSettings {
  let kept: { readonly settings: SignInSettings; readonly readMs: number } | undefined;
  return async () => {
    const nowMs = clock.nowMs();
    if (kept && nowMs - kept.readMs < KEPT_MS && nowMs >= kept.readMs) return kept.settings;
    const signIn = installationSection(await books.installationSettings(), 'signIn');
    kept = { settings: signIn ?? SIGN_IN_DEFAULTS, readMs: nowMs };
    return kept.settings;
  };
}
