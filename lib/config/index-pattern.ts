import { indexName } from '../../lambda/core/index-name.ts';

/** What `{cluster}` becomes where `indexName` says nothing: EKS allows upper case, Elasticsearch does not. */
export function legalIndexName(cluster: string): string {
  return cluster.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
}

/** Why a pattern can't name an index, as `[what was expected, what to do]`; undefined where it can. */
export function patternFault(pattern: string): readonly [string, string] | undefined {
  const fixed = pattern.replace('{cluster}', '').replace(/\{yyyy\.MM(\.dd)?\}$/, '');
  // The day must end the name: by it the function knows which indices no longer take writes.
  if (!/\{yyyy\.MM(\.dd)?\}$/.test(pattern))
    return ['a pattern that ends in {yyyy.MM.dd} or {yyyy.MM}', 'add the day or the month at its end'];
  if (/[{}]/.test(fixed))
    return [
      'no braces but one {cluster} and one date',
      'write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
    ];
  if (/[A-Z]/.test(fixed)) return ['lower case, as Elasticsearch wants index names', `write it in lower case`];
  if (/[\\/*?"<>|\s,#:]/.test(fixed))
    return ['no space and none of \\ / * ? " < > | , # : in an index name', 'leave these out'];
  return /^[-_+.]/.test(pattern) ? ['a letter or a digit first', 'begin it otherwise'] : undefined;
}

/** Elasticsearch takes names of up to 255 bytes. */
export function tooLong(pattern: string, indexCluster: string): boolean {
  return Buffer.byteLength(indexName(pattern, indexCluster, 0)) > 255;
}
