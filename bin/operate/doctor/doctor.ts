import { ENVIRONMENT } from '../../../lambda/contract.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { type AnyCluster, isEks } from '../../../lib/config/select.ts';
import { findCaller, settleRegion } from '../reach/caller.ts';
import { type Check, carryOut, type Finding, once } from '../reach/carry-out.ts';
import { awsChecks } from './aws.ts';
import { kubeAuditChecks } from './kube-audit.ts';
import { readSecret, type SecretAnswer } from './secret.ts';
import { serverChecks } from './servers.ts';

export interface Examination {
  readonly config: Config;
  /** Those to look at. */
  readonly clusters: readonly AnyCluster[];
  readonly env: NodeJS.ProcessEnv;
  readonly now: number;
}

/** Looks at all that a run needs, or that `follow` and `receive` need. Changes nothing, and never throws: what can't be asked is a finding. */
export async function examine({ config, clusters, env, now }: Examination): Promise<readonly Finding[]> {
  const eks = clusters.filter(isEks);
  const own = env[ENVIRONMENT.apiKey] || env[ENVIRONMENT.username] ? await credentialsReader(null, env)() : undefined;
  const unread: SecretAnswer = { kind: 'read', credentials: undefined };
  // Only a function looks past the environment: where there is none, AWS is not asked for what nobody would use.
  const isRead = eks.length > 0 || own === undefined;
  const secret = once(async () => (isRead ? readSecret(config.elasticsearch.secret) : unread));
  const checks = [
    ...(eks.length === 0 ? [] : await checksOfAws(eks, { config, env, now })),
    ...clusters.flatMap((each) => (isEks(each) ? [] : kubeAuditChecks(each, now))),
    ...serverChecks({ config, clusters, secret, own, now }),
  ];
  return carryOut(checks);
}

async function checksOfAws(
  clusters: readonly ClusterConfig[],
  { config, env, now }: Omit<Examination, 'clusters'>,
): Promise<readonly Check[]> {
  const region = await settleRegion(clusters[0], env);
  const caller = once(() => findCaller(region, env));
  return awsChecks({ config, clusters, region, caller, now });
}
