import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALL,
  clausesOf,
  exactly,
  type Filter,
  KEYS,
  kindText,
  OUTCOMES,
  parseKind,
  queryOf,
} from '../../../review/query/filter.ts';
import { filterParams, parseFilter, settled, timesOf } from '../../../review/query/filter-text.ts';
import { NOON } from '../../support/builders.ts';

const OPEN = { from: undefined, to: undefined };
const list = (value: fc.Arbitrary<string>) => fc.uniqueArray(value, { maxLength: 3 });
const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed());
const begin = fc.constantFrom('7d', '90m', '2026-11-01', '2026-11-21T10:00:00Z');
const end = fc.constantFrom('30m', '1s', '2026-11-21', '2026-11-21T12:00:00Z');
const filters: fc.Arbitrary<Filter> = fc
  .record(
    {
      from: begin,
      to: end,
      text: word.filter((text) => text.trim() === text),
      cluster: list(word),
      user: list(word),
      verb: list(word),
      kind: list(fc.constantFrom('pods.core', 'pods/exec', 'networkpolicies.networking.k8s.io')),
      namespace: list(word),
      name: list(word),
      outcome: list(fc.constantFrom(...OUTCOMES)),
      address: list(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('10.0.0.0/8'))),
      claimed: list(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('10.0.0.0/8'))),
      request: list(word),
    },
    { requiredKeys: [...KEYS] },
  )
  .map((filter) => filter);

describe('a filter in a URL', () => {
  test('reads back as it was', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const params = new URLSearchParams(String(filterParams(filter)));
        expect(parseFilter(params, NOON)).toEqual({ filter, problems: [] });
      }),
    );
  });

  test('that shows everything has no parameters', () => {
    expect(String(filterParams(ALL))).toBe('');
    expect(parseFilter(new URLSearchParams('page=2&user='))).toEqual({ filter: ALL, problems: [] });
  });

  test.each([
    ['from=yesterday', 'from', 'Expected a time like'],
    ['to=2026-02-30', 'to', 'Expected a time like'],
    ['from=999999999d', 'from', 'Expected a time after 1970, found "999999999d"'],
    ['to=1969-12-31', 'to', 'Expected a time after 1970'],
    ['from=2026-11-21&to=2026-11-01', 'to', 'Expected an end behind the beginning'],
    ['from=1h&to=2h', 'to', 'nothing lies between them'],
    ['kind=network*', 'kind', 'write it whole, as kubectl does, without a star'],
    ['outcome=good', 'outcome', 'Expected success, failure or unknown, found "good"'],
    ['address=10.0.0.300', 'address', 'Expected an address'],
    ['address=10.0.0.0/33', 'address', 'Expected an address'],
    ['address=fe80::1%25eth0', 'address', 'Expected an address'],
    ['claimed=10.0.0.300', 'claimed', 'Expected an address'],
    ['kind=a b', 'kind', 'Expected a kind'],
    [`name=${'x'.repeat(8192)}`, 'name', 'Expected at most 8191 characters, found 8192'],
    [`user=*${'x'.repeat(250)}`, 'user', 'Expected a pattern of at most 250 characters with up to 3 stars'],
    [`name=${'x*'.repeat(4)}${'x'.repeat(93)}`, 'name', 'found 101 characters with 4: shorten it'],
    [`verb=${'*'.repeat(11)}`, 'verb', 'found 11 characters with 11: shorten it'],
    [`q=${'x'.repeat(1001)}`, 'q', 'Expected at most 1000 characters'],
    [
      `name=*${'x'.repeat(200)}&user=*${'x'.repeat(49)}`,
      'name',
      'Expected patterns (values with a star) of at most 250 characters',
    ],
    [Array.from({ length: 51 }, (_, at) => `user=${at}`).join('&'), 'user', 'Expected at most 50 values, found 51'],
  ])('%s is told in a sentence, and the rest is used', (text, path, message) => {
    const { filter, problems } = parseFilter(new URLSearchParams(`${text}&cluster=prod`));
    expect(problems).toEqual([{ path, message: expect.stringContaining(message) }]);
    expect(filter.cluster).toEqual(['prod']);
  });
});

test.each([
  ['x'.repeat(8191)],
  ['\\*'.repeat(8191)],
  [`*${'x'.repeat(247)}**`],
  [`${'x*'.repeat(10)}${'x'.repeat(80)}`],
  [`${'*'.repeat(3)}${'\\*'.repeat(100)}`],
])('what an index can hold and Elasticsearch look for is taken: %#', (value) => {
  const filter = { ...ALL, name: [value] };
  expect(parseFilter(filterParams(filter), NOON)).toEqual({ filter, problems: [] });
});

describe('times', () => {
  test('are counted back from now, and a day as the end belongs to it whole', () => {
    expect(timesOf({ from: '2h', to: '2026-11-21' }, NOON)).toEqual({
      from: NOON - 7_200_000,
      to: Date.UTC(2026, 10, 22),
    });
    expect(timesOf({}, NOON)).toEqual(OPEN);
  });

  test('are settled for who looks later', () => {
    const filter = settled({ ...ALL, from: '1h', to: '2026-11-21' }, NOON);
    expect(timesOf(filter, NOON + 86_400_000)).toEqual(timesOf({ from: '1h', to: '2026-11-21' }, NOON));
  });
});

describe('a query', () => {
  const clause = (filter: Partial<Filter>) => [...clausesOf({ ...ALL, ...filter }, OPEN).values()];

  test('holds one clause for each key, all of which must hold', () => {
    const filter = { ...ALL, cluster: ['a', 'b'], verb: ['get'], text: 'x y' };
    expect(queryOf(filter, { from: 1, to: 2 })).toEqual({
      bool: { filter: [...clausesOf(filter, { from: 1, to: 2 }).values()] },
    });
    expect([...clausesOf(filter, { from: 1, to: 2 }).keys()]).toEqual(['time', 'cluster', 'verb', 'text']);
  });

  test('looks for text in message alone, for all of its words, and needs no positions', () => {
    expect(clause({ text: 'exec web' })).toEqual([{ match: { message: { query: 'exec web', operator: 'and' } } }]);
  });

  test('finds a user by name, by session and as whom somebody impersonated', () => {
    const fields = [
      'user.name',
      'related.user',
      'kubernetes.audit.user.extra.sessionName',
      'kubernetes.audit.impersonatedUser.username',
    ];
    expect(clause({ user: ['ana'] })).toEqual([
      { bool: { should: fields.map((field) => ({ term: { [field]: 'ana' } })), minimum_should_match: 1 } },
    ]);
  });

  test('of an address asks what the API server saw, and what a caller claims only where that is asked', () => {
    expect(clause({ address: ['203.0.113.7'] })).toEqual([{ term: { 'source.ip': '203.0.113.7' } }]);
    expect(clause({ claimed: ['10.0.0.0/8'] })).toEqual([{ term: { 'related.ip': '10.0.0.0/8' } }]);
  });

  test('takes a star for anything, and a question mark for itself', () => {
    expect(clause({ name: ['web-*?'] })).toEqual([
      { wildcard: { 'orchestrator.resource.name': { value: 'web-*\\?', case_insensitive: true } } },
    ]);
  });

  test('means a text to the letter, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '*', '\\', '?') }), (name) => {
        expect(clause({ name: [exactly(name)] })).toEqual([{ term: { 'orchestrator.resource.name': name } }]);
      }),
    );
  });

  test('of a kind tells groups apart only where one is named', () => {
    const resource = { term: { 'kubernetes.audit.objectRef.resource': 'pods' } };
    const group = 'kubernetes.audit.objectRef.apiGroup';
    expect(clause({ kind: ['pods'] })).toEqual([{ bool: { filter: [resource], must_not: [] } }]);
    expect(clause({ kind: ['pods.core'] })).toEqual([
      { bool: { filter: [resource], must_not: [{ exists: { field: group } }] } },
    ]);
    expect(clause({ kind: ['pods.metrics.k8s.io/x'] })).toEqual([
      {
        bool: {
          filter: [
            resource,
            { term: { [group]: 'metrics.k8s.io' } },
            { term: { 'kubernetes.audit.objectRef.subresource': 'x' } },
          ],
          must_not: [],
        },
      },
    ]);
  });

  test.each(['pods', 'pods.core', 'pods/exec', 'networkpolicies.networking.k8s.io/status'])(
    'writes %s as it read it',
    (kind) => {
      expect(kindText(parseKind(kind))).toBe(kind);
    },
  );
});
