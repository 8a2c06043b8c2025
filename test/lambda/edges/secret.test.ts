import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { serviceError } from './aws.ts';

const sdk = mockClient(SecretsManagerClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const NAME = 'eks-audit-forwarder/elasticsearch';
const USER = { username: 'forwarder', password: 'a-password' };
const holds = (SecretString: string) => sdk.on(GetSecretValueCommand).resolves({ SecretString });
const read = (environment: Record<string, string> = {}) => credentialsReader(NAME, environment)();

describe('the credentials for Elasticsearch', () => {
  test.each([
    ['an API key', 'a2V5LWlkOmtleQ==', { apiKey: 'a2V5LWlkOmtleQ==' }],
    ['an API key with a newline behind it', 'a2V5LWlkOmtleQ==\n', { apiKey: 'a2V5LWlkOmtleQ==' }],
    ['a user and a password', JSON.stringify(USER), USER],
    ['what Elasticsearch answers when it makes a key', '{"id":"x","name":"y","encoded":"a2V5"}', { apiKey: 'a2V5' }],
  ])('come from a secret that holds %s', async (_, text, credentials) => {
    holds(text);
    expect(await read()).toEqual(credentials);
    expect(sdk.commandCalls(GetSecretValueCommand)[0]?.args[0].input).toEqual({ SecretId: NAME });
  });

  test('are read anew each time', async () => {
    const reader = credentialsReader(NAME, {});
    holds(JSON.stringify(USER));
    await reader();
    holds('another-key');
    expect(await reader()).toEqual({ apiKey: 'another-key' });
  });

  test('come from the environment where it has them, and nobody is asked', async () => {
    expect(await read({ ELASTICSEARCH_API_KEY: 'mine' })).toEqual({ apiKey: 'mine' });
    expect(await read({ ELASTICSEARCH_USERNAME: USER.username, ELASTICSEARCH_PASSWORD: USER.password })).toEqual(USER);
    expect(sdk.calls()).toHaveLength(0);
  });

  test('are none where no secret is named', async () => {
    expect(await credentialsReader(null, {})()).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['JSON without them', '{"user":"forwarder","pass":"hunter2hunter2"}'],
    ['broken JSON', '{"username":"forwarder","password":"hunter2hunter2"'],
  ])('stop the run where the secret holds %s, and what it holds is not told', async (_, text) => {
    holds(text);
    const stopped = await read().catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Stopped);
    expect(String(stopped)).toContain(NAME);
    expect(String(stopped)).not.toContain('hunter2');
  });

  test.each([
    ['AccessDeniedException', /^AWS refuses to read the secret eks-audit-forwarder\/elasticsearch/],
    ['ResourceNotFoundException', /^There is no secret eks-audit-forwarder\/elasticsearch/],
    ['ExpiredTokenException', /^No valid AWS credentials/],
  ])('stop the run where Secrets Manager answers %s', async (name, sentence) => {
    sdk.on(GetSecretValueCommand).rejects(serviceError(name));
    await expect(read()).rejects.toThrow(sentence);
  });
});

test('half a login in the environment is told, not passed over for the secret', async () => {
  const read = credentialsReader('a-secret', { ELASTICSEARCH_USERNAME: 'ana' });
  await expect(read()).rejects.toThrow('ELASTICSEARCH_USERNAME and ELASTICSEARCH_PASSWORD belong together');
});
