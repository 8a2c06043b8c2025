import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { ruleItem, ruleWhole } from '../../../lambda/core/bulk/answers.ts';
import type { BulkAnswer, BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { ElasticsearchBulk } from '../../../lambda/edges/elasticsearch.ts';
import type { BulkSink } from '../../../lambda/ports.ts';
import { installTemplates } from '../../../lib/elasticsearch/setup.ts';
import { NOON } from '../../support/builders.ts';
import { bulkSinkContract, item } from '../../support/contracts/bulk-sink.ts';
import type { Guarded } from './server.ts';

const send = (sink: BulkSink, ...items: readonly BulkItem[]) => sink.bulk(items, AbortSignal.timeout(60_000));

/** What can't be made smaller on the wire. */
const noise = (bytes: number) => ({ event: { original: randomBytes(bytes).toString('base64') } });

const statusesOf = (answer: BulkAnswer) => (answer.kind === 'items' ? answer.items.map(({ status }) => status) : []);

/** How each major answers what the sender must tell apart, on a server with `LIMITS`. */
export function bulkTests(guarded: () => Guarded): void {
  let sink: ElasticsearchBulk;
  let count = 0;
  /** As the default pattern names them. */
  const index = (name = `bulk${count}`) => `logs-kubernetes.audit_logs-${name}-2026.11.21`;

  beforeAll(async () => {
    sink = guarded().sink('forwarder');
    await installTemplates(guarded().client('root'));
  });

  bulkSinkContract(() => {
    count += 1;
    return { sink: guarded().sink('forwarder'), index: index(), other: index(`other${count}`) };
  });

  test('says what is wrong with a document, and takes those beside it', async () => {
    const code = { kubernetes: { audit: { responseStatus: { code: 'no number' } } } };
    const wrong = [item(index(), 'wrong', code), item(index(), 'address', { source: { ip: 'nowhere' } })];
    const answer = await send(sink, ...wrong, item(index(), 'right'));
    expect(statusesOf(answer)).toEqual([400, 400, 201]);
    const rulings = wrong.map((each, at) => {
      const said = answer.kind === 'items' ? answer.items[at] : undefined;
      return said && ruleItem(each, said, NOON, NOON).kind;
    });
    expect(rulings).toEqual(['park', 'park']);
  });

  test('answers whoever may write elsewhere with 200, and 403 on every item', async () => {
    const answer = await send(guarded().sink('stranger'), item(index(), 'a'), item(index(), 'b'));
    const refused = { status: 403, type: 'security_exception' };
    expect(answer).toMatchObject({ kind: 'items', items: [refused, refused] });
  });

  test('answers whoever may write nowhere with 403 as a whole', async () => {
    const answer = await send(guarded().sink('powerless'), item(index(), 'a'));
    expect(answer).toMatchObject({ kind: 'refused', status: 403, type: 'security_exception' });
    expect(answer.kind !== 'items' && ruleWhole(answer).kind).toBe('renew');
  });

  test('refuses a wrong password and a wrong key as a whole, and shows neither', async () => {
    for (const credentials of [{ username: 'root', password: 'a-wrong-secret' }, { apiKey: 'a-wrong-secret' }]) {
      const wrong = new ElasticsearchBulk(guarded().settings, async () => credentials);
      const answer = await send(wrong, item(index(), 'a'));
      expect(answer).toMatchObject({ kind: 'refused', status: 401, type: 'security_exception' });
      expect(answer.kind !== 'items' && ruleWhole(answer).kind).toBe('renew');
      expect(JSON.stringify(answer)).not.toContain('a-wrong-secret');
    }
  });

  test('refuses what is above http.max_content_length with a 413', async () => {
    const answer = await send(sink, item(index(), 'large', noise(1_500_000)));
    expect(answer).toMatchObject({ kind: 'refused', status: 413 });
    expect(answer.kind !== 'items' && ruleWhole(answer)).toEqual({ kind: 'split' });
  });

  test('refuses a request above its memory with a whole 429', async () => {
    const answer = await send(sink, ...Array.from({ length: 20 }, (_, at) => item(index(), `p${at}`, noise(10_000))));
    expect(answer).toMatchObject({ kind: 'refused', status: 429, type: 'es_rejected_execution_exception' });
    expect(answer.kind !== 'items' && ruleWhole(answer).kind).toBe('again');
  });

  test('refuses items with 429 where its queue is full, and takes the others', async () => {
    const many = Array.from({ length: 60 }, (_, at) => send(sink, item(index(), `q${at}`)));
    const statuses = (await Promise.all(many)).flatMap(statusesOf);
    expect(statuses).toContain(201);
    expect(statuses).toContain(429);
  });

  test('is trusted by its own authority alone', async () => {
    const stranger = new ElasticsearchBulk({ ...guarded().settings, ca: null }, async () => guarded().as('root'));
    expect(await send(stranger, item(index(), 'a'))).toMatchObject({
      kind: 'unreachable',
      why: expect.stringContaining('certificate'),
    });
  });

  test('that is given up on counts as unreachable', async () => {
    expect(await sink.bulk([item(index(), 'given up')], AbortSignal.abort())).toMatchObject({ kind: 'unreachable' });
  });
}
