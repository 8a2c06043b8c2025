import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { onTestFinished } from 'vitest';
import { numbersOf, type Totals } from '../../bin/cli/totals.ts';
import { serverSettings, settingsOf } from '../../bin/operate/try/stand-ins.ts';
import { type Profile, SETTINGS_FILE, type Settings } from '../../lambda/contract.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { bundleCodeSync, type CodeFile } from '../../lib/bundle.ts';
import { type Aws, sourceOf, startAws, TABLE } from '../../local/aws.ts';
import { startFunction } from '../../local/lambda/function.ts';
import type { Outcome } from '../../local/lambda/runtime-api.ts';
import { EVERYTHING } from '../support/builders.ts';
import { newFolder } from '../support/folder.ts';
import { standIn } from '../support/stand-in.ts';

export interface Pipe {
  readonly cluster: string;
  readonly aws: Aws;
  readonly elasticsearch: PipeOptions['elasticsearch'];
  /** Puts messages into `streams` audit streams in turn, all at one time. */
  feed(messages: readonly string[], timestamp?: number, streams?: number): Promise<void>;
  /** One invocation of the bundle; the totals are those of its metrics line. */
  invoke(): Promise<{
    readonly outcome: Outcome;
    readonly totals: Totals | undefined;
    readonly lines: readonly string[];
  }>;
  /** The frontier in the table; undefined before the first run. */
  frontier(): Promise<string | undefined>;
}

export interface PipeOptions {
  readonly elasticsearch: { readonly url: string; readonly ca?: string };
  readonly policy?: Policy;
  /** Default `ecs` alone. */
  readonly profiles?: readonly Profile[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
}

let count = 0;

/** The very bundle between stand-ins and a real server, until the test ends; it has a process and a cluster of its own. */
export function startPipe(options: PipeOptions): Promise<Pipe> {
  return openPipe(options, newFolder(), onTestFinished);
}

/** The same for as long as the caller likes: `onClose` takes what ends it. The function is made in `folder`. */
export async function openPipe(
  options: PipeOptions,
  folder: string,
  onClose: (close: () => Promise<void>) => void,
): Promise<Pipe> {
  const { elasticsearch, policy = EVERYTHING, environment = {}, timeoutSeconds = 55 } = options;
  count += 1;
  const cluster = `pipe-${process.pid}-${count}`;
  const aws = await startAws();
  onClose(() => aws.close());
  const server = { ...serverSettings(elasticsearch), ...(options.profiles && { profiles: options.profiles }) };
  makeFunction(folder, settingsOf(cluster, policy, server));
  const lines: string[] = [];
  const lambda = startFunction({
    folder,
    env: { ...aws.environment, ...environment },
    timeoutSeconds,
    nodeArgs: ['--enable-source-maps'],
    onLine: (line) => void lines.push(line),
  });
  onClose(() => lambda.stop());
  return {
    cluster,
    aws,
    elasticsearch,
    feed: async (messages, timestamp = Date.now(), streams = 1) => {
      for (let stream = 0; stream < streams; stream += 1) {
        const events = messages.filter((_, at) => at % streams === stream).map((message) => ({ timestamp, message }));
        const name = `kube-apiserver-audit-${String(stream).padStart(32, '0')}`;
        await aws.logs.put(sourceOf(cluster).group, name, events);
      }
    },
    invoke: async () => {
      lines.length = 0;
      const outcome = await lambda.invoke({});
      const totals = lines.map(numbersOf).find((numbers) => numbers !== undefined)?.totals;
      return { outcome, totals, lines: [...lines] };
    },
    frontier: () => frontierOf(aws.dynamodb.endpoint),
  };
}

let code: readonly CodeFile[] | undefined;

/** The code that is deployed, with settings of its own; a file's functions are made of one bundle. */
function makeFunction(folder: string, settings: Settings): void {
  code ??= bundleCodeSync();
  for (const { name, contents } of code) writeFileSync(join(folder, name), contents);
  writeFileSync(join(folder, SETTINGS_FILE), JSON.stringify(settings));
}

async function frontierOf(endpoint: string): Promise<string | undefined> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(standIn(endpoint)));
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }));
  client.destroy();
  return Items.find(({ item }) => item === 'checkpoint')?.cursors?.['0'];
}
