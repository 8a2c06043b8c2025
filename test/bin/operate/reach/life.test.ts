import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { lifeOf } from '../../../../bin/operate/reach/life.ts';
import type { Verdict } from '../../../../bin/operate/reach/verdict.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { NOON } from '../../../support/builders.ts';
import { file, loadPolicy } from '../../../support/forwarder-file.ts';

const metrics = mockClient(CloudWatchClient);
const lambda = mockClient(LambdaClient);
const logs = mockClient(CloudWatchLogsClient);
const mocks = [metrics, lambda, logs];
beforeEach(() => {
  for (const mock of mocks) mock.reset();
});
afterAll(() => {
  for (const mock of mocks) mock.restore();
});

const MINUTE = 60_000;
const NOW = NOON + 30_000;
const fault = (name: string) => Object.assign(new Error('said by AWS'), { name, $metadata: { httpStatusCode: 400 } });

/** What is said of the last run, by minutes ago: how many failed, and which succeeded. */
function told(failed: Readonly<Record<number, number>>, succeeded: readonly number[]): Promise<Verdict> {
  const at = (ago: number) => new Date(NOON - ago * MINUTE);
  metrics.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'failed', Timestamps: Object.keys(failed).map(Number).map(at), Values: Object.values(failed) },
      { Id: 'succeeded', Timestamps: succeeded.map(at), Values: succeeded.map(() => 1) },
    ],
  });
  return look();
}

function look(): Promise<Verdict> {
  const read = parseConfig(file(), 'forwarder.yaml', { for: 'run', loadPolicy });
  const [cluster] = read.ok ? read.config.clusters : [];
  if (cluster === undefined) throw new Error('no cluster');
  return lifeOf(cluster, 'us-west-2', NOW).lastRun(new AbortController().signal);
}

describe('the last run', () => {
  test('that succeeded is told with when it did', async () => {
    expect(await told({ 1: 0, 2: 0 }, [1, 2])).toMatchObject({
      state: 'ok',
      message: 'Succeeded 90 s ago (11:59 UTC).',
      facts: { at: '2026-11-21T11:59:00.000Z', ended: 'succeeded' },
    });
  });

  test('that failed is wrong, and told with its own reason and the last good one', async () => {
    const message = '{"Cluster":"prod","RunsFailed":1,"Reason":"The disk is full:\\n look."}';
    logs.on(FilterLogEventsCommand, { logGroupName: '/aws/lambda/EksAuditForwarder-prod' }).resolves({
      events: [{ message }],
    });
    expect(await told({ 1: 1, 4: 0 }, [4])).toMatchObject({
      state: 'wrong',
      message: 'Failed 90 s ago (11:59 UTC), the last good one 4 min ago (11:56 UTC). The disk is full: look.',
    });
  });

  test('is told without a reason that may not be read', async () => {
    logs.on(FilterLogEventsCommand).rejects(fault('AccessDeniedException'));
    const { message } = await told({ 1: 1 }, []);
    expect(message).toContain('none before succeeded. Why is not checked: needs logs:FilterLogEvents');
  });

  test('that was long ago is wrong, though it succeeded', async () => {
    expect((await told({ 5: 0 }, [5])).state).toBe('ok');
    const { state, message } = await told({ 7: 0 }, [7]);
    expect([state, message]).toEqual([
      'wrong',
      'Succeeded 7 min ago (11:53 UTC), and none has since: see whether its schedule is there and enabled.',
    ]);
  });

  test('that left the work to another is good while one succeeds', async () => {
    expect(await told({ 1: 0, 2: 0 }, [2])).toMatchObject({
      state: 'ok',
      message: expect.stringContaining('another run had the lease'),
    });
    expect((await told({ 1: 0 }, [])).state).toBe('wrong');
  });

  test('is not checked where the metrics may not be asked', async () => {
    metrics.on(GetMetricDataCommand).rejects(fault('AccessDenied'));
    expect(await look()).toEqual({ state: 'not checked', message: 'needs cloudwatch:GetMetricData' });
    metrics.on(GetMetricDataCommand).rejects(fault('TimeoutError'));
    expect(await look()).toEqual({ state: 'not checked', message: 'CloudWatch does not answer' });
  });
});

describe('where no run has told of itself', () => {
  const silent = () => told({}, []);

  test('a function that had the time is wrong', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves({ LastModified: '2026-11-21T10:00:00.000+0000' });
    expect(await silent()).toMatchObject({
      state: 'wrong',
      message: expect.stringMatching(/^None for 60 min: .*schedule/),
    });
  });

  test('a function that is new is not', async () => {
    lambda.on(GetFunctionConfigurationCommand).resolves({ LastModified: '2026-11-21T11:58:00.000+0000' });
    expect((await silent()).message).toBe('no run has told of itself yet: deployed 2 min ago (11:58 UTC)');
  });

  test.each([
    ['ResourceNotFoundException', 'there is no function EksAuditForwarder-prod in us-west-2'],
    ['AccessDeniedException', 'no run told of itself for 60 min; needs lambda:GetFunctionConfiguration'],
  ])('and Lambda answers %s nothing can be said', async (name, message) => {
    lambda.on(GetFunctionConfigurationCommand).rejects(fault(name));
    expect(await silent()).toEqual({ state: 'not checked', message });
  });
});
