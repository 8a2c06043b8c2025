import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, onTestFinished } from 'vitest';
import { indicesAt } from '../../bin/operate/reach/audit-indices.ts';
import { serveReview } from '../../bin/operate/reach/serve-review.ts';
import { parseMonth, reportOn } from '../../bin/operate/review/report.ts';
import { tableOf } from '../../bin/operate/try/balance.ts';
import { serverSettings } from '../../bin/operate/try/stand-ins.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import { DynamoLedger } from '../../lambda/edges/ledger.ts';
import { sourceOf } from '../../local/aws.ts';
import { reportPage } from '../../review/pages/report.ts';
import { styleElement } from '../../review/pages/style-element.ts';
import { openPipe, type Pipe } from '../real/pipe.ts';
import { preparedClient } from '../support/client.ts';
import { startChromium } from './chromium.ts';
import { hostile, opening, ordinary } from './life.ts';

export interface Site {
  readonly cluster: string;
  readonly pipe: Pipe;
  /** Without an address it is the front page. Fails the test on what the browser complains of. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>;
  /** This month's report, the file itself. */
  report(): Promise<string>;
  /** Makes what was sent searchable. */
  refresh(): Promise<void>;
}

/** The pages over a life that came through the real pipe; a file's tests share it. */
export function site(): () => Site {
  const client = preparedClient(inject('reviewed'));
  const closers: (() => Promise<void> | void)[] = [];
  let found: Site | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'test-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const pipe = await filledPipe(folder, (close) => void closers.push(close));
    const refresh = async () => void (await client.indices.refresh({ index: `logs-*-${pipe.cluster}-*` }));
    await refresh();
    const served = await serve(pipe, (close) => void closers.push(close));
    const browser = await startChromium();
    closers.push(() => browser.close());
    const enter = doorOf(browser, served);
    found = {
      cluster: pipe.cluster,
      pipe,
      refresh,
      open: (path, options) => open(enter, path, options),
      report: served.report,
    };
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });
  return () => {
    if (found === undefined) throw new Error('The site is asked for before it stands.');
    return found;
  };
}

async function filledPipe(folder: string, onClose: (close: () => Promise<void>) => void): Promise<Pipe> {
  const pipe = await openPipe({ elasticsearch: { url: inject('reviewed') } }, folder, onClose);
  const now = Date.now();
  const life = [...ordinary(now - 2 * MINUTE), ...opening(now - 4 * MINUTE), ...hostile(now - 5 * MINUTE)];
  for (const [at, happenings] of Map.groupBy(life, ({ at }) => at))
    await pipe.feed(
      happenings.map(({ message }) => message),
      at,
    );
  const { outcome } = await pipe.invoke();
  expect(outcome).toMatchObject({ ok: true, payload: { caughtUp: true } });
  return pipe;
}

async function serve(pipe: Pipe, onClose: (close: () => Promise<void>) => void) {
  const settings = serverSettings(pipe.elasticsearch);
  const names = [`logs-kubernetes.audit_logs-${pipe.cluster}-*`];
  const { close, url, ...indices } = await indicesAt({ ...settings, names, credentials: undefined });
  onClose(close);
  const ledger = new DynamoLedger(tableOf(pipe.aws, sourceOf(pipe.cluster)));
  const starts: string[] = [];
  const served = await serveReview({
    ...indices,
    server: url,
    ledger: async () => ledger,
    policies: () => [],
    port: 0,
    again: (start) => void starts.push(start),
    report: (line) => console.error(line),
  });
  onClose(served.close);
  starts.push(served.start);
  const report = async () => {
    const now = Date.now();
    const month = parseMonth(new Date(now).toISOString().slice(0, 7));
    if (month === undefined) throw new Error('There is no month.');
    const options = { month, cluster: undefined, now, ledgerOf: async () => ledger };
    const view = await reportOn({ ...indices, url, config: undefined }, options);
    return String(reportPage(view, styleElement('style.css', 'report.css')));
  };
  return { start: () => starts.pop() ?? '', report };
}

type Enter = (options: BrowserContextOptions) => Promise<BrowserContext>;

/** Each context comes in by an address of its own, as each browser would. */
function doorOf(browser: Browser, { start }: { start(): string }): Enter {
  return async (options) => {
    const address = start();
    const context = await browser.newContext({ baseURL: new URL(address).origin, ...options });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(address);
    await page.close();
    return context;
  };
}

async function open(enter: Enter, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await enter(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // That a page is a refusal, its own tests say.
    const isPage = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isPage) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.isNavigationRequest()) return;
    const { origin } = new URL(request.url());
    if (origin !== new URL(page.url()).origin && page.url() !== 'about:blank') complaints.push(`asks ${origin}`);
  });
  onTestFinished(() => expect(complaints).toEqual([]));
  await page.goto(path);
  return page;
}

/** Clicks a link, and waits until the page that it leads to is there with its style. */
export async function follow(link: Locator): Promise<void> {
  const page = link.page();
  const before = page.url();
  await link.click();
  await page.waitForURL(({ href }) => href !== before);
}
