import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { at, textAt } from '../../lambda/core/json.ts';
import { systemClock as clock } from '../../lambda/edges/clock.ts';
import { ask, isMissing } from '../../lib/elasticsearch/ask.ts';
import { ElasticsearchSearch } from '../../lib/elasticsearch/search.ts';
import { sourceOf } from '../../local/aws.ts';
import { sampleEvents } from '../../local/samples/samples.ts';
import { changeLog } from '../../review/query/change-log.ts';
import { compare } from '../../review/query/compare.ts';
import { wholeEvent } from '../../review/query/event.ts';
import { startExport } from '../../review/query/export.ts';
import { overview } from '../../review/query/facets.ts';
import { ALL, exactly, type Filter, queryOf } from '../../review/query/filter.ts';
import { parseFilter } from '../../review/query/filter-text.ts';
import { objectOf } from '../../review/query/object.ts';
import { answerTo } from '../../review/query/questions/answer.ts';
import { type Cursor, hitsOf, OLDEST_FIRST, tail, timelinePage } from '../../review/query/timeline.ts';
import { cli } from '../support/cli.ts';
import { preparedClient } from '../support/client.ts';
import { newFolder } from '../support/folder.ts';
import { QUESTIONS } from '../support/questions.ts';
import { translateKql } from './kql.ts';
import { startPipe } from './pipe.ts';

const HOUR = 3_600_000;
const OPEN = { from: undefined, to: undefined };

describe.each([9, 8] as const)('Elasticsearch %i, filled through the pipe', (major) => {
  const url = inject('elasticsearch')[major];
  const client = preparedClient(url);
  let cluster = '';
  let search: ElasticsearchSearch;
  let here: Filter = ALL;

  /** Once for all tests below: they only read. */
  test('has a cluster’s life in it', { timeout: 240_000 }, async () => {
    const pipe = await startPipe({ elasticsearch: { url } });
    cluster = pipe.cluster;
    const to = Date.now();
    for (const { stream, timestamp, message } of sampleEvents({ from: to - HOUR, to, perSecond: 1 }))
      if (stream.startsWith('kube-apiserver-audit-'))
        await pipe.aws.logs.put(sourceOf(cluster).group, stream, [{ timestamp, message }]);
    await pipe.feed(incidents(to), to);
    const { totals } = await pipe.invoke();
    expect(totals?.indexed).toBeGreaterThan(1000);
    const indices = `logs-kubernetes.audit_logs-${cluster}-*`;
    await client.indices.refresh({ index: indices });
    search = new ElasticsearchSearch({ client, url, indices, clock });
    here = { ...ALL, cluster: [exactly(cluster)] };
  });

  test.each([false, true])('shows each event once, newest first (point in time: %s)', async (inTime) => {
    const { count } = await client.count({ index: `logs-kubernetes.audit_logs-${cluster}-*` });
    let pit = inTime ? await search.open() : undefined;
    let after: Cursor | undefined;
    const ids = new Set<string>();
    const times: number[] = [];
    do {
      const options = { size: 300, ...(after && { after }), ...(pit && { pit }) };
      const page = await timelinePage(search, here, OPEN, options);
      for (const row of page.rows) {
        ids.add(row.id);
        times.push(row.time);
      }
      ({ next: after, pit } = page);
    } while (after !== undefined);
    expect(ids.size).toBe(count);
    expect(times).toHaveLength(count);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('goes on behind events that lack the exact time', async () => {
    const lacking = { ...here, name: ['no-stage-time-*'] };
    const first = await timelinePage(search, lacking, OPEN, { size: 1 });
    const cursor = first.next;
    const second = await timelinePage(search, lacking, OPEN, { size: 1, ...(cursor && { after: cursor }) });
    const names = [...first.rows, ...second.rows].map(({ name, exact }) => [name, exact]);
    expect(names.toSorted()).toEqual([
      ['no-stage-time-0', undefined],
      ['no-stage-time-1', undefined],
    ]);
  });

  test('goes on behind them when the oldest come first, as an export does', async () => {
    const body = { size: 1, query: queryOf({ ...here, name: ['no-stage-time-*'] }, OPEN), sort: OLDEST_FIRST };
    const [first] = hitsOf(await search.search(body));
    const [second] = hitsOf(await search.search({ ...body, search_after: at(first, 'sort') }));
    const ids = [first, second].map((hit) => textAt(hit, '_source', 'event', 'id'));
    expect(ids).toEqual([expect.any(String), expect.any(String)]);
    expect(new Set(ids).size).toBe(2);
  });

  test('counts by value and over time what the timeline shows', async () => {
    const { total, facets, histogram } = await overview(search, here, OPEN);
    const { count } = await client.count({ index: `logs-kubernetes.audit_logs-${cluster}-*` });
    expect(total).toBe(count);
    expect(histogram?.bars.reduce((sum, bar) => sum + bar.count, 0)).toBe(count);
    expect(histogram?.bars.length).toBeLessThanOrEqual(101);
    for (const { key, values } of facets) {
      const [value] = values;
      const narrowed = { ...here, [key]: [value?.value ?? ''] };
      expect([key, (await overview(search, narrowed, OPEN)).total]).toEqual([key, value?.count]);
    }
  });

  test('follows what comes in', async () => {
    const { rows, since } = await tail(search, { ...here, verb: ['patch'] }, OPEN, Date.now() - HOUR);
    expect(rows.length).toBeGreaterThan(0);
    expect(since).toBeGreaterThan(Date.now() - HOUR);
  });

  test('finds words in any order without positions', async () => {
    const { rows } = await timelinePage(search, { ...here, text: 'sesame patch ana' }, OPEN, { size: 5 });
    expect(rows.map(({ verb, name }) => [verb, name])).toEqual([['patch', 'open-sesame']]);
  });

  test('tells what opened a namespace, and shows its diff', async () => {
    const changes = { ...here, kind: ['networkpolicies.networking.k8s.io'], name: ['open-sesame'] };
    const [row] = (await timelinePage(search, changes, OPEN, { size: 1 })).rows;
    const key = row && objectOf(row);
    if (key === undefined) throw new Error('Expected the policy.');
    const [life] = (await changeLog(search, key)).lives;
    expect(life?.entries.map(({ kind, summary }) => [kind, summary])).toEqual([
      ['version', 'ingress from anywhere (0.0.0.0/0) added'],
      ['version', 'created'],
    ]);
    const [opened] = life?.entries ?? [];
    const [older, newer] = [
      await wholeEvent(search, opened?.before?.id ?? ''),
      await wholeEvent(search, opened?.row.id ?? ''),
    ];
    if (newer === undefined) throw new Error('Expected the event.');
    const comparison = compare(older, newer);
    const added = comparison.kind === 'diff' ? comparison.diff.lines.filter(({ kind }) => kind === 'added') : [];
    expect(JSON.stringify(added)).toContain('0.0.0.0/0');
    expect(newer.manifest?.shown.spec).toMatchObject({ revision: 9_223_372_036_854_775_807n });
  });

  test('takes the most hostile of the patterns that a filter takes, and the longest name', async () => {
    const letters = (count: number, from = 0) =>
      Array.from({ length: count }, (_, at) => String.fromCodePoint(0x4e00 + from + at)).join('');
    const patterns = [
      `**${'a'.repeat(247)}*`,
      `*${'a'.repeat(246)}*b*`,
      `*${letters(246)}*${letters(1, 300)}*`,
      Array.from({ length: 10 }, (_, at) => `*${letters(9, 10 * at)}`).join(''),
      `*${letters(1).repeat(81)}${Array.from({ length: 9 }, (_, at) => `*${letters(1, at)}`).join('')}`,
    ];
    for (const name of [...patterns, 'x'.repeat(8191), letters(8191)]) {
      expect(parseFilter(new URLSearchParams({ name })).problems).toEqual([]);
      const { rows } = await timelinePage(search, { ...here, user: [name], name: [name] }, OPEN, { size: 1 });
      expect(rows).toEqual([]);
    }
  });

  test('answers each question', async () => {
    const options = { now: Date.now(), policies: [] };
    for (const [name, about] of [
      ['secret', 'card-gateway'],
      ['user', 'maria'],
      ['policy', 'shop/open-sesame'],
      ['controller', 'widget-operator'],
    ] as const) {
      const answer = await answerTo(search, { name, about, cluster }, options);
      expect([name, answer.found > 0, answer.tables.length > 0]).toEqual([name, true, true]);
      for (const { columns, rows } of answer.tables)
        for (const { cells, filter } of rows) {
          expect(cells).toHaveLength(columns.length);
          expect((await overview(search, filter, OPEN)).total).toBeGreaterThan(0);
        }
    }
  });

  test.each(QUESTIONS)('finds in KQL: $question', async ({ kql }) => {
    const query = translateKql(kql.replace('"prod"', `"${cluster}"`).replace('"allow-web"', '"open-sesame"'));
    const { count } = await client.count({ index: `logs-kubernetes.audit_logs-${cluster}-*`, query });
    expect(count).toBeGreaterThan(0);
  });

  test.each(QUESTIONS)('takes in ES|QL, where it speaks that: $question', async ({ esql }) => {
    const query = esql.replace('audit_logs-*', `audit_logs-${cluster}-*`);
    const answer = await ask(client, { method: 'POST', path: '/_query', body: { query } });
    // Elastic's test distribution has neither, and there the columns alone are checked.
    const root = await ask(client, { method: 'GET', path: '/' });
    expect(isMissing(answer)).toBe(isMissing(root));
    if (!isMissing(answer)) expect(answer).toMatchObject({ status: 200 });
  });

  test('is exported, and reads back to what was indexed', async () => {
    const file = join(newFolder(), 'events.yaml');
    const flags = [
      '--elasticsearch',
      url,
      '--cluster',
      cluster,
      '--namespace',
      'shop',
      '--format',
      'yaml',
      '--output',
      file,
    ];
    expect(await cli(['export', ...flags])).toMatchObject({ code: 0, stdout: expect.stringContaining('SHA-256') });
    const records = parseAllDocuments(readFileSync(file, 'utf8'), { intAsBigInt: true }).map((each) => each.toJS());
    const manifest = JSON.parse(readFileSync(`${file}.manifest.json`, 'utf8'));
    const filter = { ...here, namespace: ['shop'] };
    expect(manifest).toMatchObject({ events: (await overview(search, filter, OPEN)).total });
    expect(records).toHaveLength(manifest.events);
    expect([file, `${file}.manifest.json`].map((each) => (statSync(each).mode & 0o777).toString(8))).toEqual([
      '600',
      '600',
    ]);
    const sesame = records.filter((each) => textAt(each, 'event', 'objectRef', 'name') === 'open-sesame').at(-1);
    expect(at(sesame, 'event', 'responseObject', 'spec', 'revision')).toBe(9_223_372_036_854_775_807n);
    expect(await cli(['export', ...flags])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is there already'),
    });
  });

  test('exports an object’s history', async () => {
    const key = {
      cluster,
      group: 'networking.k8s.io',
      resource: 'networkpolicies',
      namespace: 'shop',
      name: 'open-sesame',
    };
    const running = startExport(search, { selection: { kind: 'object', key }, format: 'ndjson', now: Date.now() });
    let text = '';
    for await (const chunk of running.chunks) text += chunk;
    const verbs = text
      .trim()
      .split('\n')
      .map((line) => textAt(JSON.parse(line), 'event', 'verb'));
    expect(verbs.slice(0, 2)).toEqual(['create', 'patch']);
  });

  test('has nothing to tell where no index is, and says so without a fault', async () => {
    const indices = `logs-kubernetes.audit_logs-${cluster}-none-such-*`;
    const empty = new ElasticsearchSearch({ client, url, indices, clock });
    expect(await timelinePage(empty, ALL, OPEN, { size: 5 })).toEqual({ rows: [] });
    expect(await overview(empty, ALL, OPEN)).toMatchObject({ total: 0 });
    for (const name of ['secret', 'user', 'policy', 'controller'] as const)
      expect(await answerTo(empty, { name, about: 'x' }, { now: 0, policies: [] })).toMatchObject({
        found: 0,
        tables: [],
      });
    const running = startExport(empty, { selection: { kind: 'filter', filter: ALL }, format: 'ndjson', now: 0 });
    for await (const chunk of running.chunks) expect(chunk).toHaveLength(0);
    expect(running.manifest()).toMatchObject({ events: 0 });
  });

  test('is asked by the command, which says 1 where nothing is on record', async () => {
    const found = await cli(['ask', 'policy', 'shop/open-sesame', '--elasticsearch', url, '--cluster', cluster]);
    expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('ingress from anywhere') });
    for (const line of found.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const nobody = await cli(['ask', 'user', 'nobody-at-all', '--elasticsearch', url, '--json']);
    expect(nobody).toMatchObject({ code: 1 });
    expect(JSON.parse(nobody.stdout)).toMatchObject({ found: 0, tables: [] });
    const tooLong = await cli(['ask', 'user', `*${'x'.repeat(900)}`, '--elasticsearch', url]);
    expect(tooLong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('<name>: Expected a pattern of at most'),
    });
  });
});

/** What the samples lack: a policy that opens its namespace, events without an exact time, a controller in trouble. */
function incidents(to: number): readonly string[] {
  const time = (seconds: number) => new Date(to - HOUR / 2 + seconds * 1000).toISOString();
  const event = (seconds: number, overrides: object) => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `incident-${seconds}`,
    stage: 'ResponseComplete',
    requestURI: '/apis/x',
    verb: 'patch',
    user: { username: 'ana', groups: [] },
    sourceIPs: ['203.0.113.7'],
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: time(seconds),
    stageTimestamp: time(seconds),
    ...overrides,
  });
  const objectRef = {
    resource: 'networkpolicies',
    namespace: 'shop',
    name: 'open-sesame',
    apiGroup: 'networking.k8s.io',
    apiVersion: 'v1',
  };
  const policy = (resourceVersion: string, ingress: readonly object[]) => ({
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: 'open-sesame', namespace: 'shop', uid: 'uid', resourceVersion },
    spec: { podSelector: {}, policyTypes: ['Ingress'], ingress, revision: 'REVISION' },
  });
  const widget = { resource: 'widgets', namespace: 'shop', name: 'one', apiGroup: 'example.com', apiVersion: 'v1' };
  const operator = { username: 'system:serviceaccount:widgets:widget-operator' };
  const anywhere = [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }];
  const created = { verb: 'create', responseStatus: { metadata: {}, code: 201 } };
  const untimed = [0, 1].map((number) => ({
    ...event(10 + number, { objectRef: { ...widget, name: `no-stage-time-${number}` } }),
    stageTimestamp: undefined,
    requestReceivedTimestamp: undefined,
  }));
  return [
    event(1, { objectRef, ...created, responseObject: policy('9007199254740993', []) }),
    event(2, { objectRef, responseObject: policy('9007199254740994', anywhere) }),
    event(3, { objectRef: widget, user: operator, verb: 'update', level: 'Metadata', responseStatus: { code: 409 } }),
    event(4, { objectRef: widget, user: operator, verb: 'get', level: 'Metadata', responseStatus: { code: 404 } }),
    event(5, {
      objectRef: { resource: 'secrets', namespace: 'payments', name: 'card-gateway' },
      verb: 'get',
      level: 'Metadata',
    }),
    ...untimed,
  ].map((each) => JSON.stringify(each).replace('"REVISION"', '9223372036854775807'));
}
