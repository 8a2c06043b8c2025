import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { probeElasticsearch, probeGroup, probeTable } from '../../../../bin/operate/reach/probes.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import type { PageAnswer } from '../../../../lambda/ports.ts';
import { serviceError } from '../../../lambda/edges/aws.ts';
import { NOON, settings } from '../../../support/builders.ts';
import {
  denied,
  MISSING,
  type RecordingServer,
  type Said,
  startRecording,
} from '../../../support/fakes/elasticsearch.ts';
import { MemorySource } from '../../../support/fakes/source.ts';

describe('the log group', () => {
  const probed = (answer: () => PageAnswer | undefined) => {
    const source = new MemorySource([]);
    source.misbehave = answer;
    return probeGroup(source, NOON);
  };

  test('is reached by a page, and by the word that its quota is used up', async () => {
    expect(await probed(() => undefined)).toBeUndefined();
    expect(await probed(() => ({ kind: 'again', throttled: true, why: 'ThrottlingException' }))).toBeUndefined();
  });

  test('is not reached where nobody answers, or where the answer is no', async () => {
    expect(await probed(() => ({ kind: 'again', throttled: false, why: 'ECONNREFUSED' }))).toMatch(/ECONNREFUSED/);
    const no = () => {
      throw new Stopped('There is no log group.');
    };
    expect(await probed(no)).toBe('There is no log group.');
  });

  test('is reached where only the first answer fails', async () => {
    const answers: PageAnswer[] = [{ kind: 'again', throttled: false, why: 'a 500' }];
    expect(await probed(() => answers.shift())).toBeUndefined();
  });
});

describe('the table', () => {
  const sdk = mockClient(DynamoDBClient);
  beforeEach(() => sdk.reset());
  afterAll(() => sdk.restore());
  const probed = (error: Error) => {
    sdk.on(GetItemCommand).rejects(error);
    return probeTable(settings(), 'us-east-1');
  };

  test('is reached by reading in the partition of the source alone', async () => {
    sdk.on(GetItemCommand).resolves({});
    expect(await probeTable(settings(), 'us-east-1')).toBeUndefined();
    const [call] = sdk.commandCalls(GetItemCommand);
    expect(call?.args[0].input.Key?.source).toEqual({
      S: '111122223333/eu-west-1//aws/eks/prod/cluster/kube-apiserver-audit-',
    });
  });

  test.each([
    ['ResourceNotFoundException', 400, /^There is no DynamoDB table eks-audit-forwarder in us-east-1/],
    ['ValidationException', 400, /its keys are not source and item/],
    ['AccessDeniedException', 400, /^AWS refuses to read the table/],
    ['InternalServerError', 500, /^DynamoDB does not answer/],
  ])('is not reached where DynamoDB answers %s', async (name, status, message) => {
    expect(await probed(serviceError(name, status))).toMatch(message);
  });

  test('is reached where its capacity is used up', async () => {
    expect(await probed(serviceError('ProvisionedThroughputExceededException'))).toBeUndefined();
  });
});

describe('Elasticsearch', () => {
  let server: RecordingServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const INDICES = ['logs-kubernetes.audit_logs-prod-2026.11.21', 'logs-kubernetes.audit_parked-prod-2026.11.01'];
  const probed = async (said: Said) => {
    server = await startRecording(() => said);
    const elasticsearch = { ...settings().elasticsearch, url: server.url };
    return probeElasticsearch(settings({ elasticsearch }), async () => undefined, NOON);
  };
  const may = (...allowed: readonly boolean[]): Said => ({
    body: { index: Object.fromEntries(INDICES.map((name, at) => [name, { create_doc: allowed[at] }])) },
  });

  test('is reached where both indices may be written to', async () => {
    expect(await probed(may(true, true))).toBeUndefined();
  });

  test('names the index that may not be written to', async () => {
    const message = await probed(may(true, false));
    expect(message).toContain(INDICES[1]);
    expect(message).not.toContain(INDICES[0]);
  });

  test('is reached where it knows no rights', async () => {
    expect(await probed(MISSING)).toBeUndefined();
  });

  test.each([
    ['wrong credentials', { status: 401, body: { error: { type: 'security_exception' } } }, /refuses the credentials/],
    ['a user who may nothing', denied(), /may not/],
    ['a gateway without a server behind it', { status: 502 }, /502/],
    ['another server', { headers: { 'x-elastic-product': 'another' } }, /is not Elasticsearch/],
  ])('is not reached with %s', async (_, said, message) => {
    expect(await probed(said)).toMatch(message);
  });

  test("is not reached where nothing listens, or where the secret can't be read", async () => {
    const elasticsearch = { ...settings().elasticsearch, url: 'http://127.0.0.1:1' };
    const gone = settings({ elasticsearch });
    expect(await probeElasticsearch(gone, async () => undefined, NOON)).toMatch(/does not answer/);
    const unreadable = async () => {
      throw new Stopped('There is no secret.');
    };
    expect(await probeElasticsearch(gone, unreadable, NOON)).toBe('There is no secret.');
  });
});
