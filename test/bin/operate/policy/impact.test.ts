import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OWN_RULES } from '../../../../bin/operate/policy/eks.ts';
import { impactOf } from '../../../../bin/operate/policy/impact.ts';
import { applyPolicy } from '../../../../lambda/core/policy/evaluate.ts';
import { LEVELS, type Level, type Policy, type Rule } from '../../../../lambda/core/policy/policy.ts';
import { event, pathEvent, policy, resources } from '../../../lambda/core/policy/builders.ts';

const CREATE = { verbs: ['create'] };
const OTHERS = 'create of everything in any other group';

/** `gets what`, one a finding. */
const cases: readonly (readonly [what: string, rule: Partial<Rule>, ...findings: readonly string[]])[] = [
  ['changes in known groups come whole', { ...CREATE, resources: [resources('apps'), resources('', ['pods'])] }],
  [
    'reads come without answers',
    { verbs: ['get', 'create'], resources: [resources('apps')] },
    'Request get of everything in apps',
  ],
  [
    'a rule for all verbs reads, too',
    { users: ['alice'], resources: [resources('apps')] },
    'Request get, list or watch of everything in apps, by alice',
  ],
  ['reads at Request can be had', { level: 'Request', users: ['alice'], resources: [resources('apps')] }],
  [
    'Calico comes without bodies',
    { ...CREATE, resources: [resources('projectcalico.org', ['tiers'])] },
    'Metadata create of tiers in projectcalico.org',
  ],
  [
    'at Request as well',
    { ...CREATE, level: 'Request', resources: [resources('projectcalico.org')] },
    'Metadata create of everything in projectcalico.org',
  ],
  ['Metadata can be had', { ...CREATE, level: 'Metadata', resources: [resources('projectcalico.org')] }],
  ['so can nothing', { level: 'None', resources: [resources('', ['events'])] }],
  [
    'secrets never have bodies',
    { ...CREATE, resources: [resources('', ['pods', 'secrets'])] },
    'Metadata create of secrets in core',
  ],
  [
    'nor when any resource is meant',
    { ...CREATE, resources: [resources('*', ['*'])] },
    'None create of events in core',
    'Metadata create of secrets and configmaps in core; tokenreviews in authentication.k8s.io',
    'Request create of serviceaccounts/token in core',
    `Metadata ${OTHERS}`,
  ],
  [
    'tokens are not in the log, their requests are',
    { ...CREATE, resources: [resources('', ['*/token', 'serviceaccounts/*'])] },
    'Request create of serviceaccounts/token in core',
  ],
  [
    'aws-auth is the one config map',
    { verbs: ['update'], namespaces: ['kube-system'], resources: [resources('', ['configmaps'], ['aws-auth'])] },
  ],
  [
    'not together with others',
    { verbs: ['update'], namespaces: ['kube-system'], resources: [resources('', ['configmaps'], ['aws-auth', 'x'])] },
    'Metadata update of configmaps named aws-auth or x in core, in namespace kube-system',
  ],
  ['paths have no bodies', { nonResourceURLs: ['/metrics'] }, 'Metadata every request for the path /metrics'],
  [
    'some paths are never recorded',
    { level: 'Metadata', nonResourceURLs: ['/health*', '/version', '/readyz'] },
    'None every request for the paths /healthz* and /version',
  ],
  [
    'nor are events of core; those of events.k8s.io are',
    { level: 'Metadata', resources: [resources('', ['events']), resources('events.k8s.io', ['events'])] },
    'None every request for events in core',
  ],
  [
    'nor what the control plane does all the time',
    {
      level: 'Metadata',
      verbs: ['get', 'update'],
      namespaces: ['kube-system'],
      resources: [resources('', ['endpoints'])],
    },
    'None get or update of endpoints in core, in namespace kube-system, by system:kube-controller-manager, system:kube-scheduler or system:serviceaccount:kube-system:endpoint-controller',
  ],
  [
    'which others may do',
    { level: 'Metadata', users: ['alice'], verbs: ['get'], resources: [resources('', ['endpoints'])] },
  ],
  [
    'of nodes',
    { level: 'Metadata', userGroups: ['system:authenticated'], verbs: ['get'], resources: [resources('', ['nodes'])] },
    'None get of nodes in core, by kubelet, by members of system:authenticated',
    'None get of nodes in core, by members of system:nodes',
  ],
];

test.each(cases.map(([what, of, ...findings]) => [what, of, findings] as const))('%s', (_, of, findings) => {
  const never = { level: 'None', users: ['nobody'] } as const;
  expect(impactOf(policy([never, of])).map(({ rule, gets, what }) => `${rule} ${gets} ${what}`)).toEqual(
    findings.map((finding) => `1 ${finding}`),
  );
});

test('what an earlier rule takes is not asked for', () => {
  const reads = { level: 'None', verbs: ['get', 'list', 'watch'] } as const;
  const secrets = { level: 'Metadata', resources: [resources('', ['secrets'])] } as const;
  const found = impactOf(policy([reads, secrets, { resources: [resources('')], users: ['alice'] }]));
  expect(found.map(({ gets, what }) => `${gets} ${what}`)).toEqual([
    'None every request for events in core, by alice',
    'Metadata every request for configmaps in core, by alice',
    'Request every request for serviceaccounts/token in core, by alice',
  ]);
});

const REF = [
  ...['pods', 'pods/status', 'nodes', 'nodes/status', 'endpoints', 'events', 'secrets', 'configmaps'],
  ...['serviceaccounts/token', 'services', 'namespaces', 'tokenreviews', 'tiers'],
];
const GROUPS = ['', 'apps', 'metrics.k8s.io', 'authentication.k8s.io', 'projectcalico.org'];
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'deletecollection'];
const USERS = [
  { username: 'alice', groups: ['system:authenticated'] },
  { username: 'system:kube-proxy', groups: ['system:authenticated'] },
  { username: 'kubelet', groups: ['system:authenticated'] },
  { username: 'system:node:a', groups: ['system:authenticated', 'system:nodes'] },
  { username: 'system:kube-controller-manager', groups: ['system:authenticated'] },
  { username: 'system:apiserver', groups: ['system:authenticated'] },
];

const REFS = REF.flatMap((word) => {
  const [resource, subresource = ''] = word.split('/');
  const group = { tokenreviews: 'authentication.k8s.io', tiers: 'projectcalico.org' }[word] ?? '';
  const other = word === 'nodes' ? 'metrics.k8s.io' : 'apps';
  return [group, other].flatMap((apiGroup) =>
    ['kube-system', ''].map((namespace) => ({ resource, subresource, apiGroup, namespace })),
  );
});
const AWS_AUTH = { resource: 'configmaps', namespace: 'kube-system', name: 'aws-auth' };
const GRID = USERS.flatMap((user) =>
  VERBS.flatMap((verb) => [
    ...['/healthz/etcd', '/version', '/metrics'].map((path) => pathEvent(path, { user, verb })),
    ...REFS.map((ref) => event({ user, verb }, { name: '', ...ref })),
    event({ user, verb, requestURI: '/api/v1/namespaces/kube-system/configmaps/aws-auth' }, AWS_AUTH),
  ]),
);

function decision(by: Policy, request: unknown): { readonly rule: number | undefined; readonly level: Level } {
  const { rule } = applyPolicy(by, request);
  return { rule, level: (rule === undefined ? undefined : by.rules[rule]?.level) ?? 'None' };
}

const OWN = policy(OWN_RULES.map(({ rule }) => rule));
const RECORDED = GRID.map((request) => ({ request, gets: decision(OWN, request).level }));

const some = (words: readonly string[]) => fc.subarray([...words], { maxLength: Math.min(3, words.length) });
const asked: fc.Arbitrary<Partial<Rule>> = fc.record({
  level: fc.constantFrom(...LEVELS),
  users: some(['alice', 'kubelet', 'system:node:a', 'system:kube-controller-manager']),
  userGroups: some(['system:authenticated', 'system:nodes']),
  verbs: some(VERBS),
  namespaces: some(['kube-system', '']),
  resources: fc.array(
    fc.record({
      group: fc.constantFrom(...GROUPS, '*'),
      resources: some([...REF, '*', 'pods/*', '*/status', '*/*']),
      resourceNames: some(['aws-auth']),
    }),
    { maxLength: 2 },
  ),
  nonResourceURLs: some(['*', '/health*', '/version', '/metrics']),
});

/** `rule level`, of each request of the grid that EKS records at a lower level than is asked for. */
function shortOf(all: Policy): ReadonlySet<string> {
  return new Set(
    RECORDED.flatMap(({ request, gets }) => {
      const { rule, level } = decision(all, request);
      return LEVELS.indexOf(gets) < LEVELS.indexOf(level) ? [`${rule} ${gets}`] : [];
    }),
  );
}

test('whatever EKS records at a lower level than is asked for is told', { timeout: 120_000 }, () => {
  let told = 0;
  const property = fc.property(fc.array(asked, { minLength: 1, maxLength: 3 }), (rules) => {
    const found = new Set(impactOf(policy(rules)).map(({ rule, gets }) => `${rule} ${gets}`));
    const short = shortOf(policy(rules));
    told += short.size;
    expect([...short].filter((one) => !found.has(one))).toEqual([]);
  });
  fc.assert(property, { numRuns: 300 });
  expect(told).toBeGreaterThan(50);
});
