import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterParams } from '../../../review/query/filter-text.ts';
import {
  isSame,
  type ObjectKey,
  objectFilter,
  objectOf,
  objectParams,
  objectText,
  parseObject,
} from '../../../review/query/object.ts';
import { auditRow } from '../../support/builders.ts';
import { POLICY } from './history.ts';

const word = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed());
const keys: fc.Arbitrary<ObjectKey> = fc.record(
  { cluster: word, group: fc.string(), resource: word, namespace: word, name: word },
  { requiredKeys: ['cluster', 'group', 'resource', 'name'] },
);
const calico = (over: Partial<ObjectKey>): ObjectKey => ({ ...POLICY, group: 'projectcalico.org', ...over });

describe('an object', () => {
  test('in a URL reads back as it was', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(parseObject(new URLSearchParams(String(objectParams(key))))).toEqual(key);
      }),
    );
    expect(parseObject(new URLSearchParams('cluster=prod&resource=pods'))).toBeUndefined();
  });

  test('is that of its row, whatever version of its API was asked', () => {
    expect(objectOf(auditRow())).toEqual(POLICY);
    const { name: _, ...unnamed } = auditRow();
    expect(objectOf(unnamed)).toBeUndefined();
  });

  test.each<readonly [string, ObjectKey, ObjectKey, boolean]>([
    ['the same', POLICY, POLICY, true],
    ['of another cluster', POLICY, { ...POLICY, cluster: 'other' }, false],
    ['of another group', POLICY, calico({}), false],
    ['of another namespace', POLICY, { ...POLICY, namespace: 'other' }, false],
    ["of Calico's two groups", calico({}), calico({ group: 'crd.projectcalico.org' }), true],
    ['with its tier and without', calico({}), calico({ name: 'default.allow-web' }), true],
    ['of another tier', calico({}), calico({ name: 'platform.allow-web' }), false],
    [
      'of a kind without tiers',
      calico({ resource: 'tiers' }),
      calico({ resource: 'tiers', name: 'default.allow-web' }),
      false,
    ],
    ['of Kubernetes, which knows no tiers', POLICY, { ...POLICY, name: 'default.allow-web' }, false],
  ])('%s', (_, one, other, same) => {
    expect([isSame(one, other), isSame(other, one)]).toEqual([same, same]);
  });

  test('is shown in the timeline under all its names', () => {
    expect(String(filterParams(objectFilter(calico({ name: 'a*b' }))))).toBe(
      'cluster=prod&kind=networkpolicies.projectcalico.org&kind=networkpolicies.crd.projectcalico.org' +
        '&namespace=shop&name=default.a%5C*b&name=a%5C*b',
    );
  });

  test('is told as kubectl would', () => {
    expect(objectText(POLICY)).toBe('networkpolicies.networking.k8s.io shop/allow-web');
    expect(objectText({ cluster: 'prod', group: '', resource: 'nodes', name: 'a' })).toBe('nodes a');
    const namespaces = { cluster: 'prod', group: '', resource: 'namespaces', namespace: 'shop', name: 'shop' };
    expect(objectText(namespaces)).toBe('namespaces shop');
  });
});
