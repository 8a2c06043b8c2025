import { expect, test } from 'vitest';
import { monthBefore, parseMonth } from '../../../bin/operate/review/report.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { type ReportView, reportPage } from '../../../review/pages/report.ts';
import { styleElement } from '../../../review/pages/style-element.ts';
import { coverage } from '../../../review/query/coverage.ts';
import type { Chapter } from '../../../review/query/report.ts';
import { auditRow, NOON, row } from '../../support/builders.ts';
import { MemoryLedger } from '../../support/fakes/ledger.ts';

const RANGE = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 1) };

function view(overrides: Partial<ReportView> = {}): ReportView {
  const server = 'https://es.example:9200';
  return { month: '2026-11', range: RANGE, made: NOON, server, events: 9, chapters: [], coverage: [], ...overrides };
}

function chapter(overrides: Partial<Chapter> = {}): Chapter {
  const empty = { users: [], otherUsers: 0, objects: [], namespaces: [], rows: [], droppedOf: [] };
  return { title: 'Sessions', says: 'All.', total: 0, days: [0, 3, 0], ...empty, ...overrides };
}

const pageOf = (given: ReportView) => String(reportPage(given, styleElement('style.css', 'report.css')));

test('the file asks for nothing from elsewhere, and has no script', () => {
  const page = pageOf(view({ chapters: [chapter({ total: 1, rows: [auditRow()] })] }));
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=/);
});

test('a hostile name makes no element', () => {
  const name = '<script>alert(1)</script></style>';
  const rows = [auditRow({ name, who: { name, impersonated: name }, uri: `/x?command=${encodeURIComponent(name)}` })];
  const counts = [{ text: name, count: 1, namespaces: [{ text: name, count: 1 }] }];
  const page = pageOf(view({ chapters: [chapter({ total: 1, users: counts, objects: counts, rows })] }));
  expect(page.match(/<script|<\/style>/g)).toEqual(['</style>']);
});

test('where a policy drops what a chapter counts, none does not mean that there was none', () => {
  expect(pageOf(view({ chapters: [chapter({ droppedOf: ['prod'] })] }))).toContain('they may have happened');
  expect(pageOf(view({ chapters: [chapter()] }))).not.toContain('they may have happened');
});

test('a month that is not over says so', () => {
  expect(pageOf(view())).toContain('The month is not over');
  expect(pageOf(view({ made: RANGE.to }))).not.toContain('The month is not over');
});

test('a month of which nothing is stored says so', () => {
  const cluster = 'prud';
  expect(pageOf(view({ events: 0, cluster })).replaceAll(/<[^>]*>/g, '')).toContain(
    'No event of this month and of a cluster called prud is stored',
  );
  expect(pageOf(view())).not.toContain('No event of this month');
});

test('a ledger that was not asked is told, not passed over', () => {
  expect(pageOf(view({ coverage: [{ cluster: 'prod', found: 'The ledger is not at hand.' }] }))).toContain(
    'The ledger is not at hand.',
  );
});

test('coverage counts minutes hour by hour, and lines by what became of them', async () => {
  const ledger = new MemoryLedger();
  const from = NOON;
  for (let minute = from; minute < from + 90 * MINUTE; minute += MINUTE)
    if (minute !== from + 5 * MINUTE) await ledger.write(row({ minute }), undefined);
  const found = await coverage(ledger, { from, to: from + 3 * 60 * MINUTE }, from + 90 * MINUTE);
  expect(found.hours.map(({ read, over }) => [read, over])).toEqual([
    [59, 60],
    [30, 30],
    [0, 0],
  ]);
  expect(found.lines).toBe(89 * row().lines);
  expect(found.unaccounted).toBe(0);
});

test.each(['2026-13', '2026-1', 'October', '', '2026-10-01'])('%j is no month', (text) => {
  expect(parseMonth(text)).toBeUndefined();
});

test('a month ends where the next begins, and without one it is the last that is over', () => {
  expect(parseMonth('2026-12')?.range).toEqual({ from: Date.UTC(2026, 11, 1), to: Date.UTC(2027, 0, 1) });
  expect(monthBefore(Date.UTC(2026, 0, 31))).toBe('2025-12');
});
