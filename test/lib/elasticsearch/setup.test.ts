import { afterEach, describe, expect, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { at } from '../../../lambda/core/json.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { type Setup, setUp, setupRequests } from '../../../lib/elasticsearch/setup.ts';
import { NOON } from '../../support/builders.ts';
import {
  answering,
  denied,
  MISSING,
  type RecordingServer,
  type Said,
  startRecording,
} from '../../support/fakes/elasticsearch.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A server with ILM on which everything goes well, but for what a test says. */
async function server(answers: Readonly<Record<string, Said>> = {}): Promise<RecordingServer> {
  const notThere = {
    status: 404,
    body: { error: { type: 'resource_not_found_exception', reason: 'Lifecycle policy' } },
  };
  const started = await startRecording(
    answering({
      'GET /': { body: { version: { number: '9.5.3', build_flavor: 'default' } } },
      'GET /_ilm/policy/': notThere,
      'GET /_index_template': { body: { index_templates: [] } },
      'GET /_resolve/index/': { body: { indices: [], aliases: [], data_streams: [] } },
      'PUT /': { body: { acknowledged: true } },
      'GET /_cluster/settings': { body: { defaults: { cluster: { max_shards_per_node: '1000' } } } },
      'GET /_cluster/health': { body: { number_of_data_nodes: 3, active_shards: 10 } },
      // Of our own indices.
      'GET /_cluster/health/': { body: { active_shards: 10 } },
      ...answers,
    }),
  );
  closing.push(() => started.close());
  return started;
}

function wanted(overrides: Partial<Setup> = {}): Setup {
  return { url: '', indices: [DEFAULT_INDEX], former: [], indexClusters: ['prod'], retentionDays: null, ...overrides };
}

async function setUpOn({ url }: RecordingServer, overrides: Partial<Setup> = {}) {
  const client = elasticsearchClient({ url, secret: null, ca: null, index: '' }, undefined);
  closing.push(() => client.close());
  return setUp(client, wanted({ url, ...overrides }), NOON);
}

const changes = ({ requests }: RecordingServer) =>
  requests.filter(({ method }) => method === 'PUT').map(({ path }) => path);

describe('retention', () => {
  test('is a policy with a delete phase alone, put before the templates that name it', async () => {
    const es = await server();
    await setUpOn(es, { retentionDays: 400 });
    expect(changes(es)).toEqual([
      '/_ilm/policy/eks-audit-forwarder',
      '/_ilm/policy/eks-audit-forwarder-parked',
      '/_index_template/eks-audit-forwarder',
      '/_index_template/eks-audit-forwarder-parked',
    ]);
    const put = es.requests.filter(({ method }) => method === 'PUT').map(({ text }): unknown => JSON.parse(text));
    expect(put[0]).toEqual({ policy: { phases: { delete: { min_age: '400d', actions: { delete: {} } } } } });
    expect(put.slice(2).map((body) => at(body, 'template', 'settings', 'index', 'lifecycle'))).toEqual([
      { name: 'eks-audit-forwarder', parse_origination_date: true },
      { name: 'eks-audit-forwarder-parked', parse_origination_date: true },
    ]);
  });

  test.each([
    [DEFAULT_INDEX, true, /400 days after the day in its name/],
    ['eks-{cluster}-{yyyy.MM}.01', true, /400 days after the first day of the month/],
    ['eks-{cluster}-{yyyy.MM}', false, /400 days after its creation/],
    ['eks-{cluster}.{yyyy.MM.dd}', false, /400 days after its creation/],
  ])('of %s counts from the day in the name: %s', async (index, dated, note) => {
    const es = await server();
    const { requests, notes } = await setUpOn(es, { indices: [index], retentionDays: 400 });
    const audit = requests.find(({ path }) => /_index_template.*(?<!parked)$/.test(path));
    const lifecycle = at(audit?.body, 'template', 'settings', 'index', 'lifecycle');
    expect(lifecycle).toMatchObject({ parse_origination_date: dated });
    expect(notes[0]).toMatch(note);
  });

  test.each([
    ['a build without ILM', MISSING],
    ['serverless', { status: 410, body: { error: { type: 'api_not_available_exception', reason: 'no' } } }],
  ])('is not promised by %s, and a sentence says so', async (_, answer) => {
    const es = await server({ 'GET /_ilm/policy/': answer });
    const { notes } = await setUpOn(es, { retentionDays: 400 });
    expect(changes(es).filter((path) => path.includes('_ilm'))).toEqual([]);
    expect(es.requests.some(({ text }) => text.includes('lifecycle'))).toBe(false);
    expect(notes[0]).toContain('has no ILM');
  });

  test('of none is said to be for ever', async () => {
    const { notes } = await setUpOn(await server());
    expect(notes[0]).toContain('kept for ever');
  });
});

test('indices of a pattern of before get a template and a policy too, which give way to today’s', async () => {
  const es = await server();
  await setUpOn(es, { former: ['eks-{cluster}-{yyyy.MM.dd}'], retentionDays: 30 });
  expect(changes(es)).toEqual([
    '/_ilm/policy/eks-audit-forwarder-eks-cluster-day',
    '/_ilm/policy/eks-audit-forwarder',
    '/_ilm/policy/eks-audit-forwarder-parked',
    '/_index_template/eks-audit-forwarder-eks-cluster-day',
    '/_index_template/eks-audit-forwarder',
    '/_index_template/eks-audit-forwarder-parked',
  ]);
  const resolved = es.requests.find(({ path }) => path.startsWith('/_resolve/index/'));
  expect(decodeURIComponent(resolved?.path ?? '')).toContain('eks-*-*.*.*');
});

test('serverless is told nothing about shards, which it refuses', async () => {
  const es = await server({ 'GET /': { body: { version: { number: '8.11.0', build_flavor: 'serverless' } } } });
  await setUpOn(es);
  expect(es.requests.some(({ text }) => text.includes('number_of_shards'))).toBe(false);
});

describe('where something stands in the way', () => {
  test('all of it is told at once and nothing is changed', async () => {
    const es = await server({
      'GET /_resolve/index/': { body: { data_streams: [{ name: 'logs-kubernetes.audit_logs-prod-2026.11.20' }] } },
      'GET /_index_template': {
        body: { index_templates: [{ name: 'greedy', index_template: { index_patterns: ['logs-*'], priority: 900 } }] },
      },
    });
    await expect(setUpOn(es)).rejects.toThrow(/Nothing was changed\.\n.*is a data stream.*\n.*greedy/);
    expect(changes(es)).toEqual([]);
  });

  test('whoever may not read templates is told which privilege it takes', async () => {
    const es = await server({ 'GET /_index_template': denied() });
    await expect(setUpOn(es)).rejects.toThrow(/may not read index templates.*manage_index_templates/);
    expect(changes(es)).toEqual([]);
  });

  test('whoever may not make policies is told which privilege it takes', async () => {
    const es = await server({ 'PUT /_ilm': denied() });
    await expect(setUpOn(es, { retentionDays: 30 })).rejects.toThrow(/manage_ilm/);
  });

  test('a server that is no Elasticsearch is left alone', async () => {
    const es = await startRecording(() => ({ headers: { 'x-elastic-product': 'something else' } }));
    closing.push(() => es.close());
    await expect(setUpOn(es)).rejects.toThrow(/not Elasticsearch/);
    expect(changes(es)).toEqual([]);
  });
});

test('too many shards are told beside the pattern that makes fewer', async () => {
  const es = await server({ 'GET /_cluster/health': { body: { number_of_data_nodes: 1, active_shards: 900 } } });
  const { notes } = await setUpOn(es, { retentionDays: 400, indexClusters: ['a', 'b'] });
  expect(notes[1]).toMatch(/800 shards in 400 days.*does not fit.*\{yyyy\.MM\}\.01/);
});

test('limits that may not be read hinder nothing', async () => {
  const { notes } = await setUpOn(await server({ 'GET /_cluster/health': denied() }));
  expect(notes[1]).toContain('needs monitor');
});

test('what is shown beforehand is what is sent', async () => {
  const es = await server();
  const { requests } = await setUpOn(es, { retentionDays: 400 });
  expect(setupRequests(wanted({ retentionDays: 400 }))).toEqual(requests);
  const sent = es.requests.filter(({ method }) => method === 'PUT');
  expect(sent.map(({ text }): unknown => JSON.parse(text))).toEqual(requests.map(({ body }) => body));
});

describe('with Calico’s profile', () => {
  const indices = [DEFAULT_INDEX, CALICO_INDEX];

  test('its template is put in, and from when its retention counts is told', async () => {
    const es = await server({ 'GET /_template': { body: {} } });
    const { notes } = await setUpOn(es, { indices, retentionDays: 400 });
    expect(changes(es)).toContain('/_index_template/eks-audit-forwarder-calico');
    expect(changes(es)).toContain('/_ilm/policy/eks-audit-forwarder-calico');
    expect(notes[0]).toMatch(/^An index logs-kubernetes\S+ is deleted 400 days after the day in its name\. /);
    expect(notes[0]).toMatch(
      /An index tigera_secure_ee_audit_kube\S+ is deleted 400 days after its creation, since ILM/,
    );
  });

  test('a template of Calico’s own that claims its names is told', async () => {
    const legacy = { tigera_secure_ee_audit: { index_patterns: ['tigera_secure_ee_audit_*'] } };
    const { notes } = await setUpOn(await server({ 'GET /_template': { body: legacy } }), { indices });
    expect(notes.join()).toContain('tigera_secure_ee_audit (tigera_secure_ee_audit_*) claims');
  });

  test('off, nobody asks for templates of the old kind', async () => {
    const es = await server();
    await setUpOn(es);
    expect(es.requests.some(({ path }) => path === '/_template')).toBe(false);
    expect(changes(es)).not.toContain('/_index_template/eks-audit-forwarder-calico');
  });
});
