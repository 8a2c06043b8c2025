import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  compare,
  countBefore,
  insert,
  placeAfter,
  placeBefore,
  type Stored,
} from '../../../local/cloudwatch-logs/timeline.ts';
import { walk } from '../../../local/cloudwatch-logs/walk.ts';

const event = fc.record({ timestamp: fc.nat(5), ingestionTime: fc.nat(5) });
const batches = fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 8 });

function stored(drawn: readonly (readonly { timestamp: number; ingestionTime: number }[])[]): Stored[][] {
  let serial = 0;
  return drawn.map((batch) => batch.map((event) => ({ ...event, serial: serial++, message: '', bytes: 0 })));
}

function laneOf(name: string, batches: readonly Stored[][]) {
  const events: Stored[] = [];
  for (const batch of batches) insert(events, batch);
  return { name, events };
}

it('is in order whatever the order of the batches', () => {
  fc.assert(
    fc.property(batches, (drawn) => {
      const all = stored(drawn);
      expect(laneOf('', all).events).toEqual(all.flat().toSorted(compare));
    }),
  );
});

it('counts each event behind its place before it and before its place after it', () => {
  fc.assert(
    fc.property(batches, (drawn) => {
      const { events } = laneOf('', stored(drawn));
      for (const [at, event] of events.entries()) {
        expect([countBefore(events, placeBefore(event)), countBefore(events, placeAfter(event))]).toEqual([at, at + 1]);
      }
    }),
  );
});

it('walks several streams as if they were one, in both directions, between two places', () => {
  fc.assert(
    fc.property(batches, fc.nat(2 ** 16), fc.boolean(), (drawn, cut, backward) => {
      const all = stored(drawn);
      const lanes = [0, 1, 2].map((lane) =>
        laneOf(
          String(lane),
          all.filter((_, i) => i % 3 === lane),
        ),
      );
      const sorted = all.flat().toSorted(compare);
      const first = sorted[cut % Math.max(1, sorted.length)];
      if (first === undefined) return;
      const from = placeBefore(first);
      const to = placeAfter(sorted.at(-1) ?? first);
      const walked = [...walk(lanes, { from, to, backward, accept: ({ serial }) => serial % 2 === 0 })];
      const wanted = sorted.slice(sorted.indexOf(first)).filter(({ serial }) => serial % 2 === 0);
      expect(walked.map(({ event }) => event)).toEqual(backward ? wanted.reverse() : wanted);
    }),
  );
});
