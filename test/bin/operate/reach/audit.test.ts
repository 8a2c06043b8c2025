import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openAudit, policiesOf } from '../../../../bin/operate/reach/audit.ts';
import { WrongUse } from '../../../../lib/problems/usage.ts';
import { EVERYTHING, rule } from '../../../support/builders.ts';
import { configFile, NOWHERE } from '../../../support/cli.ts';
import { type Said, startRecording } from '../../../support/fakes/elasticsearch.ts';
import { newFolder } from '../../../support/folder.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  vi.unstubAllEnvs();
});

const COVERAGE = 'logs-kubernetes.audit_logs-*-*.*.*';

async function serverSaying(privileges: Said) {
  const server = await startRecording(({ path }) =>
    path.startsWith('/_security') ? privileges : { body: { hits: { hits: [] } } },
  );
  closing.push(() => server.close());
  return server;
}

const may = (read: boolean): Said => ({ body: { index: { [COVERAGE]: { read } } } });

describe('the audit policy', () => {
  const prod = { name: 'prod', policy: { policy: EVERYTHING } };
  const like = { name: 'like', policy: { policy: { ...EVERYTHING } } };
  const other = { name: 'other', policy: { policy: { ...EVERYTHING, rules: [rule({ level: 'None' })] } } };

  test('of several clusters is told once, with those that have it', () => {
    expect(policiesOf([prod, like])).toEqual([{ clusters: ['prod', 'like'], policy: EVERYTHING }]);
    expect(policiesOf([prod, other, like]).map(({ clusters }) => clusters)).toEqual([['prod', 'like'], ['other']]);
    expect(policiesOf([])).toEqual([]);
  });

  test('of a cluster is its own', () => {
    expect(policiesOf([prod, other], 'other')).toEqual([{ clusters: ['other'], policy: other.policy.policy }]);
    expect(policiesOf([prod], 'stranger')).toEqual([]);
  });
});

describe('the audit events', () => {
  test('are not opened with a folder that no run has filled, nor with one that nothing explains', async () => {
    const { url } = await serverSaying(may(true));
    const env = { ELASTICSEARCH_API_KEY: 'a' };
    const missing = openAudit({ config: configFile(`url: ${url}`), state: '/nowhere' }, env);
    await expect(missing).rejects.toThrow('--state /nowhere: There is no such folder');
    const unexplained = openAudit({ config: 'none', elasticsearch: url, state: '/nowhere' }, env);
    await expect(unexplained).rejects.toThrow('--state: Expected forwarder.yaml to be read');
  });

  test('are opened by a key that may read them', async () => {
    const { url } = await serverSaying(may(true));
    const audit = await openAudit({ config: 'none', elasticsearch: url }, { ELASTICSEARCH_API_KEY: 'a' });
    expect(await audit.search.search({})).toMatchObject({ hits: { hits: [] } });
    expect(audit).toMatchObject({ url, clusters: [], config: undefined, policies: [] });
    await audit.close();
  });

  test('are not there for a key without rights: that is told before anything is asked', async () => {
    const server = await serverSaying(may(false));
    const opening = openAudit({ config: 'none', elasticsearch: server.url }, {});
    await expect(opening).rejects.toThrow(WrongUse);
    await expect(opening).rejects.toThrow('would look like nothing');
    expect(server.requests).toHaveLength(1);
  });

  test('of forwarder.yaml come with its clusters and the audit policy that these share', async () => {
    const { url } = await serverSaying(may(true));
    const audit = await openAudit({ config: configFile(`url: ${url}`) }, {});
    expect(audit.clusters.map(({ name }) => name)).toEqual(['prod']);
    expect(audit.policies.map((each) => each.clusters)).toEqual([['prod']]);
    await audit.close();
  });

  test.each(['es.example', 'https://ana:secret@es.example', 'https://es.example/path'])(
    'are nowhere at %s, and no password is repeated',
    async (elasticsearch) => {
      const opening = openAudit({ config: 'none', elasticsearch }, {});
      await expect(opening).rejects.toThrow("--elasticsearch: Expected Elasticsearch's address");
      await expect(opening).rejects.not.toThrow('secret@');
    },
  );

  test('of a server that does not answer are out of reach', async () => {
    await expect(openAudit({ config: 'none', elasticsearch: NOWHERE }, {})).rejects.toThrow('does not answer');
  });
});

describe('the audit events of a cluster that is not EKS', () => {
  const OTHER = '{ name: onprem, policy: everything, kubeAudit: { path: /var/log/kube-audit.log } }';
  const EKS = '{ eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }';

  async function configured(...clusters: readonly string[]): Promise<string> {
    const { url } = await serverSaying(may(true));
    const file = join(newFolder(), 'forwarder.yaml');
    writeFileSync(file, `clusters: [${clusters.join(', ')}]\nelasticsearch: { url: '${url}' }\n`);
    return file;
  }

  test('are found by its name, with its own policy, or with those of all', async () => {
    const config = await configured(EKS, OTHER);
    const named = await openAudit({ config, cluster: 'onprem' }, {});
    expect(named.clusters.map(({ name }) => name)).toEqual(['onprem']);
    expect(named.policies).toEqual([{ clusters: ['onprem'], policy: EVERYTHING }]);
    await named.close();
    const all = await openAudit({ config, index: COVERAGE }, {});
    expect(all.policies.map(({ clusters }) => clusters)).toEqual([['prod'], ['onprem']]);
    await all.close();
  });

  test.each([
    ['alone', [OTHER], undefined],
    ['named beside others', [EKS, OTHER], 'onprem'],
  ])('%s: nothing is asked of AWS, and no folder of a run says anything', async (_, clusters, cluster) => {
    const asked = vi.spyOn(STSClient.prototype, 'send');
    closing.push(async () => asked.mockRestore());
    vi.stubEnv('AWS_ENDPOINT_URL', NOWHERE);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, 'a-key');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    const flags = { config: await configured(...clusters), ...(cluster && { cluster }) };
    const { notice, close } = await openAudit(flags, {});
    await close();
    expect(notice).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    await expect(openAudit({ ...flags, state: newFolder() }, {})).rejects.toThrow('--state: Expected a cluster on EKS');
  });
});
