import { describe, expect, test } from 'vitest';
import { PROFILES, profilesOf } from '../../lambda/contract.ts';
import type { BulkAnswer, BulkItem } from '../../lambda/core/bulk/bulk.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import { Delivery } from '../../lambda/deliver.ts';
import { Sender } from '../../lambda/sender.ts';
import { BOTH, ECS, event, line, lines, NOON, rules, settings } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { FlakySink, MemorySink, PickySink } from '../support/fakes/sink.ts';
import { places, world } from '../support/world.ts';

const isCalico = ({ index }: Pick<BulkItem, 'index'>) => index.startsWith('tigera_secure_ee_audit_kube.');
const isParked = ({ index }: Pick<BulkItem, 'index'>) => index.includes('audit_parked');
const REFUSED = { status: 400, type: 'document_parsing_exception', reason: 'failed to parse' };
/** Refuses Calico's documents, or those of `ecs`, or both; never what is parked. */
const refusing = (refuse: (item: BulkItem) => boolean) =>
  new PickySink((item) => (!isParked(item) && refuse(item) ? REFUSED : undefined));

/** A delivery into both profiles; what of `confirmed` is remembered. */
function delivering(
  sink: MemorySink,
  profiles: typeof BOTH | readonly [typeof ECS] = BOTH,
  confirmed = new Confirmed(512),
) {
  const clock = new VirtualClock(NOON + 5 * MINUTE);
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + MINUTE, indices: new Set() });
  const delivery = new Delivery({ sender, confirmed, clock }, () => rules({ profiles }));
  return { confirmed, take: (...all: CloudWatchLine[]) => delivery.take(all), outcomes: delivery.outcomes };
}

describe('an event in both profiles', () => {
  test('counts once, as indexed, when both have it', async () => {
    const sink = new MemorySink();
    const { take, outcomes } = delivering(sink);
    await take(...lines(3));
    expect(outcomes.totals).toMatchObject({ read: 3, indexed: 3, alreadyIndexed: 0, parked: 0, unaccounted: 0 });
    expect(places(sink).filter(isCalico)).toHaveLength(3);
    expect(places(sink)).toHaveLength(6);
  });

  test('is indexed where one of them had it, and already indexed where both had', async () => {
    const sink = new MemorySink();
    await delivering(sink, [ECS]).take(line());
    const second = delivering(sink);
    await second.take(line());
    expect(second.outcomes.totals).toMatchObject({ indexed: 1, alreadyIndexed: 0 });
    const third = delivering(sink);
    await third.take(line());
    expect(third.outcomes.totals).toMatchObject({ indexed: 0, alreadyIndexed: 1 });
  });

  test.each([
    ['calico', refusing(isCalico), ['.calico'], 2],
    ['ecs', refusing((item) => !isCalico(item)), [''], 2],
    ['both', refusing(() => true), ['', '.calico'], 2],
  ])('that %s refuses is parked for that one, and the other’s stays', async (_, sink, parkedAs, documents) => {
    const { take, outcomes } = delivering(sink);
    await take(line());
    expect(outcomes.totals).toMatchObject({ read: 1, indexed: 0, parked: 1, unaccounted: 0 });
    expect(outcomes.of(NOON).parked).toEqual({ 'refused by the mapping': 1 });
    const parked = places(sink).filter(isParked);
    const [id = ''] = new Set(parked.map(({ body }) => String(JSON.parse(body).event.id)));
    expect(parked.map((each) => each.id)).toEqual(parkedAs.map((end) => id + end));
    expect(places(sink)).toHaveLength(documents);
  });

  test('too large for one is parked there in parts, and has its outcome when all of them are confirmed', async () => {
    const sink = refusing(isCalico);
    const { take, outcomes } = delivering(sink);
    await take(line({ message: JSON.stringify(event({ requestObject: { data: 'x'.repeat(600_000) } })) }));
    expect(outcomes.totals).toMatchObject({ parked: 1, indexed: 0 });
    const parked = places(sink).filter(isParked);
    expect(parked.length).toBeGreaterThan(2);
    expect(parked.every(({ id }) => /\.calico\.256\.\d+$/.test(id))).toBe(true);
  });

  test('is remembered as sent only when both profiles have it', async () => {
    const sink = refusing(isCalico);
    const first = delivering(sink);
    await first.take(line());
    await delivering(sink, BOTH, first.confirmed).take(line());
    expect(sink.tries(places(sink)[0]?.id ?? '')).toBeGreaterThan(2);
    const well = new MemorySink();
    const once = delivering(well);
    await once.take(line());
    const before = well.requests.length;
    await delivering(well, BOTH, once.confirmed).take(line());
    expect(well.requests).toHaveLength(before);
  });

  test('that was remembered in one profile alone is sent to the other', async () => {
    const sink = new MemorySink();
    const first = delivering(sink, [ECS]);
    await first.take(line());
    const second = delivering(sink, BOTH, first.confirmed);
    await second.take(line());
    expect(places(sink).filter(isCalico)).toHaveLength(1);
  });

  test('is sent again to the one alone that was busy', async () => {
    const busy = (items: readonly BulkItem[]): BulkAnswer | undefined =>
      items.some(isCalico)
        ? { kind: 'items', took: 1, items: items.map(({ index }) => ({ index, status: 429 })) }
        : undefined;
    const sink = new FlakySink(busy, busy, busy);
    const { take, outcomes } = delivering(sink);
    await take(line());
    expect(outcomes.totals).toMatchObject({ indexed: 1 });
    const sent = sink.requests.flat();
    expect(sent.filter((item) => !isCalico(item))).toHaveLength(1);
    expect(sent.filter(isCalico)).toHaveLength(3);
  });
});

test('one profile that refuses a fifth of all documents stops the run', async () => {
  const { take } = delivering(refusing(isCalico));
  await expect(take(...lines(600))).rejects.toThrow(/refused \d+ of 1200 documents/);
});

describe('profiles that change', () => {
  const elasticsearch = { ...settings().elasticsearch, profiles: PROFILES };

  test('begin with the minute that no run has begun to send; those before stay as they were, also read again', async () => {
    const made = world(lines(5, NOON + 4 * MINUTE));
    await made.go();
    const late = line({
      timestamp: NOON + 4 * MINUTE,
      eventId: 'late',
      message: JSON.stringify(event({ auditID: 'late' })),
    });
    made.source.lines.push(late, ...lines(5, NOON + 6 * MINUTE));
    made.clock.time += 6 * MINUTE;
    await made.go({ elasticsearch });
    const of = (calico: boolean) => places(made.sink).filter((item) => isCalico(item) === calico);
    expect(of(false)).toHaveLength(11);
    expect(of(true)).toHaveLength(5);
    expect(made.ledger.keptNamings.size).toBe(2);
  });

  test('may be Calico’s alone', async () => {
    const made = world(lines(2));
    await made.go({ elasticsearch: { ...elasticsearch, profiles: ['calico'] } });
    expect(places(made.sink).map(({ index }) => index)).toEqual(
      Array(2).fill('tigera_secure_ee_audit_kube.prod.20261121'),
    );
  });

  test('that this version does not know are left out', () => {
    expect(profilesOf({ profiles: ['new', 'calico'] })).toEqual(['calico']);
  });
});
