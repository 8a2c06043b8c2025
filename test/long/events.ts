import { Client } from '@elastic/elasticsearch';
import { type EventItem, judge } from '../../lambda/core/document/judge.ts';
import { at } from '../../lambda/core/json.ts';
import { DAY } from '../../lambda/core/time.ts';
import { sampleEvents } from '../../local/samples/samples.ts';
import { CLUSTER, line, rules } from '../support/builders.ts';

export interface Filling {
  readonly url: string;
  readonly cluster: string;
  readonly count: number;
  /** Milliseconds: when the first event happens. */
  readonly from: number;
  readonly days: number;
  readonly report: (line: string) => void;
}

const AT_ONCE = 5000;
/** Documents between two lines of progress. */
const REPORT_EVERY = 50_000;

/**
 * Indexes so many events of a cluster's life, as the function would make their documents; throws where one is refused.
 * Gives the time of the line that a tenth of them stand before, in milliseconds.
 */
export async function fill(filling: Filling): Promise<number> {
  const { url, count, report } = filling;
  // Without compression, which would cost this machine more than it saves.
  const client = new Client({ node: url });
  const began = performance.now();
  let [done, tenth] = [0, 0];
  let items: EventItem[] = [];
  for (const { item, timestamp } of events(filling)) {
    items.push(item);
    const made = done + items.length;
    if (made * 10 === count) tenth = timestamp;
    if (items.length < AT_ONCE && made < count) continue;
    await index(client, items);
    done = made;
    items = [];
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    if (done % REPORT_EVERY === 0 || done === count) report(`  ${done} of ${count} documents after ${seconds} s`);
    if (done === count) break;
  }
  await client.close();
  return tenth;
}

function* events({ cluster, count, from, days }: Filling) {
  const judgedBy = rules({ cluster: { ...CLUSTER, name: cluster, indexName: cluster } });
  const perSecond = (count * 1000) / (days * DAY);
  for (const { stream, timestamp, message } of sampleEvents({ from, to: Number.POSITIVE_INFINITY, perSecond })) {
    if (!stream.startsWith(CLUSTER.source.prefix)) continue;
    const judged = judge(line({ message, timestamp, stream }), judgedBy, timestamp);
    if (judged.kind !== 'send' || judged.parcel.kind !== 'event') continue;
    for (const item of judged.parcel.items) yield { item, timestamp };
  }
}

async function index(client: Client, items: readonly EventItem[]): Promise<void> {
  const lines = items.map(({ index, id, body }) => `{"create":{"_index":"${index}","_id":"${id}"}}\n${body}\n`);
  const querystring = { filter_path: 'errors,items.*.error' };
  const answer = await client.transport.request({
    method: 'POST',
    path: '/_bulk',
    querystring,
    bulkBody: lines.join(''),
  });
  if (at(answer, 'errors') !== false) throw new Error(`Not all were indexed: ${JSON.stringify(answer).slice(0, 1000)}`);
}
