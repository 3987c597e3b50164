import { dirname } from 'node:path';
import { z } from 'zod';
import type { JsonObject, Secrets } from '../app/index.ts';
import { Problem, unlessProblem } from '../core/index.ts';
import { alertsSchema, keepAlertSecrets, type StoredAlerts, takeAlertSecrets } from './alerts/alert-settings.ts';
import { backupSchema } from './backup/backup-settings.ts';
import { type ReadEnvironment, readYaml, resolveReferences } from './connection-references.ts';
import { readText } from './files.ts';
import { RETENTION_SCHEMA } from './retention-settings.ts';
import { wordsOfFault } from './setting-words.ts';
import { keepSignInSecrets, signInSchema, takeSignInSecrets } from './sign-in-settings.ts';

/** What holds for all connections. Every member is optional. */
const installationSchema = z.strictObject({
  alerts: alertsSchema.optional(),
  backup: backupSchema.optional(),
  retention: RETENTION_SCHEMA.optional(),
  signIn: signInSchema.optional(),
});

export type InstallationSettings = Readonly<z.output<typeof installationSchema>>;

export interface InstallationFile {
  readonly settings: JsonObject;
  readonly secrets: Secrets;
  /** Stored secrets that the file leaves out and that go on holding. */
  readonly keptSecretNames: readonly string[];
}

const NOTHING_STORED: StoredAlerts = { settings: {}, secretNames: [] };

/**
 * Reads a settings file (YAML or JSON), values by reference as in a connection file. A secret that it leaves out is kept as it
 * is `stored`, while the settings that it belongs to stay the same. Raises `SETTINGS_INVALID` (invalid) with every fault at once,
 * never with a value.
 */
export function readInstallationFile(
  path: string,
  readEnvironment: ReadEnvironment,
  stored: StoredAlerts = NOTHING_STORED,
): InstallationFile {
  const { value, faults } = readYaml(readText(path));
  if (faults.length > 0) throw invalid(path, faults);
  const resolved = resolveReferences(value ?? {}, dirname(path), readEnvironment);
  const ofAlerts = takeAlertSecrets(resolved.value);
  const ofSignIn = takeSignInSecrets(ofAlerts.rest);
  const secrets = { ...ofAlerts.secrets, ...ofSignIn.secrets };
  const checked = installationSchema.safeParse(ofSignIn.rest, { error: wordsOfFault });
  const found = [
    ...resolved.faults,
    ...ofAlerts.faults,
    ...ofSignIn.faults,
    ...(checked.success ? [] : faultsOf(checked.error)),
  ];
  if (!checked.success || found.length > 0) throw invalid(path, found);
  const alerts = keepAlertSecrets(checked.data.alerts, secrets, stored);
  const signIn = keepSignInSecrets(checked.data.signIn, secrets, stored);
  const missing = [...alerts.faults, ...signIn.faults];
  if (missing.length > 0) throw invalid(path, missing);
  return { settings: checked.data, secrets, keptSecretNames: [...alerts.kept, ...signIn.kept] };
}

/**
 * One section of the stored settings, checked again: an older program may have written it. What is wrong in another one is told by
 * whoever needs that. Raises `SETTINGS_INVALID` (invalid).
 */
export function installationSection<Name extends keyof InstallationSettings>(
  stored: JsonObject,
  name: Name,
): InstallationSettings[Name] {
  const own = stored[name] === undefined ? {} : { [name]: stored[name] };
  const checked = installationSchema.safeParse(own, { error: wordsOfFault });
  if (checked.success) return checked.data[name];
  throw invalid('the stored settings', faultsOf(checked.error));
}

/** The same for who goes on without: `undefined` also where this program does not take the section. */
export function readableSection<Name extends keyof InstallationSettings>(
  stored: JsonObject,
  name: Name,
): InstallationSettings[Name] | undefined {
  return unlessProblem(() => installationSection(stored, name));
}

function faultsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
}

function invalid(where: string, faults: readonly string[]): Problem {
  return new Problem({
    code: 'SETTINGS_INVALID',
    kind: 'invalid',
    says: `${where} has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    next: 'Correct them; docs/operations.md shows every setting with an example.',
    where: { file: where },
    data: faults.join('\n'),
  });
}
