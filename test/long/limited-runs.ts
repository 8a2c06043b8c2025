import { settingsOf } from '../../bin/operate/try/stand-ins.ts';
import type { ElasticsearchSettings } from '../../lambda/contract.ts';
import type { BulkAnswer, BulkItem } from '../../lambda/core/bulk/bulk.ts';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { isoTime } from '../../lambda/core/time.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { CloudWatchPages } from '../../lambda/edges/cloudwatch.ts';
import { DynamoCheckpoints } from '../../lambda/edges/dynamodb.ts';
import { ElasticsearchBulk } from '../../lambda/edges/elasticsearch.ts';
import { DynamoLedger } from '../../lambda/edges/ledger.ts';
import { SourceTable } from '../../lambda/edges/table.ts';
import type { BulkSink, Ports } from '../../lambda/ports.ts';
import { run } from '../../lambda/run.ts';
import { type Aws, sourceOf, TABLE } from '../../local/aws.ts';
import { EVERYTHING } from '../support/builders.ts';

/** How often Elasticsearch had no room: of whole requests and of single documents. */
export interface Refusals {
  /** 429 */
  readonly tooBusy: number;
  /** 413 */
  readonly tooLarge: number;
  /** Bytes of the largest document that it took. */
  readonly largest: number;
}

const RUN = 55_000;
const MOST_RUNS = 100;

/** The function's runs in this process, one after the other, on the real edges. */
export class LimitedRuns {
  readonly #cluster: string;
  readonly #from: number;
  readonly #elasticsearch: ElasticsearchSettings;
  readonly #ports: Ports;
  readonly #refusals = { tooBusy: 0, tooLarge: 0, largest: 0 };
  count = 0;
  retries = 0;

  constructor(cluster: string, aws: Aws, elasticsearch: ElasticsearchSettings, from: number) {
    const source = sourceOf(cluster);
    const credentials = { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' };
    const at = (endpoint: string) => ({ endpoint, region: source.region, credentials });
    const table = new SourceTable(TABLE, source, at(aws.dynamodb.endpoint));
    this.#cluster = cluster;
    this.#from = from;
    this.#elasticsearch = elasticsearch;
    this.#ports = {
      source: new CloudWatchPages(source, at(aws.logs.endpoint)),
      sink: counting(new ElasticsearchBulk(elasticsearch, async () => undefined), this.#refusals),
      store: new DynamoCheckpoints(table),
      ledger: new DynamoLedger(table),
      meter: { emit: () => {} },
      clock: systemClock,
      memory: { indices: new Set(), confirmed: new Confirmed() },
    };
  }

  get refusals(): Refusals {
    return { ...this.#refusals };
  }

  /** A run that time ends is followed by another. */
  async catchUp(): Promise<void> {
    const settings = { ...settingsOf(this.#cluster, EVERYTHING, this.#elasticsearch), startFrom: isoTime(this.#from) };
    for (let caughtUp = false; !caughtUp; ) {
      this.count += 1;
      if (this.count > MOST_RUNS) throw new Error(`Not caught up within ${MOST_RUNS} runs.`);
      const ended = await run(settings, this.#ports, { id: `run ${this.count}`, deadline: Date.now() + RUN });
      const { indexed, parked, elasticsearchRetries, duration, ended: how, reason = '' } = ended.tally;
      this.retries += elasticsearchRetries;
      const seconds = (duration / 1000).toFixed(0);
      console.log(`  run ${this.count}: ${how} in ${seconds} s, ${indexed} indexed, ${parked} parked ${reason}`);
      caughtUp = ended.caughtUp;
    }
  }
}

function counting(sink: BulkSink, refusals: { tooBusy: number; tooLarge: number; largest: number }): BulkSink {
  const count = (status: number) => {
    if (status === 429) refusals.tooBusy += 1;
    if (status === 413) refusals.tooLarge += 1;
  };
  return {
    bulk: async (items: readonly BulkItem[], signal): Promise<BulkAnswer> => {
      const answer = await sink.bulk(items, signal);
      if (answer.kind === 'refused') count(answer.status);
      for (const [at, { status }] of (answer.kind === 'items' ? answer.items : []).entries()) {
        count(status);
        if (status === 201) refusals.largest = Math.max(refusals.largest, Buffer.byteLength(items[at]?.body ?? ''));
      }
      return answer;
    },
    renew: () => sink.renew(),
  };
}
