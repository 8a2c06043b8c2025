import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { isObject } from '../../lambda/core/json.ts';
import { event } from '../support/builders.ts';
import { cli } from '../support/cli.ts';
import { preparedClient } from '../support/client.ts';
import { newFolder } from '../support/folder.ts';

const url = inject('elasticsearch')[9];
const client = preparedClient(url);
const NAME = `onprem-${process.pid}-${Date.now()}`;
/** Indices that no other test writes to: whatever lies in one that is asked may make a search fail. */
const PATTERN = 'other-cluster.audit-{cluster}-{yyyy.MM.dd}';
const INDEX = `other-cluster.audit-${NAME}-2026.11.21`;
const PARKED = `logs-kubernetes.audit_parked-${NAME}-*`;
const folder = newFolder();

/** A log of two events and a line that is none, of a cluster that stands beside one on EKS. */
const config = join(folder, 'forwarder.yaml');
const log = join(folder, 'kube-audit.log');
const eks = `{ name: ${NAME}-eks, eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }`;
const other = `{ name: ${NAME}, policy: everything, kubeAudit: { path: ${log} } }`;
writeFileSync(config, `clusters: [${eks}, ${other}]\nelasticsearch: { url: '${url}', index: '${PATTERN}' }\n`);
const events = [1, 2].map((id) => JSON.stringify(event({ auditID: `${NAME}-${id}` })));
writeFileSync(log, `${events.join('\n')}\nno JSON\n`);

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
  expect((await cli(['elasticsearch', 'setup', '--config', config])).code).toBe(0);
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
    message: expect.stringContaining(`Ours wins other-cluster.audit-${NAME}-`),
  });
  expect(JSON.parse(stdout)).toContainEqual({
    check: 'Elasticsearch, shards',
    state: expect.stringMatching(/^(ok|wrong)$/),
    message: expect.stringContaining('of 2 clusters'),
  });
});
