import type { Reader } from '../../lambda/contract.ts';
import { at } from '../../lambda/core/json.ts';
import type { Problem, Step } from '../problems/problem.ts';
import { eachOf } from './check.ts';
import { legalIndexName } from './index-pattern.ts';
import type { NamedPolicy } from './policy.ts';
import { cluster, eksCloudwatchLog } from './schema.ts';
import type { YamlDocument } from './yaml.ts';

export interface ClusterConfig {
  readonly name: string;
  /** What `{cluster}` becomes in index names. */
  readonly indexName: string;
  readonly groupName: string;
  /** null: that of whoever reads the file, who did not know it either. */
  readonly region: string | null;
  readonly streamPrefix: string;
  /** Seconds. */
  readonly fetchInterval: number;
  /** null: the stack makes the role, a command uses its own credentials. */
  readonly reader: ReaderConfig | null;
  readonly policy: NamedPolicy;
  /** Seconds before the first run, or a time as ISO text in UTC. */
  readonly startFrom: number | string;
  /** Seconds, increasing, the first 0. */
  readonly ages: readonly number[];
  /** null: no limit but time. */
  readonly maxBytesPerRun: number | null;
  /** MB. */
  readonly memorySize: number;
}

export interface ReaderConfig extends Reader {
  /** ARNs of those who may become the role beside the function. */
  readonly alsoTrust: readonly string[];
}

type Draft<T> = { readonly [K in keyof T]: T[K] | undefined };

/** A cluster's entry before it is known to be right, so that all that is wrong can be told at once. */
export interface Candidate {
  /** What is written. */
  readonly entry: unknown;
  /** It is not EKS: only its name, its index name and its policy are asked of the draft. */
  readonly isOther: boolean;
  /** From a LogCollector, which says where the log is and nothing else. */
  readonly collected: boolean;
  readonly line: number;
  /** What is wrong with the value of a key. */
  readonly problem: (key: Key, message: string) => Problem;
  /** As it is named. */
  readonly policy: string | undefined;
  /** undefined: what the schema refuses, and a name that can't be derived. */
  readonly draft: Draft<Omit<ClusterConfig, 'policy'>>;
}

type Key = keyof typeof cluster.shape | keyof typeof eksCloudwatchLog.shape;
type Path = readonly Step[];

/** One for each entry of `clusters`, then one for each LogCollector. */
export function candidatesOf(main: YamlDocument | undefined, collectors: readonly YamlDocument[]): Candidate[] {
  const clusters = at(main?.value, 'clusters');
  const entries: readonly unknown[] = Array.isArray(clusters) ? clusters : [];
  return [
    ...(main === undefined ? [] : entries.map((entry, index) => listed(main, entry, ['clusters', index]))),
    ...collectors.map(collected),
  ];
}

function listed(document: YamlDocument, entry: unknown, path: Path): Candidate {
  const logPath = [...path, 'eksCloudwatchLog'];
  return { ...candidateOf(document, entry, path, logPath), line: document.line(path), collected: false };
}

/** The entry that it amounts to; at `spec.cluster` stands nothing. */
function collected(document: YamlDocument): Candidate {
  const logPath = ['spec', 'additionalSources', 'eksCloudwatchLog'];
  const entry = { eksCloudwatchLog: at(document.value, ...logPath) };
  return {
    ...candidateOf(document, entry, ['spec', 'cluster'], logPath),
    line: document.line(logPath),
    collected: true,
  };
}

const EKS_GROUP = /^\/aws\/eks\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/cluster$/;

function candidateOf(document: YamlDocument, entry: unknown, path: Path, logPath: Path) {
  const value = eachOf(cluster, entry);
  const log = eachOf(eksCloudwatchLog, at(entry, 'eksCloudwatchLog'));
  const groupName = log('groupName');
  const given = value('name');
  const name = given === null ? EKS_GROUP.exec(groupName ?? '')?.[1] : given;
  const index = value('indexName');
  const problem = (key: Key, message: string) =>
    document.problem([...(Object.hasOwn(eksCloudwatchLog.shape, key) ? logPath : path), key], message);
  const draft = {
    name,
    indexName: index === null ? name && legalIndexName(name) : index,
    groupName,
    region: log('region'),
    streamPrefix: log('streamPrefix'),
    fetchInterval: log('fetchInterval'),
    reader: value('reader'),
    startFrom: value('startFrom'),
    ages: value('completeness')?.ages,
    maxBytesPerRun: value('maxBytesPerRun'),
    memorySize: value('memorySize'),
  };
  const isOther = at(entry, 'kubeAudit') !== undefined;
  return { entry, isOther, problem, policy: value('policy'), draft };
}

/** What a candidate is once nothing is wrong. */
export function clusterOf(
  { draft, policy = '' }: Candidate,
  policies: ReadonlyMap<string, NamedPolicy>,
  region: string | null,
): ClusterConfig {
  const filled = { ...draft, region: draft.region ?? region, policy: policies.get(policy) };
  // No configuration can do this; a cluster that is left out in silence would be the worst of bugs.
  if (!isWhole<ClusterConfig>(filled)) throw new Error(`Cluster ${draft.name} was not examined`);
  return filled;
}

function isWhole<T extends object>(draft: Draft<T>): draft is T {
  return Object.values(draft).every((value) => value !== undefined);
}
