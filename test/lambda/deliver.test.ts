import { expect, test } from 'vitest';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { Delivery } from '../../lambda/deliver.ts';
import { Sender } from '../../lambda/sender.ts';
import { event, line, NOON, rule, rules } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { MemorySink, PickySink } from '../support/fakes/sink.ts';

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

test('lines that CloudWatch cut are counted where they are kept or parked, each time they are sent', async () => {
  const clock = new VirtualClock(NOON + 5 * MINUTE);
  const refuses = { status: 400, type: 'document_parsing_exception', reason: 'a field' };
  const sink = new PickySink(({ index, body }) =>
    index.includes('audit_logs') && body.includes('refused') ? refuses : undefined,
  );
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + MINUTE, indices: new Set() });
  const policy = { ...rules().policy, rules: [rule({ level: 'None', verbs: ['get'] }), rule()] };
  const deliver = async (confirmed: Confirmed) => {
    const delivery = new Delivery({ sender, confirmed, clock }, () => rules({ policy }));
    const cut = (verb: string) => `${JSON.stringify(event({ verb })).slice(0, -1)}[Truncated...]`;
    const messages = [cut('get'), cut('patch'), cut('patch'), cut('refused'), '{"kind":"Event",[Truncated...]', 'none'];
    await delivery.take(messages.map((message, at) => line({ message, eventId: `cut-${at}` })));
    return { ...delivery.outcomes.of(NOON), total: delivery.outcomes.totals.truncated };
  };
  const expected = {
    kept: 1,
    dropped: { 'rules[0]': 1 },
    duplicates: 1,
    parked: { 'refused by the mapping': 1, truncated: 1, 'not JSON': 1 },
    truncated: 3,
    total: 3,
  };
  const confirmed = new Confirmed();
  confirmed.begin(1);
  expect(await deliver(confirmed)).toEqual(expected);
  expect(await deliver(confirmed)).toEqual(expected);
});
