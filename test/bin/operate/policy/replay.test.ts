import { describe, expect, test } from 'vitest';
import { replayPolicy } from '../../../../bin/operate/policy/replay.ts';
import { event, pathEvent, policy, resources } from '../../../lambda/core/policy/builders.ts';

const RULES = policy(
  [
    { level: 'None', verbs: ['list'] },
    { level: 'Metadata', resources: [resources('', ['pods'])] },
    { users: ['nobody'] },
  ],
  { omitStages: ['Panic'] },
);

async function* lines(...events: readonly unknown[]): AsyncGenerator<string> {
  for (const one of events) yield typeof one === 'string' ? one : JSON.stringify(one);
}

const replay = (...events: readonly unknown[]) => replayPolicy(RULES, lines(...events), () => {});
const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const at = (stageTimestamp: string) => event({ stageTimestamp, level: 'Metadata' });

describe('a log is counted by what becomes of its events', () => {
  const whole = event({ responseObject: { text: 'é'.repeat(100) } });
  const reduced = event({ level: 'Metadata' });
  const listed = event({ verb: 'list' });
  const panic = event({ stage: 'Panic' });
  const path = pathEvent('/healthz');

  test('by rule, with bytes before and after', async () => {
    const result = await replay(whole, reduced, listed, panic, path);
    const none = { events: 0, bytes: 0 };
    expect(result.rules).toEqual([
      { rule: 0, kept: none, levels: {}, droppedByRule: { events: 1, bytes: size(listed) }, droppedByStage: none },
      {
        rule: 1,
        kept: { events: 2, bytes: 2 * size(reduced) },
        levels: { Metadata: 2 },
        droppedByRule: none,
        droppedByStage: { events: 1, bytes: size(panic) },
      },
      { rule: 2, kept: none, levels: {}, droppedByRule: none, droppedByStage: none },
    ]);
    expect(result.droppedByNoRule).toEqual({ events: 1, bytes: size(path) });
    expect(result.neverMatched).toEqual([2]);
    expect(result.read.events).toBe(result.kept.events + result.dropped.events);
    expect(result.saved).toBeCloseTo(1 - (2 * size(reduced)) / result.read.bytes);
  });

  test('an event that the policy leaves alone keeps the size of its line', async () => {
    const spaced = JSON.stringify(reduced, null, ' ').replaceAll('\n', '');
    expect((await replay(spaced)).kept).toEqual({ events: 1, bytes: Buffer.byteLength(spaced) });
  });

  test('lines that hold no event count for themselves', async () => {
    const result = await replay('no JSON', '{"kind":"Event"', '{}', '', reduced);
    expect(result).toMatchObject({ read: { events: 1 }, unreadable: { events: 3 } });
  });

  test('the ten resources and users of most bytes', async () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      event({ user: { username: `u${i}` }, pad: 'x'.repeat(i * 10) }, { resource: `r${i}`, apiGroup: 'g' }),
    );
    const result = await replay(...many, path, event({ user: {} }, { subresource: 'log' }));
    expect(result.topResources).toHaveLength(10);
    expect(result.topResources[0]).toMatchObject({ name: 'r11.g', events: 1, keptBytes: 0 });
    expect(result.topUsers).toHaveLength(10);
    expect(result.topUsers[0]).toMatchObject({ name: 'u11', events: 1 });
    expect(
      (await replay(path, event({ user: {} }, { subresource: 'log' }))).topResources.map(({ name }) => name).sort(),
    ).toEqual(['(paths)', 'pods/log']);
    expect((await replay(event({ user: {} }))).topUsers).toMatchObject([{ name: '(not authenticated)' }]);
    expect((await replay(reduced)).topDropped).toEqual([]);
  });

  test('nothing at all', async () => {
    expect(await replay()).toMatchObject({ read: { events: 0 }, saved: 0, span: 0, bytesPerMonth: null });
  });
});

describe('a month is told from the time that the events span', () => {
  test.each([
    ['a minute is too short', ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'], 60, null],
    ['an hour does', ['2026-01-01T01:00:00Z', '2026-01-01T00:00:00Z'], 3600, 720],
    ['a day', ['2026-01-01T00:00:00Z', 'no time', '2026-01-02T00:00:00Z'], 86_400, 30],
  ] as const)('%s', async (_, times, span, factor) => {
    const result = await replay(...times.map(at));
    expect(result.span).toBe(span);
    expect(result.bytesPerMonth).toBe(factor === null ? null : result.kept.bytes * factor);
  });
});

test('progress is told while it runs', async () => {
  const seen: number[] = [];
  await replayPolicy(RULES, lines(...Array.from({ length: 20_001 }, () => '{}')), (count) => seen.push(count));
  expect(seen).toEqual([10_000, 20_000]);
});
