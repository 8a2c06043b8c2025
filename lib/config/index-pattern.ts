import { PARKED_INDEX } from '../../lambda/contract.ts';
import { indexName } from '../../lambda/core/index-pattern.ts';

/** What `{cluster}` becomes where `indexName` says nothing: EKS allows upper case, Elasticsearch does not. */
export function legalIndexName(cluster: string): string {
  return cluster.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
}

/**
 * The day must end the name: by it the function knows which indices no longer take writes. With `.01` a month's index
 * is named by its first day, and ILM can tell its age.
 */
const DATE = /(\{yyyy\.MM\.dd\}|\{yyyy\.MM\}(\.01)?)$/;

/** Data streams are named `type-dataset-namespace`: a template for less than type and dataset would take others'. */
const GENERIC = /^(logs|metrics|traces|synthetics|profiling)-[^-{]*\{/;
const PARKED = PARKED_INDEX.slice(0, PARKED_INDEX.indexOf('{'));

/** Why a pattern can't name an index, as `[what was expected, what to do]`; undefined where it can. */
export function patternFault(pattern: string): readonly [string, string] | undefined {
  const fixed = pattern.replace('{cluster}', '').replace(DATE, '');
  if (!DATE.test(pattern))
    return ['a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}', 'add the day or the month at its end'];
  if (/[{}]/.test(fixed))
    return [
      'no braces but one {cluster} and one date',
      'write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
    ];
  if (/[A-Z]/.test(fixed)) return ['lower case, as Elasticsearch wants index names', `write it in lower case`];
  if (/[\\/*?"<>|\s,#:]/.test(fixed))
    return ['no space and none of \\ / * ? " < > | , # : in an index name', 'leave these out'];
  if (/^[-_+.]/.test(pattern)) return ['a letter or a digit first', 'begin it otherwise'];
  if (pattern.startsWith(PARKED))
    return ['another name than that of parked lines', 'write logs-kubernetes.audit_logs- in its place'];
  // The index template covers whatever begins so: other people's indices must not.
  if (!/^[^{]*[-_.]\{/.test(pattern) || GENERIC.test(pattern))
    return [
      'a name of its own before the first {, with a dash, dot or underscore after it',
      'begin it like eks-audit-{cluster}-',
    ];
  return undefined;
}

/** Elasticsearch takes names of up to 255 bytes. */
export function tooLong(pattern: string, indexCluster: string): boolean {
  return Buffer.byteLength(indexName(pattern, indexCluster, 0)) > 255;
}
