import { expect, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { budgetText, type Indices, periodsOf, type Room, shardBudget } from '../../../lib/elasticsearch/shards.ts';

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

test('Calico’s index is one more a day, and can’t be one a month', () => {
  const both = { ...indices(), ...periodsOf([DEFAULT_INDEX, CALICO_INDEX]) };
  expect(shardBudget(both, room()).audit).toBe(800);
  expect(budgetText(both, room({ perNode: 500 }))).toMatch(/^2 indices a day of 1 cluster .* write one index a month/);
  const monthly = { ...indices(), ...periodsOf(['eks-{cluster}-{yyyy.MM}', CALICO_INDEX]) };
  expect(shardBudget(monthly, room()).audit).toBe(400 + 16);
  const text = budgetText(monthly, room({ perNode: 300 }));
  expect(text).toMatch(/^One index a day and one index a month of 1 cluster .* does not fit: keep less/);
});
