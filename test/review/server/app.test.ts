import { describe, expect, test } from 'vitest';
import { at } from '../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../lib/elasticsearch/search.ts';
import { Failed } from '../../../lib/problems/usage.ts';
import { NOON } from '../../support/builders.ts';
import { VirtualClock } from '../../support/fakes/clock.ts';
import { MemoryLedger } from '../../support/fakes/ledger.ts';
import { POLICY, stored, version } from '../query/history.ts';
import { ByIdSearch, noRights, pagesOver } from './pages.ts';

const OPENED = { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] };
const LIFE = stored(
  { verb: 'create', responseStatus: { code: 201 }, responseObject: version('1') },
  { verb: 'patch', responseObject: version('2', OPENED) },
);

test.each(['/', '/events', '/event?id=event-9', '/diff?right=event-9', '/object?cluster=c&resource=r&name=n'])(
  '%s: no rights do not look like no events',
  async (path) => {
    const { ask } = pagesOver([], { mayRead: noRights });
    const { status, text } = await ask(path);
    expect([status, text.includes('These credentials may not read logs-*.')]).toEqual([502, true]);
  },
);

test('where Elasticsearch does not answer, the page says what it would say', async () => {
  const { ask, reported } = pagesOver([], { search: new SilentSearch() });
  const { status, text } = await ask('/events');
  expect([status, text.includes('https://es.example:9200 does not answer'), reported]).toEqual([502, true, []]);
});

test.each(['user', 'controller'])('a %s that Elasticsearch can’t look for is not asked about', async (name) => {
  const { ask } = pagesOver([], { search: new BrokenSearch() });
  const { status, text } = await ask(`/ask?question=${name}&about=*${'x'.repeat(900)}`);
  expect([status, text.includes('found 901 characters with 1: shorten it.')]).toEqual([400, true]);
});

test('a fault of ours is told to the terminal, and to the page only that there is one', async () => {
  const { ask, reported } = pagesOver([], { search: new BrokenSearch() });
  const { status, text } = await ask('/events');
  expect([status, text.includes('a secret')]).toEqual([500, false]);
  expect(reported).toHaveLength(1);
});

test('what changed leads from a change to the version before it', async () => {
  const { ask } = pagesOver(LIFE);
  expect((await ask('/change?id=event-1')).location).toBe('/diff?left=event-0&right=event-1');
  expect((await ask('/change?id=event-0')).location).toBe('/diff?right=event-0');
});

test('what changed is looked for from the event on, however many changes came after', async () => {
  const search = new ByIdSearch(LIFE);
  await pagesOver(LIFE, { search }).ask('/change?id=event-0');
  const places = search.asked.map((body) => at(body, 'search_after')).filter((place) => place !== undefined);
  expect(places[0]).toEqual([NOON + 1, '1970-01-01T00:00:00.000Z', '']);
});

describe('a deletion of more than the object', () => {
  const namespaces = { resource: 'namespaces', namespace: 'shop', name: 'shop', apiVersion: 'v1' };
  const collection = {
    resource: 'networkpolicies',
    apiGroup: 'networking.k8s.io',
    namespace: 'shop',
    apiVersion: 'v1',
  };
  const metadata = { name: 'shop', deletionTimestamp: '2026-11-21T12:00:01Z' };
  const namespace = { kind: 'Namespace', apiVersion: 'v1', metadata, spec: { finalizers: ['kubernetes'] } };
  const policies = { kind: 'NetworkPolicyList', apiVersion: 'v1', metadata: {}, items: [version('1')] };
  const created = { verb: 'create', responseStatus: { code: 201 }, responseObject: version('1') };

  test.each([
    [
      'its namespace',
      { objectRef: namespaces, responseObject: namespace },
      'may have been deleted with its namespace',
      'deleted namespaces shop ',
    ],
    [
      'all of its kind',
      { objectRef: collection, responseObject: policies, verb: 'deletecollection' },
      'deleted together with all of its kind',
      'deleted all of networkpolicies.networking.k8s.io shop',
    ],
  ])('as of %s is told of the object, and the object is what the page is about', async (_, over, words, deed) => {
    const life = stored(created, { verb: 'delete', ...over });
    const { html, text } = await pagesOver(life).ask('/diff?left=event-0&right=event-1');
    expect(html).toContain('<title>What changed in allow-web');
    expect(text).toContain('networkpolicies.networking.k8s.io in the cluster prod What changed in shop/allow-web');
    expect([text.includes(words), text.includes(deed)]).toEqual([true, true]);
    expect(text).not.toContain('finalizers');
    expect(html).toContain('with=event-0');
  });

  test('of no list that names it is no difference, and is told in no words', async () => {
    const none = { ...policies, items: [] };
    const life = stored(created, { verb: 'deletecollection', objectRef: collection, responseObject: none });
    const { html, text } = await pagesOver(life).ask('/diff?left=event-0&right=event-1');
    expect(text).toContain('the deletion of many does not name the object.');
    expect(html).not.toContain('class="answer words"');
  });

  test('differs from two objects that somebody compares, which are said to be two', async () => {
    const life = stored(created, { objectRef: namespaces, responseObject: namespace });
    const { html, text } = await pagesOver(life).ask('/diff?left=event-0&right=event-1');
    expect(text).toContain(
      'These are two objects: before is networkpolicies.networking.k8s.io shop/allow-web, after is',
    );
    expect(html).not.toContain('class="answer words"');
  });
});

describe('any two versions of an object', () => {
  const OBJECT = '/object?cluster=prod&group=networking.k8s.io&resource=networkpolicies&namespace=shop&name=allow-web';
  const links = (html: string) =>
    [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));

  test('are compared by choosing one, then the other', async () => {
    const { ask } = pagesOver(LIFE);
    expect(links((await ask(OBJECT)).html)).toContain(`${OBJECT}&with=event-0`);
    const { html, text } = await ask(`${OBJECT}&with=event-0`);
    expect(text).toContain('Chosen to be compared');
    expect(links(html)).toContain('/diff?left=event-0&right=event-1');
  });

  test('are the older and the newer one, whichever was chosen first', async () => {
    const { html } = await pagesOver(LIFE).ask(`${OBJECT}&with=event-1`);
    expect(links(html)).toContain('/diff?left=event-0&right=event-1');
  });

  test('may be on different pages', async () => {
    const life = stored(...Array.from({ length: 150 }, (_, at) => ({ responseObject: version(String(at)) })));
    const { html } = await pagesOver(life).ask(`${OBJECT}&with=event-149`);
    expect(links(html).filter((link) => link.includes('after=') && link.endsWith('&with=event-149'))).toHaveLength(1);
  });

  test.each([
    ['an event that is not there', `${OBJECT}&with=event-9`],
    ['an event of another object', `${OBJECT.replace('allow-web', 'other')}&with=event-0`],
  ])('are none with %s', async (_, path) => {
    const { status, text } = await pagesOver(LIFE).ask(path);
    expect([status, text.includes('with: Expected an event of this object')]).toEqual([400, true]);
  });
});

test('two versions are told in words and lines, with what the ledger can’t say', async () => {
  const { text } = await pagesOver(LIFE).ask('/diff?left=event-0&right=event-1');
  expect(text).toContain('ingress from anywhere (0.0.0.0/0) added');
  expect(text).toContain('cidr: 0.0.0.0/0');
  expect(text).toContain('The ledger is not at hand.');
});

test('minutes that nobody read between two versions are told', async () => {
  const ports = { ledger: async () => new MemoryLedger(), clock: new VirtualClock(NOON + 3_600_000) };
  const { text } = await pagesOver(LIFE, ports).ask('/diff?left=event-0&right=event-1');
  expect(text).toContain('Changes may be missing: 3 minutes between 2026-11-21T12:00Z');
});

test('a ledger that fails makes the page no worse than one that is not there', async () => {
  const rows = () => Promise.reject(new Error('throttled'));
  const { status, text } = await pagesOver(LIFE, { ledger: async () => ({ rows }) }).ask(
    '/diff?left=event-0&right=event-1',
  );
  expect([status, text.includes('the ledger does not answer. throttled')]).toEqual([200, true]);
});

test('an event is shown with the times of the reader and of UTC', async () => {
  const { text } = await pagesOver(LIFE).ask('/event?id=event-1');
  expect(text).toContain('2026-11-21 13:00:01.000 12:00:01 UTC');
});

test.each(['/export', '/export/file'])('%s of a filter that is wrong exports nothing', async (path) => {
  const { status, text } = await pagesOver(LIFE).ask(`${path}?format=json&at=1&user=*${'x'.repeat(900)}`);
  expect([status, text.includes('user: Expected a pattern of at most 250')]).toEqual([400, true]);
});

test('an export of no known format, or of no time, is refused with a sentence', async () => {
  const { ask } = pagesOver(LIFE);
  const formats = [await ask('/export?format=xml'), await ask('/export/file?format=xml')];
  expect(formats.map(({ status, text }) => [status, text.includes('format: Expected json, ndjson or yaml')])).toEqual([
    [400, true],
    [400, true],
  ]);
  expect((await ask('/export?from=2026-11-21&to=2026-11-01')).text).toContain(
    'to: Expected an end behind the beginning',
  );
});

test('what is exported is told in the words of the filter', async () => {
  const { text } = await pagesOver(LIFE).ask('/export?user=maria&q=a+b&outcome=failure');
  expect(text).toContain('What the filter shows (Words a b, Who maria, Outcome failed)');
});

test('an answer about a policy leads to what each change changed', async () => {
  const log = { search: new PolicySearch(LIFE) };
  const { html, text } = await pagesOver(LIFE, log).ask('/ask?question=policy&about=shop/');
  expect(text).toContain('2 changes of network policies in shop');
  expect(html).toContain('href="/diff?left=event-0&amp;right=event-1"');
  expect(html).toContain('href="/diff?right=event-0"');
});

test.each(['from', 'to'])('a question with a wrong %s is not answered for another time', async (path) => {
  const { status, text } = await pagesOver(LIFE).ask(`/ask?question=user&about=maria&${path}=gestern`);
  expect([status, text.includes(`${path}: Expected a time like`)]).toEqual([400, true]);
});

test.each(['/', '/ask?question=user&about=maria'])(
  'a question on %s takes cluster, namespace and time',
  async (path) => {
    const { html } = await pagesOver(LIFE).ask(path);
    const [, form = ''] = html.split('action="/ask"');
    const names = [...form.matchAll(/name="([^"]*)"/g)].map(([, name]) => name);
    expect(names.slice(0, 6)).toEqual(['question', 'about', 'cluster', 'namespace', 'from', 'to']);
  },
);

test('an answer shows what was asked, to be asked otherwise', async () => {
  const { html } = await pagesOver(LIFE).ask(
    '/ask?question=user&about=maria&cluster=prod&namespace=shop&from=7d&to=1h',
  );
  const [, form = ''] = html.split('action="/ask"');
  const values = [...form.matchAll(/name="[^"]*" (?:required )?value="([^"]*)"/g)].map(([, value]) => value);
  expect(values).toEqual(['user', 'maria', 'prod', 'shop', '7d', '1h']);
  expect(form).toMatch(/<details[^>]* open>/);
});

test.each(['/events?after=x', '/events?part=rows&after=x', '/object?cluster=c&resource=r&name=n&after=x'])(
  '%s names no place, and does not show the newest as what comes next',
  async (path) => {
    const { status, text } = await pagesOver(LIFE).ask(path);
    expect([status, text.includes('Expected the place that a link to older rows names')]).toEqual([400, true]);
  },
);

test('the fields for a day say that it is one of UTC', async () => {
  const { html } = await pagesOver(LIFE).ask('/events');
  expect(html).toMatch(/name="from" [^>]*placeholder="[^"]*\(UTC\)/);
  expect(html).toMatch(/name="to" [^>]*placeholder="[^"]*UTC/);
});

test.each([
  '/object?cluster=prod&group=networking.k8s.io&resource=networkpolicies&namespace=shop&name=a%E2%80%AEb',
  '/diff?left=event-0&right=event-1',
  '/event?id=event-1',
  '/events',
  '/ask?question=user&about=ma%E2%80%AEria',
  '/events?from=a%E2%80%AEb',
  '/',
])('%s turns no line around, in titles and choices too', async (path) => {
  const hostile = 'a\u202Eb';
  const objectRef = { resource: 'networkpolicies', apiGroup: 'networking.k8s.io', namespace: 'shop', name: hostile };
  const life = stored(
    { verb: 'create', user: { username: hostile }, objectRef, responseObject: version('1') },
    { verb: 'patch', user: { username: hostile }, objectRef, responseObject: version('2', OPENED) },
  );
  const unknown = async () => `No ledger of ${hostile} is known.`;
  const { html } = await pagesOver(life, { ledger: unknown }).ask(path);
  expect(html.replaceAll(/ (value|href)="[^"]*"/g, '')).not.toContain('\u202E');
  expect(html).toContain('U+202E');
});

test.each(['side', 'inline'])('a difference of very many lines says how many are not shown: %s', async (view) => {
  const many = {
    ingress: Array.from({ length: 6000 }, (_, at) => ({ from: [{ ipBlock: { cidr: `10.0.${at}.0/24` } }] })),
  };
  const life = stored(
    { verb: 'create', responseObject: version('1') },
    { verb: 'patch', responseObject: version('2', many) },
  );
  const { html, text } = await pagesOver(life).ask(`/diff?left=event-0&right=event-1&view=${view}`);
  expect(html.match(/<tr class=/g)?.length).toBe(5000);
  expect(text).toMatch(/and [\d,]+ more lines, not shown here/);
});

test('what comes in can be followed where nothing is there yet', async () => {
  const { html, text } = await pagesOver([]).ask('/events?namespace=late');
  expect(html).toContain('data-live="/events/news?namespace=late"');
  expect(text).toContain('No event matches');
});

test('what of an address is left out of what comes in is told as in the timeline', async () => {
  const said = 'Address was left out. Expected an address like';
  const { ask } = pagesOver([]);
  const answers = [await ask('/events?address=nowhere'), await ask('/events/news?address=nowhere&since=1')];
  expect(answers.map(({ status, text }) => [status, text.includes(said)])).toEqual([
    [200, true],
    [200, true],
  ]);
});

test('what comes in since no time is not taken for what comes in since now', async () => {
  const { status, text } = await pagesOver([]).ask('/events/news?since=yesterday');
  expect([status, text.includes('since: Expected milliseconds since 1970')]).toEqual([400, true]);
  expect((await pagesOver([]).ask('/events/news')).status).toBe(200);
});

test('an export that breaks off is no file that looks whole', async () => {
  const { get } = pagesOver(LIFE, { search: new BreakingSearch() });
  const answer = await get('/export/file?format=json&at=1');
  await expect(answer.text()).rejects.toThrow();
  expect((await get('/export/manifest?format=json&at=1')).status).toBe(404);
});

/** Knows which policies there are. */
class PolicySearch extends ByIdSearch {
  override async search(body: object): Promise<unknown> {
    if (at(body, 'aggs') === undefined) return await super.search(body);
    const { group, ...own } = POLICY;
    const keys = [
      { ...own, group },
      { ...own, group, name: null },
    ];
    return { aggregations: { objects: { buckets: keys.map((key) => ({ key, last: { value: NOON } })) } } };
  }
}

class SilentSearch implements AuditSearch {
  search(): Promise<unknown> {
    throw new Failed('https://es.example:9200 does not answer.');
  }
  open(): Promise<string> {
    return Promise.resolve('pit');
  }
  async close(): Promise<void> {}
}

class BrokenSearch extends SilentSearch {
  override search(): Promise<unknown> {
    throw new TypeError('a secret');
  }
}

/** Gives one event, and then no more. */
class BreakingSearch extends SilentSearch {
  #calls = 0;
  override async search(): Promise<unknown> {
    this.#calls += 1;
    if (this.#calls > 1) throw new Failed('gone');
    const hits = LIFE.map(({ id, source }) => ({ _id: id, _source: source, sort: [1, 'exact', id] }));
    return { hits: { hits: [...hits, ...Array.from({ length: 48 }, () => hits[0])] } };
  }
}
