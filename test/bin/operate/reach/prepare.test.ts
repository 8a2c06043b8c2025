import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { both, type Need, prepare, when } from '../../../../bin/operate/reach/prepare.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { startRecording } from '../../../support/fakes/elasticsearch.ts';
import { file, fileOf } from '../../../support/forwarder-file.ts';

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a-key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret');
  vi.stubEnv('AWS_ACCOUNT_ID', '111122223333');
});
afterEach(() => vi.unstubAllEnvs());

function order() {
  const parsed = parseConfig(file(), 'forwarder.yaml', { for: 'run' });
  const [cluster] = parsed.ok ? parsed.config.clusters : [];
  if (!parsed.ok || cluster === undefined) throw new Error('The configuration of this test is wrong.');
  return { config: parsed.config, cluster, env: process.env };
}

/** What the needs of a test did, one after another. */
const done: string[] = [];
beforeEach(() => done.splice(0));

function need<K extends string>(name: K, message?: string): Need<Record<K, string>>;
function need(name: string, message?: string): Need<Record<string, string>> {
  return async () => ({
    problems: message === undefined ? [] : [{ path: name, message }],
    open: async (onClose) => {
      done.push(`opened ${name}`);
      onClose(async () => void done.push(`closed ${name}`));
      return { [name]: `the ${name}` };
    },
  });
}

test('what was needed is opened, and closed with one call', async () => {
  const prepared = await prepare(order(), both(need('table'), need('group')));
  expect(prepared).toMatchObject({ table: 'the table', group: 'the group' });
  expect(prepared.settings.source).toMatchObject({ account: '111122223333', region: 'us-west-2' });
  await prepared.close();
  expect(done).toEqual(['opened table', 'opened group', 'closed table', 'closed group']);
});

test('all that can’t be reached is told at once, and nothing is opened', async () => {
  const needs = both(need('table', 'There is none.'), both(need('group'), need('folder', 'It is locked.')));
  await expect(prepare(order(), needs)).rejects.toThrow(/^table: There is none\.\nfolder: It is locked\.$/);
  expect(done).toEqual([]);
});

test('what is not needed is not looked for', async () => {
  const needs = both(when(false, need('group', 'It is gone.')), when(true, need('table')));
  const { group, table } = await prepare(order(), needs);
  expect([group, table]).toEqual([undefined, 'the table']);
});

test('where nobody is signed in to AWS a command goes on that can do without, but for what it can not reach', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_ACCOUNT_ID']) vi.stubEnv(name, '');
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/no/such/file');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  await expect(prepare(order(), need('table'))).rejects.toThrow(/^AWS credentials: None/);
  const alone = { ...order(), withoutAws: true };
  expect((await prepare(alone, need('table'))).settings.source).toMatchObject({ account: '', region: 'us-west-2' });
  await expect(prepare(alone, need('secret', 'Nobody may read it.'))).rejects.toThrow(
    /^AWS credentials: None[^\n]+\nsecret: Nobody may read it\.$/,
  );
  vi.stubEnv('ELASTICSEARCH_API_KEY', 'a-key');
  await expect(prepare(alone, need('key', 'It may not write.'))).rejects.toThrow(/^key: It may not write\.$/);
});

test('of a cluster that is not EKS nothing is asked of AWS, and nothing is missing there', async () => {
  for (const name of ['AWS_ACCOUNT_ID', 'AWS_REGION']) vi.stubEnv(name, '');
  const asked = await startRecording(() => ({ body: {} }));
  vi.stubEnv('AWS_ENDPOINT_URL', asked.url);
  const text = fileOf('{ name: onprem, kubeAudit: { path: /var/log/kube-audit.log } }');
  const parsed = parseConfig(text, 'forwarder.yaml', { for: 'run' });
  const [cluster] = parsed.ok ? parsed.config.others : [];
  if (!parsed.ok || cluster === undefined) throw new Error('The configuration of this test is wrong.');
  const other = { config: parsed.config, cluster, env: process.env };
  expect((await prepare(other, need('table'))).settings).toMatchObject({ cluster: 'onprem', indexCluster: 'onprem' });
  await expect(prepare(other, need('key', 'It may not write.'))).rejects.toThrow(/^key: It may not write\.$/);
  expect(asked.requests).toEqual([]);
  await asked.close();
});
