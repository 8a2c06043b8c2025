import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm, type StateValue } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ringing } from '../../../../bin/operate/status/alarms.ts';
import { ALARMS } from '../../../../lib/stack/thresholds.ts';
import { NOON } from '../../../support/builders.ts';

/**
 * On answers as AWS writes them: the AWS of the deploy test makes no metrics of what a function logs, so none of its
 * alarms is ever judged.
 */
const cloudwatch = mockClient(CloudWatchClient);
beforeEach(() => {
  cloudwatch.reset();
});
afterAll(() => cloudwatch.restore());

const client = new CloudWatchClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
const look = () => ringing(client, 'prod', NOON, new AbortController().signal);

function alarm(name: string, StateValue: StateValue): MetricAlarm {
  return {
    AlarmName: `EksAuditForwarder-prod-${name}`,
    AlarmDescription: `What ${name} means. docs/runbook.md#${name}`,
    StateValue,
    StateUpdatedTimestamp: new Date(NOON - 24 * 60_000),
  };
}

const said = (...MetricAlarms: MetricAlarm[]) => cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms });

test('asks for this cluster’s alarms by their exact names', async () => {
  said(alarm('FrontierLag', 'OK'), alarm('Silence', 'OK'));
  expect(await look()).toMatchObject({ state: 'ok', message: 'None of 2 rings.' });
  expect(cloudwatch.commandCalls(DescribeAlarmsCommand)[0]?.args[0].input.AlarmNames).toEqual(
    Object.keys(ALARMS).map((name) => `EksAuditForwarder-prod-${name}`),
  );
});

test('tells which rings, since when, what it means and where the runbook speaks of it', async () => {
  said(alarm('FrontierLag', 'ALARM'), alarm('Silence', 'OK'));
  expect(await look()).toMatchObject({
    state: 'wrong',
    message: 'FrontierLag rings, since 24 min ago (11:36 UTC): What FrontierLag means. docs/runbook.md#FrontierLag',
    facts: { alarms: 2, ringing: [{ name: 'EksAuditForwarder-prod-FrontierLag' }] },
  });
});

test('an alarm that has too little data rings not, and is told', async () => {
  said(alarm('FrontierLag', 'INSUFFICIENT_DATA'), alarm('Silence', 'OK'));
  expect(await look()).toMatchObject({
    state: 'ok',
    message: 'None of 2 rings. 1 of 2 have too little data yet.',
  });
});

test.each([
  ['AccessDenied', 'needs cloudwatch:DescribeAlarms'],
  ['TimeoutError', 'CloudWatch does not answer'],
])('after a %s they are not checked', async (name, message) => {
  cloudwatch.on(DescribeAlarmsCommand).rejects(Object.assign(new Error('said by AWS'), { name }));
  expect(await look()).toEqual({ state: 'not checked', message });
});

test('where there are none they are not checked', async () => {
  said();
  expect(await look()).toEqual({ state: 'not checked', message: 'there are none' });
});
