import { type GroupResources, LEVELS, type Level, type Policy, type Rule } from '../../../lambda/core/policy/policy.ts';
import { list, resourcesInWords } from './words.ts';

/**
 * The groups of which EKS's own policy records bodies. It can't be changed, and everything else comes at Metadata.
 * Source: the audit policy in AWS's best practices guide for EKS, as of 2025.
 */
const GROUPS_WITH_BODIES: ReadonlySet<string> = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'extensions',
  'metrics.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'scheduling.k8s.io',
  'settings.k8s.io',
  'storage.k8s.io',
]);

/** Never with bodies, since these hold secrets. */
const WITHOUT_BODIES: Readonly<Record<string, readonly string[]>> = {
  '': ['secrets', 'configmaps', 'serviceaccounts/token'],
  'authentication.k8s.io': ['tokenreviews'],
};

const READS = ['get', 'list', 'watch'];

export interface Impossible {
  readonly rule: number;
  /** What the rule asks more for than there is. */
  readonly what: string;
  readonly wants: Level;
  readonly gets: Level;
  readonly why: string;
}

type Shortfall = Omit<Impossible, 'rule' | 'wants'>;

/** What a policy asks for that EKS never writes down, rule by rule. Empty: all that it asks for can be had. */
export function impactOf(policy: Policy): readonly Impossible[] {
  return policy.rules.flatMap((rule, index) =>
    shortfalls(rule)
      .filter(({ gets }) => LEVELS.indexOf(gets) < LEVELS.indexOf(rule.level))
      .map((shortfall) => ({ rule: index, wants: rule.level, ...shortfall })),
  );
}

function shortfalls(rule: Rule): readonly Shortfall[] {
  if (rule.resources.length > 0) return [...rule.resources.flatMap(shortfallsOf), ...readShortfalls(rule)];
  const isPaths = rule.namespaces.length === 0 && rule.nonResourceURLs.length > 0;
  if (isPaths)
    return [{ what: `the paths ${list(rule.nonResourceURLs, 'and')}`, gets: 'Metadata', why: 'paths have no bodies' }];
  return [...shortfallsOf({ group: '*', resources: [], resourceNames: [] }), ...readShortfalls(rule)];
}

function shortfallsOf(entry: GroupResources): readonly Shortfall[] {
  const { group } = entry;
  if (group === '*') {
    return [
      {
        what: `${resourcesInWords(entry)}: all groups but ${GROUPS_WITH_BODIES.size} of Kubernetes' own`,
        gets: 'Metadata',
        why: 'EKS records bodies of the groups that it knows, not of custom resources',
      },
      ...Object.keys(WITHOUT_BODIES).flatMap((known) => secretShortfalls({ ...entry, group: known })),
    ];
  }
  if (GROUPS_WITH_BODIES.has(group)) return secretShortfalls(entry);
  return [{ what: resourcesInWords(entry), gets: 'Metadata', why: `EKS does not record bodies of the group ${group}` }];
}

function secretShortfalls(entry: GroupResources): readonly Shortfall[] {
  const secret = (WITHOUT_BODIES[entry.group] ?? []).filter((name) => asksFor(entry, name) && !isAwsAuth(entry, name));
  if (secret.length === 0) return [];
  const what = resourcesInWords({ ...entry, resources: secret });
  return [{ what, gets: 'Metadata', why: 'EKS keeps what may be secret out of the log' }];
}

/** The one config map of which EKS records changes whole. */
function isAwsAuth({ resourceNames }: GroupResources, name: string): boolean {
  return name === 'configmaps' && resourceNames.length > 0 && resourceNames.every((named) => named === 'aws-auth');
}

function asksFor({ resources }: GroupResources, name: string): boolean {
  const [resource, subresource] = name.split('/');
  const patterns = [name, '*', `${resource}/*`, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return resources.length === 0 || resources.some((wanted) => patterns.includes(wanted));
}

function readShortfalls({ verbs }: Rule): readonly Shortfall[] {
  const reads = verbs.length === 0 ? READS : READS.filter((verb) => verbs.includes(verb));
  if (reads.length === 0) return [];
  return [
    { what: `the answers to ${list(reads, 'and')}`, gets: 'Request', why: 'EKS records reads without what was read' },
  ];
}
