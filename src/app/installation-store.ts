import type { Actor, JsonObject, Secrets } from './ports.ts';

/** What holds for all connections of these books: where alerts go, how long records are kept. */
export interface InstallationStore {
  /** As they were stored last; empty before. Without secrets. */
  installationSettings(): Promise<JsonObject>;
  /** Replaces the settings, and those secrets that are given; secrets that are named nowhere any more are removed. */
  changeInstallation(
    input: { readonly settings: JsonObject; readonly secrets: Secrets; readonly keptSecretNames: readonly string[] },
    actor: Actor,
    why: string,
  ): Promise<void>;
  /** Decrypted. Each use is an audit event. Raises `VAULT_KEY_WRONG` (invalid). */
  openInstallationSecrets(actor: Actor, why: string): Promise<Secrets>;
  installationSecretNames(): Promise<readonly string[]>;
}
