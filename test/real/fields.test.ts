import { beforeAll, describe, expect, inject, test } from 'vitest';
import { judge } from '../../lambda/core/document/judge.ts';
import type { JsonObject } from '../../lambda/core/json.ts';
import { event, eventLine } from '../../lib/document/sample.ts';
import { CLUSTER, like, NOON, rules } from '../support/builders.ts';
import { preparedClient } from '../support/client.ts';

const ODD = `${'x'.repeat(8190)}\ud800${'y'.repeat(9000)}`;
const binding = {
  roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [
    { kind: 'User', name: 'ana' },
    { kind: 'Group', name: { odd: true } },
  ],
};

/** What the table indexes is found on a real server, and what does not fit is refused by none. */
describe.each([9, 8] as const)('in Elasticsearch %i', (major) => {
  const client = preparedClient(inject('elasticsearch')[major]);
  const cluster = { ...CLUSTER, indexName: `fields-${process.pid}` };
  const index = `logs-kubernetes.audit_logs-${cluster.indexName}-2026.11.21`;
  const body = 'kubernetes.audit.requestObject';

  beforeAll(async () => {
    const events: readonly JsonObject[] = [
      event,
      { ...event, verb: 'update', requestObject: binding },
      {
        ...event,
        verb: 'delete',
        requestObject: {
          spec: { serviceAccountName: ODD, type: '\ud800', restartPolicy: 'a\u0000b', hostPID: 'true' },
        },
      },
    ];
    const operations = events.flatMap((each) => {
      const judgement = judge(like(eventLine, { message: JSON.stringify(each) }), rules({ cluster }), NOON);
      const items = judgement.kind === 'send' ? judgement.parcel.items : [];
      return items.flatMap((item) => [{ create: { _index: item.index, _id: item.id } }, item.body]);
    });
    const { items } = await client.bulk({ operations, refresh: true });
    expect(items.map(({ create }) => create?.status)).toEqual([201, 201, 201]);
  });

  test.each<[string, object, number]>([
    [
      'an image of any container',
      { term: { [`${body}.spec.containers.image`]: event.requestObject.spec.containers[1]?.image } },
      1,
    ],
    ['a privileged container', { term: { [`${body}.spec.containers.securityContext.privileged`]: true } }, 1],
    ['root', { range: { [`${body}.spec.containers.securityContext.runAsUser`]: { lte: 0 } } }, 1],
    ['a path of the node', { term: { [`${body}.spec.volumes.hostPath.path`]: '/' } }, 1],
    [
      'the response’s own fields',
      { term: { 'kubernetes.audit.responseObject.spec.serviceAccountName': 'default' } },
      3,
    ],
    ['the role of a binding', { term: { [`${body}.roleRef.name`]: 'cluster-admin' } }, 1],
    ['a subject beside one that is an object', { term: { [`${body}.subjects.name`]: 'ana' } }, 1],
    ['a text longer than a term', { prefix: { [`${body}.spec.serviceAccountName`]: 'x'.repeat(1000) } }, 1],
    ['a text with a NUL', { term: { [`${body}.spec.restartPolicy`]: 'a\u0000b' } }, 1],
    ['nothing for a text in place of a boolean', { exists: { field: `${body}.spec.hostPID` } }, 1],
    ['a phrase of the message', { match_phrase: { message: 'create pods' } }, 1],
    ['a person by a word', { match: { message: 'maria' } }, 3],
    ['a person by the session', { term: { 'related.user': 'maria@example.com' } }, 3],
  ])('a query finds %s', async (_, query, count) => {
    expect(await client.count({ index, query })).toMatchObject({ count });
  });
});
