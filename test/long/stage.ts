import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { settingsOf } from '../../bin/operate/try/stand-ins.ts';
import { DEFAULT_INDEX, type Settings } from '../../lambda/contract.ts';
import { elasticsearchClient } from '../../lambda/edges/elasticsearch.ts';
import { bundleFunction } from '../../lib/bundle.ts';
import { installTemplates } from '../../lib/elasticsearch/setup.ts';
import { sourceOf } from '../../local/aws.ts';
import { type FastClock, fastTime } from './clock.ts';
import { POLICY } from './lines.ts';
import { type Child, startProcess } from './process.ts';
import { LogGroup } from './source.ts';
import { Table } from './table.ts';

/** All that the function speaks to, each in a process of its own on the fast clock; Elasticsearch is there already. */
export interface Stage {
  readonly source: LogGroup;
  readonly table: Table;
  readonly client: Client;
  /** What sends the function's clients here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fast time. */
  now(): number;
  /** Starts one more of this folder's scripts. */
  start(script: string, args: readonly string[], onLine?: (line: string) => void): Promise<Child>;
  /** Bundles the function; the folder goes with the stage. */
  bundle(overrides: Partial<Settings>): Promise<string>;
  /** Never fulfilled; rejects when one of the processes ends by itself. */
  readonly died: Promise<never>;
  close(): Promise<void>;
}

export async function setStage(cluster: string, url: string, clock: FastClock, faults: object): Promise<Stage> {
  const closing: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    return { ...(await build(cluster, url, clock, faults, (one) => closing.push(one))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closing = (close: () => unknown) => void;

async function build(
  cluster: string,
  url: string,
  clock: FastClock,
  faults: object,
  later: Closing,
): Promise<Omit<Stage, 'close'>> {
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => {});
  const start: Stage['start'] = async (script, args, onLine = () => {}) => {
    const onDeath = (why: string) => died.reject(new Error(why));
    const child = await startProcess({ script, args, clock, onLine, onDeath });
    later(() => child.stop());
    return child;
  };
  const logs = await start('server.ts', ['cloudwatch', JSON.stringify(faults)]);
  const dynamodb = await start('server.ts', ['dynamodb']);
  const source = new LogGroup(logs.said, sourceOf(cluster).group);
  later(() => source.close());
  const table = new Table(dynamodb.said);
  later(() => table.close());
  const elasticsearch = { url, secret: null, ca: null, index: DEFAULT_INDEX, profiles: ['ecs'] } as const;
  const client = elasticsearchClient(elasticsearch, undefined);
  later(() => client.close());
  await Promise.all([source.create(), table.create(), installTemplates(client)]);
  return {
    source,
    table,
    client,
    environment: environmentOf(logs.said, dynamodb.said),
    now: () => fastTime(clock, Date.now()),
    start,
    bundle: async (overrides) => {
      const folder = mkdtempSync(join(tmpdir(), 'function-'));
      later(() => rmSync(folder, { recursive: true, force: true }));
      await bundleFunction(folder, { ...settingsOf(cluster, POLICY, elasticsearch), ...overrides });
      return folder;
    },
    died: died.promise,
  };
}

/** What sends a function's clients to these endpoints. */
export function environmentOf(logs: string, dynamodb: string): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'stand-in',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logs,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  };
}
