import { expect, test } from 'vitest';
import { judge } from '../../../../lambda/core/document/judge.ts';
import { at } from '../../../../lambda/core/json.ts';
import type { Line } from '../../../../lambda/core/line.ts';
import { CLUSTER, fileLine, line, NOON, rules } from '../../../support/builders.ts';

const { source: _, ...elsewhere } = CLUSTER;

function itemOf(each: Line, cluster: Parameters<typeof rules>[0] = {}) {
  const judgement = judge(each, rules(cluster), NOON);
  const [item] = judgement.kind === 'send' ? judgement.parcel.items : [];
  if (item === undefined) throw new Error('nothing is sent');
  return { id: item.id, index: item.index, document: JSON.parse(item.body) };
}

test('an event has one id, index and time, whether CloudWatch had it or a file', () => {
  const [read, found] = [itemOf(line()), itemOf(fileLine({ timestamp: NOON - 750 }))];
  expect([found.id, found.index]).toEqual([read.id, read.index]);
  expect(found.document['@timestamp']).toBe(read.document['@timestamp']);
});

test('of a file a document says which, and nothing of CloudWatch', () => {
  const { document } = itemOf(fileLine({ offset: 12 }));
  expect(document.log).toEqual({ file: { path: '/var/log/kube-audit.log' }, offset: 12 });
  expect(document.aws).toBeUndefined();
  expect(document.cloud).toMatchObject({ account: { id: CLUSTER.source.account }, region: CLUSTER.source.region });
});

test('of an archive of CloudWatch Logs it says what that knows, and no more', () => {
  const { document } = itemOf(fileLine({ archived: { stream: 'a-stream' } }));
  expect(document.aws).toEqual({ cloudwatch: { log_stream: 'a-stream', timestamp: '2026-11-21T12:00:00.000Z' } });
});

test('of a cluster that is not on EKS it names no cloud', () => {
  const { document } = itemOf(fileLine(), { cluster: elsewhere });
  expect(document.cloud).toBeUndefined();
  expect(at(document, 'orchestrator', 'cluster')).toEqual({ name: 'prod' });
});

test('where nobody knows the account, neither account nor ARN is told', () => {
  const { document } = itemOf(fileLine(), { cluster: { ...CLUSTER, source: { ...CLUSTER.source, account: '' } } });
  expect(document.cloud).toEqual({ provider: 'aws', region: 'eu-west-1', service: { name: 'eks' } });
  expect(at(document, 'orchestrator', 'cluster')).toEqual({ name: 'prod' });
});
