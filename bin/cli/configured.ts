import { STSClient } from '@aws-sdk/client-sts';
import { type ClusterConfig, type Config, type Problem, readConfig } from '../../lib/config/config.ts';
import { type AnyCluster, allOf, type Selection, selectAny, selectCluster } from '../../lib/config/select.ts';
import { WrongUse } from '../../lib/problems/usage.ts';

/** The flags of every command that works with forwarder.yaml; the last one of those that work with cursors and ledger. */
export const CONFIG_FLAG = ['--config <file>', 'what to forward, and where to', 'forwarder.yaml'] as const;
export const CLUSTER_FLAG = ['--cluster <name>', 'which cluster; needed only where the file has several'] as const;
export const STATE_FLAG = [
  '--state <folder>',
  'cursors and ledger are in this folder, not in the DynamoDB table',
] as const;

export interface ConfigFlags {
  readonly config: string;
  readonly cluster?: string;
  readonly state?: string;
}

export interface Configured<T extends AnyCluster = ClusterConfig> {
  readonly config: Config;
  readonly cluster: T;
  readonly warnings: readonly Problem[];
}

/**
 * Reads the file and picks the cluster on EKS. Throws `WrongUse` with all problems, those of the other flags among them.
 * `otherwise`: as `selectCluster` takes it.
 */
export function configured(
  flags: FileFlags,
  otherwise: Parameters<typeof selectCluster>[2],
  others: readonly Problem[] = [],
): Promise<Configured> {
  return pickedBy((config) => selectCluster(config, flags.cluster, otherwise), flags, others);
}

/** The same of a cluster on EKS or not. */
export function configuredAny(flags: FileFlags, others: readonly Problem[] = []): Promise<Configured<AnyCluster>> {
  return pickedBy((config) => selectAny(config, flags.cluster), flags, others);
}

type FileFlags = Pick<ConfigFlags, 'config' | 'cluster'>;

async function pickedBy<T extends AnyCluster>(
  select: (config: Config) => Selection<T>,
  flags: FileFlags,
  others: readonly Problem[],
): Promise<Configured<T>> {
  const { config, warnings } = await configuration(flags.config, undefined, others);
  const selection = select(config);
  if (!selection.ok) throw WrongUse.of([selection.problem, ...others]);
  if (others.length > 0) throw WrongUse.of(others);
  return { config, cluster: selection.cluster, warnings };
}

/** The file with all its clusters. Throws as `configured` does. `otherwise`: the Region of an entry that names none. */
export async function configuration(file: string, otherwise?: string, others: readonly Problem[] = []) {
  const region = (await ownRegion()) ?? otherwise;
  const result = readConfig(file, { for: 'run', ...(region === undefined ? {} : { region }) });
  if (!result.ok) throw WrongUse.of([...result.problems, ...others]);
  return result;
}

/** The clusters that a command looks at which takes all of them where no flag names one. */
export function chosen(config: Config, name: string | undefined): readonly AnyCluster[] {
  if (name === undefined) return allOf(config);
  const selection = selectAny(config, name);
  if (!selection.ok) throw WrongUse.of([selection.problem]);
  return [selection.cluster];
}

/** What makes a command work where these flags say, as a shell takes it: begins with a space, or is empty. */
export function configFlags({ config, cluster, state }: ConfigFlags): string {
  const given = { config: config === CONFIG_FLAG[2] ? undefined : config, cluster, state };
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(value)}`]))
    .join('');
}

function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The Region that the SDK finds: the environment's or the profile's; undefined where neither says one. */
export async function ownRegion(): Promise<string | undefined> {
  const client = new STSClient({});
  return client.config.region().catch(() => undefined);
}
