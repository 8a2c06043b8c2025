import { DEFAULT_STREAM_PREFIX } from '../../lambda/contract.ts';
import type { Step } from '../problems/problem.ts';
import type { Documents } from './documents.ts';
import { legalIndexName } from './index-pattern.ts';
import type { YamlDocument } from './yaml.ts';

/**
 * What a cluster's entry says as far as it says anything: read without the schema, so that what concerns several
 * entries is told together with what is wrong inside of one.
 */
export interface Candidate {
  readonly document: YamlDocument;
  /** From a LogCollector, which says where the log is and nothing else. */
  readonly collected: boolean;
  /** Of the entry, and of its `eksCloudwatchLog`. */
  readonly path: readonly Step[];
  readonly logPath: readonly Step[];
  readonly name: string | undefined;
  readonly indexName: string | undefined;
  /** `indexName` or `name` was written, not derived. */
  readonly named: { readonly index: boolean; readonly cluster: boolean };
  readonly group: string | undefined;
  readonly region: string | undefined;
  readonly prefix: string;
  readonly fetchInterval: number;
  /** Of the role; undefined: the caller's own. */
  readonly account: string | undefined;
  readonly policy: string;
  readonly startFrom: string;
}

/** Of an entry of its own a LogCollector has none: nothing stands at this path. */
const COLLECTED: readonly Step[] = ['spec', 'cluster'];

const EKS_GROUP = /^\/aws\/eks\/([A-Za-z0-9][A-Za-z0-9_-]{0,99})\/cluster$/;

/** The cluster's name in `/aws/eks/<name>/cluster`. */
export function nameOf(group: string): string | undefined {
  return EKS_GROUP.exec(group)?.[1];
}

/** One for each entry of `clusters`, then one for each LogCollector. */
export function candidatesOf({ main, collectors }: Documents): Candidate[] {
  const listed = main === undefined ? undefined : valueAt(main.value, ['clusters']);
  const count = Array.isArray(listed) ? listed.length : 0;
  const entries = Array.from({ length: main === undefined ? 0 : count }, (_, at) => ['clusters', at]);
  return [
    ...(main === undefined ? [] : entries.map((path) => candidateOf(main, path, [...path, 'eksCloudwatchLog']))),
    ...collectors.map((document) =>
      candidateOf(document, COLLECTED, ['spec', 'additionalSources', 'eksCloudwatchLog']),
    ),
  ];
}

function candidateOf(document: YamlDocument, path: readonly Step[], logPath: readonly Step[]): Candidate {
  const entry = (key: string) => textAt(document.value, [...path, key]);
  const log = (key: string) => textAt(document.value, [...logPath, key]);
  const interval = valueAt(document.value, [...logPath, 'fetchInterval']);
  const name = entry('name') ?? nameOf(log('groupName') ?? '');
  return {
    document,
    collected: path === COLLECTED,
    path,
    logPath,
    name,
    indexName: entry('indexName') ?? (name === undefined ? undefined : legalIndexName(name)),
    named: { index: entry('indexName') !== undefined, cluster: valueAt(document.value, [...path, 'name']) != null },
    group: log('groupName'),
    region: log('region'),
    prefix: log('streamPrefix') || DEFAULT_STREAM_PREFIX,
    fetchInterval: typeof interval === 'number' && interval > 0 && interval <= 86_400 ? interval : 60,
    account: /^arn:[a-z-]+:iam::(\d{12}):/.exec(textAt(document.value, [...path, 'reader', 'roleArn']) ?? '')?.[1],
    policy: entry('policy') || 'network-policy',
    startFrom: entry('startFrom') ?? '15m',
  };
}

export function valueAt(value: unknown, path: readonly Step[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return typeof step === 'number' ? valueAt(value[step], rest) : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return valueAt(Object.entries(value).find(([key]) => key === step)?.[1], rest);
}

export function textAt(value: unknown, path: readonly Step[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}
