import { describe, expect, test } from 'vitest';
import { attributesOf } from '../../../../lambda/core/policy/attributes.ts';
import { matches } from '../../../../lambda/core/policy/match.ts';
import type { Rule } from '../../../../lambda/core/policy/policy.ts';
import { event, pathEvent, resources, rule } from './builders.ts';

type Case = readonly [what: string, rule: Partial<Rule>, event: unknown, matches: boolean];

function check(cases: readonly Case[]): void {
  test.each(cases)('%s', (_, conditions, of, expected) => {
    expect(matches(rule(conditions), attributesOf(of))).toBe(expected);
  });
}

const get = event();
const log = event({ requestURI: '/api/v1/namespaces/ns/pods/web/log' }, { subresource: 'log' });
const deployment = event({}, { resource: 'deployments', apiGroup: 'apps' });
const list = event({ verb: 'list', requestURI: '/api/v1/pods' }, { namespace: undefined, name: undefined });
const health = pathEvent('/healthz?verbose=/x');

describe('a rule matches when all its conditions hold', () => {
  check([
    ['no condition matches a resource', {}, get, true],
    ['no condition matches a path', {}, health, true],
    ['one of the users', { users: ['bob', 'alice'] }, get, true],
    ['another user', { users: ['bob'] }, get, false],
    ['users are case-sensitive', { users: ['Alice'] }, get, false],
    ['* is a literal user', { users: ['*'] }, get, false],
    ['one of the groups', { userGroups: ['devs'] }, get, true],
    ['another group', { userGroups: ['ops'] }, get, false],
    ['user and group', { users: ['alice'], userGroups: ['devs'] }, get, true],
    ['user but not group', { users: ['alice'], userGroups: ['ops'] }, get, false],
    ['one of the verbs', { verbs: ['list', 'get'] }, get, true],
    ['another verb', { verbs: ['list'] }, get, false],
    ['* is a literal verb', { verbs: ['*'] }, get, false],
    ['an empty verb', { verbs: [''] }, event({ verb: '' }), true],
    ['a missing verb is empty', { verbs: [''] }, event({ verb: undefined }), true],
    ['verb on a path', { verbs: ['get'] }, health, true],
  ]);
});

describe('who is not authenticated matches no rule that names users', () => {
  const nobody = event({ user: {} });
  check([
    ['not even the empty user', { users: [''] }, nobody, false],
    ['nor the empty group', { userGroups: [''] }, nobody, false],
    ['but rules without users', { verbs: ['get'] }, nobody, true],
    ['no user at all', { users: [''] }, event({ user: undefined }), false],
    ['null', { users: [''] }, event({ user: null }), false],
    ['empty values', { users: [''] }, event({ user: { username: '', groups: [], uid: '' } }), false],
    ['a uid is a user', { users: [''] }, event({ user: { uid: 'u' } }), true],
    ['a group is a user', { users: [''] }, event({ user: { groups: ['g'] } }), true],
    [
      'the impersonated user counts for nothing',
      { users: ['bob'] },
      event({ impersonatedUser: { username: 'bob' } }),
      false,
    ],
    ['the authenticated one does', { users: ['alice'] }, event({ impersonatedUser: { username: 'bob' } }), true],
  ]);
});

describe('namespaces and resources match resource requests only', () => {
  check([
    ['the namespace', { namespaces: ['ns'] }, get, true],
    ['another namespace', { namespaces: ['other'] }, get, false],
    ['* is a literal namespace', { namespaces: ['*'] }, get, false],
    ['"" is a list of all namespaces', { namespaces: [''] }, list, true],
    ['"" is not a namespace', { namespaces: [''] }, get, false],
    ['a path has no namespace', { namespaces: [''] }, health, false],
    ['core', { resources: [resources('')] }, get, true],
    ['core is not apps', { resources: [resources('')] }, deployment, false],
    ['apps', { resources: [resources('apps')] }, deployment, true],
    ['any group', { resources: [resources('*')] }, deployment, true],
    ['the group "core" is none', { resources: [resources('core')] }, get, false],
    ['a group without resources has subresources too', { resources: [resources('')] }, log, true],
    ['a path is no resource', { resources: [resources('*', ['*'])] }, health, false],
    ['resources win over paths', { resources: [resources('')], nonResourceURLs: ['*'] }, health, false],
    ['both namespace and resource', { namespaces: ['ns'], resources: [resources('', ['pods'])] }, get, true],
    ['namespace but not resource', { namespaces: ['ns'], resources: [resources('', ['nodes'])] }, get, false],
    ['the second entry', { resources: [resources('apps'), resources('', ['pods'])] }, get, true],
  ]);
});

describe('resources name a resource, a subresource or all', () => {
  const wanted = (name: string): Partial<Rule> => ({ resources: [resources('', [name])] });
  check([
    ['pods: pods', wanted('pods'), get, true],
    ['pods: not pods/log', wanted('pods'), log, false],
    ['pods/log: pods/log', wanted('pods/log'), log, true],
    ['pods/log: not pods', wanted('pods/log'), get, false],
    ['pods/*: pods/log', wanted('pods/*'), log, true],
    ['pods/*: pods as well', wanted('pods/*'), get, true],
    ['*/log: pods/log', wanted('*/log'), log, true],
    ['*/log: not pods', wanted('*/log'), get, false],
    ['*: pods', wanted('*'), get, true],
    ['*: pods/log', wanted('*'), log, true],
    ['*/*: not pods', wanted('*/*'), get, false],
    ['*/*: not pods/log', wanted('*/*'), log, false],
    ['pods/lo*: no prefixes', wanted('pods/lo*'), log, false],
    ['po*: no prefixes', wanted('po*'), get, false],
    ['Pods: case matters', wanted('Pods'), get, false],
    ['"": nothing', wanted(''), get, false],
  ]);
});

describe('resourceNames compare the name that the server knew when it decided', () => {
  const named = (...names: string[]): Partial<Rule> => ({ resources: [resources('', ['*'], names)] });
  const create = event({ verb: 'create', requestURI: '/api/v1/namespaces/ns/pods?dryRun=All' });
  const binding = event(
    { verb: 'create', requestURI: '/api/v1/namespaces/ns/pods/web/binding' },
    { subresource: 'binding' },
  );
  const inGroup = { apiGroup: 'apps', resource: 'deployments' };
  check([
    ['the name', named('web'), get, true],
    ['one of the names', named('db', 'web'), get, true],
    ['another name', named('db'), get, false],
    ['* is a literal name', named('*'), get, false],
    ['a list has no name', named(''), list, true],
    ['a list by field selector has one', named('web'), event({ verb: 'list' }), true],
    ['a create has none, though the event got it later', named('web'), create, false],
    ['a create has the empty name', named(''), create, true],
    ['a create below an object has its name', named('web'), binding, true],
    [
      'a namespace is no name',
      named('ns'),
      event({ verb: 'create', requestURI: '/api/v1/namespaces/ns/pods' }, { name: 'ns' }),
      false,
    ],
    [
      'nor is the resource',
      named('pods'),
      event({ verb: 'create', requestURI: '/api/v1/namespaces/ns/pods' }, { name: 'pods' }),
      false,
    ],
    [
      'an encoded name',
      named('a:b'),
      event({ verb: 'create', requestURI: '/api/v1/nodes/a%3Ab/proxy' }, { name: 'a:b', subresource: 'proxy' }),
      true,
    ],
    [
      'a named create in a group',
      { resources: [resources('apps', ['*'], ['web'])] },
      event(
        { verb: 'create', requestURI: '/apis/apps/v1/namespaces/ns/deployments/web/scale' },
        { ...inGroup, subresource: 'scale' },
      ),
      true,
    ],
    [
      'an unnamed one',
      { resources: [resources('apps', ['*'], ['web'])] },
      event({ verb: 'create', requestURI: '/apis/apps/v1/namespaces/ns/deployments' }, inGroup),
      false,
    ],
    [
      'a create of a namespace',
      named('ns'),
      event({ verb: 'create', requestURI: '/api/v1/namespaces' }, { resource: 'namespaces', name: 'ns' }),
      false,
    ],
    [
      'a status of a namespace',
      named('ns'),
      event({ verb: 'create', requestURI: '/api/v1/namespaces/ns/finalize' }, { resource: 'namespaces', name: 'ns' }),
      true,
    ],
    [
      'slashes around the path',
      named('web'),
      event({ ...binding, requestURI: '///api/v1/namespaces/ns/pods/web/binding//' }, { subresource: 'binding' }),
      true,
    ],
    ['slashes alone', named('web'), event({ ...binding, requestURI: '////////' }, { subresource: 'binding' }), false],
    ['a create without a URI', named('web'), event({ verb: 'create', requestURI: undefined }), false],
  ]);
});

describe('nonResourceURLs match the decoded path without its query', () => {
  const url = (text: string): Partial<Rule> => ({ nonResourceURLs: [text] });
  check([
    ['* matches every path', url('*'), health, true],
    ['* matches the empty path', url('*'), pathEvent(''), true],
    ['/* does not', url('/*'), pathEvent(''), false],
    ['* matches no resource', url('*'), get, false],
    ['exactly', url('/healthz'), health, true],
    ['not its children', url('/healthz'), pathEvent('/healthz/etcd'), false],
    ['a prefix', url('/healthz*'), pathEvent('/healthzx'), true],
    ['a prefix matches itself', url('/healthz*'), health, true],
    ['/healthz/* matches /healthz/', url('/healthz/*'), pathEvent('/healthz/'), true],
    ['/healthz/* does not match /healthz', url('/healthz/*'), health, false],
    ['decoded', url('/healthz/*'), pathEvent('/healthz%2Fetcd'), true],
    ['decoded letters', url('/é'), pathEvent('/%C3%A9'), true],
    ['bytes that are no text still have a prefix', url('/x*'), pathEvent('/x%ff'), true],
    ['and equal nothing', url('/x\ufffd'), pathEvent('/x%ff'), false],
    ['also where text stands right before them', url('/é*'), pathEvent('/%c3%a9%ff'), true],
    ['an escape that is none stays', url('/%zz'), pathEvent('/%zz'), true],
    ['two slashes are two', url('/healthz'), pathEvent('//healthz'), false],
    ['no URI is the empty path', url('*'), pathEvent('', { requestURI: undefined }), true],
    ['the second of two', { nonResourceURLs: ['/livez', '/healthz'] }, health, true],
  ]);
});

test.each([
  null,
  1,
  'x',
  [],
  [get],
  { objectRef: [] },
  { objectRef: 'pods' },
  { user: 'alice', verb: 5, requestURI: {} },
])('an odd event is a path request of nobody: %j', (odd) => {
  expect(matches(rule({ nonResourceURLs: ['*'] }), attributesOf(odd))).toBe(true);
  expect(matches(rule({ users: ['', 'alice'] }), attributesOf(odd))).toBe(false);
});
