import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Client } from '@elastic/elasticsearch';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import { sourceOf, startAws } from '../../local/aws.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { startMinistack } from '../../local/ministack.ts';
import { event } from '../support/builders.ts';
import { clientOf } from '../support/client.ts';
import { eventually, startCommand, totalsIn } from '../support/command.ts';
import { newFolder } from '../support/folder.ts';

const SECRET = 'eks-audit-forwarder/elasticsearch';
const CLUSTER = 'rotated';
const INDICES = `logs-kubernetes.audit_logs-${CLUSTER}-*`;
const userOf = (name: string) => ({ username: name, password: `password-of-${name}` });

/** The least that the forwarder needs. */
const WRITER = {
  indices: [{ names: ['logs-kubernetes.audit_*'], privileges: ['create_doc', 'auto_configure'] }],
};

/** A server that knows three writers, and how to make it forget one. */
async function secured() {
  const directory = newFolder();
  const user = (name: string, role: string) => ({ name, password: userOf(name).password, roles: [role] });
  const server = await startElasticsearch({
    directory,
    env: { ...process.env, ELASTICSEARCH_URL: '' },
    settings: { 'resource.reload.interval.high': '1s' },
    security: {
      users: [user('admin', 'superuser'), ...['one', 'two', 'three'].map((name) => user(name, 'writer'))],
      roles: { writer: WRITER },
    },
  });
  onTestFinished(() => server.stop());
  const client = (name: string): Client => {
    const made = clientOf(server.url, userOf(name));
    onTestFinished(() => made.close());
    return made;
  };
  const forget = async (name: string) => {
    const file = join(directory, 'server', 'config', 'users');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.filter((line) => !line.startsWith(`${name}:`)).join('\n'));
    const refused = client(name);
    await eventually(() =>
      refused.security.authenticate().then(
        () => undefined,
        () => true,
      ),
    );
  };
  return { url: server.url, admin: client('admin'), forget };
}

/** A Secrets Manager, and how to write the one secret in it. */
async function secrets() {
  const ministack = await startMinistack({ account: '111122223333', region: 'eu-west-1' });
  onTestFinished(() => ministack.stop());
  const client = new SecretsManagerClient({
    endpoint: ministack.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'stand-in' },
  });
  onTestFinished(() => client.destroy());
  await client.send(new CreateSecretCommand({ Name: SECRET, SecretString: JSON.stringify(userOf('one')) }));
  const rotate = (name: string) =>
    client.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: JSON.stringify(userOf(name)) }));
  return { url: ministack.url, rotate };
}

test('a secret rotated under a run that goes on needs no restart', { timeout: 240_000 }, async () => {
  const [{ url, admin, forget }, { url: secretsUrl, rotate }] = await Promise.all([secured(), secrets()]);
  await installTemplates(admin);
  const aws = await startAws();
  onTestFinished(() => aws.close());
  const feed = (name: string) =>
    aws.logs.put(sourceOf(CLUSTER).group, 'kube-apiserver-audit-1', [
      { timestamp: Date.now(), message: JSON.stringify(event({ auditID: name })) },
    ]);
  const documents = (number: number) =>
    eventually(async () => ((await countDocuments(admin, INDICES, systemClock)) === number ? true : undefined));

  const config = join(newFolder(), 'forwarder.yaml');
  const log = `{ groupName: ${sourceOf(CLUSTER).group}, region: eu-west-1 }`;
  const text = `elasticsearch: { url: '${url}', secret: ${SECRET} }\nclusters: [{ policy: everything, eksCloudwatchLog: ${log} }]\n`;
  writeFileSync(config, text);
  await feed('before');
  const running = startCommand(['run', '--every', '1', '--json', '--config', config], {
    ...aws.environment,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
  });
  onTestFinished(() => void running.child.kill('SIGKILL'));
  await documents(1);

  // As it should be done: the new one first, then the old one goes.
  await rotate('two');
  await forget('one');
  await feed('rotated');
  await documents(2);

  // As it happens: the old one goes first, and runs fail until the secret is right again.
  await forget('two');
  await feed('revoked');
  await eventually(() => (running.said().includes('failed') ? true : undefined));
  expect(await countDocuments(admin, INDICES, systemClock)).toBe(2);
  await rotate('three');
  await documents(3);

  running.child.kill('SIGINT');
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 0 });
  // Whoever may only write can't count.
  expect(totalsIn(ended)).toMatchObject({ indexed: 3, documents: null });
});
