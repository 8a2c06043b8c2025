import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isObject } from '../../lambda/core/json.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import type { RunningElasticsearch } from '../../local/elasticsearch/options.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { event } from '../support/builders.ts';
import { cli } from '../support/cli.ts';
import { clientOf } from '../support/client.ts';
import { newFolder } from '../support/folder.ts';

const NAME = `onprem-${process.pid}-${Date.now()}`;
const INDEX = `logs-kubernetes.audit_logs-${NAME}-2026.11.21`;
const PARKED = `logs-kubernetes.audit_parked-${NAME}-*`;
const folder = newFolder();

/** A log of two events and a line that is none, of a cluster that stands beside one on EKS. */
const config = join(folder, 'forwarder.yaml');
const log = join(folder, 'kube-audit.log');
const eks = `{ name: ${NAME}-eks, eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }`;
const other = `{ name: ${NAME}, policy: everything, kubeAudit: { path: ${log} } }`;
const events = [1, 2].map((id) => JSON.stringify(event({ auditID: `${NAME}-${id}` })));
writeFileSync(log, `${events.join('\n')}\nno JSON\n`);

/** One of its own: what other tests put into audit indices, on purpose, makes a search of all of them fail. */
let server: RunningElasticsearch;
let client: Client;

beforeAll(async () => {
  server = await startElasticsearch({ major: 9 });
  client = clientOf(server.url);
  await installTemplates(client);
  writeFileSync(config, `clusters: [${eks}, ${other}]\nelasticsearch: { url: '${server.url}' }\n`);
});

afterAll(async () => {
  await client.close();
  await server.stop();
});

/** Nobody is signed in to AWS. */
async function asked(...args: readonly string[]) {
  const { code, stdout, stderr } = await cli([...args, '--config', config, '--cluster', NAME]);
  expect(stderr).not.toContain('AWS');
  return { code, stdout, stderr };
}

async function json(...args: readonly string[]) {
  const { code, stdout, stderr } = await asked(...args, '--json');
  expect(stdout, stderr).not.toBe('');
  const said: unknown = JSON.parse(stdout);
  return { code, said: isObject(said) ? said : {} };
}

const refresh = () => client.indices.refresh({ index: [INDEX, PARKED], ignore_unavailable: true });

test('a cluster that is not EKS is repaired, asked, exported and reported on without AWS', async () => {
  // No name of a user is a number.
  await client.indices.create({
    index: INDEX,
    mappings: { properties: { user: { properties: { name: { type: 'integer' } } } } },
  });
  const imported = await json('import', log, '--state', join(folder, 'state'));
  expect(imported.said).toMatchObject({ read: 3, parked: 3 });
  await refresh();
  expect(await json('parked', 'list')).toMatchObject({
    code: 0,
    said: { reasons: { 'refused by the mapping': { parked: 2 }, 'not JSON': { parked: 1 } } },
  });

  await client.indices.delete({ index: INDEX });
  expect(await json('parked', 'redrive', '--reason', 'refused by the mapping')).toMatchObject({
    code: 0,
    said: { lines: 2, indexed: 2, left: 0 },
  });
  await refresh();
  const { hits } = await client.search({ index: INDEX });
  expect(hits.hits).toHaveLength(2);
  expect(hits.hits.map(({ _source }) => _source)).not.toContainEqual(
    expect.objectContaining({ cloud: expect.anything() }),
  );

  expect(await json('ask', 'user', 'ana')).toMatchObject({
    code: 0,
    said: { sentence: expect.stringContaining('ana was last on') },
  });
  const exported = await asked('export', '--format', 'ndjson', '--output', '-');
  expect(exported.stdout.trimEnd().split('\n')).toHaveLength(2);
  const report = join(folder, 'report.html');
  expect((await asked('report', '--month', '2026-11', '--output', report)).code).toBe(0);
  expect(readFileSync(report, 'utf8')).toMatch(/ is not EKS, so no table has a ledger of it/);

  const { stdout } = await asked('doctor', '--json');
  expect(JSON.parse(stdout)).toContainEqual({
    check: 'Elasticsearch, template',
    state: 'ok',
    message: expect.stringContaining(`Ours wins logs-kubernetes.audit_logs-${NAME}-`),
  });
  expect(JSON.parse(stdout)).toContainEqual({
    check: 'Elasticsearch, shards',
    state: expect.stringMatching(/^(ok|wrong)$/),
    message: expect.stringContaining('of 2 clusters'),
  });
});
