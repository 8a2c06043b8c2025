import { expect, test } from 'vitest';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { emptyTally } from '../../lambda/core/ledger/tally.ts';
import { SendingPass } from '../../lambda/deliver.ts';
import { Reader } from '../../lambda/reader.ts';
import { Sender } from '../../lambda/sender.ts';
import { line, NOON, rules } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { MemorySink } from '../support/fakes/sink.ts';
import { MemorySource } from '../support/fakes/source.ts';

const MINUTE = 60_000;

function sendingPass(copies: readonly number[]) {
  const source = new MemorySource(copies.map((timestamp, at) => line({ timestamp, eventId: `copy-${at}` })));
  const clock = new VirtualClock(NOON + 5 * MINUTE);
  const memory = { indices: new Set<string>(), confirmed: new Confirmed(0) };
  const shared = { clock, tally: emptyTally('prod'), deadline: clock.now() + 60_000, memory };
  const reader = new Reader({ source, requestsPerSecond: 5, ...shared });
  const sender = new Sender({ sink: new MemorySink(), ...shared });
  return new SendingPass({ reader, sender, ...shared }, () => rules());
}

test('a copy of an event is a duplicate within its minute, and kept in another, whatever is read together', async () => {
  const pass = sendingPass([NOON, NOON + 1, NOON + MINUTE]);
  const { sums } = await pass.send({ startTime: NOON, endTime: NOON + 2 * MINUTE - 1 }, Number.POSITIVE_INFINITY);
  expect(sums.of(NOON)).toMatchObject({ lines: 2, kept: 1, duplicates: 1 });
  expect(sums.of(NOON + MINUTE)).toMatchObject({ lines: 1, kept: 1, duplicates: 0 });
});
