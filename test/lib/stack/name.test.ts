import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dashboardName, dashboardUrl, fixedName, functionRoleName } from '../../../lib/stack/name.ts';

const cluster = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);

it('a name is as people expect it where that is legal', () => {
  expect(fixedName('EksAuditForwarder', 'prod')).toBe('EksAuditForwarder-prod');
  expect(functionRoleName('EksAuditForwarder', 'prod', 'eu-west-1')).toBe('EksAuditForwarder-prod-eu-west-1-function');
});

it('a name is one that Lambda and IAM take, whatever the cluster is called', () => {
  fc.assert(
    fc.property(cluster, (name) => {
      expect(functionRoleName('EksAuditForwarder', name, 'ap-southeast-2')).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    }),
  );
});

it.each([
  ['eu-west-1', 'https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/Ours-eu-west-1'],
  ['cn-north-1', 'https://console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/Ours-cn-north-1'],
  [
    'us-gov-west-1',
    'https://console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/Ours-us-gov-west-1',
  ],
])('a dashboard of %s is seen in the console of its partition', (region, url) => {
  expect(dashboardUrl(dashboardName('Ours', region), region)).toBe(url);
});

it('two clusters have two names, also for IAM, which does not tell cases apart', () => {
  fc.assert(
    fc.property(cluster, cluster, (one, other) => {
      const names = [one, other].map((name) =>
        fixedName('EksAuditForwarder', name, 'eu-west-1', 'reader').toLowerCase(),
      );
      expect(new Set(names).size).toBe(new Set([one, other]).size);
    }),
  );
  expect(fixedName('S', 'Prod').toLowerCase()).not.toBe(fixedName('S', 'prod').toLowerCase());
  expect(fixedName('S', 'a'.repeat(99)).length).toBe(64);
});
