import { describe, expect, test } from 'vitest';
import { intervalOf, overviewBody } from '../../../review/query/facets.ts';
import { ALL } from '../../../review/query/filter.ts';
import { rowOf } from '../../../review/query/row.ts';
import { cursorText, newestFirst, pageBody, parseCursor, tail, timelinePage } from '../../../review/query/timeline.ts';
import { auditRow, NOON } from '../../support/builders.ts';
import { ListedSearch } from '../../support/fakes/search.ts';
import { stored } from './history.ts';

const OPEN = { from: undefined, to: undefined };

describe('a page of the timeline', () => {
  test('never fetches the lines', () => {
    expect(JSON.stringify(pageBody({ match_all: {} }, { size: 10 }))).not.toContain('original');
  });

  test('says where the next one begins, unless it was the last', async () => {
    const search = new ListedSearch(stored({}, {}, {}));
    const first = await timelinePage(search, ALL, OPEN, { size: 2 });
    expect(first.rows.map(({ id }) => id)).toEqual(['event-2', 'event-1']);
    expect(first.next).toEqual([NOON + 1000, 'exact', 'event-1']);
    expect(await timelinePage(search, ALL, OPEN, { size: 10 })).not.toHaveProperty('next');
  });

  test('begins after a place that a URL may hold', () => {
    const cursor = [NOON, '2026-11-21T12:00:00.000001Z', 'id'] as const;
    expect(parseCursor(cursorText(cursor))).toEqual(cursor);
    expect(pageBody({}, { size: 1, after: cursor })).toMatchObject({ search_after: cursor });
  });

  test.each(['', 'no cursor', Buffer.from('[1]').toString('base64url'), Buffer.from('{}').toString('base64url')])(
    'takes %j for no place',
    (text) => {
      expect(parseCursor(text)).toBeUndefined();
    },
  );

  test('is ordered to the nanosecond, and then by id', () => {
    const rows = [
      auditRow({ id: 'a', time: 1 }),
      auditRow({ id: 'b', time: 2, exact: '2' }),
      auditRow({ id: 'c', time: 2, exact: '3' }),
      auditRow({ id: 'd', time: 2, exact: '3' }),
    ];
    expect(rows.toSorted(newestFirst).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
  });
});

describe('what came in since', () => {
  test('is asked for by event.ingested, somewhat further back than was seen', async () => {
    const search = new ListedSearch(stored({}, {}));
    const news = await tail(search, ALL, OPEN, NOON);
    expect(JSON.stringify(search.asked)).toContain('{"event.ingested":{"gte":"2026-11-21T11:58:00.000Z"}}');
    expect(news).toMatchObject({ since: NOON + 1000, isCut: false });
  });

  test('is late where it happened long before it was indexed', () => {
    const row = (ingested: number) =>
      rowOf({
        _source: { '@timestamp': new Date(NOON).toISOString(), event: { ingested: new Date(ingested).toISOString() } },
      });
    expect(row(NOON + 60_000).isLate).toBe(false);
    expect(row(NOON + 600_000).isLate).toBe(true);
  });
});

describe('a row', () => {
  test('tells observed and claimed addresses, and who stands behind whom, apart', () => {
    const [document] = stored({
      sourceIPs: ['192.0.2.1', '203.0.113.7'],
      user: { username: 'ana', extra: { sessionName: ['ana.s'], arn: ['an-arn'] } },
      impersonatedUser: { username: 'bob' },
    });
    expect(rowOf({ _source: document?.source })).toMatchObject({
      observed: '203.0.113.7',
      claimed: ['192.0.2.1'],
      who: { name: 'ana', session: 'ana.s', arn: 'an-arn', impersonated: 'bob' },
      isDryRun: false,
    });
  });

  test('of what is no document of ours is empty and no fault', () => {
    for (const hit of [undefined, {}, { _source: 7 }, { _source: { tags: 7, kubernetes: [] } }])
      expect(rowOf(hit)).toMatchObject({ id: '', time: 0, verb: '', outcome: 'unknown', tags: [], claimed: [] });
  });
});

describe('facets', () => {
  test('are counted without the part of the filter that is theirs', () => {
    const body = JSON.parse(JSON.stringify(overviewBody({ ...ALL, verb: ['get'], namespace: ['shop'] }, OPEN)));
    const clauses = (key: string) => JSON.stringify(body.aggs.narrow.aggs[key].filter.bool.filter);
    expect(clauses('verb')).toBe('[{"term":{"orchestrator.namespace":"shop"}}]');
    expect(clauses('namespace')).toBe('[{"term":{"event.action":"get"}}]');
    expect(JSON.parse(clauses('shown'))).toHaveLength(2);
  });

  test('hold a pattern once, and that of another one once more, since Elasticsearch makes much of each', () => {
    const count = (filter: object) => JSON.stringify(overviewBody({ ...ALL, ...filter }, OPEN)).split('*a*').length - 1;
    expect(count({ namespace: ['*a*'] })).toBe(1);
    expect(count({ namespace: ['*a*'], verb: ['*b*'], kind: ['pods'] })).toBe(2);
    const body = JSON.parse(JSON.stringify(overviewBody({ ...ALL, namespace: ['*a*'], verb: ['get'] }, OPEN)));
    expect(JSON.stringify(body.aggs.namespace.filter)).toBe('{"bool":{"filter":[{"term":{"event.action":"get"}}]}}');
    expect(JSON.stringify(body.aggs.narrow.filter)).toContain('"*a*"');
    expect(JSON.stringify(body.aggs.narrow.aggs.verb.filter)).toBe('{"bool":{"filter":[]}}');
  });

  test.each([
    [1000, 1000],
    [3_600_000, 60_000],
    [86_400_000, 1_800_000],
    [400 * 86_400_000, 7 * 86_400_000],
    [30 * 366 * 86_400_000, 110 * 86_400_000],
  ])('of %i ms have bars of %i ms: a hundred at most', (range, interval) => {
    expect(intervalOf(range)).toBe(interval);
    expect(range / interval).toBeLessThanOrEqual(100);
  });
});
