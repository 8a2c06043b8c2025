import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { isoTime, MINUTE } from '../../../lambda/core/time.ts';
import type { ClusterConfig } from '../../../lib/config/config.ts';
import { fixedName, STACK } from '../../../lib/stack/name.ts';
import { NO_SUCCESS } from '../../../lib/stack/thresholds.ts';
import { CLIENT } from './caller.ts';
import { once } from './carry-out.ts';
import { askFunction, type FunctionAnswer } from './function.ts';
import { reasonOf } from './reason.ts';
import { latestRuns, type Runs } from './runs.ts';
import { agoText, asideRefusal, notChecked, ok, spanText, type Verdict, wrong } from './verdict.ts';

/** Whether a cluster's function lives, and how its last run ended. */
export interface Life {
  readonly described: (signal: AbortSignal) => Promise<FunctionAnswer>;
  readonly lastRun: (signal: AbortSignal) => Promise<Verdict>;
}

/** Of the function that the stack makes in this Region. Asks nothing yet. */
export function lifeOf({ name, fetchInterval }: ClusterConfig, region: string, now: number): Life {
  const options = { region, ...CLIENT };
  const functionName = fixedName(STACK, name);
  const lambda = new LambdaClient(options);
  const described = once((signal: AbortSignal) => askFunction(lambda, functionName, signal));
  return {
    described,
    lastRun: async (signal) => {
      let runs: Runs;
      try {
        runs = await latestRuns(new CloudWatchClient(options), { cluster: name, fetchInterval, now }, signal);
      } catch (error) {
        return asideRefusal('CloudWatch', error, 'cloudwatch:GetMetricData', `tell the runs of ${name}`);
      }
      const { last } = runs;
      if (last === undefined) return silent(await described(signal), runs, now);
      const logs = new CloudWatchLogsClient(options);
      const reason = last.ended === 'failed' ? await reasonOf(logs, functionName, last.at, signal) : undefined;
      return runsVerdict({ ...runs, last }, { fetchInterval, now, reason });
    },
  };
}

/** No run has told of itself: that is wrong where the function had the time. */
function silent(answer: FunctionAnswer, { since }: Runs, now: number): Verdict {
  const span = spanText((now - since) / 1000);
  if (answer.kind === 'not told') return notChecked(`no run told of itself for ${span}; ${answer.verdict.message}`);
  if (answer.kind === 'absent') return notChecked(`there is no function ${answer.name} in ${answer.region}`);
  if (answer.changed !== undefined && answer.changed > since)
    return notChecked(`no run has told of itself yet: deployed ${agoText(answer.changed, now)}`);
  return wrong(`None for ${span}: see whether the schedule of ${answer.name} is enabled, and what its log says.`);
}

/** CloudWatch shows a metric some time after it was emitted; and a minute is told by its begin. */
const SHOWN_AFTER = 3 * MINUTE;

interface Judging {
  readonly fetchInterval: number;
  readonly now: number;
  /** Why it failed. */
  readonly reason?: string | undefined;
}

function runsVerdict(
  { last, succeeded }: Runs & { readonly last: NonNullable<Runs['last']> },
  { fetchInterval, now, reason }: Judging,
): Verdict {
  const good = succeeded === undefined ? 'none before succeeded' : `the last good one ${agoText(succeeded, now)}`;
  const facts = {
    at: isoTime(last.at),
    ended: last.ended,
    succeeded: succeeded === undefined ? null : isoTime(succeeded),
    ...(reason === undefined ? {} : { reason }),
  };
  const when = agoText(last.at, now);
  if (last.ended === 'failed') return wrong(`Failed ${when}, ${good}. ${reason ?? ''}`.trim(), facts);
  const oldest = now - NO_SUCCESS * fetchInterval * 1000 - SHOWN_AFTER;
  const isOld = succeeded === undefined || succeeded < oldest;
  if (last.ended === 'succeeded')
    return isOld
      ? wrong(`Succeeded ${when}, and none has since: see whether its schedule is there and enabled.`, facts)
      : ok(`Succeeded ${when}.`, facts);
  return (isOld ? wrong : ok)(`Ended at once ${when}: another run had the lease; ${good}.`, facts);
}
