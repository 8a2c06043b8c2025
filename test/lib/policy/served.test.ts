import { expect, test } from 'vitest';
import { parseJson } from '../../../lambda/core/json.ts';
import { attributesOf } from '../../../lambda/core/policy/attributes.ts';
import { doubtOfGroup, doubtOfResource, isClusterWide } from '../../../lib/policy/api.ts';
import { sampleEvents } from '../../../local/samples/samples.ts';

const FROM = Date.UTC(2026, 4, 4, 12);
const requests = [...sampleEvents({ from: FROM, to: FROM + 600_000 })]
  .filter(({ stream }) => stream.startsWith('kube-apiserver-audit-'))
  .map(({ message }) => attributesOf(parseJson(message)))
  .filter(({ isResource }) => isResource);

test('all that people and controllers ask for in the samples is served, in its scope', () => {
  expect(new Set(requests.map(({ apiGroup, resource }) => `${apiGroup} ${resource}`)).size).toBeGreaterThan(15);
  const wrong = requests.filter(({ apiGroup, resource, subresource, namespace }) => {
    const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
    const misplaced = isClusterWide(apiGroup, wanted) && namespace !== '';
    return misplaced || doubtOfGroup(apiGroup) !== undefined || doubtOfResource(apiGroup, wanted) !== undefined;
  });
  expect(wrong).toEqual([]);
});
