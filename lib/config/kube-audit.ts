import type { ElasticsearchSettings, Naming } from '../../lambda/contract.ts';
import { at, isObject } from '../../lambda/core/json.ts';
import type { Problem } from '../problems/problem.ts';
import { eachOf } from './check.ts';
import type { Candidate } from './cluster.ts';
import type { NamedPolicy } from './policy.ts';
import { cluster, kubeAudit } from './schema.ts';

/** A cluster that is not EKS: its API server writes its audit log to a file, or sends it. */
export interface KubeAuditCluster {
  readonly name: string;
  /** What `{cluster}` becomes in index names. */
  readonly indexName: string;
  readonly policy: NamedPolicy;
  /** Of the API server's file, and where a webhook is listened for; at least one. */
  readonly path?: string;
  readonly listen?: string;
}

const KEYS: readonly string[] = ['name', 'indexName', 'policy', 'kubeAudit'] satisfies (keyof typeof cluster.shape)[];

/** What is wrong with such an entry beside its single values. */
export function inspectOther({ entry, problem }: Candidate): Problem[] {
  const found: Problem[] = [];
  if (!isObject(entry)) return found;
  if (entry.name === undefined)
    found.push(
      problem('name', 'Missing: the name of a cluster that is not EKS is needed; write it like name: onprem.'),
    );
  const written = at(entry, 'kubeAudit');
  if (isObject(written) && Object.keys(written).length === 0)
    found.push(
      problem(
        'kubeAudit',
        'Missing: where the audit log is; write path: /var/log/kubernetes/audit/kube-audit.log or listen: 0.0.0.0:9443 under it.',
      ),
    );
  for (const key of keysOf(entry)) {
    const message = `Only a cluster that is read from CloudWatch Logs takes this key, and kubeAudit says that this one is not: remove one of the two.`;
    found.push(problem(key, message));
  }
  return found;
}

function keysOf(entry: object) {
  return cluster.keyof().options.filter((key) => Object.hasOwn(entry, key) && !KEYS.includes(key));
}

/** What a candidate is once nothing is wrong. */
export function otherOf(
  { entry, draft, policy = '' }: Candidate,
  policies: ReadonlyMap<string, NamedPolicy>,
): KubeAuditCluster {
  const { name, indexName } = draft;
  const value = eachOf(kubeAudit, at(entry, 'kubeAudit'));
  const named = policies.get(policy);
  // No configuration can do this.
  if (name === undefined || indexName === undefined || named === undefined)
    throw new Error(`Cluster ${name} was not examined`);
  const [path, listen] = [value('path'), value('listen')];
  return { name, indexName, policy: named, ...(path && { path }), ...(listen && { listen }) };
}

/** What decides id and place of the documents of such a cluster. */
export function namingFor(
  { index, profiles }: Pick<ElasticsearchSettings, 'index' | 'profiles'>,
  { name, indexName }: KubeAuditCluster,
): Naming {
  return { cluster: name, indexName, index, profiles };
}
