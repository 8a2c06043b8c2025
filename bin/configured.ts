import { STSClient } from '@aws-sdk/client-sts';
import { type ClusterConfig, type Config, type Problem, readConfig, selectCluster } from '../lib/config.ts';
import { WrongUse } from './usage.ts';

/** The two flags of every command that works with forwarder.yaml. */
export const CONFIG_FLAG = ['--config <file>', 'what to forward, and where to', 'forwarder.yaml'] as const;
export const CLUSTER_FLAG = ['--cluster <name>', 'which cluster; needed only where the file has several'] as const;

export interface Configured {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  readonly warnings: readonly Problem[];
}

/** Reads the file and picks the cluster. Throws `WrongUse` with all problems, those of the other flags among them. */
export async function configured(
  flags: { readonly config: string; readonly cluster?: string },
  others: readonly Problem[] = [],
): Promise<Configured> {
  const region = await ownRegion();
  const result = readConfig(flags.config, { for: 'run', ...(region === undefined ? {} : { region }) });
  if (!result.ok) throw WrongUse.of([...result.problems, ...others]);
  const { config, warnings } = result;
  const selection = selectCluster(config, flags.cluster);
  if (!selection.ok) throw WrongUse.of([selection.problem, ...others]);
  if (others.length > 0) throw WrongUse.of(others);
  return { config, cluster: selection.cluster, warnings };
}

/** The Region that the SDK finds: the environment's or the profile's; undefined where neither says one. */
export async function ownRegion(): Promise<string | undefined> {
  const client = new STSClient({});
  return client.config.region().catch(() => undefined);
}
