import { canonical, type Policy } from '../../../lambda/core/policy/policy.ts';
import type { ClusterConfig } from '../../../lib/config/config.ts';
import { chosen } from '../../cli/configured.ts';
import { type AuditIndices, openIndices, type SearchFlags } from './audit-indices.ts';

/** Where an auditor's commands look: a server by its address, or the one of forwarder.yaml. */
export interface AuditFlags extends SearchFlags {
  readonly cluster?: string;
}

/** The audit events, opened for reading. */
export interface Audit extends AuditIndices {
  /** The clusters of forwarder.yaml, or the one chosen; empty: it was not read. */
  readonly clusters: readonly ClusterConfig[];
  /** The audit policy that these clusters share; undefined: they have several, or none is known. */
  readonly policy: Policy | undefined;
}

/** Throws as `openIndices`. */
export async function openAudit(flags: AuditFlags, env: NodeJS.ProcessEnv): Promise<Audit> {
  const indices = await openIndices(flags, env);
  try {
    const clusters = indices.config === undefined ? [] : chosen(indices.config, flags.cluster);
    return { ...indices, clusters, policy: sharedPolicy(clusters) };
  } catch (error) {
    await indices.close();
    throw error;
  }
}

/** The audit policy in force for a cluster; undefined as its name: for all of these. */
export function policyFor(clusters: readonly PolicyHolder[], name: string | undefined) {
  if (name === undefined || clusters.length === 1) return sharedPolicy(clusters);
  return clusters.find((each) => each.name === name)?.policy.policy;
}

type PolicyHolder = { readonly name: string; readonly policy: { readonly policy: Policy } };

function sharedPolicy(clusters: readonly PolicyHolder[]): Policy | undefined {
  const policies = new Map(clusters.map(({ policy: { policy } }) => [canonical(policy), policy]));
  const [only, ...others] = policies.values();
  return others.length === 0 ? only : undefined;
}
