import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { happening } from './life.ts';
import { follow, site } from './site.ts';

const here = site();

/** As a person sees it, lines and all. */
const textOf = async (place: Locator) => (await place.allInnerTexts()).join('\n');
const mainText = (page: Page) => textOf(page.locator('main'));

async function saved(page: Page, name: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
  return readFileSync(await download.path());
}

test('the change that opened a namespace is found, compared, exported, and read back', async () => {
  const page = await here().open('/');
  await page.getByLabel('Who changed this network policy').fill('vault/front-door');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ask?**');
  expect(await mainText(page)).toContain('mallory@example.com');

  await page.goto('/events?namespace=vault&kind=networkpolicies');
  const changed = page.locator('.event', { hasText: 'mallory@example.com' });
  await follow(changed.getByRole('link', { name: 'what changed' }));
  const added = page.locator('td.added');
  expect((await added.allInnerTexts()).join('\n')).toContain('cidr: 0.0.0.0/0');
  expect(await mainText(page)).toContain('ingress from anywhere (0.0.0.0/0) added');
  expect(await page.locator('td.removed').count()).toBe(0);

  await follow(page.getByRole('link', { name: 'All its changes' }));
  const changes = await page.locator('.change .who').allInnerTexts();
  expect(changes).toEqual(['mallory@example.com', 'platform@example.com', 'platform@example.com']);

  await follow(page.getByRole('link', { name: 'YAML' }));
  const file = await saved(page, 'Save the events');
  const manifest = JSON.parse((await saved(page, 'Save the manifest')).toString());
  expect(manifest).toMatchObject({ events: 3, sha256: createHash('sha256').update(file).digest('hex') });
  const documents = parseAllDocuments(file.toString()).map((document) => document.toJS());
  expect(documents.map(({ event }) => event.user.username)).toEqual([
    'platform@example.com',
    'platform@example.com',
    'mallory@example.com',
  ]);
  expect(documents[2].event.responseObject.spec.ingress).toEqual([{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]);
});

test('what opened a namespace is found by its name alone, and compared with any version, without a script', async () => {
  const page = await here().open('/', { javaScriptEnabled: false });
  await page.getByLabel('Who changed this network policy').fill('vault/');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ask?**');
  expect(await mainText(page)).toContain('3 changes of network policies in vault');
  await follow(page.getByRole('link', { name: 'what changed' }).first());
  expect((await page.locator('td.added').allInnerTexts()).join('\n')).toContain('cidr: 0.0.0.0/0');
  await follow(page.getByRole('link', { name: 'Compare with another' }));
  expect(await mainText(page)).toContain('Chosen to be compared');
  await follow(page.getByRole('link', { name: 'Compare with the chosen one' }).last());
  expect(await mainText(page)).toContain('platform@example.com created it');
});

test('a question is narrowed by the fields that stand below it', async () => {
  const { open, cluster } = here();
  const page = await open('/ask?question=user&about=mallory');
  await page.getByText('Cluster, namespace, time').click();
  await page.getByLabel('Cluster', { exact: true }).fill(cluster);
  await page.getByLabel('Namespace').fill('nowhere');
  await page.keyboard.press('Enter');
  await page.waitForURL('**namespace=nowhere**');
  expect(await mainText(page)).toContain('No event of a user like mallory is on record.');
  expect(await page.getByLabel('Namespace').inputValue()).toBe('nowhere');
});

test('a filter that shows something else is an address, and is taken away by a link', async () => {
  const page = await here().open('/events?namespace=vault');
  expect(await textOf(page.locator('h1'))).toBe('4 events');
  await follow(page.locator('.facet', { hasText: 'Action' }).getByRole('link', { name: 'create' }));
  expect(await textOf(page.locator('h1'))).toBe('1 event');
  expect(new URL(page.url()).searchParams.getAll('verb')).toEqual(['create']);
  await follow(page.locator('.chips a', { hasText: 'Namespace' }));
  expect(new URL(page.url()).searchParams.get('namespace')).toBeNull();
});

test('all pages work without a script', async () => {
  const page = await here().open('/', { javaScriptEnabled: false });
  await follow(page.getByRole('link', { name: 'Timeline' }));
  const first = await page.locator('.event').count();
  await follow(page.getByRole('link', { name: 'Older events' }));
  expect([first, await page.locator('.event').count()]).toEqual([100, 100]);
  expect(page.url()).toContain('after=');
  await follow(page.locator('.event a.open').first());
  expect(await mainText(page)).toContain('Request ID');
});

test('no row of the timeline comes twice, and none is left out, while one goes down', async () => {
  const page = await here().open('/events?kind=leases.coordination.k8s.io');
  const total = Number((await textOf(page.locator('h1'))).replaceAll(/\D/g, ''));
  expect(total).toBeGreaterThan(300);
  for (let shown = 0; shown < total; ) {
    await page.mouse.wheel(0, 20_000);
    await page.locator('.event').nth(shown).waitFor({ state: 'attached' });
    shown = await page.locator('.event').count();
  }
  const ids = await page.locator('.event').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')));
  expect([ids.length, new Set(ids).size]).toEqual([total, total]);
  await page.getByText('These are all').waitFor();
});

test('the keyboard goes down and up, opens, finds and goes back', async () => {
  const page = await here().open('/events?namespace=vault');
  const focused = () => page.evaluate(`document.activeElement.getAttribute('href') ?? document.activeElement.id`);
  const links = await page.locator('a.open').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  expect(await focused()).toBe(links[1]);
  await page.keyboard.press('k');
  expect(await focused()).toBe(links[0]);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/event?**');
  await page.keyboard.press('Escape');
  await page.waitForURL('**/events?**');
  await page.keyboard.press('/');
  await page.keyboard.type('mallory');
  expect(await focused()).toBe('find');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/events?q=mallory');
  expect(await textOf(page.locator('h1'))).toBe('1 event');
});

test('dragging across the picture chooses a time', async () => {
  const page = await here().open('/events');
  const box = await page.locator('.histogram svg').boundingBox();
  if (box === null) throw new Error('There is no picture.');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.25, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL('**/events?from=**');
  const { searchParams } = new URL(page.url());
  const length = Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '');
  expect(length).toBeGreaterThan(0);
});

test('what comes in is shown while one looks, and what is late says so', async () => {
  const { open, pipe, refresh } = here();
  const page = await open('/events?namespace=late');
  expect(await mainText(page)).toContain('No event matches');
  const all = await open('/events');
  await all.getByRole('button', { name: 'Follow what comes in' }).click();
  await all.getByRole('status').getByText('new').waitFor();
  const now = Date.now();
  const objectRef = { resource: 'pods', namespace: 'late', name: 'one', apiVersion: 'v1' };
  const { message } = happening(now - 3_600_000, { verb: 'delete', objectRef });
  await pipe.feed([message], now);
  await pipe.invoke();
  await refresh();
  const news = all.locator('.live .event', { hasText: 'late/one' });
  await news.waitFor();
  expect(await textOf(news)).toContain('1 hour late');
});

describe('what was never recorded', () => {
  test('is said where one looks for a difference, with the reason', async () => {
    const { open, pipe, refresh } = here();
    const objectRef = {
      resource: 'globalnetworkpolicies',
      name: 'default.all',
      apiGroup: 'projectcalico.org',
      apiVersion: 'v3',
    };
    const { message } = happening(Date.now() - 1000, { level: 'Metadata', verb: 'patch', objectRef });
    await pipe.feed([message]);
    await pipe.invoke();
    await refresh();
    const page = await open('/events?name=default.all');
    await follow(page.getByRole('link', { name: 'what changed' }));
    const text = await mainText(page);
    expect(text).toContain('There is nothing to compare');
    expect(text).toContain('custom resources (projectcalico.org)');
  });

  test('is not looked for by words without a sentence that says so', async () => {
    const page = await here().open('/events?q=ipBlock');
    expect(await mainText(page)).toContain('bodies are not searched');
  });
});

test.each([
  ['/event?id=nobody', 404, 'Nothing has this address'],
  ['/diff?right=nobody', 404, 'Nothing has this address'],
  ['/object', 400, 'names a cluster, a resource and a name'],
  ['/ask', 400, 'names a question'],
  ['/nothing', 404, 'There is nothing at this address'],
  ['/export/manifest?format=json', 404, 'once all of the file was saved'],
  ['/events?address=nowhere', 200, 'Address was left out.'],
])('%s is answered with a page that says what is wrong', async (path, status, sentence) => {
  const page = await here().open('/');
  const answer = await page.request.get(path);
  expect([answer.status(), (await answer.text()).replaceAll(/<[^>]*>/g, '').includes(sentence)]).toEqual([
    status,
    true,
  ]);
});
