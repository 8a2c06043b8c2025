import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { serveReview } from '../../bin/operate/reach/serve-review.ts';
import { noLedger } from '../../bin/operate/review/ledgers.ts';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import { DAY, isoTime } from '../../lambda/core/time.ts';
import { systemClock as clock } from '../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { type AuditSearch, ElasticsearchSearch } from '../../lib/elasticsearch/search.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { overview } from '../../review/query/facets.ts';
import { ALL } from '../../review/query/filter.ts';
import { type Cursor, cursorText, timelinePage } from '../../review/query/timeline.ts';
import { fill } from './events.ts';

const EVENTS = Number(process.env.REVIEW_EVENTS ?? 1_000_000);
const DAYS = 5;
const OPEN = { from: undefined, to: undefined };
/** Of the row that the deep page begins behind, and of a page. */
const DEEP = 10_000;
const PAGE = 100;
const ROUNDS = 7;
/** What a page may take of the time that its queries take; the rest is the server's and ours. */
const SLOWEST = 2;
/** What ten times the events may need more of memory. */
const MARGIN = 1.25;

/** Pages and exports over a million events; `REVIEW_EVENTS` is another number. */
export async function review(): Promise<boolean> {
  const report = (line: string) => console.log(line);
  const server = await startElasticsearch({ major: 9, report });
  const { url } = server;
  const client = elasticsearchClient({ url, secret: null, ca: null, index: DEFAULT_INDEX }, undefined);
  const cluster = `review-${process.pid}`;
  const indices = `logs-kubernetes.audit_logs-${cluster}-*`;
  try {
    await installTemplates(client);
    const from = Date.now() - DAYS * DAY;
    report(`review: ${EVENTS} events of ${DAYS} days`);
    const tenth = await fill({ url, cluster, count: EVENTS, from, days: DAYS, report });
    await client.indices.refresh({ index: indices });
    const search = new ElasticsearchSearch({ client, url, indices, clock });
    const clear = async () => void (await client.indices.clearCache({ index: indices }));
    const good = [await pages(search, clear), await exports(url, cluster, isoTime(tenth))];
    return good.every((each) => each);
  } finally {
    await client.close();
    await server.stop();
  }
}

type Clear = () => Promise<void>;

/** Times by turns, each with caches emptied before, so that a noisy machine slows both alike. */
async function pages(search: AuditSearch, clear: Clear): Promise<boolean> {
  const counted = new CountedSearch(search);
  const get = await open(counted);
  try {
    const deep = await cursorAt(search, DEEP);
    const rows = (after?: Cursor) => timelinePage(search, ALL, OPEN, { size: PAGE, ...(after && { after }) });
    const { page, queries, first, behind } = await medians(clear, {
      page: () => get('/events'),
      queries: () => Promise.all([overview(search, ALL, OPEN), rows()]),
      first: () => get('/events?part=rows'),
      behind: () => get(`/events?part=rows&after=${cursorText(deep)}`),
    });
    counted.took = 0;
    await clear();
    await get('/events');
    const slower = page / queries;
    console.log(`  first page: ${page.toFixed(0)} ms; its queries asked directly: ${queries.toFixed(0)} ms`);
    console.log(
      `    ${slower.toFixed(2)} times (at most ${SLOWEST}); of one page Elasticsearch counts ${counted.took} ms`,
    );
    console.log(`  rows behind the ${DEEP}th: ${behind.toFixed(0)} ms, of the first page: ${first.toFixed(0)} ms`);
    console.log(`    ${(behind / first).toFixed(2)} times (at most ${SLOWEST})`);
    return slower <= SLOWEST && behind / first <= SLOWEST;
  } finally {
    await get.close();
  }
}

/** Adds up the time that Elasticsearch says it took. */
class CountedSearch implements AuditSearch {
  readonly #search: AuditSearch;
  took = 0;

  constructor(search: AuditSearch) {
    this.#search = search;
  }

  async search(body: object): Promise<unknown> {
    const answer = await this.#search.search(body);
    this.took += Number(at(answer, 'took'));
    return answer;
  }

  open(): Promise<string> {
    return this.#search.open();
  }

  close(pit: string): Promise<void> {
    return this.#search.close(pit);
  }
}

/** Serves the pages, and reads one as a browser that has come in does. */
async function open(search: AuditSearch) {
  const report = (line: string) => console.log(line);
  const { start, close } = await serveReview({
    search,
    server: 'Elasticsearch',
    port: 0,
    ledger: noLedger,
    policies: () => [],
    mayRead: async () => {},
    again: () => {},
    report,
  });
  const { headers } = await fetch(start, { redirect: 'manual' });
  const [cookie = ''] = (headers.get('set-cookie') ?? '').split(';');
  const get = async (path: string) => {
    const answer = await fetch(new URL(path, start), { headers: { cookie } });
    const html = await answer.text();
    const rows = html.split('<li').length - 1;
    if (answer.status !== 200 || rows < PAGE) throw new Error(`${path}: ${answer.status}, ${rows} rows`);
  };
  return Object.assign(get, { close });
}

async function cursorAt(search: AuditSearch, row: number): Promise<Cursor> {
  let after: Cursor | undefined;
  for (let rows = 0; rows < row; rows += 1000)
    ({ next: after } = await timelinePage(search, ALL, OPEN, { size: 1000, ...(after && { after }) }));
  if (after === undefined) throw new Error(`There are fewer than ${row} events.`);
  return after;
}

type Timed = 'page' | 'queries' | 'first' | 'behind';

/** Milliseconds of each; the first round only warms up. */
async function medians(clear: Clear, all: Readonly<Record<Timed, () => Promise<unknown>>>) {
  const times: Record<Timed, number[]> = { page: [], queries: [], first: [], behind: [] };
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const name of ['page', 'queries', 'first', 'behind'] as const) {
      await clear();
      const began = performance.now();
      await all[name]();
      if (round > 0) times[name].push(performance.now() - began);
    }
  const median = (name: Timed) => times[name].toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
  return { page: median('page'), queries: median('queries'), first: median('first'), behind: median('behind') };
}

/** A tenth of the time, then all of it, by the command in a process of its own. */
async function exports(url: string, cluster: string, tenth: string): Promise<boolean> {
  const flags = ['export', '--elasticsearch', url, '--cluster', cluster, '--format', 'ndjson', '--output', '-'];
  const small = await exported([...flags, '--to', tenth]);
  const all = await exported(flags);
  for (const { manifest, lines, mebibytes, seconds, isRight } of [small, all]) {
    const events = Number(at(manifest, 'events'));
    console.log(`  export: ${lines} lines, ${events} events in its manifest, in ${seconds.toFixed(0)} s`);
    console.log(`    ${isRight ? 'SHA-256, bytes and count as counted here' : 'NOT WHAT ITS MANIFEST SAYS'}`);
    console.log(`    peak of the command's process: ${mebibytes.toFixed(0)} MiB`);
  }
  const more = all.mebibytes / small.mebibytes;
  const times = (all.lines / small.lines).toFixed(1);
  console.log(`  ${times} times the events need ${more.toFixed(2)} times the memory (at most ${MARGIN})`);
  return small.isRight && all.isRight && all.lines === EVENTS && more <= MARGIN;
}

const COMMAND = fileURLToPath(new URL('../../bin/eks-audit.ts', import.meta.url));
/** Says at its end, on a channel of its own, what the process needed. */
const CONFESSION = `import{readFileSync,writeSync}from'node:fs';process.on('exit',()=>writeSync(3,readFileSync('/proc/self/status')))`;

async function exported(args: readonly string[]) {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${CONFESSION}`, COMMAND, ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [, stdout, stderr, status] = child.stdio;
  if (stdout === null || stderr === null || !(status instanceof Readable)) throw new Error('No pipes.');
  const [file, said, needed] = await Promise.all([digestOf(stdout), text(stderr), text(status)]);
  const [code] = await ended;
  if (code !== 0) throw new Error(`export ended with ${code}: ${said}`);
  const manifest: unknown = JSON.parse(said.slice(said.indexOf('{')));
  const isRight =
    textAt(manifest, 'sha256') === file.sha256 &&
    at(manifest, 'bytes') === file.bytes &&
    at(manifest, 'events') === file.lines;
  const mebibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(needed)?.[1]) / 1024;
  return { manifest, lines: file.lines, isRight, mebibytes, seconds: (performance.now() - began) / 1000 };
}

async function digestOf(chunks: AsyncIterable<Buffer>) {
  const hash = createHash('sha256');
  let [lines, bytes] = [0, 0];
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    for (let from = chunk.indexOf(10); from >= 0; from = chunk.indexOf(10, from + 1)) lines += 1;
  }
  return { sha256: hash.digest('hex'), lines, bytes };
}
