import type { GroupResources, Level, Rule } from '../../../lambda/core/policy/policy.ts';

/** A rule of EKS's own audit policy, and why it records no more; empty where it records all. */
export interface OwnRule {
  readonly rule: Rule;
  readonly why: string;
}

const READS = ['get', 'list', 'watch'];

/** The groups of which EKS records bodies. */
const GROUPS_WITH_BODIES = [
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
];

const DROPPED = "EKS's own policy drops it";
const REQUEST_ALONE = 'EKS records the request alone';
const KNOWN = GROUPS_WITH_BODIES.map((group) => of(group));
const NODES = of('', 'nodes', 'nodes/status');
const STATUS = of('', 'nodes/status', 'pods/status');
const PROBLEM_DETECTORS = [
  'kubelet',
  'system:node-problem-detector',
  'system:serviceaccount:kube-system:node-problem-detector',
];

/**
 * EKS's own audit policy, which can't be changed; the first rule that matches decides. None of them records the stage
 * RequestReceived, which is left out here. Source: AWS's best practices guide for EKS, "Auditing and logging", 2025.
 */
export const OWN_RULES: readonly OwnRule[] = [
  own('RequestResponse', '', {
    verbs: ['update', 'patch', 'delete'],
    namespaces: ['kube-system'],
    resources: [{ group: '', resources: ['configmaps'], resourceNames: ['aws-auth'] }],
  }),
  own('None', DROPPED, {
    users: ['system:kube-proxy'],
    verbs: ['watch'],
    resources: [of('', 'endpoints', 'services', 'services/status')],
  }),
  own('None', DROPPED, { users: ['kubelet'], verbs: ['get'], resources: [NODES] }),
  own('None', DROPPED, { userGroups: ['system:nodes'], verbs: ['get'], resources: [NODES] }),
  own('None', DROPPED, {
    users: [
      'system:kube-controller-manager',
      'system:kube-scheduler',
      'system:serviceaccount:kube-system:endpoint-controller',
    ],
    verbs: ['get', 'update'],
    namespaces: ['kube-system'],
    resources: [of('', 'endpoints')],
  }),
  own('None', DROPPED, {
    users: ['system:apiserver'],
    verbs: ['get'],
    resources: [of('', 'namespaces', 'namespaces/status', 'namespaces/finalize')],
  }),
  own('None', DROPPED, {
    users: ['system:kube-controller-manager'],
    verbs: ['get', 'list'],
    resources: [of('metrics.k8s.io')],
  }),
  own('None', DROPPED, { nonResourceURLs: ['/healthz*', '/version', '/swagger*'] }),
  own('None', DROPPED, { resources: [of('', 'events')] }),
  own('Request', REQUEST_ALONE, { users: PROBLEM_DETECTORS, verbs: ['update', 'patch'], resources: [STATUS] }),
  own('Request', REQUEST_ALONE, { userGroups: ['system:nodes'], verbs: ['update', 'patch'], resources: [STATUS] }),
  own('Request', REQUEST_ALONE, {
    users: ['system:serviceaccount:kube-system:namespace-controller'],
    verbs: ['deletecollection'],
    resources: [of('*')],
  }),
  own(
    'Metadata',
    'EKS keeps what may be secret out of the log, but for changes of the ConfigMap aws-auth in kube-system',
    {
      resources: [of('', 'secrets', 'configmaps'), of('authentication.k8s.io', 'tokenreviews')],
    },
  ),
  own('Request', 'EKS keeps tokens out of the log', { resources: [of('', 'serviceaccounts/token')] }),
  own('Request', 'EKS records reads without what was read', { verbs: READS, resources: KNOWN }),
  own('RequestResponse', '', { resources: KNOWN }),
  own('Metadata', `EKS records bodies of ${KNOWN.length} groups of Kubernetes alone`, {}),
];

function of(group: string, ...resources: readonly string[]): GroupResources {
  return { group, resources, resourceNames: [] };
}

function own(level: Level, why: string, conditions: Partial<Rule>): OwnRule {
  const all = { users: [], userGroups: [], verbs: [], namespaces: [], resources: [], nonResourceURLs: [] };
  return { rule: { level, omitStages: [], ...all, ...conditions }, why };
}
