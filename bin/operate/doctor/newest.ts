import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { faultOf } from '../../../lambda/edges/aws-error.ts';
import { awsRefusal, notChecked, ok, spanText, type Verdict, wrong } from '../reach/verdict.ts';
import { type Described, firstPages, newestOf, type Streams } from './group.ts';

/** A cluster at rest still writes audit lines each second; CloudWatch has them within a minute or so. */
const WINDOW = 15 * 60_000;
/** A busy cluster's quarter of an hour is many pages, and the quota is the forwarder's: the youngest minutes do. */
const YOUNGEST = 60_000;
const PAGES = 5;

/** How old the newest line is, found with the very call that the forwarder makes. */
export async function newestLine(
  client: CloudWatchLogsClient,
  { group, prefix }: { readonly group: string; readonly prefix: string },
  streams: Described<Streams>,
  now: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const look = async (startTime: number) => {
    const query = { logGroupName: group, logStreamNamePrefix: prefix, startTime, endTime: now };
    const pages = await firstPages(paginateFilterLogEvents({ client }, query, { abortSignal: signal }), PAGES);
    return newestOf(pages.flatMap(({ events = [] }) => events.map(({ timestamp }) => timestamp)));
  };
  try {
    const newest = (await look(now - YOUNGEST)) ?? (await look(now - WINDOW));
    if (newest !== undefined) return ok(`${spanText((now - newest) / 1000)} old.`);
  } catch (error) {
    if (faultOf(error).name === 'ResourceNotFoundException') return notChecked('there is no such log group');
    return awsRefusal(error, 'logs:FilterLogEvents', `read ${group}`, `There is no log group ${group}`);
  }
  const last = streams.kind === 'described' ? streams.value.newest : undefined;
  const age = last === undefined ? `over ${spanText(WINDOW / 1000)}` : `about ${spanText((now - last) / 1000)}`;
  return wrong(`It is ${age} old: see that the cluster lives and that its audit log type is on.`);
}
