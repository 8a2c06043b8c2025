import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { CloudWatchPages } from '../../../lambda/edges/cloudwatch.ts';
import { CLUSTER, line, NOON } from '../../support/builders.ts';
import { networkError, serviceError } from './aws.ts';

const sdk = mockClient(CloudWatchLogsClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const range = { startTime: NOON, endTime: NOON + 59_999 };
const page = (token?: string) => new CloudWatchPages(CLUSTER.source).page(range, token, AbortSignal.timeout(1000));
const fails = (error: Error) => sdk.on(FilterLogEventsCommand).rejects(error);

describe('a page of CloudWatch Logs', () => {
  test('is asked for by group, prefix, range and token', async () => {
    sdk.on(FilterLogEventsCommand).resolves({ events: [], nextToken: 'next' });
    expect(await page('this')).toEqual({ kind: 'page', lines: [], nextToken: 'next' });
    expect(sdk.commandCalls(FilterLogEventsCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { logGroupName: CLUSTER.source.group, logStreamNamePrefix: CLUSTER.source.prefix, ...range, nextToken: 'this' },
    ]);
  });

  test('of an event with nothing in it is a line all the same', async () => {
    sdk.on(FilterLogEventsCommand).resolves({ events: [{ timestamp: NOON }] });
    const only = line({ message: '', timestamp: NOON, ingestionTime: NOON, eventId: '', stream: '' });
    expect(await page()).toEqual({ kind: 'page', lines: [only] });
  });

  test.each(['ThrottlingException', 'LimitExceededException', 'TooManyRequestsException', 'RequestLimitExceeded'])(
    'refused with %s may be asked for again, and counts as throttled',
    async (name) => {
      fails(serviceError(name));
      expect(await page()).toMatchObject({ kind: 'again', throttled: true });
    },
  );

  test.each([
    ['InternalServerException', serviceError('InternalServerException', 500)],
    ['ServiceUnavailableException', serviceError('ServiceUnavailableException', 503)],
    ['a bad gateway', serviceError('UnknownError', 502)],
    ['TimeoutError', serviceError('TimeoutError', 0)],
    ['ECONNRESET', networkError('ECONNRESET')],
    ['ECONNREFUSED', networkError('ECONNREFUSED')],
    ['ENOTFOUND', networkError('ENOTFOUND')],
    ['EAI_AGAIN', networkError('EAI_AGAIN')],
  ])('that meets %s may be asked for again', async (_, error) => {
    fails(error);
    expect(await page()).toMatchObject({ kind: 'again', throttled: false });
  });

  test.each([
    ['AccessDeniedException', /^AWS refuses to read \/aws\/eks\/prod\/cluster: .*Grant/],
    ['UnrecognizedClientException', /^No valid AWS credentials/],
    ['ExpiredTokenException', /^No valid AWS credentials/],
    ['InvalidSignatureException', /^No valid AWS credentials/],
    ['CredentialsProviderError', /^No valid AWS credentials/],
    ['ResourceNotFoundException', /^There is no log group \/aws\/eks\/prod\/cluster in eu-west-1/],
    ['InvalidParameterException', /^AWS did not read \/aws\/eks\/prod\/cluster: InvalidParameterException/],
  ])('refused with %s stops the run with a sentence', async (name, sentence) => {
    const cause = serviceError(name);
    fails(cause);
    const stopped = await page().catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Stopped);
    expect(stopped).toMatchObject({ message: expect.stringMatching(sentence), cause });
  });
});
