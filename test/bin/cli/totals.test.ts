import { expect, test } from 'vitest';
import { NO_RUN, summary } from '../../../bin/cli/totals.ts';

const totals = { ...NO_RUN.totals, read: 12_518, indexed: 307, dropped: 12_207, parked: 4 };

test('what runs came to fits into a line of a terminal', () => {
  const line = summary({ totals, frontierLag: 44 });
  expect(line).toBe('12,518 read · 307 indexed · 12,207 dropped · 4 parked');
  expect(`${summary({ totals, frontierLag: 7200 })} · Ctrl-C`.length).toBeLessThan(80);
});

test('a frontier that is behind is told', () => {
  expect(summary({ totals, frontierLag: 600 })).toMatch(/ · 10 min behind$/);
});
