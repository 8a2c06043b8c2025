import { ENVIRONMENT } from '../../../lambda/contract.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { findCaller, settleRegion } from '../reach/caller.ts';
import { carryOut, type Finding, once } from '../reach/carry-out.ts';
import { awsChecks } from './aws.ts';
import { readSecret } from './secret.ts';
import { serverChecks } from './servers.ts';

export interface Examination {
  readonly config: Config;
  /** Those to look at. */
  readonly clusters: readonly ClusterConfig[];
  readonly env: NodeJS.ProcessEnv;
  readonly now: number;
}

/** Looks at all that a run needs; changes nothing. Never throws: what can't be asked is a finding. */
export async function examine({ config, clusters, env, now }: Examination): Promise<readonly Finding[]> {
  const region = await settleRegion(clusters[0], env);
  const caller = once(() => findCaller(region, env));
  const secret = once(() => readSecret(config.elasticsearch.secret));
  const own = env[ENVIRONMENT.apiKey] || env[ENVIRONMENT.username] ? await credentialsReader(null, env)() : undefined;
  const checks = [
    ...awsChecks({ config, clusters, region, caller, now }),
    ...serverChecks({ config, clusters, secret, own, now }),
  ];
  return carryOut(checks);
}
