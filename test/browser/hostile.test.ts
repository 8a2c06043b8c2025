import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { HOSTILE } from './life.ts';
import { follow, site } from './site.ts';

const here = site();

const LOOK = `({
  hacked: 'hacked' in globalThis,
  polluted: 'polluted' in {},
  foreign: document.querySelectorAll('main script, main img, main b, [onmouseover]').length,
  over: Math.max(0, document.documentElement.scrollWidth - innerWidth),
})`;

/** No script of a name ran, no element came of it, and the page is no wider than the window. */
async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(LOOK)).toEqual({ hacked: false, polluted: false, foreign: 0, over: 0 });
}

const UNSEEN = /[\u202A-\u202E\u200F]+/g;

/** How a name stands in a list. */
function inAList(name: string): string {
  const code = (each: string) => `U+${each.charCodeAt(0).toString(16).toUpperCase()}`;
  const visible = name.replaceAll(UNSEEN, (run) => [...run].map(code).join(' '));
  return visible.length > 60 ? `${visible.slice(0, 60)}… ` : visible;
}

test.each(Object.entries(HOSTILE))('a name like %s is shown as text, wherever it stands', async (_, name) => {
  const user = name.length > 1000 ? `${name.slice(0, 200)}*` : name;
  const page = await here().open(`/events?${new URLSearchParams({ user, verb: 'update' })}`);
  await expectHarmless(page);
  const row = page.locator('.event').first();
  expect((await row.locator('.who').allInnerTexts()).join()).toContain(inAList(name));
  await follow(row.locator('a.open'));
  await expectHarmless(page);
  await follow(page.getByRole('link', { name: 'What changed' }));
  await expectHarmless(page);
  await follow(page.getByRole('link', { name: 'One column' }));
  await expectHarmless(page);
  await follow(page.getByRole('link', { name: 'All its changes' }));
  await expectHarmless(page);
  // No object has so long a name: such a request fails, and an index holds the beginning of what it asked for.
  if (name !== HOSTILE.long) expect(await page.locator('.change').count()).toBeGreaterThan(0);
  await follow(page.getByRole('link', { name: 'JSON', exact: true }));
  await expectHarmless(page);
});

test('what a stranger puts into an address is shown as text too', async () => {
  const page = await here().open('/');
  for (const name of Object.values(HOSTILE)) {
    const value = name.slice(0, 200);
    for (const path of ['/events', '/ask', '/object', '/event', '/diff', '/export']) {
      const all = [
        'q',
        'user',
        'kind',
        'namespace',
        'address',
        'from',
        'about',
        'id',
        'right',
        'name',
        'resource',
        'cluster',
      ];
      const params = new URLSearchParams({ ...Object.fromEntries(all.map((key) => [key, value])), question: 'secret' });
      const answer = await page.request.get(`${path}?${params}`);
      expect((await answer.text()).includes('<script>window')).toBe(false);
    }
    await page.goto(`/events?${new URLSearchParams({ q: value })}`);
    await expectHarmless(page);
    await page.goto(`/ask?${new URLSearchParams({ question: 'user', about: value })}`);
    await expectHarmless(page);
  }
});
