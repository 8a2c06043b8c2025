import { namingOf, type Settings } from '../../../lambda/contract.ts';
import { hashOf } from '../../../lambda/core/hash.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { rulesBy } from '../../../lambda/minute-rules.ts';
import type { Deciding } from './decide.ts';

/** All that is known of a cluster that is not EKS: no table says what its minutes were judged by. */
export function decidingByToday(settings: Settings<Policy>): Deciding {
  const { cluster, policy } = settings;
  const naming = namingOf(settings);
  const rules = rulesBy(naming, undefined, policy);
  const by = { policy: hashOf(policy), naming: hashOf(naming) };
  return {
    settings: { source: undefined, policy },
    namings: [naming],
    ledger: { rows: async () => new Map() },
    rules: { asDeployed: async () => ({ by: () => by, rules: () => rules }) },
    checkpoint: undefined,
    reader: {
      readInFull: () =>
        Promise.reject(new Stopped(`${cluster} has no log group that it could be read from: import it again.`)),
    },
  };
}
