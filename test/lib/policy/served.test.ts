import { expect, test } from 'vitest';
import { parseJson } from '../../../lambda/core/json.ts';
import { type Attributes, attributesOf } from '../../../lambda/core/policy/attributes.ts';
import type { Rule } from '../../../lambda/core/policy/policy.ts';
import { doubtsOf } from '../../../lib/policy/doubts.ts';
import { sampleEvents } from '../../../local/samples/samples.ts';
import { policy, resources } from '../../lambda/core/policy/builders.ts';

const FROM = Date.UTC(2026, 4, 4, 12);

/** A rule that asks for just this request, word by word. */
function ruleFor({
  user,
  verb,
  isResource,
  namespace,
  apiGroup,
  resource,
  subresource,
  path,
}: Attributes): Partial<Rule> {
  const who = user === undefined ? {} : { users: [user.name], userGroups: user.groups };
  if (!isResource) return { ...who, verbs: [verb], nonResourceURLs: [path] };
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  return { ...who, verbs: [verb], namespaces: [namespace], resources: [resources(apiGroup, [wanted])] };
}

const rules = new Map(
  [...sampleEvents({ from: FROM, to: FROM + 600_000 })]
    .filter(({ stream }) => stream.startsWith('kube-apiserver-audit-'))
    .map(({ message }) => parseJson(message))
    // A line that CloudWatch cut holds none.
    .filter((event) => event !== undefined)
    .map((event) => ruleFor(attributesOf(event)))
    .map((rule) => [JSON.stringify(rule), rule]),
);

test('no word of a request that people and controllers make in the samples is doubted', () => {
  const asked = [...rules.values()];
  expect(new Set(asked.flatMap((rule) => rule.resources?.map((entry) => JSON.stringify(entry)))).size).toBeGreaterThan(
    20,
  );
  expect(asked.filter((rule) => doubtsOf(policy([rule])).length > 0)).toEqual([]);
});
