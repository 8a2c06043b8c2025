import { describe, expect, onTestFinished, test } from 'vitest';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { sourceOf, startAws } from '../../../local/aws.ts';
import { cli, configFile, NOWHERE } from '../../support/cli.ts';

import { answering, denied, startRecording } from '../../support/fakes/elasticsearch.ts';
import { standIn } from '../../support/stand-in.ts';

async function server(answers: Parameters<typeof answering>[0]) {
  const started = await startRecording(answering(answers));
  onTestFinished(() => started.close());
  return started;
}

describe('eks-audit elasticsearch setup', () => {
  test('--print shows the requests as they are typed, and sends none', async () => {
    const file = configFile(`url: ${NOWHERE}\n  retention: 400d`);
    const { code, stdout } = await cli(['elasticsearch', 'setup', '--print', '--config', file]);
    expect(code).toBe(0);
    const [first = '', ...rest] = stdout.split(/^(?=PUT )/m);
    expect([first, ...rest].map((each) => each.split('\n')[0])).toEqual([
      'PUT /_ilm/policy/eks-audit-forwarder',
      'PUT /_ilm/policy/eks-audit-forwarder-parked',
      'PUT /_index_template/eks-audit-forwarder',
      'PUT /_index_template/eks-audit-forwarder-parked',
    ]);
    expect(JSON.parse(first.slice(first.indexOf('\n')))).toHaveProperty('policy.phases.delete.min_age', '400d');
  });

  test('--print --json holds the same as JSON alone', async () => {
    const file = configFile();
    const { stdout } = await cli(['elasticsearch', 'setup', '--print', '--json', '--config', file]);
    expect(JSON.parse(stdout)).toMatchObject({
      requests: [
        { method: 'PUT', path: '/_index_template/eks-audit-forwarder', body: { priority: 600 } },
        { method: 'PUT', path: '/_index_template/eks-audit-forwarder-parked' },
      ],
    });
  });

  test('ends with 2 where nobody answers, and with 1 where something stands in the way', async () => {
    const unreachable = await cli(['elasticsearch', 'setup', '--config', configFile()]);
    expect(unreachable).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('does not answer') });
    const { url } = await server({
      'GET /_index_template': { body: {} },
      'GET /_resolve': { body: { data_streams: [{ name: 'logs-kubernetes.audit_logs-prod-2026.11.21' }] } },
    });
    const taken = await cli(['elasticsearch', 'setup', '--config', configFile(`url: ${url}`)]);
    expect(taken).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is a data stream') });
  });
});

describe('eks-audit elasticsearch key', () => {
  test('shows the request by default', async () => {
    const { code, stdout } = await cli(['elasticsearch', 'key', '--config', configFile()]);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('POST /_security/api_key');
    expect(JSON.parse(stdout.slice(stdout.indexOf('\n')))).toHaveProperty(
      ['role_descriptors', 'eks-audit-forwarder', 'indices', 0, 'privileges'],
      ['create_doc', 'auto_configure'],
    );
  });

  test('covers the patterns that the table holds beside today’s', async () => {
    const aws = await startAws();
    onTestFinished(() => aws.close());
    const source = { ...sourceOf('prod'), account: '111122223333' };
    const ledger = new DynamoLedger(new SourceTable('eks-audit-forwarder', source, standIn(aws.dynamodb.endpoint)));
    const kept = { cluster: 'prod', indexName: 'prod', index: 'eks-{cluster}-{yyyy.MM}', profiles: ['ecs'] };
    await ledger.keepNaming('a-hash', kept);
    const env = { ...aws.environment, AWS_ACCOUNT_ID: source.account };
    const file = configFile(undefined, { groupName: source.group });
    const { code, stdout, stderr } = await cli(['elasticsearch', 'key', '--json', '--config', file], env);
    expect(code).toBe(0);
    expect(stderr).not.toContain('could not be read');
    const names = ['body', 'role_descriptors', 'eks-audit-forwarder', 'indices', 0, 'names'];
    expect(JSON.parse(stdout)).toHaveProperty(names, expect.arrayContaining(['eks-*-*.*']));
    const setup = await cli(['elasticsearch', 'setup', '--print', '--json', '--config', file], env);
    expect(setup.stdout).toContain('/_index_template/eks-audit-forwarder-eks-cluster-month');
  });

  test('and setup go on without the table, and say so', async () => {
    const file = configFile();
    const key = await cli(['elasticsearch', 'key', '--config', file]);
    const sentence = 'are covered: the table eks-audit-forwarder could not be read (AWS credentials: None that';
    expect(key).toMatchObject({ code: 0, stderr: expect.stringContaining(sentence) });
    const setup = await cli(['elasticsearch', 'setup', '--print', '--config', file]);
    expect(setup).toMatchObject({ code: 0, stdout: expect.stringContaining(sentence) });
  });

  test('--create prints the key alone, once, and says beside it what to do with it', async () => {
    const key = { id: 'an-id', name: 'eks-audit-forwarder', encoded: 'VnVhQ2ZHY0JDZGJr' };
    const es = await server({ 'POST /_security/api_key': { body: key } });
    const args = ['elasticsearch', 'key', '--create', '--config', configFile(`url: ${es.url}`)];
    const env = { ELASTICSEARCH_USERNAME: 'root', ELASTICSEARCH_PASSWORD: 'a-secret-of-a-test' };
    const { code, stdout, stderr } = await cli(args, env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'VnVhQ2ZHY0JDZGJr\n' });
    expect(stderr).toContain('aws secretsmanager create-secret');
    expect(stderr).not.toContain('VnVhQ2ZHY0JDZGJr');
    expect(es.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('root:a-secret-of-a-test').toString('base64')}`,
    ]);
  });

  test('that may not be created ends with 1, and shows no credential', async () => {
    const { url } = await server({ 'POST /_security/api_key': denied() });
    const env = { ELASTICSEARCH_API_KEY: 'a-secret-of-a-test' };
    const ended = await cli(['elasticsearch', 'key', '--create', '--config', configFile(`url: ${url}`)], env);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('manage_own_api_key');
    expect(ended.stderr).not.toContain('a-secret-of-a-test');
  });

  test('is printed or created, not both', async () => {
    const both = await cli(['elasticsearch', 'key', '--create', '--print', '--config', configFile()]);
    expect(both).toMatchObject({ code: 2, stdout: '' });
  });
});
