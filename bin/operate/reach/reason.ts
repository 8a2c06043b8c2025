import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { MetricName, PropertyName } from '../../../lambda/contract.ts';
import { parseJson, textAt } from '../../../lambda/core/json.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { isDenied } from '../../../lambda/edges/aws-error.ts';
import { cut } from '../../cli/width.ts';
import { oneLine } from './verdict.ts';

const FAILED = 'RunsFailed' satisfies MetricName;
const REASON = 'Reason' satisfies PropertyName;
/** Characters. What to do stands at a reason's end. */
const LONGEST = 1000;

/** Why the run that ended in this minute failed, as its own log line says; or why that is not told. One request. */
export async function reasonOf(
  client: CloudWatchLogsClient,
  functionName: string,
  minute: number,
  signal: AbortSignal,
): Promise<string> {
  const logGroupName = `/aws/lambda/${functionName}`;
  const command = new FilterLogEventsCommand({
    logGroupName,
    startTime: minute,
    endTime: minute + 2 * MINUTE,
    filterPattern: `{ $.${FAILED} = 1 }`,
  });
  try {
    const { events = [] } = await client.send(command, { abortSignal: signal });
    const reasons = events.flatMap(({ message }) => textAt(parseJson(message ?? ''), REASON) ?? []);
    return cut(oneLine(reasons[0] ?? `Its log ${logGroupName} does not say why.`), LONGEST);
  } catch (error) {
    const why = isDenied(error) ? `needs logs:FilterLogEvents on ${logGroupName}` : `${logGroupName} can't be read`;
    return `Why is not checked: ${why}.`;
  }
}
