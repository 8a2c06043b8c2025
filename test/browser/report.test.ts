import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { site } from './site.ts';

const here = site();

const LOOK = `({
  background: getComputedStyle(document.documentElement).backgroundColor,
  grids: [document.body, ...document.querySelectorAll('main, main > .sheet')].filter((one) => !getComputedStyle(one).display.includes('block')).length,
  wide: [...document.querySelectorAll('table, figure')].filter((one) => one.getBoundingClientRect().right > innerWidth).length,
  heads: [...document.querySelectorAll('thead')].filter((one) => getComputedStyle(one).display !== 'table-header-group').length,
})`;

test('a report is printed on white, in blocks that break between pages, and no wider than one', async () => {
  const { open, report } = here();
  // What is left of A4 between its margins, at 96 dots an inch.
  const page = await open('/', { colorScheme: 'dark', viewport: { width: 703, height: 1000 } });
  const file = join(newFolder(), 'report.html');
  writeFileSync(file, await report());
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: 'print' });
  expect(await page.evaluate(LOOK)).toEqual({ background: 'rgb(255, 255, 255)', grids: 0, wide: 0, heads: 0 });
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf).toContain('/Title');
  // A4 in points, whatever the printer's own paper is.
  expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
});
