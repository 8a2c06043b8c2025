import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { examine } from '../../../../bin/operate/doctor/doctor.ts';
import { logVerdict, unread } from '../../../../bin/operate/doctor/kube-audit.ts';
import { parseJson } from '../../../../lambda/core/json.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { allOf } from '../../../../lib/config/select.ts';
import { NOON } from '../../../support/builders.ts';
import {
  MISSING,
  type Recorded,
  type RecordingServer,
  type Said,
  startRecording,
} from '../../../support/fakes/elasticsearch.ts';
import { newFolder } from '../../../support/folder.ts';

const LOG = join(newFolder(), 'kube-audit.log');

describe('the audit log of a cluster that is not EKS', () => {
  test('that can be read is told with its size and its age', async () => {
    writeFileSync(LOG, 'a line\n');
    expect(await logVerdict({ path: LOG }, Date.now() + 180_000)).toMatchObject({
      state: 'ok',
      message: expect.stringMatching(/kube-audit\.log can be read: 7 bytes, written 3 min ago \(/),
    });
  });

  test('is not checked where it is on another machine, or in no file', async () => {
    expect(await logVerdict({ path: '/no/such/kube-audit.log' }, NOON)).toMatchObject({
      state: 'not checked',
      message: '/no/such/kube-audit.log is not on this machine: look on that of the API server',
    });
    expect(await logVerdict({ listen: '0.0.0.0:9443' }, NOON)).toMatchObject({
      state: 'not checked',
      message: 'it is in no file: its API server sends it to receive, on 0.0.0.0:9443',
    });
  });

  test('is wrong where its path is a folder’s', async () => {
    expect(await logVerdict({ path: newFolder() }, NOON)).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('is no file: name in kubeAudit.path what'),
    });
  });

  test.each([
    ['EACCES', 'not checked', `this user may not read ${LOG}: look as the one who follows it`],
    ['EIO', 'wrong', `Cannot read (EIO) "${LOG}".`],
  ])('with the fault %s is %s', (code, state, message) => {
    expect(unread(LOG, Object.assign(new Error('a fault'), { code }))).toEqual({ state, message });
  });
});

const EKS = '{ eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }';
const OTHER = `{ name: onprem, kubeAudit: { path: ${LOG} } }`;

/** Lets every key write to prod's indices, and the person's own to onprem's. */
function say({ path, headers, text }: Recorded): Said {
  if (headers.authorization === undefined) return { status: 401 };
  if (path.startsWith('/_cluster/health')) return { body: { number_of_data_nodes: 1, active_shards: 0 } };
  if (path.startsWith('/_cluster/settings')) return { body: { defaults: { cluster: { max_shards_per_node: '500' } } } };
  if (!path.startsWith('/_security')) return path === '/' ? {} : MISSING;
  const [{ names = [] } = {}] = Object(parseJson(text)).index;
  const may = (name: string) => name.includes('prod') || headers.authorization === 'ApiKey own';
  return {
    body: {
      index: Object.fromEntries(names.map((name: string) => [name, { create_doc: may(name), auto_configure: true }])),
    },
  };
}

let es: RecordingServer;
let aws: RecordingServer;
beforeAll(async () => {
  es = await startRecording(say);
  aws = await startRecording(() => ({ body: {} }));
});
afterAll(async () => {
  await es.close();
  await aws.close();
  vi.unstubAllEnvs();
});

/** What doctor finds, by check. */
async function found(clusters: readonly string[], { name, secret = 'null', own }: Asking = {}) {
  const text = `clusters: [${clusters.join(', ')}]\nelasticsearch: { url: '${es.url}', secret: ${secret} }\n`;
  const parsed = parseConfig(text, 'forwarder.yaml', { for: 'run' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(key, 'a-key');
  const { config } = parsed;
  const chosen = allOf(config).filter((each) => each.name === (name ?? each.name));
  const env = { ...process.env, ELASTICSEARCH_API_KEY: own ?? '' };
  const findings = await examine({ config, clusters: chosen, env, now: NOON });
  return new Map(findings.map(({ check, state, message }) => [check, `${state}: ${message}`]));
}

interface Asking {
  readonly name?: string;
  readonly secret?: string;
  readonly own?: string;
}

describe('what a cluster that is not EKS needs', () => {
  test('is looked at without AWS, also where a secret is configured that nobody here would read', async () => {
    const before = aws.requests.length;
    for (const clusters of [[OTHER], [EKS, OTHER]]) {
      const checks = await found(clusters, { name: 'onprem', secret: 'a-secret', own: 'own' });
      expect([...checks.keys()].filter((check) => /AWS|table|prod/.test(check))).toEqual(['onprem: AWS']);
      expect(checks.get('onprem: AWS')).toBe('ok: Not needed: it is not EKS, and has no log group, function or table.');
      expect(checks.get('onprem: audit log')).toMatch(/kube-audit\.log/);
      expect(checks.get('secret')).toBe('ok: a-secret is not read: the environment’s key wins.');
      expect(checks.get('onprem: rights')).toMatch(/^ok: The environment’s key may write to .*audit_logs-onprem-2/);
    }
    expect(aws.requests.length).toBe(before);
  });

  test('is looked at beside what clusters on EKS need, and its shards are counted', async () => {
    const checks = await found([EKS, OTHER], { own: 'own' });
    expect(checks.has('prod: log group')).toBe(true);
    expect(checks.get('onprem: rights')).toMatch(/^ok: .*-onprem-/);
    expect(checks.get('Elasticsearch, rights')).toMatch(/^ok: .*-prod-/);
    expect(checks.get('Elasticsearch, rights')).not.toContain('onprem');
    expect(checks.get('Elasticsearch, shards')).toMatch(/^wrong: One index a day of 2 clusters comes to 730 shards/);
    expect((await found([EKS])).get('Elasticsearch, shards')).not.toMatch(/2 clusters/);
  });

  test('is a key that may write its indices, and what it lacks is told', async () => {
    const checks = await found([OTHER], { own: 'another' });
    expect(checks.get('onprem: rights')).toMatch(/^wrong: The environment’s key may not write to .*-onprem-/);
  });

  test('is a key at all where Elasticsearch wants one', async () => {
    const checks = await found([OTHER]);
    expect(checks.get('secret')).toBe(
      'ok: None is configured, and the environment has no key: documents are sent without signing in.',
    );
    expect(checks.get('Elasticsearch')).toMatch(/^wrong: .*set ELASTICSEARCH_API_KEY to a key/);
  });
});
