import { canonical, type Policy } from '../../../lambda/core/policy/policy.ts';
import type { AnyCluster } from '../../../lib/config/select.ts';
import type { PolicyInForce } from '../../../review/query/questions/recorded.ts';
import { chosen } from '../../cli/configured.ts';
import { type AuditIndices, openIndices, type SearchFlags } from './audit-indices.ts';

/** The audit events, opened for reading. */
export interface Audit extends AuditIndices {
  /** The clusters of forwarder.yaml, or the one chosen; empty: it was not read. */
  readonly clusters: readonly AnyCluster[];
  /** The audit policies of these clusters; empty: none is known. */
  readonly policies: readonly PolicyInForce[];
}

/** Throws as `openIndices`. */
export async function openAudit(flags: SearchFlags, env: NodeJS.ProcessEnv): Promise<Audit> {
  const indices = await openIndices(flags, env);
  try {
    const clusters = indices.config === undefined ? [] : chosen(indices.config, flags.cluster);
    return { ...indices, clusters, policies: policiesOf(clusters) };
  } catch (error) {
    await indices.close();
    throw error;
  }
}

/** The audit policies in force for a cluster, or for all: each once, with those that have it. */
export function policiesOf(clusters: readonly PolicyHolder[], name?: string): readonly PolicyInForce[] {
  const wanted = name === undefined ? clusters : clusters.filter((each) => each.name === name);
  const groups = Map.groupBy(wanted, ({ policy: { policy } }) => canonical(policy));
  return [...groups.values()].flatMap((alike) => {
    const clusters = alike.map((each) => each.name);
    return alike.slice(0, 1).map(({ policy: { policy } }) => ({ clusters, policy }));
  });
}

type PolicyHolder = { readonly name: string; readonly policy: { readonly policy: Policy } };
