import { resolve } from 'node:path';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import type { LoadPolicy } from '../../lib/config/policy.ts';

export interface Lines {
  /** Replaces line 2. */
  readonly url?: string;
  /** More lines under `elasticsearch`, from line 3 on. */
  readonly elasticsearch?: string;
  /** Replaces the line after `eksCloudwatchLog:`. */
  readonly groupName?: string;
  /** Replaces the line after that. */
  readonly region?: string;
  /** More lines of the log, of the cluster, and at the end of the file. */
  readonly log?: string;
  readonly cluster?: string;
  readonly end?: string;
}

/** A forwarder.yaml of six lines that is right, with replacements and further lines. */
export function file(lines: Lines = {}): string {
  const indented = (by: number, text: string | undefined) =>
    text === undefined ? [] : [text.replace(/^/gm, ' '.repeat(by))];
  return [
    'elasticsearch:',
    ...indented(2, lines.url ?? 'url: https://es.example:9200'),
    ...indented(2, lines.elasticsearch),
    'clusters:',
    '  - eksCloudwatchLog:',
    ...indented(6, lines.groupName ?? 'groupName: /aws/eks/prod/cluster'),
    ...indented(6, lines.region ?? 'region: us-west-2'),
    ...indented(6, lines.log),
    ...indented(4, lines.cluster),
    ...indented(0, lines.end),
  ].join('\n');
}

/** A file of several clusters, each an entry in flow style; the first on line 3. */
export function fileOf(...entries: readonly string[]): string {
  return [
    'elasticsearch: { url: https://es.example:9200 }',
    'clusters:',
    ...entries.map((entry) => `  - ${entry}`),
  ].join('\n');
}

/** A cluster's entry in flow style. */
export function entry(name: string, more?: string, region = 'us-west-2'): string {
  const log = `eksCloudwatchLog: { groupName: /aws/eks/${name}/cluster, region: ${region} }`;
  return `{ ${[log, more].filter(Boolean).join(', ')} }`;
}

/** Calico's object with the given lines under `eksCloudwatchLog`, which stands on its line 7. */
export function collector(...lines: readonly string[]): string {
  return [
    '---',
    'apiVersion: operator.tigera.io/v1',
    'kind: LogCollector',
    'metadata: { name: tigera-secure, labels: { app: calico } }',
    'spec:',
    '  additionalStores: { syslog: { endpoint: "tcp://1.2.3.4:601" } }',
    '  additionalSources:',
    '    eksCloudwatchLog:',
    ...lines.map((line) => `      ${line}`),
    'status: { state: Ready }',
  ].join('\n');
}

export const POLICY: Policy = { omitStages: [], omitManagedFields: false, rules: [] };

/** Knows one preset, one file that is wrong in three places and one with a warning. */
export const loadPolicy: LoadPolicy = (nameOrFile, baseDir) => {
  if (nameOrFile === 'wrong.yaml')
    return {
      ok: false,
      problems: [
        { path: 'kind', line: 2, message: 'Expected Policy.' },
        { path: 'rules[0].level', line: 4, message: 'Expected a level.' },
        { path: 'rules[1]', line: 6, message: 'Expected a mapping.' },
      ],
    };
  if (nameOrFile !== 'network-policy' && nameOrFile !== 'loose.yaml')
    return {
      ok: false,
      problems: [{ path: '', message: `No preset and no file is named ${JSON.stringify(nameOrFile)}.` }],
    };
  const warnings = nameOrFile === 'loose.yaml' ? [{ path: 'rules[2]', line: 9, message: 'Never reached.' }] : [];
  return { ok: true, policy: POLICY, warnings, notes: [], text: 'rules: []', file: resolve(baseDir, nameOrFile) };
};
