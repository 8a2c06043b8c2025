/** The compiled audit policy: plain JSON, as it is shipped to the function. Imports nothing, so that no loader comes with it. */

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof LEVELS)[number];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof STAGES)[number];

export interface GroupResources {
  /** `""` is the core group, `*` any. */
  readonly group: string;
  /** Empty: every resource and subresource of the group. */
  readonly resources: readonly string[];
  /** Empty: every name. */
  readonly resourceNames: readonly string[];
}

/** All conditions must hold; an empty list is no condition. */
export interface Rule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly namespaces: readonly string[];
  readonly resources: readonly GroupResources[];
  readonly nonResourceURLs: readonly string[];
  /** In addition to the policy's. */
  readonly omitStages: readonly Stage[];
  /** Absent: as the policy says. */
  readonly omitManagedFields?: boolean;
}

/** The first rule that matches decides; no rule means `None`. */
export interface Policy {
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
  readonly rules: readonly Rule[];
}

/** The same text for the same value, however its keys were ordered: what a policy's hash is taken of. */
export function canonical(value: object): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
