/**
 * The Helm chart, rendered and judged. There is no cluster and no Helm where these tests run, so they show that the manifests are
 * well formed, are what Kubernetes' own schemas allow, and keep the rules below; not that a cluster starts them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { readCommandTree } from '../tidy/command-tree.ts';
import { commandFault, readRoot } from '../tidy/document-checks.ts';
import { ROOT } from '../tidy/source-files.ts';
import {
  CHART,
  chart,
  contextOf,
  EVERYTHING,
  LEAST,
  type Manifest,
  manifestsIn,
  manifestsOf,
  podsOf,
  templateFiles,
  valuesWith,
} from './chart-kit.ts';
import { renderTemplates } from './go-template.ts';

const MODELS: Readonly<Record<string, new (data: Manifest) => { validate(): void }>> = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
};
const cases: readonly (readonly [string, object])[] = [
  ['with the least', LEAST],
  ['with everything', EVERYTHING],
];
const judge = new Ajv({ allErrors: true }).compile(JSON.parse(readRoot(`${CHART}/values.schema.json`)));
const isAllowed = (given: object) => judge(valuesWith(given));

/** What Kubernetes' published schemas say against a manifest. */
function faultsOf(manifest: Manifest): string[] {
  if (manifest.kind === 'ServiceMonitor') return [];
  const Model = MODELS[manifest.kind];
  if (!Model) return [`${manifest.kind} is not known to this test`];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind} ${manifest.metadata?.name}: ${String(error)}`];
  }
}

/** The rules of the restricted pod security standard, and our own: nothing is written to the image, no token is mounted. */
function securityFaults({ name, spec }: ReturnType<typeof podsOf>[number]): string[] {
  const rules: [string, boolean][] = [
    ['a user that is not root', spec.securityContext?.runAsNonRoot === true && spec.securityContext.runAsUser > 0],
    ['the default seccomp profile', spec.securityContext?.seccompProfile?.type === 'RuntimeDefault'],
    ['no token of the cluster', spec.automountServiceAccountToken === false],
    ['nothing of the host', !spec.hostNetwork && !spec.hostPID && !spec.hostIPC],
    ['no folder of the host', (spec.volumes as Manifest[]).every((volume) => !('hostPath' in volume))],
    ...(spec.containers as Manifest[]).flatMap(({ securityContext, resources }): [string, boolean][] => [
      ['no escalation', securityContext?.allowPrivilegeEscalation === false],
      ['no capabilities', securityContext?.capabilities?.drop?.includes('ALL') && !securityContext.capabilities.add],
      ['a read-only image', securityContext?.readOnlyRootFilesystem === true],
      ['a limit of memory', resources?.limits?.memory !== undefined && resources.requests?.cpu !== undefined],
    ]),
  ];
  return rules.filter(([, holds]) => !holds).map(([rule]) => `${name}: ${rule}`);
}

const isSubset = (part: Record<string, string>, whole: Record<string, string>) =>
  Object.entries(part).every(([name, value]) => whole[name] === value);

describe.each(cases)('the chart %s', (_name, given) => {
  const manifests = manifestsOf(given);
  const pods = podsOf(manifests);

  it('is what the schemas of Kubernetes allow', () => {
    expect(manifests.length).toBeGreaterThan(7);
    expect(manifests.flatMap(faultsOf)).toEqual([]);
  });

  it('names everything once, and labels it', () => {
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { metadata } of manifests) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': 'seller-ledger',
        'app.kubernetes.io/instance': 'books',
        'app.kubernetes.io/version': chart.appVersion,
      });
    }
  });

  it('runs three kinds of pods, none of which can do more than it needs', () => {
    expect(pods.map(({ name }) => name).sort()).toEqual([
      'books-seller-ledger-migration',
      'books-seller-ledger-web',
      'books-seller-ledger-worker',
    ]);
    expect(pods.flatMap(securityFaults)).toEqual([]);
  });

  it('selects pods by labels that they have', () => {
    const labels = pods.map((pod) => pod.labels);
    const selectors = manifests.flatMap(({ kind, spec }) => {
      if (kind === 'Service') return [spec.selector];
      return [spec?.selector?.matchLabels ?? spec?.podSelector?.matchLabels].filter(Boolean);
    });
    expect(selectors.length).toBeGreaterThan(6);
    const monitors = manifests
      .filter(({ kind }) => kind === 'ServiceMonitor')
      .map(({ spec }) => spec.selector.matchLabels);
    const services = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.labels);
    for (const selector of selectors) {
      const among = monitors.includes(selector) ? services : labels;
      expect(
        among.some((set) => isSubset(selector, set)),
        JSON.stringify(selector),
      ).toBe(true);
    }
    for (const { kind, spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      expect(isSubset(spec.selector.matchLabels, spec.template.metadata.labels), kind).toBe(true);
    }
  });

  it('probes page and workers where the program answers, and gives them the time to stop', () => {
    const running = pods.filter(({ kind }) => kind === 'Deployment');
    expect(running).toHaveLength(2);
    for (const { spec } of running) {
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
      const [{ livenessProbe, readinessProbe, startupProbe, ports }] = spec.containers;
      expect(livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'metrics' });
      expect(readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'metrics' });
      expect(startupProbe.httpGet).toEqual({ path: '/health/live', port: 'metrics' });
      expect(ports).toContainEqual({ name: 'metrics', containerPort: 9464 });
    }
  });

  it('has secrets from secrets that exist, as files and never as text', () => {
    for (const { spec } of pods) {
      const sources = (spec.volumes as Manifest[]).flatMap(({ secret, projected }) => [
        ...(secret ? [secret.secretName] : []),
        ...(projected?.sources ?? []).map((source: Manifest) => source.secret.name),
      ]);
      expect(sources).toContain('books-database');
      const [{ env, volumeMounts }] = spec.containers;
      const files = (env as Manifest[]).filter(({ name }) => name.endsWith('_FILE'));
      const folders = (volumeMounts as Manifest[]).map(({ mountPath }) => mountPath);
      expect(files.every(({ value }) => folders.some((folder) => value.startsWith(`${folder}/`)))).toBe(true);
      const mounted = (volumeMounts as Manifest[]).map(({ name }) => name);
      expect(mounted.filter((name) => !(spec.volumes as Manifest[]).some((volume) => volume.name === name))).toEqual(
        [],
      );
      expect((env as Manifest[]).map(({ name }) => name)).not.toContain('DATABASE_URL');
    }
    expect(manifests.some(({ kind }) => kind === 'Secret')).toBe(false);
    const migration = pods.find(({ kind }) => kind === 'Job');
    expect(JSON.stringify(migration)).not.toContain('books-key');
  });

  it('migrates before anything of a new version runs', () => {
    const job = manifests.find(({ kind }) => kind === 'Job');
    expect(job.metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    expect(job.spec.template.spec.restartPolicy).toBe('Never');
    expect(job.spec.template.spec.serviceAccountName).toBeUndefined();
  });

  it('starts commands that exist', async () => {
    const program = await readCommandTree();
    for (const { spec } of pods) {
      const line = spec.containers[0].args.join(' ');
      expect(commandFault(line, program), line).toBeUndefined();
    }
  });

  it('has no field that Kubernetes does not know', () => {
    expect(unknownFields(manifests)).toBe('');
  });
});

/** Says what the compiler says of manifests written down as literals of the types of Kubernetes. */
function unknownFields(manifests: readonly Manifest[]): string {
  const folder = join(ROOT, '.cache', `manifests-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const typed = manifests.filter(({ kind }) => kind !== 'ServiceMonitor');
    const imports = [...new Set(typed.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`))].map((pair) => {
      const [version = '', kind = ''] = pair.split(' ');
      return `import type { I${kind} } from 'kubernetes-models/${version === 'v1' ? version : moduleOf(version)}';`;
    });
    const lines = typed.map((manifest, at) => `export const m${at}: I${manifest.kind} = ${JSON.stringify(manifest)};`);
    writeFileSync(join(folder, 'manifests.ts'), [...imports, ...lines].join('\n'));
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      '',
    ];
    const checked = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), '--ignoreConfig', ...options, join(folder, 'manifests.ts')],
      { encoding: 'utf8', cwd: folder },
    );
    return checked.stdout + checked.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function moduleOf(version: string): string {
  const [group = '', number = ''] = version.split('/');
  return `${group}/${number}`;
}

function workerOf(manifests: readonly Manifest[]): Manifest {
  return manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-worker'));
}

describe('what is switched on', () => {
  const kindsOf = (given: object) => manifestsOf(given).map(({ kind }) => kind);

  it('several workers share the work, and their number follows their load only where that is wished for', () => {
    const worker = (given: object) => workerOf(manifestsOf(given));
    expect(worker(LEAST).spec.replicas).toBe(2);
    expect(worker(EVERYTHING).spec.replicas).toBeUndefined();
    expect(kindsOf(EVERYTHING)).toContain('HorizontalPodAutoscaler');
    expect(kindsOf(LEAST)).not.toContain('HorizontalPodAutoscaler');
  });

  it('page, metrics and what may be reached are as the values say', () => {
    expect(kindsOf(LEAST)).not.toContain('Ingress');
    expect(
      kindsOf({ ...LEAST, networkPolicy: { enabled: false }, podDisruptionBudget: { enabled: false } }),
    ).not.toEqual(expect.arrayContaining(['NetworkPolicy']));
    const policy = manifestsOf(EVERYTHING).find(({ kind }) => kind === 'NetworkPolicy');
    expect(policy.spec.egress[1].ports.map(({ port }: Manifest) => port)).toEqual([5432, 443, 44300]);
    expect(policy.spec.ingress[0].from[0].namespaceSelector.matchLabels).toEqual({
      'kubernetes.io/metadata.name': 'ingress',
    });
    expect(JSON.stringify(manifestsOf(EVERYTHING))).toContain(
      `registry.example.com/seller-ledger@sha256:${'0'.repeat(64)}`,
    );
  });

  it('the notes name the page and say what is still missing', () => {
    const notes = renderTemplates(templateFiles(), contextOf(valuesWith(LEAST))).get('NOTES.txt');
    expect(notes).toContain('https://ledger.example.com');
    expect(notes).toContain('set backups.existingClaim');
  });
});

describe('values', () => {
  it('that ship are allowed once a person has said the least', () => {
    expect(isAllowed(LEAST), JSON.stringify(judge.errors)).toBe(true);
    expect(isAllowed(EVERYTHING), JSON.stringify(judge.errors)).toBe(true);
  });

  it.each([
    ['nothing', {}],
    ['no vault key', { ...LEAST, vaultKey: { existingSecret: '' } }],
    ['a misspelt name', { ...LEAST, worker: { replicas: 3 } }],
    ['a page without TLS', { ...LEAST, publicUrl: 'http://ledger.example.com' }],
    ['more jobs than a worker takes', { ...LEAST, workers: { concurrency: 500 } }],
    ['an image that moves', { ...LEAST, image: { tag: 'latest' } }],
    ['no time to stop', { ...LEAST, terminationGracePeriodSeconds: 1 }],
  ])('%s is refused', (_what, given) => {
    expect(isAllowed(given)).toBe(false);
  });

  it('without a secret the chart does not render either, and says which', () => {
    expect(() => manifestsOf({ publicUrl: LEAST.publicUrl })).toThrow('database.existingSecret');
  });

  it('have a schema for each of them', () => {
    const schema = JSON.parse(readRoot(`${CHART}/values.schema.json`));
    const named = Object.keys(schema.properties).filter((name) => name !== 'global');
    expect(named.sort()).toEqual(Object.keys(valuesWith({}) as object).sort());
  });
});

describe('control', () => {
  it('a pod that is root, a selector that selects nothing, a wrong type and an unknown field are found', () => {
    const [pod] = podsOf(manifestsOf(LEAST));
    const root = structuredClone(pod!);
    root.spec.securityContext.runAsUser = 0;
    delete root.spec.containers[0].resources;
    expect(securityFaults(root)).toHaveLength(2);
    expect(isSubset({ a: 'b' }, { a: 'c' })).toBe(false);
    const worker = workerOf(manifestsOf(LEAST));
    expect(faultsOf({ ...worker, spec: { ...worker.spec, replicas: 'two' } })).toHaveLength(1);
    expect(unknownFields([{ ...worker, spec: { ...worker.spec, replica: 2 } }])).toContain('replica');
  });

  it('a template that uses what the renderer does not know is refused', () => {
    const render = (text: string) => renderTemplates(new Map([['x', text]]), contextOf(valuesWith(LEAST)));
    for (const text of ['{{ lookup "v1" }}', '{{ if .Values.a }}x', '{{ include "nothing" . }}', '{{ .Values.web }}']) {
      expect(() => render(text), text).toThrow();
    }
    expect(render('{{- range list "a" "b" -}}{{ . | quote }}{{- end }}').get('x')).toBe('"a""b"');
  });
});

const isGoHere = (() => {
  const found = spawnSync('go', ['list', 'github.com/Masterminds/sprig'], { env: goEnvironment(), encoding: 'utf8' });
  return found.status === 0;
})();

function goEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };
}

describe('the engine that Helm is made of', () => {
  it.skipIf(!isGoHere).each(cases)('renders the same %s (skipped without Go and sprig)', (_name, given) => {
    const context = contextOf(valuesWith(given));
    const out = execFileSync(
      'go',
      ['run', join(ROOT, 'test/shipping/render-chart.go'), join(ROOT, CHART, 'templates'), JSON.stringify(context)],
      { env: goEnvironment(), encoding: 'utf8' },
    );
    const theirs = new Map(Object.entries(JSON.parse(out) as Record<string, string>));
    const ours = renderTemplates(templateFiles(), context);
    expect(manifestsIn(theirs)).toEqual(manifestsIn(ours));
    expect(theirs.get('NOTES.txt')).toBe(ours.get('NOTES.txt'));
  });
});
