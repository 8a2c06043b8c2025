import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asLine, eventsOf } from '../../../../bin/operate/intake/event-list.ts';
import { eventId } from '../../../../lambda/core/document/identity.ts';
import { event } from '../../../support/builders.ts';
import { all, chunksOf } from './chunks.ts';

/** As the API server writes it on a line of its log, and as it stands in a list. */
function inBoth(members: object): readonly [line: string, item: string] {
  const { kind: _, apiVersion: __, ...item } = event({ ...members });
  return [JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...item }), JSON.stringify(item)];
}

const listOf = (...items: readonly string[]) =>
  `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[${items.join(',')}]}\n`;

describe('an event of a list', () => {
  test('is the line that the API server writes of it, to the byte, with the same id', async () => {
    const bodies = fc.array(fc.record({ auditID: fc.string(), requestObject: fc.object(), userAgent: fc.string() }), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(bodies, fc.integer({ min: 1, max: 200 }), async (each, size) => {
        const both = each.map(inBoth);
        const found = await all(eventsOf(chunksOf(listOf(...both.map(([, item]) => item)), size)));
        expect(found.map(({ text }) => text)).toEqual(both.map(([line]) => line));
        for (const [at, { text }] of found.entries())
          expect(eventId('prod', text, JSON.parse(text))).toBe(
            eventId('prod', both[at]?.[0] ?? '', event({ ...each[at] })),
          );
      }),
    );
  });

  test.each([
    [
      'of an older version keeps that',
      '{"kind":"EventList","apiVersion":"audit.k8s.io/v1beta1","items":[{"a":1}]}',
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","a":1}',
    ],
    [
      'of a list that says no version is of v1',
      '{"items":[{"a":1}]}',
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","a":1}',
    ],
    ['that says what it is stays as it is', listOf('{"kind":"Event","a":1}'), '{"kind":"Event","a":1}'],
    [
      'that says it in another order stays as it is',
      listOf('{"apiVersion":"audit.k8s.io/v1","kind":"Event"}'),
      '{"apiVersion":"audit.k8s.io/v1","kind":"Event"}',
    ],
    [
      'that says it further on stays as it is',
      listOf('{"a":{},"apiVersion":"audit.k8s.io/v1","kind": "Event"}'),
      '{"a":{},"apiVersion":"audit.k8s.io/v1","kind": "Event"}',
    ],
    [
      'that holds another event says what it is',
      listOf('{"responseObject":{"kind":"Event","apiVersion":"audit.k8s.io/v1"}}'),
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1","responseObject":{"kind":"Event","apiVersion":"audit.k8s.io/v1"}}',
    ],
    ['that says nothing says what it is', listOf('{ }'), '{"kind":"Event","apiVersion":"audit.k8s.io/v1" }'],
    ['that is no object stays as it is', listOf('[1,2]'), '[1,2]'],
  ])('%s', async (_, list, text) => {
    expect(await all(eventsOf(chunksOf(list)))).toMatchObject([{ text }]);
  });

  test('that is formatted keeps each of its bytes', () => {
    expect(asLine('{\n  "level": "Metadata"\n}')).toBe(
      '{"kind":"Event","apiVersion":"audit.k8s.io/v1",\n  "level": "Metadata"\n}',
    );
  });
});
