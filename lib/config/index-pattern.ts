import { CALICO, IndexPattern, PARKED } from '../../lambda/core/index-pattern.ts';

/** What `{cluster}` becomes where `indexName` says nothing: EKS allows upper case, Elasticsearch does not. */
export function legalIndexName(cluster: string): string {
  return cluster.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
}

/** Data streams are named `type-dataset-namespace`: a template for less than type and dataset would take others'. */
const GENERIC = /^(logs|metrics|traces|synthetics|profiling)-[^-]*$/;

const UNREADABLE = {
  'no date at its end': ['a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}', 'add the day or the month at its end'],
  'other braces': [
    'no braces but one {cluster} and one date',
    'write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
  ],
} as const;

/** Why a pattern can't name an index, as `[what was expected, what to do]`; undefined where it can. */
export function patternFault(text: string): readonly [string, string] | undefined {
  const pattern = IndexPattern.parse(text);
  if (typeof pattern === 'string') return UNREADABLE[pattern];
  const { fixed, beginning } = pattern;
  if (/[A-Z]/.test(fixed)) return ['lower case, as Elasticsearch wants index names', `write it in lower case`];
  if (/[\\/*?"<>|\s,#:]/.test(fixed))
    return ['no space and none of \\ / * ? " < > | , # : in an index name', 'leave these out'];
  if (/^[-_+.]/.test(beginning)) return ['a letter or a digit first', 'begin it otherwise'];
  if (text.endsWith('{yyyyMMdd}')) return UNREADABLE['no date at its end'];
  if (beginning.startsWith(PARKED.beginning))
    return ['another name than that of parked lines', 'write logs-kubernetes.audit_logs- in its place'];
  if (beginning.startsWith(CALICO.beginning))
    return [
      "another name than that of Calico's",
      'write logs-kubernetes.audit_logs- in its place, and profiles: [calico]',
    ];
  // The index template covers whatever begins so: other people's indices must not.
  if (!/[-_.]$/.test(beginning) || GENERIC.test(beginning))
    return [
      'a name of its own before the first {, with a dash, dot or underscore after it',
      'begin it like eks-audit-{cluster}-',
    ];
  return undefined;
}

/** Elasticsearch takes names of up to 255 bytes. What is no pattern has another fault. */
export function tooLong(text: string, indexCluster: string): boolean {
  const pattern = IndexPattern.parse(text);
  return typeof pattern !== 'string' && Buffer.byteLength(pattern.name(indexCluster, 0)) > 255;
}
