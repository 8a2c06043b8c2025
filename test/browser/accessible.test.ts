import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { follow, site } from './site.ts';

const here = site();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds, a line each. */
async function findings(page: Page): Promise<readonly string[]> {
  const violations: readonly Finding[] = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations)`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

const MALLORY = '/events?user=mallory@example.com';

/** Each kind of page, by the way that leads there. */
const PAGES: readonly (readonly [name: string, path: string, links: readonly string[]])[] = [
  ['the questions', '/', []],
  ['the timeline', '/events', []],
  ['a timeline without events', '/events?user=nobody', []],
  ['a timeline of hostile names', '/events?kind=networkpolicies&verb=update', []],
  ['an event', MALLORY, ['patched']],
  ['two versions', MALLORY, ['what changed']],
  ['two versions in one column', MALLORY, ['what changed', 'One column']],
  ['the changes of an object', MALLORY, ['what changed', 'All its changes']],
  ['an export', '/export?format=yaml', []],
  ['an answer', '/ask?question=user&about=mallory', []],
  ['a page that is not there', '/event?id=nobody', []],
];

describe.each([
  ['light', 1400],
  ['dark', 400],
] as const)('in %s colors, %i pixels wide,', (colorScheme, width) => {
  test.each(PAGES)('axe finds nothing wrong with %s', async (_, path, links) => {
    const page = await here().open(path, { colorScheme, viewport: { width, height: 900 } });
    for (const text of links) await follow(page.getByRole('link', { name: text }).first());
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  test('axe finds nothing wrong with a report', async () => {
    const { open, report } = here();
    const page = await open('/', { colorScheme, viewport: { width, height: 900 } });
    const file = join(newFolder(), 'report.html');
    writeFileSync(file, await report());
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('h1').allInnerTexts()).toEqual([expect.stringContaining('Kubernetes audit')]);
    expect(await page.getByText('mallory@example.com').count()).toBeGreaterThan(0);
    expect(await findings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });
});
