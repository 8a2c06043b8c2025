import {
  type CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  type LogGroup,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { awsRefusal, notChecked, ok, spanText, type Verdict, wrong } from '../reach/verdict.ts';

/** The log group and its streams, as CloudWatch Logs describes them. */

export type Described<T> =
  | { readonly kind: 'described'; readonly value: T }
  /** What the check that asked for it says; those that build on it are not checked. */
  | { readonly kind: 'not described'; readonly verdict: Verdict };

export interface Streams {
  /** At most 200 are counted. */
  readonly count: number;
  /** Milliseconds, up to an hour behind; undefined: CloudWatch does not say. */
  readonly newest: number | undefined;
}

const PAGES = 4;

export async function describeGroup(client: CloudWatchLogsClient, name: string): Promise<Described<LogGroup>> {
  const region = await client.config.region();
  const missing = `There is no log group ${name} in ${region}: EKS makes it when control plane logging is switched on`;
  try {
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const value = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (value !== undefined) return { kind: 'described', value };
    return { kind: 'not described', verdict: wrong(`${missing}.`) };
  } catch (error) {
    return {
      kind: 'not described',
      verdict: awsRefusal(error, 'logs:DescribeLogGroups', `describe ${name}`, missing),
    };
  }
}

export async function describeStreams(
  client: CloudWatchLogsClient,
  group: string,
  prefix: string,
): Promise<Described<Streams>> {
  const query = { logGroupName: group, logStreamNamePrefix: prefix };
  try {
    const pages = await firstPages(paginateDescribeLogStreams({ client }, query), PAGES);
    const times = pages.flatMap(({ logStreams = [] }) => logStreams.map((stream) => stream.lastEventTimestamp));
    return { kind: 'described', value: { count: times.length, newest: newestOf(times) } };
  } catch (error) {
    const gone = faultOf(error).name === 'ResourceNotFoundException';
    const doing = `describe the streams of ${group}`;
    const verdict = gone
      ? notChecked('there is no such log group')
      : awsRefusal(error, 'logs:DescribeLogStreams', doing, `There is no log group ${group}`);
    return { kind: 'not described', verdict };
  }
}

/** As many as suffice to judge by: the quota is the forwarder's. */
export async function firstPages<T>(pages: AsyncIterable<T>, most: number): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const page of pages) if (taken.push(page) === most) break;
  return taken;
}

/** undefined: no time is among them. */
export function newestOf(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce<number>((newest, time = 0) => Math.max(newest, time), 0) || undefined;
}

export function groupVerdict(group: Described<LogGroup>): Verdict {
  return group.kind === 'not described' ? group.verdict : ok(group.value.logGroupName ?? '');
}

const UNKNOWN = notChecked('the log group could not be described');

/** An Infrequent Access group keeps the lines where FilterLogEvents can't read them. */
export function classVerdict(group: Described<LogGroup>): Verdict {
  if (group.kind === 'not described') return UNKNOWN;
  const { logGroupClass = 'STANDARD', logGroupName } = group.value;
  if (logGroupClass === 'STANDARD') return ok('Standard');
  const name = logGroupClass === 'INFREQUENT_ACCESS' ? 'Infrequent Access' : logGroupClass;
  return wrong(
    `${name}, which supports no FilterLogEvents, and a group's class can't be changed: switch the cluster's logging ` +
      `off, delete ${logGroupName} (export it first), and switch logging on again: EKS makes a Standard one.`,
  );
}

/** `oldestAge` in seconds: when each minute is looked at for the last time. */
export function retentionVerdict(group: Described<LogGroup>, oldestAge: number): Verdict {
  if (group.kind === 'not described') return UNKNOWN;
  const { retentionInDays } = group.value;
  if (retentionInDays === undefined) return ok('The group keeps its lines for ever.');
  const days = retentionInDays === 1 ? '1 day' : `${retentionInDays} days`;
  if (retentionInDays * 86_400 >= oldestAge) return ok(`The group keeps its lines for ${days}.`);
  return wrong(
    `The group keeps its lines for ${days}, but minutes are looked at again after ${spanText(oldestAge)} ` +
      '(completeness.ages): keep lines longer, or write smaller ages.',
  );
}

export function streamsVerdict(streams: Described<Streams>, prefix: string): Verdict {
  if (streams.kind === 'not described') return streams.verdict;
  const { count } = streams.value;
  if (count === 0)
    return wrong(
      `None begins with ${prefix}: switch the cluster's audit log type on, or mend eksCloudwatchLog.streamPrefix.`,
    );
  return ok(`${count === PAGES * 50 ? `${count} or more` : count} beginning with ${prefix}.`);
}
