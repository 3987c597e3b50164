/** The chart, its values, and the manifests they make. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { readRoot } from '../tidy/document-checks.ts';
import { ROOT } from '../tidy/source-files.ts';
import { renderTemplates, type Value } from './go-template.ts';

export const CHART = 'deploy/helm/seller-ledger';

// biome-ignore lint/suspicious/noExplicitAny: a manifest is what Kubernetes says it is, which its own schemas judge
export type Manifest = any;

export const chart = parse(readRoot(`${CHART}/Chart.yaml`)) as Record<string, string>;

/** What a person has to say at least. */
export const LEAST = {
  publicUrl: 'https://ledger.example.com',
  database: { existingSecret: 'books-database' },
  vaultKey: { existingSecret: 'books-key' },
};

/** Everything that can be switched on, and one of everything that can be added. */
export const EVERYTHING = {
  ...LEAST,
  image: { repository: 'registry.example.com/seller-ledger', digest: `sha256:${'0'.repeat(64)}` },
  imagePullSecrets: [{ name: 'pull' }],
  workers: { autoscaling: { enabled: true } },
  ingress: {
    enabled: true,
    className: 'nginx',
    host: 'ledger.example.com',
    tlsSecret: 'ledger-tls',
    annotations: { 'example.com/note': 'yes' },
  },
  backups: { existingClaim: 'books-backups' },
  networkPolicy: {
    webFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
    metricsFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    egressPorts: [443, 44300],
  },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  serviceAccount: { annotations: { 'example.com/role': 'ledger' } },
  podAnnotations: { 'example.com/note': 'yes' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'finance', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
  extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/certs/ca.pem' }],
  extraVolumes: [{ name: 'certs', configMap: { name: 'certs' } }],
  extraVolumeMounts: [{ name: 'certs', mountPath: '/certs', readOnly: true }],
};

/** Values as Helm merges them: objects member by member, everything else replaced. */
export function valuesWith(given: object): Value {
  return merge(parse(readRoot(`${CHART}/values.yaml`)), given) as Value;
}

function merge(base: unknown, given: unknown): unknown {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(base) || !isObject(given)) return given;
  const merged = Object.entries(given).map(([name, value]) => [name, name in base ? merge(base[name], value) : value]);
  return { ...base, ...Object.fromEntries(merged) };
}

export function contextOf(values: Value): Value {
  return {
    Values: values,
    Chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
    Release: { Name: 'books', Namespace: 'finance', Service: 'Helm' },
  };
}

export function templateFiles(): Map<string, string> {
  const folder = `${CHART}/templates`;
  return new Map(readdirSync(join(ROOT, folder)).map((name) => [name, readRoot(`${folder}/${name}`)]));
}

export function manifestsIn(rendered: ReadonlyMap<string, string>): Manifest[] {
  return [...rendered].flatMap(([name, text]) => {
    if (!name.endsWith('.yaml')) return [];
    return parseAllDocuments(text, { uniqueKeys: true })
      .map((document) => {
        const [fault] = document.errors;
        if (fault) throw new Error(`${name}: ${fault.message}`);
        return document.toJS();
      })
      .filter((manifest) => manifest !== null);
  });
}

export function manifestsOf(given: object): Manifest[] {
  return manifestsIn(renderTemplates(templateFiles(), contextOf(valuesWith(given))));
}

export function podsOf(
  manifests: readonly Manifest[],
): { name: string; kind: string; labels: Manifest; spec: Manifest }[] {
  return manifests
    .filter(({ spec }) => spec?.template?.spec !== undefined)
    .map(({ kind, metadata, spec }) => ({
      kind,
      name: metadata.name,
      labels: spec.template.metadata.labels,
      spec: spec.template.spec,
    }));
}
