import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Judgement, judge } from '../../../../lambda/core/document/judge.ts';
import { parkedColumns } from '../../../../lambda/core/document/parked.ts';
import { calicoColumns } from '../../../../lambda/core/document/profiles/calico.ts';
import { fields } from '../../../../lambda/core/document/profiles/ecs.ts';
import type { Column } from '../../../../lambda/core/document/recorded.ts';
import { SHAPE } from '../../../../lambda/core/document/shape.ts';
import { at, isObject } from '../../../../lambda/core/json.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { event, line, NOON, rules } from '../../../support/builders.ts';

const columns: readonly Pick<Column, 'since' | 'changed'>[] = [...fields, ...parkedColumns, ...calicoColumns];

test('the shape of documents is that of the newest column', () => {
  expect(Math.max(...columns.flatMap(({ since, changed = since }) => [since, changed]))).toBe(SHAPE);
});

test('no column changed before it came', () => {
  for (const { since, changed } of columns) expect(changed ?? since + 1).toBeGreaterThan(since);
});

describe('a document of this shape', () => {
  const user = {
    username: 'system:node:ip-10-0-0-7',
    uid: '7',
    groups: ['system:nodes', 'system:authenticated'],
    extra: { arn: ['arn:aws:sts::111122223333:assumed-role/node/i-0'], sessionName: ['i-0'] },
  };
  const rich = event({
    user,
    impersonatedUser: { username: 'ana', uid: '8', groups: ['shop'] },
    sourceIPs: ['192.0.2.1', '203.0.113.7'],
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web-0', uid: 'u', apiVersion: 'v1' },
    requestURI: '/api/v1/namespaces/shop/pods/web-0/exec?dryRun=All&command=%2Fbin%2Fsh',
    responseStatus: { status: 'Failure', reason: 'Forbidden', message: 'no', code: 403 },
    annotations: {
      'authorization.k8s.io/decision': 'forbid',
      'authorization.k8s.io/reason': 'no rule',
      'pod-security.kubernetes.io/enforce-policy': 'baseline:latest',
    },
    stageTimestamp: '2030-01-01T00:00:00Z',
    requestObject: {
      spec: { containers: [{ image: 'web:1' }, { image: 'side:1' }], volumes: [{ hostPath: { path: '/' } }] },
    },
    responseObject: {
      metadata: { name: 'web-0', generation: 3 },
      rules: [{ verbs: ['get', 'list'] }, { verbs: ['*'] }],
    },
  });
  const refused = (each: CloudWatchLine): Judgement => {
    const judgement = judge(each, rules(), NOON);
    const parcel = judgement.kind === 'send' && judgement.parcel;
    if (parcel === false || parcel.kind !== 'event') throw new Error('no event');
    return { kind: 'send', parcel: parcel.parkedAs('refused by the mapping', 'why') };
  };
  const judged = (each: CloudWatchLine) => judge(each, rules(), NOON);

  // A column that says another thing than it did is of a new shape: raise SHAPE, and the column's `changed` or `since`.
  test.each<[string, Judgement, string]>([
    ['of an event', judged(line()), 'a0f8b9caf0c2'],
    ['of an event with much to say', judged(line({ message: JSON.stringify(rich) })), '33614099f452'],
    ['of what is no event', judged(line({ message: 'no JSON' })), 'edbc8d9c6a0c'],
    ['of a line that CloudWatch cut', judged(line({ message: JSON.stringify(event()).slice(0, 500) })), 'f31d5333aeb6'],
    [
      'of an event in parts',
      refused(line({ message: JSON.stringify(event({ more: 'x'.repeat(300_000) })) })),
      'c3f31b6759f3',
    ],
  ])('%s says what it always said', (_, judgement, said) => {
    const items = judgement.kind === 'send' ? judgement.parcel.items : [];
    const documents = items.map(({ body }) => sorted(JSON.parse(body)));
    expect(createHash('sha256').update(JSON.stringify(documents)).digest('hex').slice(0, 12)).toBe(said);
  });
});

/** The same whatever the order of the columns. */
function sorted(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(at(value, key))]),
  );
}
