/**
 * The units of systemd, judged by rules and, where it is installed, by systemd's own checker. Nothing here starts them.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommandTree } from '../tidy/command-tree.ts';
import { commandFault, readRoot } from '../tidy/document-checks.ts';
import { ROOT } from '../tidy/source-files.ts';

const FOLDER = 'deploy/systemd';
const units = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.service'));
const MAIN = '/usr/bin/node /opt/seller-ledger/dist/src/entrypoints/cli/main.js ';

function settingsOf(unit: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const line of unit.split('\n')) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) settings.set(name, [...(settings.get(name) ?? []), value ?? '']);
  }
  return settings;
}

const HARDENED = [
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'CapabilityBoundingSet=',
  'RestrictSUIDSGID=yes',
  'SystemCallFilter=@system-service',
  'UMask=0077',
  'StateDirectory=seller-ledger',
];

/** What is wrong with a unit, beyond what systemd's checker says. */
function faultsOf(name: string, unit: string): string[] {
  const settings = settingsOf(unit);
  const first = (setting: string) => settings.get(setting)?.[0];
  const credentials = (settings.get('LoadCredential') ?? []).map((value) => value.split(':')[0]);
  const files = (settings.get('Environment') ?? []).flatMap((value) => /^\w+_FILE=%d\/(.+)$/.exec(value)?.[1] ?? []);
  const isMigration = name.includes('migrate');
  const rules: [string, boolean][] = [
    ...HARDENED.map((line): [string, boolean] => [line, unit.includes(`\n${line}\n`)]),
    ['a user of its own', first('User') === 'seller-ledger'],
    ['secrets are credentials', files.includes('database-url') && files.every((file) => credentials.includes(file))],
    ['no secret is in the unit', !/postgres:\/\/|^Environment=(DATABASE_URL|SELLER_LEDGER_KEY)=/m.test(unit)],
    ['the migration gets no vault key', isMigration !== credentials.includes('vault-key')],
    ['what fails is started again', isMigration || first('Restart') === 'on-failure'],
    ['there is time to stop', isMigration || Number(first('TimeoutStopSec')) >= 30],
    [
      'nothing runs before the migration has',
      isMigration ||
        (first('Requires') === 'seller-ledger-migrate.service' &&
          (first('After') ?? '').includes('seller-ledger-migrate.service')),
    ],
    [
      'a migration is not cut off',
      !isMigration || (first('Type') === 'oneshot' && first('TimeoutStartSec') === 'infinity'),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => rule);
}

const isCheckerHere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('deploy/systemd', () => {
  it('has the service, workers by number, and the migration', () => {
    expect(units.sort()).toEqual([
      'seller-ledger-migrate.service',
      'seller-ledger-worker@.service',
      'seller-ledger.service',
    ]);
  });

  it.each(units)('%s keeps the rules, and its command exists', async (name) => {
    const unit = readRoot(`${FOLDER}/${name}`);
    expect(faultsOf(name, unit)).toEqual([]);
    const [line = ''] = settingsOf(unit).get('ExecStart') ?? [];
    expect(line.startsWith(MAIN)).toBe(true);
    expect(commandFault(line.slice(MAIN.length), await readCommandTree())).toBeUndefined();
  });

  it.skipIf(!isCheckerHere).each(units)('%s is accepted by systemd (skipped without systemd-analyze)', (name) => {
    const path = join(ROOT, FOLDER, name);
    const checked = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    // Where the program is not installed, that alone may be said.
    const says = checked.stderr
      .split('\n')
      .filter((line) => line !== '' && !/is not executable|No such file/.test(line));
    expect(says).toEqual([]);
    const exposed = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', path], {
      encoding: 'utf8',
    });
    expect(exposed.status, exposed.stdout).toBe(0);
  });

  it('control: a rule that is broken is named', () => {
    const unit = readRoot(`${FOLDER}/seller-ledger.service`);
    const broken: readonly (readonly [string | RegExp, string])[] = [
      ['ProtectSystem=strict', 'ProtectSystem=full'],
      ['User=seller-ledger', 'User=root'],
      ['LoadCredential=vault-key:/etc/seller-ledger/vault-key\n', ''],
      ['Environment=NODE_ENV=production', 'Environment=DATABASE_URL=postgres://u:p@h/d'],
      ['TimeoutStopSec=60', 'TimeoutStopSec=1'],
      ['Restart=on-failure', 'Restart=no'],
      ['Requires=seller-ledger-migrate.service', 'Wants=seller-ledger-migrate.service'],
    ];
    expect(faultsOf('seller-ledger.service', unit)).toEqual([]);
    for (const [part, other] of broken) {
      expect(faultsOf('seller-ledger.service', unit.replace(part, other)), other).not.toEqual([]);
    }
  });
});
