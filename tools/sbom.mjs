// The bill of materials: what is in a release, as CycloneDX 1.6 made from package-lock.json alone. `npm sbom` gives 1.5 with a
// random serial number and the time of day; this one is the same, byte for byte, for the same lock file.
//   node tools/sbom.mjs            prints what runs in production
//   node tools/sbom.mjs --all      with what is only needed to develop
//   node tools/sbom.mjs --output FILE
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const FOLDER = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)$/;

/** The whole document, as text that ends with a line feed. */
export function renderSbom(lock, { all = false } = {}) {
  const root = lock.packages[''];
  const installed = Object.entries(lock.packages).filter(
    ([path, entry]) => FOLDER.test(path) && !entry.link && (all || !(entry.dev || entry.devOptional)),
  );
  const components = new Map(
    installed.map(([path, entry]) => [refOf(nameOf(path), entry), componentOf(nameOf(path), entry)]),
  );
  const own = { ...componentOf(root.name, root), type: 'application' };
  const dependencies = [
    dependencyOf('', root, lock, components),
    ...installed.map(([path, entry]) => dependencyOf(path, entry, lock, components)),
  ];
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumberOf([JSON.stringify(lock), String(all)].join('\n')),
    version: 1,
    metadata: { lifecycles: [{ phase: 'build' }], component: own },
    components: [...components.values()].sort(byRef),
    dependencies: merged(dependencies),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function nameOf(path) {
  return FOLDER.exec(path)[1];
}

function refOf(name, { version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function componentOf(name, entry) {
  const [group, rest] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return {
    type: 'library',
    'bom-ref': refOf(name, entry),
    ...(group && { group }),
    name: rest,
    version: entry.version,
    ...(entry.dev || entry.optional || entry.devOptional ? { scope: 'optional' } : { scope: 'required' }),
    ...(entry.integrity && { hashes: hashesOf(entry.integrity) }),
    ...(entry.license && { licenses: [licenseOf(entry.license)] }),
    purl: refOf(name, entry),
  };
}

/** Of the lock file: `sha512-` and base64. */
function hashesOf(integrity) {
  return integrity.split(' ').map((text) => {
    const [algorithm, ...base64] = text.split('-');
    return {
      alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
      content: Buffer.from(base64.join('-'), 'base64').toString('hex'),
    };
  });
}

function licenseOf(text) {
  return /^[A-Za-z0-9.+-]+$/.test(text)
    ? { license: isListed(text) ? { id: text } : { name: text } }
    : { expression: text.replace(/^\(|\)$/g, '') };
}

/** Names that are no identifiers of SPDX. */
function isListed(text) {
  return !/^(UNLICENSED|SEE|Unknown|Public)/i.test(text);
}

function dependencyOf(path, entry, lock, components) {
  const names = Object.keys({
    ...entry.dependencies,
    ...entry.optionalDependencies,
    ...(path === '' && entry.devDependencies),
  });
  const found = names.map((name) => findInstalled(path, name, lock)).filter(Boolean);
  const refs = found.map(([at, target]) => refOf(nameOf(at), target)).filter((ref) => components.has(ref));
  return {
    ref: path === '' ? refOf(entry.name, entry) : refOf(nameOf(path), entry),
    dependsOn: [...new Set(refs)].sort(),
  };
}

/** As Node looks for it: in the folder of the package itself, then in those above. */
function findInstalled(path, name, lock) {
  for (let at = path; ; at = at.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, '')) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    const entry = lock.packages[candidate];
    if (entry) return [candidate, entry];
    if (at === '') return undefined;
  }
}

/** The same version may be installed in two places; its dependencies are said once. */
function merged(dependencies) {
  const byName = new Map();
  for (const { ref, dependsOn } of dependencies)
    byName.set(ref, [...new Set([...(byName.get(ref) ?? []), ...dependsOn])].sort());
  const [own, ...others] = [...byName].map(([ref, dependsOn]) => ({ ref, dependsOn }));
  return [own, ...others.sort((one, other) => compare(one.ref, other.ref))];
}

function byRef(one, other) {
  return compare(one['bom-ref'], other['bom-ref']);
}

/** By code points, so that no language of the machine changes the order. */
function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}

/** A UUID of version 8, from what the document is made of. */
function serialNumberOf(text) {
  const hex = createHash('sha256').update(text).digest('hex').slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = ((Number.parseInt(hex[16], 16) % 4) + 8).toString(16);
  return `urn:uuid:${hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8'));
  const text = renderSbom(lock, { all: process.argv.includes('--all') });
  const at = process.argv.indexOf('--output');
  if (at < 0) process.stdout.write(text);
  else writeFileSync(process.argv[at + 1], text);
}
