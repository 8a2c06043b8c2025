import { expect, test } from 'vitest';
import { frontierVerdict, revisitVerdict, type Standing } from '../../../../bin/operate/reach/standing.ts';
import { NOON } from '../../../support/builders.ts';
import { checkpoint } from '../account/rows.ts';

const MINUTE = 60_000;
const standing = (behind: number, more: Partial<Standing> = {}): Standing => ({
  checkpoint: checkpoint(NOON - 600 * MINUTE, { 0: NOON - behind * MINUTE, 120: NOON - (behind + 2) * MINUTE }),
  ages: [0, 120],
  fetchInterval: 60,
  now: NOON,
  ...more,
});

test('a frontier is told with how far it is behind and where it is', () => {
  expect(frontierVerdict(standing(2))).toMatchObject({ state: 'ok', message: '2 min behind now (11:58 UTC).' });
  expect(frontierVerdict(standing(24 * 60)).message).toBe('24 h behind now (2026-11-20 12:00 UTC): more than 10 min.');
});

test.each([
  [10, 60, 'ok'],
  [11, 60, 'wrong'],
  [180, 3600, 'ok'],
  [181, 3600, 'wrong'],
])('a frontier %i minutes behind, with an interval of %i s, is %s as for its alarm', (behind, fetchInterval, state) => {
  expect(frontierVerdict(standing(behind, { fetchInterval })).state).toBe(state);
});

test.each([
  [30, 'ok'],
  [31, 'wrong'],
])('second looks %i minutes overdue are %s', (behind, state) => {
  expect(revisitVerdict(standing(behind))).toMatchObject({ state, facts: { lag: behind * 60, limit: 1800 } });
});

test('an age that was only just configured is not overdue', () => {
  expect(revisitVerdict(standing(1, { ages: [0, 120, 3600] })).state).toBe('ok');
});

test('of what was never read nothing is told', () => {
  const never = standing(0, { checkpoint: undefined });
  expect([frontierVerdict(never).state, revisitVerdict(never).state]).toEqual(['not checked', 'not known']);
});
