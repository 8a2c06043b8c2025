import { describe, expect, test } from 'vitest';
import type { Rule } from '../../../lambda/core/policy/policy.ts';
import { doubtsOf } from '../../../lib/policy/doubts.ts';
import { policy, resources } from '../../lambda/core/policy/builders.ts';

const doubts = (...rules: readonly Partial<Rule>[]) => doubtsOf(policy(rules));
/** Beside a rule that keeps something. */
const ofRule = (one: Partial<Rule>) =>
  doubts(one, { verbs: ['deletecollection'], users: ['nobody'] }).map(({ path, message }) => `${path}: ${message}`);
const ofResources = (group: string, ...names: readonly string[]) => ofRule({ resources: [resources(group, names)] });

describe('a resource that is not served', () => {
  test.each([
    ['', 'secret', '"secret" is no resource of core: did you mean secrets?'],
    ['', 'Pods', '"Pods" is no resource of core: did you mean pods?'],
    ['', 'Endpoint', '"Endpoint" is no resource of core: did you mean endpoints?'],
    ['', 'svc', '"svc" is no resource of core: did you mean services?'],
    ['', 'secerts', '"secerts" is no resource of core: did you mean secrets?'],
    ['', 'pods/logs', '"pods/logs" is no resource of core: did you mean pods/log?'],
    ['', 'pod/log', '"pod/log" is no resource of core: did you mean pods/log?'],
    ['', 'secrets/status', '"secrets/status" is no resource of core: correct or remove it'],
    ['', '*/foo', '"*/foo" is no resource of core: correct or remove it'],
    ['', 'foo/*', '"foo/*" is no resource of core: correct or remove it'],
    ['', 'deployment', '"deployment" is no resource of core: did you mean deployments in apps?'],
    [
      'apps',
      'networkpolicies',
      'mean networkpolicies in networking.k8s.io or projectcalico.org or crd.projectcalico.org?',
    ],
    ['networking.k8s.io', 'Ingress', '"Ingress" is no resource of networking.k8s.io: did you mean ingresses?'],
    ['projectcalico.org', 'tier', '"tier" is no resource of projectcalico.org: did you mean tiers?'],
    ['*', 'secret', '"secret" is no resource of Kubernetes, EKS or Calico: did you mean secrets?'],
    ['', '*/*', '"*/*" matches nothing: expected one like pods, pods/log, pods/*, */log, or * for all'],
    ['', 'pods/lo*', '"pods/lo*" matches nothing'],
    ['', 'a/b/c', '"a/b/c" matches nothing'],
    ['argoproj.io', 'app*', '"app*" matches nothing'],
    ['', '', '"" matches nothing'],
  ])('%j: %j', (group, name, message) => {
    const found = doubts({ resources: [resources(group, ['*', name])] });
    expect(found.filter(({ sure }) => sure)).toEqual([
      { sure: true, path: 'rules[0].resources[0].resources[1]', message: expect.stringContaining(message) },
    ]);
  });

  test.each([
    ['projectcalico.org', 'newpolicies', 'that is known here: a custom one, or did you mean'],
    [
      '*',
      'applications',
      '"applications" is no resource of Kubernetes, EKS or Calico that is known here: a custom one',
    ],
  ])('%s: %s may be a custom one', (group, name, message) => {
    expect(doubts({ resources: [resources(group, [name])] })).toEqual([
      { sure: false, path: 'rules[0].resources[0].resources[0]', message: expect.stringContaining(message) },
    ]);
  });

  test.each([
    ['', ['pods', 'pods/*', '*/log', 'pods/log', '*', 'nodes', 'services/proxy', 'serviceaccounts/token']],
    ['*', ['secrets', 'tiers', '*/status', 'eniconfigs', 'leases']],
    ['extensions', ['networkpolicies', 'ingresses']],
    ['crd.projectcalico.org', ['ippools', 'felixconfigurations/status', 'networkpolicies/*']],
    ['vpcresources.k8s.aws', ['securitygrouppolicies', '*/status']],
  ])('%j serves %j', (group, names) => {
    expect(ofResources(group, ...names)).toEqual([]);
  });
});

describe('a group that is none', () => {
  test.each([
    ['core', '"core" is no API group: write "" for core'],
    ['v1', '"v1" is no API group: write "" for core'],
    ['app', '"app" is no API group: did you mean apps?'],
    ['networking', '"networking" is no API group: did you mean networking.k8s.io?'],
    ['rbac.k8s.io', '"rbac.k8s.io" is no API group: did you mean rbac.authorization.k8s.io?'],
    ['zzzzzzzz', '"zzzzzzzz" is no API group: custom ones have a dot'],
  ])('%s', (group, message) => {
    expect(ofResources(group, 'pods')).toEqual([`rules[0].resources[0].group: ${message}`]);
  });

  test.each([
    ['network.k8s.io', 'of Kubernetes, EKS or Calico: a custom one, or did you mean networking.k8s.io?'],
    ['argoproj.io', '"argoproj.io" is no API group of Kubernetes, EKS or Calico: a custom one?'],
    ['gateway.networking.k8s.io', 'a custom one?'],
  ])('%s may be a custom one', (group, message) => {
    expect(doubts({ resources: [resources(group, ['things'])] })).toEqual([
      { sure: false, path: 'rules[0].resources[0].group', message: expect.stringContaining(message) },
    ]);
  });
});

describe('what has no namespace', () => {
  test.each([
    ['nodes', ['kube-system'], 1],
    ['nodes/*', ['kube-system'], 1],
    ['nodes', ['kube-system', ''], 0],
    ['nodes', [], 0],
    ['pods', ['kube-system'], 0],
    ['namespaces', ['kube-system'], 0],
    ['namespaces/status', ['kube-system'], 0],
    ['*', ['kube-system'], 0],
  ])('%s in %j', (name, namespaces, count) => {
    const found = ofRule({ namespaces, resources: [resources('', [name])] });
    expect(found).toEqual(Array(count).fill(expect.stringContaining('has no namespace, so none of this rule')));
  });
});

const PATHS = { nonResourceURLs: ['/healthz'] };

describe('a verb that no request has', () => {
  test.each<[string, Partial<Rule>, string]>([
    ['GET', {}, 'no request for a resource has the verb "GET": did you mean get?'],
    ['read', {}, 'did you mean get, list and watch?'],
    ['*', {}, '"*" is no wildcard here: leave verbs out to match all of them'],
    ['impersonate', {}, '"impersonate", which RBAC alone knows: remove it'],
    ['connect', { resources: [resources('', ['pods/exec'])] }, 'did you mean create and get of pods/exec'],
    ['post', { namespaces: ['ns'] }, 'no request for a resource has the verb "post": did you mean create?'],
    ['zzzzzz', { namespaces: ['ns'] }, 'expected some of get, list, watch, create, update, patch, delete'],
    ['create', PATHS, 'no request for a path has the verb "create": expected some of get, head, post'],
    ['POST', PATHS, 'no request for a path has the verb "POST": did you mean post?'],
    ['', PATHS, 'no request for a path has the verb ""'],
  ])('%j', (verb, more, message) => {
    expect(ofRule({ ...more, verbs: ['get', verb] })).toEqual([expect.stringContaining(message)]);
    expect(ofRule({ ...more, verbs: ['get', verb] })[0]).toMatch(/^rules\[0\]\.verbs\[1\]: /);
  });

  test.each<[Partial<Rule>, readonly string[]]>([
    [{ namespaces: ['ns'] }, ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', '']],
    [PATHS, ['get', 'head', 'post', 'put', 'patch', 'delete', 'options']],
    [{}, ['list', 'post', '']],
  ])('%j: %j do come', (more, verbs) => {
    expect(ofRule({ ...more, verbs })).toEqual([]);
  });
});

describe('a word that can match nothing', () => {
  test.each<[Partial<Rule>, string]>([
    [{ users: ['system:*'] }, 'rules[0].users[0]: "system:*" is compared letter by letter, its * too'],
    [{ userGroups: ['*'] }, 'rules[0].userGroups[0]: "*" is compared letter by letter, its * too'],
    [{ namespaces: ['kube-*'] }, 'rules[0].namespaces[0]: "kube-*" is compared letter by letter, its * too'],
    [{ namespaces: ['Kube_System'] }, 'rules[0].namespaces[0]: no namespace can be called "Kube_System"'],
    [{ resources: [resources('', ['pods'], ['web-*'])] }, 'rules[0].resources[0].resourceNames[0]: "web-*" is'],
    [{ nonResourceURLs: ['/healthz?verbose'] }, 'rules[0].nonResourceURLs[0]: "/healthz?verbose" matches nothing'],
    [{ nonResourceURLs: ['/api/v1/pods*'] }, 'requests for it are for a resource'],
    [{ nonResourceURLs: ['/apis/apps/v1/deployments'] }, 'requests for it are for a resource'],
  ])('%j', (one, message) => {
    expect(ofRule(one)).toEqual([expect.stringContaining(message)]);
  });

  test.each<Partial<Rule>>([
    { namespaces: ['', 'kube-system', '0'] },
    { users: ['system:serviceaccount:ns:x', 'arn:aws:iam::111122223333:role/x'], userGroups: ['system:masters'] },
    { nonResourceURLs: ['*', '/', '/api', '/api/*', '/api/v1', '/api/v1/*', '/apis/apps/v1*', '/apisx/a/b/c'] },
  ])('%j can match something', (one) => {
    expect(ofRule(one)).toEqual([]);
  });
});

describe('a rule that never decides', () => {
  test('is told with the first rule that covers it', () => {
    const verbs = { verbs: ['get'] };
    expect(doubts({ users: ['a'] }, verbs, {}, verbs)).toEqual([
      {
        path: 'rules[3]',
        sure: true,
        message: 'never decides, since rules[1] matches all that it matches: put it before that rule, or remove it',
      },
    ]);
  });
});

describe('a policy drops everything', () => {
  const none = { path: 'rules', sure: true, message: 'every event is dropped: no rule keeps any' };
  test.each<[string, readonly Partial<Rule>[]]>([
    ['by None', [{ level: 'None' }]],
    ['by its stages', [{ omitStages: ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] }]],
    ['by words that match nothing', [{ level: 'None', verbs: ['get'] }, { resources: [resources('', ['secret'])] }]],
    ['by a rule before', [{ level: 'None' }, { verbs: ['get'] }]],
  ])('%s', (_, rules) => {
    expect(doubts(...rules)).toContainEqual(none);
  });

  test.each<[string, readonly Partial<Rule>[]]>([
    ['with a custom resource', [{ resources: [resources('argoproj.io', ['applications'])] }]],
    ['with one word that matches', [{ resources: [resources('', ['secret', 'pods'])] }]],
    ['with a stage that is left', [{ omitStages: ['RequestReceived', 'ResponseStarted', 'ResponseComplete'] }]],
  ])('not %s', (_, rules) => {
    expect(doubts(...rules)).not.toContainEqual(none);
  });

  test('by stages of the policy and of its rules together', () => {
    const half = policy([{ omitStages: ['ResponseComplete', 'Panic'] }], {
      omitStages: ['RequestReceived', 'ResponseStarted'],
    });
    expect(doubtsOf(half)).toEqual([none]);
  });
});
