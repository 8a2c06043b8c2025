import { DEFAULT_STREAM_PREFIX } from '../../lambda/contract.ts';
import { type ClusterConfig, type Config, selectCluster } from '../../lib/config/config.ts';
import type { KubeAuditCluster } from '../../lib/config/kube-audit.ts';
import { WrongUse } from '../../lib/problems/usage.ts';

/** The cluster of which archives are. */
export interface Importable {
  readonly cluster: ClusterConfig;
  /** It is on EKS: the table may know its minutes, and documents name its account. */
  readonly isEks: boolean;
}

/** The cluster that `--cluster` names, on EKS or not; without it the only one. Throws `WrongUse`. */
export function importable(config: Config, name: string | undefined): Importable {
  const { clusters, others } = config;
  const other = others.find((each) => each.name === (name ?? each.name));
  const isOnly = name !== undefined || clusters.length + others.length === 1;
  if (other !== undefined && isOnly) return { cluster: withoutLogGroup(other), isEks: false };
  const all = [...clusters, ...others].map((each) => each.name).join(', ');
  const message = `Needed, since there are several clusters: ${all}.`;
  if (!isOnly) throw WrongUse.of([{ path: '--cluster', message }]);
  const selection = selectCluster(config, name);
  if (!selection.ok) throw WrongUse.of([selection.problem]);
  return { cluster: selection.cluster, isEks: true };
}

/** Where the environment names none, the SDK wants one though nothing is asked there. */
const ANY_REGION = 'us-east-1';

/** What an import asks of a cluster that is not EKS; nothing is read from a log group, nor deployed. */
function withoutLogGroup({ name, indexName, policy }: KubeAuditCluster): ClusterConfig {
  const log = { groupName: '', region: ANY_REGION, streamPrefix: DEFAULT_STREAM_PREFIX, reader: null };
  const runs = { fetchInterval: 60, startFrom: 0, ages: [0], maxBytesPerRun: null, memorySize: 0 };
  return { name, indexName, policy, ...log, ...runs };
}
