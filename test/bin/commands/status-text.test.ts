import { Writable } from 'node:stream';
import { beforeEach, expect, test, vi } from 'vitest';
import { statusJson, statusText } from '../../../bin/commands/status-text.ts';
import { differs, notChecked, ok, type Verdict, wrong } from '../../../bin/operate/reach/verdict.ts';
import type { Line, Status } from '../../../bin/operate/status/lines.ts';
import { NOON } from '../../support/builders.ts';

const status = (...lines: readonly [Line, Verdict][]): Status => ({
  at: NOON,
  clusters: [{ cluster: 'prod', lines: new Map(lines) }],
  dashboard: 'https://console.aws.amazon.com/cloudwatch/home#dashboards',
});

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', undefined);
});

/** A screen, or a file where it has no columns. */
const screen = (columns?: number) =>
  Object.assign(new Writable(), { columns, isTTY: columns !== undefined, getColorDepth: () => 8 });

test('a screen answers in its first line whether all is well', () => {
  const first = (...lines: readonly [Line, Verdict][]) => statusText(status(...lines), screen()).split('\n')[0];
  const time = '2026-11-21 12:00:00 UTC: ';
  expect(first(['frontier', ok('a')], ['file', differs('b')])).toBe(`${time}all is well.`);
  expect(first(['frontier', ok('a')], ['alarms', notChecked('needs x')])).toBe(
    `${time}nothing wrong was found, but not all could be checked.`,
  );
  expect(first(['frontier', wrong('a')], ['alarms', notChecked('needs x')])).toBe(
    `${time}something is wrong with prod.`,
  );
});

test('lines are as wide as the screen, and 80 columns where nobody says how wide it is', () => {
  const long = status(['alarms', wrong(Array.from({ length: 40 }, (_, at) => `word${at}`).join(' '))]);
  for (const columns of [undefined, 60, 100]) {
    const lines = statusText({ ...long, dashboard: null }, Object.assign(screen(), { columns })).split('\n');
    const longest = Math.max(...lines.map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns ?? 80);
    expect(longest).toBeGreaterThan((columns ?? 80) - 10);
  }
});

test('what is wrong stands out by its mark, and by its colour where there are some', () => {
  const one = status(['frontier', wrong('far behind')], ['parked', ok('None.')]);
  expect(statusText(one, screen())).toContain('\n✖ frontier        far behind\n✔ parked          None.\n');
  expect(statusText(one, screen(80))).toContain('\u001b[31m');
});

test('what is not checked says so in words', () => {
  expect(statusText(status(['alarms', notChecked('needs cloudwatch:DescribeAlarms')]), screen())).toContain(
    '– alarms          not checked: needs cloudwatch:DescribeAlarms\n',
  );
});

test('for programs each line has its state, its sentence and its figures', () => {
  const text = statusJson(status(['frontier', ok('2 min behind.', { lag: 120 })], ['alarms', wrong('one rings')]));
  expect(text.trimEnd()).not.toContain('\n');
  expect(JSON.parse(text)).toMatchObject({
    at: '2026-11-21T12:00:00.000Z',
    wrong: true,
    clusters: [
      {
        cluster: 'prod',
        wrong: true,
        frontier: { state: 'ok', message: '2 min behind.', lag: 120 },
        alarms: { state: 'wrong', message: 'one rings' },
      },
    ],
  });
});
