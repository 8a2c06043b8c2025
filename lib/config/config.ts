import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadPolicy } from '../policy/file.ts';
import { fileFault } from '../problems/file.ts';
import { inOrder, type Problem } from '../problems/problem.ts';
import { readCertificates } from './ca.ts';
import { check } from './check.ts';
import { type Candidate, type ClusterConfig, candidatesOf, clusterOf } from './cluster.ts';
import { compare, suit } from './compare.ts';
import { classify } from './documents.ts';
import { inspect } from './inspect.ts';
import { inspectOther, type KubeAuditCluster, otherOf } from './kube-audit.ts';
import { logCollector } from './log-collector.ts';
import type { ReadOptions } from './options.ts';
import { loadPolicies } from './policy.ts';
import { type Forwarder, forwarder } from './schema.ts';
import { parseYaml, type YamlDocument } from './yaml.ts';

export type { Problem } from '../problems/problem.ts';
export type { ClusterConfig } from './cluster.ts';

/** forwarder.yaml with every default filled in, and what the files hold that it names. */
export interface Config extends Readonly<Omit<Forwarder, 'clusters' | 'elasticsearch'>> {
  /** As the operator named it. */
  readonly file: string;
  /** Those under `clusters` first, then the LogCollectors. */
  readonly clusters: readonly ClusterConfig[];
  /** Clusters that are not EKS; of both kinds together there is at least one. */
  readonly others: readonly KubeAuditCluster[];
  readonly elasticsearch: ElasticsearchConfig;
}

interface ElasticsearchConfig extends Readonly<Omit<Forwarder['elasticsearch'], 'caFile' | 'retention'>> {
  /** PEM text of `caFile`. */
  readonly ca: string | null;
  /** null: kept for ever. */
  readonly retentionDays: number | null;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads forwarder.yaml and the files it names; all that is wrong with them is told at once. Never throws. */
export function readConfig(file: string, options: ReadOptions): ConfigResult {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const todo =
      'copy forwarder.example.yaml to forwarder.yaml and fill it in, or name another file (--config FILE, with cdk -c config=FILE)';
    return { ok: false, problems: [{ file, path: '', message: `${fileFault(file, error)}: ${todo}.` }] };
  }
  return parseConfig(text, file, options);
}

/** As `readConfig`, with the file's text at hand; `file` still says what relative paths are relative to. */
export function parseConfig(text: string, file: string, options: ReadOptions): ConfigResult {
  const yaml = parseYaml(text, file);
  if (yaml.broken) return { ok: false, problems: yaml.problems };
  const { main, collectors, problems: misplaced } = classify(yaml.documents, file);
  const candidates = candidatesOf(main, collectors);
  const policies = loadPolicies(candidates, options.loadPolicy ?? loadPolicy, dirname(file));
  const ca = readCertificates(main, dirname(file));
  const settings = main && check(forwarder, main);
  const problems = [
    ...yaml.problems,
    ...misplaced,
    ...collectors.flatMap((each) => check(logCollector, each).problems),
    ...policies.problems,
    ...ca.problems,
    ...(settings?.problems ?? []),
    ...candidates.flatMap((each) => (each.isOther ? inspectOther(each) : inspect(each, options))),
    ...compare(candidates, options),
    ...(main === undefined ? [] : [...suit(main, candidates), ...stackless(main, candidates, options)]),
  ];
  if (problems.length > 0 || main === undefined || settings?.value === undefined)
    return { ok: false, problems: inOrder(problems, file) };
  const { caFile, retention: retentionDays, ...elasticsearch } = settings.value.elasticsearch;
  const { eks = [], other = [] } = Object.groupBy(candidates, ({ isOther }) => (isOther ? 'other' : 'eks'));
  const clusters = eks.map((each) => clusterOf(each, policies.byName, options.region ?? null));
  const others = other.map((each) => otherOf(each, policies.byName));
  const config = {
    ...settings.value,
    file,
    clusters,
    others,
    elasticsearch: { ...elasticsearch, ca: ca.pem, retentionDays },
  };
  const warnings = inOrder([...doubts(main, settings.value, options), ...policies.warnings], file);
  return { ok: true, config, warnings };
}

/** A stack is of clusters on EKS. */
function stackless(main: YamlDocument, candidates: readonly Candidate[], options: ReadOptions): Problem[] {
  if (options.for === 'run' || candidates.length === 0 || candidates.some(({ isOther }) => !isOther)) return [];
  return [
    main.problem(
      ['clusters'],
      'Missing: a stack needs at least one cluster with eksCloudwatchLog; the others need none.',
    ),
  ];
}

/** What is allowed and yet seldom meant. */
function doubts(main: YamlDocument, { elasticsearch: { url, secret } }: Forwarder, options: ReadOptions): Problem[] {
  const found: Problem[] = [];
  const say = (key: string, message: string) => found.push(main.problem(['elasticsearch', key], message));
  const { protocol, hostname } = new URL(url);
  const open = protocol === 'http:' && !/^(localhost|127\..*|\[::1\])$/.test(hostname);
  if (open) say('url', 'Events and credentials go over the network unencrypted: use https:// where you can.');
  if (secret === null && options.for === 'stack')
    say('secret', 'No secret is named, so the function sends without authentication.');
  return found;
}
