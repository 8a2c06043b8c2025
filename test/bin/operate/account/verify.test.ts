import { describe, expect, test } from 'vitest';
import { isProven } from '../../../../bin/operate/account/verification.ts';
import { type Naming, namingOf } from '../../../../lambda/contract.ts';
import type { BulkItem } from '../../../../lambda/core/bulk/bulk.ts';
import { judge } from '../../../../lambda/core/document/judge.ts';
import { PART_SIZES } from '../../../../lambda/core/document/parked.ts';
import type { Minutes } from '../../../../lambda/core/minutes/minutes.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { parkedIndex } from '../../../../lib/elasticsearch/documents.ts';
import { EVERYTHING, event, like, line, lines, NOON, rule, rules, settings } from '../../../support/builders.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { PickySink } from '../../../support/fakes/sink.ts';
import { places, world } from '../../../support/world.ts';
import { clean, readWorld, remove } from './read-world.ts';

const NOTHING_KEPT: Policy = { ...EVERYTHING, rules: [rule({ level: 'None' })] };
const LATER = '2026-11-21T12:10:00.000Z';
/** The first minute. */
const FIRST = { from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:01:00.000Z' };

describe('verification', () => {
  test('finds nothing after a good run, whatever became of the lines', async () => {
    const again = { message: JSON.stringify(event({ auditID: 'twice' })) };
    const { check } = await readWorld([
      ...lines(150),
      line({ ...again, timestamp: NOON + 1000, eventId: 'a' }),
      line({ ...again, timestamp: NOON + 2000, eventId: 'b' }),
      line({ ...again, timestamp: NOON + MINUTE, eventId: 'c' }),
      line({ message: 'no JSON', timestamp: NOON + MINUTE, eventId: 'd' }),
      line({ message: 'x'.repeat(600_000), timestamp: NOON + MINUTE, eventId: 'e' }),
    ]);
    expect(await check()).toEqual({ ...clean, minutes: 15, present: 153 });
  });

  test('finds nothing where Elasticsearch refused an event and it was parked', async () => {
    const sink = new PickySink(({ index, body }) =>
      index.includes('audit_logs') && body.includes(`${NOON}-1`)
        ? { status: 400, type: 'document_parsing_exception', reason: 'no' }
        : undefined,
    );
    const { check } = await readWorld([], world(lines(3), sink));
    expect(sink.ids('audit_parked')).toHaveLength(1);
    expect(await check()).toEqual({ ...clean, minutes: 15, present: 3 });
  });

  test('names a document that is not there', async () => {
    const read = await readWorld(lines(20));
    const id = remove(read, 7);
    const found = await read.check();
    const named = { id, time: '2026-11-21T12:00:00.007Z', eventId: `id-${NOON}-7`, stream: line().origin.stream };
    expect(found).toMatchObject({ ...clean, missingCount: 1, missing: [named], missingIn: [FIRST], present: 19 });
    expect(isProven(found)).toBe(false);
  });

  test('names a part of a parked line that is not there', async () => {
    const read = await readWorld([line({ message: 'x'.repeat(600_000) })]);
    expect(places(read.sink).length).toBeGreaterThan(2);
    remove(read, 1);
    expect(await read.check()).toMatchObject({ missingCount: 1, extraCount: 0 });
  });

  test('names a document that no line makes, and one that lies elsewhere than its line says', async () => {
    const read = await readWorld(lines(5));
    const [some] = places(read.sink);
    const body = some?.body ?? '';
    await read.sink.bulk([
      { index: some?.index ?? '', id: 'foreign', body },
      { index: 'logs-kubernetes.audit_logs-prod-2026.11.20', id: some?.id ?? '', body },
    ]);
    const { extra, missingCount } = await read.check();
    expect(extra.map(({ id, why }) => [id, why])).toEqual([
      ['foreign', 'no line in CloudWatch Logs makes it'],
      [some?.id, expect.stringMatching(/^its place is logs-kubernetes\.audit_logs-prod-2026\.11\.21, not /)],
    ]);
    expect(missingCount).toBe(0);
  });

  test('calls documents extra that the policy of their minute drops', async () => {
    const read = await readWorld(lines(2));
    for (const row of read.ledger.stored.values()) read.ledger.stored.set(row.minute, { ...row, policy: 'dropping' });
    read.ledger.policies.set('dropping', NOTHING_KEPT);
    const { extra, extraCount } = await read.check();
    expect(extraCount).toBe(2);
    expect(extra[0]?.why).toMatch(/dropped by the policy of its minute \(rules\[0\]\)/);
  });

  test('tells an event that is indexed and parked too', async () => {
    const read = await readWorld(lines(5));
    const [first] = read.source.lines;
    if (first === undefined) throw new Error('no line');
    const judgement = judge(first, rules(), NOON);
    const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
    if (parcel?.kind !== 'event') throw new Error('no event');
    await read.sink.bulk(parcel.parkedAs('too large', 'it was refused').items);
    const found = await read.check();
    expect(found).toMatchObject({ missingCount: 0, extraCount: 0, bothCount: 1, both: [{ id: parcel.id }] });
    expect(isProven(found)).toBe(false);
  });

  test.each([PART_SIZES.usual, PART_SIZES.small])(
    'finds nothing where an event is parked in parts of %d',
    async (size) => {
      const message = JSON.stringify(event({ unknown: 'x'.repeat(600_000) }));
      const refused = (item: BulkItem) => item.body.length > (size === PART_SIZES.usual ? 500_000 : 100_000);
      const sink = new PickySink((item) =>
        refused(item) ? { status: 429, type: 'es_rejected_execution_exception' } : undefined,
      );
      const fed = [...lines(3), line({ message, timestamp: NOON + 500, eventId: 'large' })];
      const read = await readWorld(fed, world(fed, sink));
      expect(await read.check()).toMatchObject({ missingCount: 0, extraCount: 0, bothCount: 0 });
    },
  );

  test('judges each minute by the policy its row names', async () => {
    const read = await readWorld([...lines(4, NOON), ...lines(4, NOON + 8 * MINUTE)]);
    read.clock.time += 5 * MINUTE;
    await read.go({ policy: NOTHING_KEPT });
    const minutes: Minutes = { from: NOON - 10 * MINUTE, to: NOON + 10 * MINUTE };
    const policies = new Set([...read.ledger.stored.values()].map(({ policy }) => policy));
    expect(policies.size).toBe(2);
    expect(await read.check({ minutes })).toEqual({ ...clean, upTo: LATER, minutes: 20, present: 4 });
    remove(read, 0);
    expect((await read.check({ minutes })).missingCount).toBe(1);
  });

  test('says which minutes it can’t judge since their policy is gone', async () => {
    const read = await readWorld(lines(2));
    read.ledger.policies.clear();
    const rules = new MinuteRules(read.ledger, settings({ policy: NOTHING_KEPT }));
    expect(await read.check({ rules })).toMatchObject({
      minutes: 0,
      notVerifiable: [{ why: expect.stringMatching(/policy/) }],
    });
  });

  test('judges each minute by the naming its row names, whatever cluster and index are called now', async () => {
    const read = await readWorld(lines(3));
    const renamed = settings({ cluster: 'other', indexCluster: 'other' });
    const found = await read.check({ rules: new MinuteRules(read.ledger, renamed) });
    expect(found).toEqual({ ...clean, minutes: 15, present: 3 });
  });

  test('finds each minute’s documents under the names of its time, nothing missing and nothing extra', async () => {
    const fed = [...lines(4), ...lines(4, NOON + 8 * MINUTE), line({ message: 'no JSON', eventId: 'bad' })];
    const read = await readWorld(fed);
    const elasticsearch = { ...settings().elasticsearch, index: 'audit-{cluster}-{yyyy.MM}' };
    const renamed = { cluster: 'Shop', indexCluster: 'shop', elasticsearch };
    read.clock.time += 5 * MINUTE;
    await read.go(renamed);
    const rules = new MinuteRules(read.ledger, settings(renamed));
    const minutes: Minutes = { from: NOON - 10 * MINUTE, to: NOON + 10 * MINUTE };
    const check = async (before: readonly Naming[]) => {
      const documents = new MemoryDocuments(read.sink, [namingOf(settings(renamed)), ...before]);
      return await read.check({ minutes, rules, documents });
    };
    expect(new Set(places(read.sink).map(({ index }) => index))).toEqual(
      new Set(['logs-kubernetes.audit_logs-prod-2026.11.21', parkedIndex('prod', NOON), 'audit-shop-2026.11']),
    );
    const namings = await read.ledger.namings();
    expect(namings).toHaveLength(2);
    expect(await check(namings)).toEqual({ ...clean, upTo: LATER, minutes: 20, present: 9 });
    const [old] = places(read.sink);
    await read.sink.bulk([{ index: old?.index ?? '', id: 'foreign', body: old?.body ?? '' }]);
    expect(await check(namings)).toMatchObject({ missingCount: 0, extra: [{ id: 'foreign' }] });
    // Who looks under today's names alone does not see it.
    expect(await check([])).toMatchObject({ extraCount: 0 });
  });

  test('leaves out minutes without a row', async () => {
    const read = await readWorld([...lines(5), ...lines(5, NOON + 5 * MINUTE)]);
    expect(places(read.sink)).toHaveLength(10);
    const minutes = { from: NOON, to: NOON + 10 * MINUTE };
    expect(await read.check({ minutes })).toEqual({ ...clean, upTo: LATER, minutes: 5, present: 5 });
  });

  test('says not verifiable where lines are gone, looks for the rest, and calls nothing extra there', async () => {
    const read = await readWorld([...lines(10), ...lines(10, NOON + MINUTE)]);
    read.source.lines.splice(0, 4);
    remove(read, 9);
    const found = await read.check();
    const gone = { from: '2026-11-21T12:00:00.000Z', why: expect.stringMatching(/says 10 lines, .* has 6 /) };
    expect(found).toMatchObject({
      ...clean,
      missingCount: 1,
      missing: [{ eventId: `id-${NOON}-9` }],
      missingIn: [FIRST],
      notVerifiable: [gone],
    });
  });

  test('asks once more before it says that lines are gone: one answer may leave a line out', async () => {
    const read = await readWorld(lines(10));
    const page = read.source.page.bind(read.source);
    let reads = 0;
    read.source.page = async (range, token) => {
      const answer = await page(range, token);
      reads += 1;
      return reads === 1 && answer.kind === 'page' ? { ...answer, lines: answer.lines.slice(1) } : answer;
    };
    expect(await read.check()).toEqual({ ...clean, minutes: 15, present: 10 });
  });

  test('awaits a line that came after the last look as long as another look is to come', async () => {
    const read = await readWorld(lines(10, NOON + 4 * MINUTE));
    const message = JSON.stringify(event({ auditID: 'late' }));
    read.source.lines.push(
      line({ message, timestamp: NOON + 4 * MINUTE, eventId: 'late', ingestionTime: NOON + 6 * MINUTE }),
    );
    remove(read, 0);
    const found = await read.check();
    expect(found).toMatchObject({ awaited: 1, missingCount: 1, missing: [{ eventId: `id-${NOON + 4 * MINUTE}-0` }] });
    expect(found.changed).toHaveLength(1);
    read.clock.time += 10 * MINUTE;
    await read.go();
    expect(await read.check({ checkpoint: read.store.checkpoint })).toMatchObject({ awaited: 0, changed: [] });
  });

  test('awaits no document that the last look can have seen, however many lines came after it', async () => {
    const fed = lines(10, NOON + 4 * MINUTE);
    const made = world(fed);
    made.clock.time += MINUTE + 30_000;
    const read = await readWorld(fed, made);
    const [, second] = fed;
    // Another line of an event whose document is there.
    if (second !== undefined)
      read.source.lines.push(like(second, { eventId: 'late', ingestionTime: read.clock.time + MINUTE }));
    remove(read, 0);
    expect(await read.check()).toMatchObject({ awaited: 0, missingCount: 1, changed: [expect.anything()] });
  });

  test('calls missing what no look will find any more', async () => {
    const read = await readWorld(lines(10, NOON - 5 * MINUTE));
    const message = JSON.stringify(event({ auditID: 'late' }));
    read.source.lines.push(line({ message, timestamp: NOON - 5 * MINUTE, eventId: 'late' }));
    expect(await read.check()).toMatchObject({ awaited: 0, missingCount: 1, missing: [{ eventId: 'late' }] });
  });

  test('takes no document for extra whose line came between the look at Elasticsearch and the read', async () => {
    const read = await readWorld(lines(10, NOON + 4 * MINUTE));
    const fresh = line({
      message: JSON.stringify(event({ auditID: 'fresh' })),
      timestamp: NOON + 4 * MINUTE,
      eventId: 'fresh',
    });
    read.documents.meanwhile = () => {
      read.source.lines.push(fresh);
      const [some] = places(read.sink);
      if (some !== undefined) read.sink.documents.set('elsewhere', { ...some, id: 'of the fresh line' });
    };
    expect((await read.check()).extraCount).toBe(0);
  });

  test('holds no more than the minutes that fit together, and one at least', async () => {
    const read = await readWorld([...lines(30), ...lines(30, NOON + MINUTE), ...lines(30, NOON + 2 * MINUTE)]);
    const groups: Minutes[] = [];
    const found = await read.check({ partBytes: 1, report: (minutes) => void groups.push(minutes) });
    expect(groups.filter(({ from, to }) => from <= NOON + 2 * MINUTE && to > NOON)).toHaveLength(3);
    expect(found).toMatchObject({ minutes: 15, present: 90 });
  });
});
