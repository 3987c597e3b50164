/** The bill of materials: judged by the schema of CycloneDX, and compared with the lock file it is made of. */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { renderSbom } from '../../tools/sbom.mjs';
import { readRoot } from '../tidy/document-checks.ts';

const lock = JSON.parse(readRoot('package-lock.json'));
const packageJson = JSON.parse(readRoot('package.json'));
const text = renderSbom(lock);
const sbom = JSON.parse(text);

const schemaOf = (name: string) =>
  JSON.parse(readRoot(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}.SNAPSHOT.schema.json`));
const ajv = new Ajv({ strict: false, validateFormats: true });
addFormats.default(ajv);
// Formats of another draft, for members that this document does not have.
for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true);
ajv.addSchema(schemaOf('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
ajv.addSchema(schemaOf('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
const isValid = ajv.compile(schemaOf('bom-1.6'));

describe('npm run sbom', () => {
  it('gives what CycloneDX 1.6 allows, with and without what is only needed to develop', () => {
    for (const document of [text, renderSbom(lock, { all: true })]) {
      expect(isValid(JSON.parse(document)), JSON.stringify(isValid.errors)).toBe(true);
    }
  });

  it('names this release and every dependency at run time, with version, licence and hash', () => {
    const { component } = sbom.metadata;
    expect([component.name, component.version]).toEqual([packageJson.name, packageJson.version]);
    const purls = sbom.components.map(({ purl }: { purl: string }) => purl);
    for (const [name, version] of Object.entries(packageJson.dependencies)) {
      expect(purls).toContain(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    }
    expect(sbom.components.filter(({ hashes }: { hashes?: unknown }) => !hashes)).toEqual([]);
    const unlicensed = sbom.components.filter(({ licenses }: { licenses?: unknown }) => !licenses);
    // Its package says MIT in a form that npm does not take over.
    expect(unlicensed.map(({ name }: { name: string }) => name)).toEqual(['png-js']);
  });

  it('leaves out what is only needed to develop, unless it is asked for', () => {
    const has = (document: string, name: string) => document.includes(`pkg:npm/${name}@`);
    expect(has(text, 'vitest')).toBe(false);
    expect(has(renderSbom(lock, { all: true }), 'vitest')).toBe(true);
  });

  it('joins each component to those it needs, and all to the release', () => {
    const refs = new Set(['', ...sbom.components.map((component: Record<string, string>) => component['bom-ref'])]);
    const [own, ...others] = sbom.dependencies;
    expect(own.ref).toBe(sbom.metadata.component['bom-ref']);
    expect(own.dependsOn.length).toBeGreaterThanOrEqual(Object.keys(packageJson.dependencies).length);
    expect(
      others
        .flatMap(({ ref, dependsOn }: { ref: string; dependsOn: string[] }) => [ref, ...dependsOn])
        .filter((ref: string) => !refs.has(ref)),
    ).toEqual([]);
    expect(others).toHaveLength(sbom.components.length);
  });

  it('is the same text for the same lock file, and another for another', () => {
    expect(renderSbom(structuredClone(lock))).toBe(text);
    const other = structuredClone(lock);
    other.packages[''].version = '9.9.9';
    expect(JSON.parse(renderSbom(other)).serialNumber).not.toBe(sbom.serialNumber);
  });

  it('control: a document that is not one is refused', () => {
    expect(isValid({ ...sbom, specVersion: 1.6 })).toBe(false);
    expect(isValid({ ...sbom, components: [{ name: 'x' }] })).toBe(false);
    expect(isValid({ ...sbom, serialNumber: 'urn:uuid:1' })).toBe(false);
  });
});
