import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractor } from '../../../../lambda/core/document/extractor.ts';
import { fields } from '../../../../lambda/core/document/profiles/ecs.ts';
import type { Field, Recorded } from '../../../../lambda/core/document/recorded.ts';
import { writer } from '../../../../lambda/core/document/writer.ts';
import { isObject, type JsonObject, parseJson } from '../../../../lambda/core/json.ts';
import { sampleEvents } from '../../../../local/samples/samples.ts';
import { CLUSTER, event, line, NOON } from '../../../support/builders.ts';

const write = writer(fields);
const extract = extractor(fields);

function recordedOf(given: JsonObject): Recorded {
  const original = JSON.stringify(given);
  return { event: given, line: line(), cluster: CLUSTER, id: 'an-id', time: NOON, ingested: NOON + 1, original };
}

/** What is written is what the plain tree says, each key once. */
function expectTheSame(given: JsonObject): void {
  const recorded = recordedOf(given);
  const { tree, cut } = extract(recorded);
  const text = write(recorded, []);
  const expected: unknown = JSON.parse(JSON.stringify({ ...tree, ...(cut ? { tags: ['cut'] } : {}) }));
  expect(JSON.parse(text)).toEqual(expected);
  expect(text.length).toBe(JSON.stringify(expected).replaceAll('→', '\\u2192').length);
}

/** Every place of an event that a row looks at, the lists on its way among them. */
const PATHS = fields.flatMap((row) => ('at' in row ? [row.at] : 'each' in row ? [row.each] : []));

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '"',
    '\\',
    '→',
    '\\→',
    '\ud800',
    'a\u0000b',
    '😀',
    '2026-11-21T12:00:00.123456Z',
    '10.0.0.1',
    '::1%0',
  ),
  fc.constantFrom('x'.repeat(8191), 'x'.repeat(8192), `${'x'.repeat(8190)}😀`, `"${'→'.repeat(9000)}`),
);
const scalar = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, -0, 2 ** 31, 2 ** 53, 1e21),
);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.constant({})), { maxLength: 4 }),
  fc.constant({ more: 1 }),
);
/** Values at some of the places; on the way an object may be a list of objects. */
const placed = fc.array(fc.tuple(fc.constantFrom(...PATHS), value, fc.nat(7)), { maxLength: 40 });

function planted(places: readonly (readonly [readonly string[], unknown, number])[]): JsonObject {
  const root: Record<string, unknown> = {};
  for (const [path, value, lists] of places) {
    let here = root;
    for (const [depth, key] of path.slice(0, -1).entries()) {
      const there = here[key];
      const inside = Array.isArray(there) ? there.at(-1) : there;
      const next: Record<string, unknown> = isObject(inside) && lists !== 7 ? { ...inside } : {};
      here[key] = Array.isArray(there) ? [...there, next] : ((lists >> depth) & 1) === 1 ? [next] : next;
      here = next;
    }
    here[path.at(-1) ?? ''] = value;
  }
  return root;
}

describe('what is written', () => {
  test('says what the tree says, of events made of what rows look at', () => {
    fc.assert(
      fc.property(placed, (places) => expectTheSame(planted(places))),
      { numRuns: 1000 },
    );
  });

  test('says what the tree says, of any object', () => {
    fc.assert(fc.property(fc.object({ maxDepth: 4 }), (given) => expectTheSame(parsed(JSON.stringify(given)))));
  });

  test('says what the tree says, of the samples', () => {
    let seen = 0;
    for (const { message } of sampleEvents({ from: NOON, to: NOON + 3_600_000, perSecond: 0.3 })) {
      const given = parseJson(message);
      if (!isObject(given)) continue;
      expectTheSame(given);
      seen += 1;
    }
    expect(seen).toBeGreaterThan(1000);
  });

  test('has nothing of the event before', () => {
    const rich = event({ requestObject: { metadata: { name: 'web' }, spec: { containers: [{ image: 'a' }] } } });
    write(recordedOf({ ...rich, userAgent: 'x'.repeat(9000) }), []);
    expectTheSame({});
    expect(write(recordedOf({}), [])).not.toContain('web');
  });

  test('has its tags behind it, `cut` the last', () => {
    const tagsOf = (given: JsonObject, tags: readonly string[]) => JSON.parse(write(recordedOf(given), tags)).tags;
    expect(tagsOf({}, [])).toBeUndefined();
    expect(tagsOf({}, ['clock'])).toEqual(['clock']);
    expect(tagsOf({ userAgent: 'x'.repeat(9000) }, ['clock'])).toEqual(['clock', 'cut']);
  });
});

test('a table without a value is an empty object, or its tags alone', () => {
  const none: readonly Field[] = [{ path: ['a', 'b'], type: 'keyword', since: 1, at: ['nothing'] }];
  expect(writer(none)(recordedOf({}), [])).toBe('{}');
  expect(writer(none)(recordedOf({}), ['clock'])).toBe('{"tags":["clock"]}');
});

test('a path that any object answers to is refused', () => {
  expect(() => writer([{ path: ['a'], type: 'keyword', since: 1, at: ['constructor'] }])).toThrow('constructor');
});

function parsed(json: string): JsonObject {
  const found = parseJson(json);
  return isObject(found) ? found : {};
}
