import { type CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { alarmName, STACK } from '../../../lib/stack/name.ts';
import { ALARMS } from '../../../lib/stack/thresholds.ts';
import { agoText, asideRefusal, notChecked, ok, type Verdict, wrong } from '../reach/verdict.ts';

/** Which of a cluster's alarms ring, by their exact names: other clusters' begin alike. */
export async function ringing(
  client: CloudWatchClient,
  cluster: string,
  now: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const AlarmNames = Object.keys(ALARMS).map((name) => alarmName(STACK, cluster, name));
  let alarms: readonly MetricAlarm[];
  try {
    const command = new DescribeAlarmsCommand({ AlarmNames, MaxRecords: 100 });
    alarms = (await client.send(command, { abortSignal: signal })).MetricAlarms ?? [];
  } catch (error) {
    return asideRefusal('CloudWatch', error, 'cloudwatch:DescribeAlarms', `describe the alarms of ${cluster}`);
  }
  if (alarms.length === 0) return notChecked('there are none');
  const loud = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
  const quiet = alarms.filter(({ StateValue }) => StateValue === 'OK').length;
  const unsure = alarms.length - loud.length - quiet;
  const facts = { alarms: alarms.length, ringing: loud.map(factOf), withoutData: unsure };
  const rest = unsure === 0 ? '' : ` ${unsure} of ${alarms.length} have too little data yet.`;
  if (loud.length > 0) return wrong(`${loud.map((alarm) => sentence(alarm, cluster, now)).join(' ')}${rest}`, facts);
  return ok(`None of ${alarms.length} rings.${rest}`, facts);
}

function factOf({ AlarmName, StateUpdatedTimestamp, AlarmDescription }: MetricAlarm) {
  return { name: AlarmName, since: StateUpdatedTimestamp ?? null, means: AlarmDescription ?? '' };
}

/** The description says what it means and where the runbook speaks of it. */
function sentence(alarm: MetricAlarm, cluster: string, now: number): string {
  const { AlarmName = '', StateUpdatedTimestamp, AlarmDescription = '' } = alarm;
  const name = AlarmName.slice(alarmName(STACK, cluster, '').length);
  const since = StateUpdatedTimestamp === undefined ? '' : `, since ${agoText(StateUpdatedTimestamp.getTime(), now)}`;
  return `${name} rings${since}: ${AlarmDescription}`;
}
