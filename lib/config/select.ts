import { didYouMean } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import { show } from '../problems/show.ts';
import type { ClusterConfig } from './cluster.ts';
import type { Config } from './config.ts';
import type { KubeAuditCluster } from './kube-audit.ts';

/** A cluster of either kind: on EKS, or not. */
export type AnyCluster = ClusterConfig | KubeAuditCluster;

export function isEks(cluster: AnyCluster): cluster is ClusterConfig {
  return 'groupName' in cluster;
}

export type Selection<T extends AnyCluster> =
  | { readonly ok: true; readonly cluster: T }
  | { readonly ok: false; readonly problem: Problem };

type Clusters = Pick<Config, 'clusters' | 'others'>;

export function allOf({ clusters, others }: Clusters): readonly AnyCluster[] {
  return [...clusters, ...others];
}

/** The cluster that `--cluster` names, on EKS or not; without it the only one. */
export function selectAny(config: Clusters, name: string | undefined): Selection<AnyCluster> {
  return selected(allOf(config), name);
}

/**
 * The same of a command for clusters on EKS alone, which needs no name where there is one of these. `otherwise` says why
 * it can't work for another one, and what does: it ends the sentence.
 */
export function selectCluster(
  config: Clusters,
  name: string | undefined,
  otherwise: (cluster: string) => string,
): Selection<ClusterConfig> {
  const { clusters, others } = config;
  const unnamed = clusters.length > 0 ? clusters : others.slice(0, 1);
  const found = selected(name === undefined ? unnamed : allOf(config), name);
  if (!found.ok) return found;
  const { cluster } = found;
  if (isEks(cluster)) return { ok: true, cluster };
  return no(`${show(cluster.name)} is not EKS: ${otherwise(cluster.name)}`);
}

function selected<T extends AnyCluster>(clusters: readonly T[], name: string | undefined): Selection<T> {
  const names = clusters.map((cluster) => cluster.name);
  if (name === undefined && clusters.length > 1)
    return no(`Needed, since there are several clusters: ${names.join(', ')}.`);
  const found = clusters.find((cluster) => cluster.name === (name ?? cluster.name));
  if (found !== undefined) return { ok: true, cluster: found };
  return no(
    `No cluster is named ${show(name)}.${didYouMean(name ?? '', names) || ` Configured: ${names.join(', ')}.`}`,
  );
}

function no(message: string) {
  return { ok: false, problem: { path: '--cluster', message } } as const;
}
