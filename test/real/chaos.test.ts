import { expect, inject, test } from 'vitest';
import { chaos } from '../long/chaos.ts';

test('killed again and again, with late lines and throttled reads, nothing is lost and nothing is there twice', async () => {
  const life = {
    seed: Date.now() % 1_000_000,
    lines: 5000,
    minutes: 10,
    latest: 20,
    ages: [0, 120, 600, 1800],
    speed: 60,
    kills: 5,
    elasticsearchKills: 0,
    report: (line: string) => console.log(line),
  };
  const { verdict, verified, runs } = await chaos(life, { url: inject('elasticsearch')[9] });
  expect(verdict).toMatchObject({ lost: 0, twice: 0, foreign: 0, wrongRows: [] });
  expect(verdict.found).toBe(verdict.expected);
  expect(verified).toMatchObject({ code: 0, named: [] });
  expect(verified.present).toBeGreaterThanOrEqual(verdict.expected);
  expect(runs.unaccounted).toBe(0);
  expect(runs.kills).toBeGreaterThanOrEqual(5);
  expect(runs.late).toBeGreaterThan(0);
}, 180_000);
