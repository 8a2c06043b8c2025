import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EMULATED_ACCOUNT, findCaller } from '../../../../bin/operate/reach/caller.ts';
import { networkError, serviceError } from '../../../lambda/edges/aws.ts';

const sdk = mockClient(STSClient);
beforeEach(() => {
  sdk.reset();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a-key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret');
  vi.stubEnv('AWS_ACCOUNT_ID', undefined);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => sdk.restore());

const ACCOUNT = '444455556666';
const EMULATOR = 'http://127.0.0.1:4580';
const find = (environment: Record<string, string> = {}) => findCaller('eu-west-1', environment);

describe("the caller's account", () => {
  test('comes with the credentials where these know it, and nobody is asked', async () => {
    vi.stubEnv('AWS_ACCOUNT_ID', ACCOUNT);
    expect(await find()).toEqual({ ok: true, account: ACCOUNT });
    expect(sdk.calls()).toHaveLength(0);
  });

  test('is asked of STS', async () => {
    sdk.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    expect(await find()).toEqual({ ok: true, account: ACCOUNT });
  });

  test('is twelve zeros where CloudWatch Logs is an emulator here, and AWS is not asked', async () => {
    expect(await find({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: EMULATOR })).toEqual({ ok: true, account: EMULATED_ACCOUNT });
    expect(sdk.calls()).toHaveLength(0);
  });

  test('is asked of an emulator that may have an STS, and is zeros where it has none', async () => {
    sdk.on(GetCallerIdentityCommand).resolvesOnce({ Account: ACCOUNT }).rejects(serviceError('UnknownOperation', 404));
    expect(await find({ AWS_ENDPOINT_URL: EMULATOR })).toEqual({ ok: true, account: ACCOUNT });
    expect(await find({ AWS_ENDPOINT_URL: EMULATOR })).toEqual({ ok: true, account: EMULATED_ACCOUNT });
  });

  test('is asked of AWS where CloudWatch Logs has an endpoint in a VPC', async () => {
    sdk.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    const endpoint = 'https://vpce-0123.logs.eu-west-1.vpce.amazonaws.com';
    expect(await find({ AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint })).toEqual({ ok: true, account: ACCOUNT });
  });

  test.each([
    ['expired credentials', serviceError('ExpiredToken', 403), /refuses/],
    ['an STS that fails', serviceError('InternalFailure', 500), /does not answer/],
    ['no way to STS', networkError('ENOTFOUND'), /AWS_ACCOUNT_ID/],
  ])('is a problem with %s', async (_, error, message) => {
    sdk.on(GetCallerIdentityCommand).rejects(error);
    expect(await find()).toMatchObject({ ok: false, problem: { message: expect.stringMatching(message) } });
  });
});
