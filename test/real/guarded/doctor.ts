import { beforeAll, expect, test } from 'vitest';
import { serverChecks } from '../../../bin/operate/doctor/servers.ts';
import { carryOut, type Finding } from '../../../bin/operate/reach/carry-out.ts';
import type { Credentials } from '../../../lambda/edges/secret.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { installTemplates } from '../../../lib/elasticsearch/setup.ts';
import { type Major, VERSIONS } from '../../../local/elasticsearch/versions.ts';
import { NOON } from '../../support/builders.ts';
import type { Guarded } from './server.ts';

/** What doctor finds on a real server, by whom it asks as. */
export function doctorTests(guarded: () => Guarded, major: Major): void {
  beforeAll(() => installTemplates(guarded().client('root')));

  /** `credentials` are those of the secret. */
  async function found(credentials: Credentials, ca = guarded().settings.ca): Promise<readonly Finding[]> {
    const text = `clusters: [{ eksCloudwatchLog: { groupName: /aws/eks/doctor/cluster, region: eu-west-1 } }]
elasticsearch: { url: "${guarded().settings.url}", secret: of-a-test }`;
    const result = parseConfig(text, 'forwarder.yaml', { for: 'run' });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const config = { ...result.config, elasticsearch: { ...result.config.elasticsearch, ca } };
    const secret = async () => ({ kind: 'read', credentials }) as const;
    return carryOut(serverChecks({ config, clusters: config.clusters, secret, own: undefined, now: NOON }), 20_000);
  }

  const statesOf = (findings: readonly Finding[]) =>
    Object.fromEntries(findings.map((each) => [each.check, each.state]));
  const messageOf = (findings: readonly Finding[], name: string) =>
    findings.find(({ check }) => check === name)?.message ?? '';

  const ALL = [
    'Elasticsearch',
    'Elasticsearch, version',
    'Elasticsearch, rights',
    'Elasticsearch, template',
    'Elasticsearch, data streams',
    'Elasticsearch, mapping',
    'Elasticsearch, shards',
    'Elasticsearch, disk',
  ];

  test('has nothing to complain of once all is set up', async () => {
    const findings = await found(guarded().as('root'));
    expect(statesOf(findings)).toMatchObject(Object.fromEntries(ALL.map((name) => [name, 'ok'])));
    expect(messageOf(findings, 'Elasticsearch, version')).toContain(VERSIONS[major].version);
  });

  test('finds with the forwarder’s own key nothing wrong, and tells what that may not ask', async () => {
    const findings = await found(guarded().as('forwarder'));
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect(statesOf(findings)).toMatchObject({ Elasticsearch: 'ok', 'Elasticsearch, rights': 'ok' });
    const needs = findings.filter(({ state }) => state === 'not checked').map(({ message }) => message);
    expect(needs).toContain('needs manage_index_templates');
    expect(needs).toContain('needs view_index_metadata');
    expect(needs).toContain('needs monitor');
  });

  test('tells which right a key lacks, where', async () => {
    const findings = await found(guarded().as('stranger'));
    expect(statesOf(findings)).toMatchObject({ 'Elasticsearch, rights': 'wrong' });
    expect(messageOf(findings, 'Elasticsearch, rights')).toContain('logs-kubernetes.audit_logs-doctor-2026.11.21');
  });

  test('blames wrong credentials once, and does not show them', async () => {
    const findings = await found({ username: 'root', password: 'a-wrong-secret' });
    expect(findings.filter(({ state }) => state === 'wrong').map(({ check }) => check)).toEqual(['Elasticsearch']);
    expect(JSON.stringify(findings)).not.toContain('a-wrong-secret');
  });

  test('tells which setting names the authority of a certificate', async () => {
    const findings = await found(guarded().as('root'), null);
    expect(messageOf(findings, 'Elasticsearch')).toContain('elasticsearch.caFile');
  });

  test('finds an index whose mapping is not the template’s, runtime fields too', async () => {
    const root = guarded().client('root');
    const named = (name: string) => `logs-kubernetes.audit_logs-${name}-2026.11.21`;
    const create = (index: string, mappings: object) =>
      root.indices.create({ index, mappings }).then(() => found(guarded().as('root')));
    const runtime = await create(named('drift1'), { runtime: { 'event.action': { type: 'keyword' } } });
    expect(messageOf(runtime, 'Elasticsearch, mapping')).toContain('event.action is hidden by a runtime field');
    await root.indices.delete({ index: named('drift1') });
    const type = await create(named('drift2'), { properties: { user: { properties: { name: { type: 'text' } } } } });
    expect(messageOf(type, 'Elasticsearch, mapping')).toContain('user.name is text, not keyword');
    await root.indices.delete({ index: named('drift2') });
  });

  test('says from which day on phrases are found, and blames no index of before for it', async () => {
    const root = guarded().client('root');
    const named = (day: string) => `logs-kubernetes.audit_logs-phrases-2026.11.${day}`;
    const message = { type: 'text', norms: false, index_options: 'docs' } as const;
    for (const day of ['19', '20'])
      await root.indices.create({ index: named(day), mappings: { properties: { message } } });
    await root.index({ index: named('21'), id: 'a', document: { message: 'ana get pods shop/web-0' }, refresh: true });
    const query = { match_phrase: { message: 'get pods' } };
    expect(await root.count({ index: named('21'), query })).toMatchObject({ count: 1 });
    const verdict = (await found(guarded().as('root'))).find(({ check }) => check === 'Elasticsearch, mapping');
    expect(verdict).toMatchObject({ state: 'ok' });
    expect(verdict?.message).toMatch(/Phrases .* are found in indices after 2026\.11\.20: 2 of \d+ were made without/);
    for (const day of ['19', '20', '21']) await root.indices.delete({ index: named(day) });
  });

  test('finds a template that takes tomorrow’s index from ours', async () => {
    const root = guarded().client('root');
    const index_patterns = ['logs-kubernetes.audit_logs-doctor-*'];
    await root.indices.putIndexTemplate({ name: 'greedy-doctor', index_patterns, priority: 900, data_stream: {} });
    const findings = await found(guarded().as('root'));
    await root.indices.deleteIndexTemplate({ name: 'greedy-doctor' });
    expect(messageOf(findings, 'Elasticsearch, template')).toMatch(/would become a data stream.*elasticsearch setup/);
  });
}
