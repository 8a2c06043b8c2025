import { expect, test } from 'vitest';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { Delivery } from '../../lambda/deliver.ts';
import { Sender } from '../../lambda/sender.ts';
import { line, NOON, rules } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { MemorySink } from '../support/fakes/sink.ts';

const MINUTE = 60_000;

test('a copy of an event is a duplicate within its minute, and kept in another, whatever is taken together', async () => {
  const clock = new VirtualClock(NOON + 5 * MINUTE);
  const sender = new Sender({
    sink: new MemorySink(),
    clock,
    deadline: () => clock.now() + MINUTE,
    indices: new Set(),
  });
  const delivery = new Delivery({ sender, confirmed: new Confirmed(0), clock }, () => rules());
  await delivery.take(
    [NOON, NOON + 1, NOON + MINUTE].map((timestamp, at) => line({ timestamp, eventId: `copy-${at}` })),
  );
  expect(delivery.outcomes.of(NOON)).toMatchObject({ kept: 1, duplicates: 1 });
  expect(delivery.outcomes.of(NOON + MINUTE)).toMatchObject({ kept: 1, duplicates: 0 });
});
