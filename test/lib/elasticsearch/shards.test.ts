import { expect, test } from 'vitest';
import { budgetText, type Indices, type Room, shardBudget } from '../../../lib/elasticsearch/shards.ts';

function indices(overrides: Partial<Indices> = {}): Indices {
  return { clusters: 1, daily: 1, monthly: 0, fixed: 0, retentionDays: 400, ...overrides };
}

function room(overrides: Partial<Room> = {}): Room {
  return { perNode: 1000, dataNodes: 1, others: 0, ...overrides };
}

test.each([
  ['a day, alone', indices(), room(), 400],
  ['a day, with a copy', indices(), room({ dataNodes: 3 }), 800],
  ['a day, for three clusters', indices({ clusters: 3 }), room(), 1200],
  ['a day, for ever: of a year', indices({ retentionDays: null }), room(), 365],
  ['a month: one more than it fills', indices({ daily: 0, monthly: 1, retentionDays: 56 }), room(), 3],
])('one index %s', (_, wanted, has, shards) => {
  expect(shardBudget(wanted, has).audit).toBe(shards);
});

test('the limit is that of all data nodes, less what others have', () => {
  expect(shardBudget(indices(), room()).fits).toBe(true);
  expect(shardBudget(indices(), room({ others: 600 })).fits).toBe(false);
  expect(shardBudget(indices(), room({ others: 600, dataNodes: 2 })).fits).toBe(true);
});

test('what does not fit is offered as one index a month', () => {
  expect(budgetText(indices({ clusters: 4 }), room())).toMatch(/does not fit.*-\{yyyy\.MM\}\.01/);
  expect(budgetText(indices({ clusters: 4, daily: 0, monthly: 1 }), room({ perNode: 10 }))).not.toContain('.01');
  expect(budgetText(indices(), room())).not.toContain('does not fit');
});
