import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import { floorMinute, isoTime, MINUTE } from '../../lambda/core/time.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import { sourceOf, startAws } from '../../local/aws.ts';
import { startElasticsearch } from '../../local/elasticsearch/start.ts';
import { random } from '../../local/random.ts';
import { event } from '../support/builders.ts';
import { LimitedRuns, type Refusals } from './limited-runs.ts';

const CLUSTER = 'limits';
const EVENTS = 20_000;
const MINUTES = 5;
/** Characters of an event's body: its document has 12 kB at most, of which Elasticsearch counts the fivefold. */
const LARGEST = 8800;
const TOO_LARGE = 200_000;
/** Hardly room for one document: it counts once when it arrives, and four times as it is indexed. */
const LIMITS = {
  'indexing_pressure.memory.limit': '64kb',
  'http.max_content_length': '1mb',
  'thread_pool.write.queue_size': 2,
};
/** So many refusals at least, or nothing was shown. */
const ENOUGH = 200;

/** A server with next to no room: all arrives, once, and what it can't take is parked in parts that it takes. */
export async function limits(): Promise<boolean> {
  const report = (line: string) => console.log(line);
  const server = await startElasticsearch({ major: 9, settings: LIMITS, report });
  const aws = await startAws();
  const settings = { url: server.url, secret: null, ca: null, index: DEFAULT_INDEX, profiles: ['ecs'] } as const;
  const client = elasticsearchClient(settings, undefined);
  try {
    await installTemplates(client);
    const from = floorMinute(Date.now()) - (MINUTES + 2) * MINUTE;
    await feed(aws.logs, from);
    const runs = new LimitedRuns(CLUSTER, aws, settings, from);
    const began = performance.now();
    await runs.catchUp();
    const seconds = (performance.now() - began) / 1000;
    const found = await documentsIn(client);
    return good({ ...found, ...runs.refusals, runs: runs.count, retries: runs.retries, seconds });
  } finally {
    await client.close();
    await aws.close();
    await server.stop();
  }
}

type Logs = Awaited<ReturnType<typeof startAws>>['logs'];

/** The one that is too large stands in the middle. */
async function feed(logs: Logs, from: number): Promise<void> {
  const dice = random(1);
  const { group } = sourceOf(CLUSTER);
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const events = Array.from({ length: EVENTS / MINUTES }, (_, at) => {
      const timestamp = from + minute * MINUTE + Math.floor((at * MINUTE * MINUTES) / EVENTS);
      return { timestamp, message: messageOf(`${minute}-${at}`, timestamp, Math.floor(dice() * LARGEST)) };
    });
    const timestamp = from + minute * MINUTE + MINUTE / 2;
    if (minute === 2) events.push({ timestamp, message: messageOf('large', timestamp, TOO_LARGE) });
    await logs.put(
      group,
      `kube-apiserver-audit-${'0'.repeat(32)}`,
      events.toSorted((a, b) => a.timestamp - b.timestamp),
    );
  }
}

function messageOf(auditID: string, timestamp: number, length: number): string {
  const requestObject = { data: { text: 'x'.repeat(length) } };
  return JSON.stringify(event({ auditID, stageTimestamp: isoTime(timestamp), requestObject }));
}

type Client = ReturnType<typeof elasticsearchClient>;

interface Documents {
  readonly indexed: number;
  readonly parts: number;
  /** The parts that are there make the whole text. */
  readonly whole: boolean;
}

async function documentsIn(client: Client): Promise<Documents> {
  const audit = `logs-kubernetes.audit_logs-${CLUSTER}-*`;
  const indexed = (await countDocuments(client, audit, systemClock)) ?? Number.NaN;
  const parked = `logs-kubernetes.audit_parked-${CLUSTER}-*`;
  await client.indices.refresh({ index: parked });
  const { hits } = await client.search<object>({ index: parked, size: 1000, sort: ['parked.part'] });
  const sources = hits.hits.map(({ _source }) => _source);
  const texts = sources.map((source) => textAt(source, 'event', 'original') ?? '');
  const isTooLarge = sources.every((source) => textAt(source, 'parked', 'reason') === 'too large');
  const complete = sources.every((source, place) => at(source, 'parked', 'part') === place + 1);
  const whole = isTooLarge && complete && texts.join('').includes('x'.repeat(TOO_LARGE));
  return { indexed, parts: texts.length, whole };
}

interface Figures extends Documents, Refusals {
  readonly runs: number;
  readonly retries: number;
  readonly seconds: number;
}

function good(figures: Figures): boolean {
  const { indexed, parts, whole, tooBusy, tooLarge, largest, runs, retries, seconds } = figures;
  console.log(`limits: ${runs} runs in ${seconds.toFixed(0)} s`);
  console.log(`  429: ${tooBusy}; 413: ${tooLarge}; requests tried again: ${retries}`);
  console.log(`  documents: ${EVENTS} expected, ${indexed} found, the largest of ${largest} bytes`);
  console.log(`  of the one of ${TOO_LARGE} characters: ${parts} parked parts, ${whole ? 'whole' : 'NOT WHOLE'}`);
  return indexed === EVENTS && whole && tooBusy + tooLarge >= ENOUGH;
}
