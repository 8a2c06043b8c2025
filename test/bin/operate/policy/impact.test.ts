import { expect, test } from 'vitest';
import { impactOf } from '../../../../bin/operate/policy/impact.ts';
import type { Rule } from '../../../../lambda/core/policy/policy.ts';
import { policy, resources } from '../../../lambda/core/policy/builders.ts';

const CREATE = { verbs: ['create'] };

/** `gets what`, one a finding. */
const cases: readonly (readonly [what: string, rule: Partial<Rule>, ...findings: readonly string[]])[] = [
  ['changes in known groups come whole', { ...CREATE, resources: [resources('apps'), resources('', ['pods'])] }],
  [
    'reads come without answers',
    { verbs: ['get', 'create'], resources: [resources('apps')] },
    'Request the answers to get',
  ],
  ['a rule for all verbs reads, too', { resources: [resources('apps')] }, 'Request the answers to get, list and watch'],
  ['reads at Request can be had', { level: 'Request', resources: [resources('apps')] }],
  [
    'Calico comes without bodies',
    { ...CREATE, resources: [resources('projectcalico.org', ['tiers'])] },
    'Metadata tiers in projectcalico.org',
  ],
  [
    'at Request as well',
    { ...CREATE, level: 'Request', resources: [resources('projectcalico.org')] },
    'Metadata everything in projectcalico.org',
  ],
  ['Metadata can always be had', { ...CREATE, level: 'Metadata', resources: [resources('projectcalico.org')] }],
  ['so can nothing', { level: 'None', resources: [resources('projectcalico.org')] }],
  [
    'secrets never have bodies',
    { ...CREATE, resources: [resources('', ['pods', 'secrets'])] },
    'Metadata secrets in core',
  ],
  [
    'nor when all of core is meant',
    { ...CREATE, resources: [resources('')] },
    'Metadata secrets, configmaps and serviceaccounts/token in core',
  ],
  [
    'nor when a subresource is meant',
    { ...CREATE, resources: [resources('', ['*/token'])] },
    'Metadata serviceaccounts/token in core',
  ],
  [
    'nor by the resource of it',
    { ...CREATE, resources: [resources('', ['serviceaccounts/*'])] },
    'Metadata serviceaccounts/token in core',
  ],
  [
    'token reviews',
    { ...CREATE, resources: [resources('authentication.k8s.io', ['tokenreviews'])] },
    'Metadata tokenreviews in authentication.k8s.io',
  ],
  ['aws-auth is the one config map', { ...CREATE, resources: [resources('', ['configmaps'], ['aws-auth'])] }],
  [
    'not together with others',
    { ...CREATE, resources: [resources('', ['configmaps'], ['aws-auth', 'x'])] },
    'Metadata configmaps named aws-auth or x in core',
  ],
  ['paths have no bodies', { nonResourceURLs: ['/metrics'] }, 'Metadata the paths /metrics'],
  [
    'everything',
    {},
    "Metadata everything in any group: all groups but 18 of Kubernetes' own",
    'Metadata secrets, configmaps and serviceaccounts/token in core',
    'Metadata tokenreviews in authentication.k8s.io',
    'Request the answers to get, list and watch',
  ],
];

test.each(cases.map(([what, of, ...findings]) => [what, of, findings] as const))('%s', (_, of, findings) => {
  expect(impactOf(policy([{ level: 'None' }, of])).map(({ rule, gets, what }) => `${rule} ${gets} ${what}`)).toEqual(
    findings.map((finding) => `1 ${finding}`),
  );
});
