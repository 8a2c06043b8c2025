import type { GroupResources, Policy, Rule } from '../../../../lambda/core/policy/policy.ts';
import { rule as anyRule } from '../../../support/builders.ts';

/** Keeps everything that it matches, unless told otherwise. */
export function rule(overrides: Partial<Rule> = {}): Rule {
  return anyRule({ level: 'RequestResponse', ...overrides });
}

export function resources(
  group: string,
  names: readonly string[] = [],
  resourceNames: readonly string[] = [],
): GroupResources {
  return { group, resources: names, resourceNames };
}

export function policy(rules: readonly Partial<Rule>[], overrides: Partial<Omit<Policy, 'rules'>> = {}): Policy {
  return { omitStages: [], omitManagedFields: false, ...overrides, rules: rules.map(rule) };
}

type Fields = Readonly<Record<string, unknown>>;

/** A request on a resource: `get pods web in ns`. A `ref` of undefined makes it a non-resource request. */
export function event(overrides: Fields = {}, ref: Fields | undefined = {}): Fields {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/ns/pods/web',
    verb: 'get',
    user: { username: 'alice', groups: ['devs', 'system:authenticated'], uid: 'u1' },
    objectRef: { resource: 'pods', namespace: 'ns', name: 'web', apiVersion: 'v1', ...ref },
    responseStatus: { code: 200 },
    ...overrides,
  };
}

export function pathEvent(requestURI: string, overrides: Fields = {}): Fields {
  const { objectRef: _, ...rest } = event({ requestURI, ...overrides });
  return rest;
}
