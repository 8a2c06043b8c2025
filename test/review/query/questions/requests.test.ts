import { describe, expect, test } from 'vitest';
import { requestsIn } from '../../../../review/query/questions/requests.ts';

const bucket = (doc_count: number, counts: Readonly<Record<string, number>>) => ({
  doc_count,
  ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, { doc_count: count }])),
});

describe('requests', () => {
  test('are events where none of them lasts', () => {
    expect(requestsIn(bucket(5, { refused: 2 }))).toEqual({ requests: 5, refused: 2 });
  });

  test.each([
    ['has ended', { begun: 2, ended: 2 }, 4],
    ['goes on', { begun: 2, ended: 1 }, 5],
    ['began before', { begun: 0, ended: 2 }, 6],
  ])('that last are one each where one %s', (_, counts, requests) => {
    expect(requestsIn(bucket(6, counts))).toEqual({ requests, refused: 0 });
  });

  test('that would have lasted and were refused are one refusal each', () => {
    const counts = { refused: 5, begun: 1, begunRefused: 2, endedRefused: 2 };
    expect(requestsIn(bucket(6, counts))).toEqual({ requests: 4, refused: 3 });
  });

  test('of all that was found are counted from their number', () => {
    expect(requestsIn(bucket(0, { begun: 1, ended: 1 }), 10).requests).toBe(9);
  });
});
