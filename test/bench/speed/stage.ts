import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { settingsOf } from '../../../bin/operate/try/stand-ins.ts';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { bundleFunction } from '../../../lib/bundle.ts';
import { TABLE } from '../../../local/aws.ts';
import { startProcess } from '../../long/process.ts';
import { environmentOf } from '../../long/stage.ts';
import { Table } from '../../long/table.ts';
import { standIn } from '../../support/stand-in.ts';
import { answerOf, outcomeOf, plainScript, startServer } from './child.ts';

const MINUTE = 60_000;
/** The lines lie in so many minutes. */
const MINUTES = 5;
/** Seconds: after how long the function looks at a minute again. */
const LOOK_AGAIN = 120;

/** CPU seconds of a process, and what it was about. */
export interface Spent {
  readonly seconds: number;
  readonly read: number;
}

export interface FunctionSpent extends Spent {
  /** Bytes. */
  readonly peak: number;
  readonly indexed: number;
  readonly unchanged: number;
  readonly imported: { readonly milliseconds: number; readonly rss: number; readonly alone: number };
  /** What it asked of CloudWatch Logs, and what it sent. */
  readonly asked: { readonly calls: number; readonly lines: number; readonly bytes: number };
  readonly sent: { readonly requests: number; readonly items: number; readonly bytes: number; readonly sent: number };
}

/** One log that lies ready, and all that reads it, each in a process of its own. */
export interface Stage {
  /** Bytes of the bundle. */
  readonly size: number;
  reference(): Promise<Spent>;
  /** The bodies are what the function sent in its first run. */
  sameBytes(): Promise<Spent>;
  /** The function, from nothing to nothing left. `memory` in MB. `isPinned`: on one processor. */
  function(memory: number, isPinned?: boolean): Promise<FunctionSpent>;
  /** The same minutes looked at once more by the process that sent them. */
  lookAgain(memory: number): Promise<FunctionSpent>;
  close(): Promise<void>;
}

export async function setStage(lines: readonly string[], policy: Policy): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const [file, bodies] = [join(folder, 'lines'), join(folder, 'bodies')];
  writeFileSync(file, lines.join('\n'));
  const [host, plain] = [plainScript('host', folder), plainScript('reference', folder)];
  const from = Math.floor(Date.now() / MINUTE) * MINUTE - (MINUTES + 3) * MINUTE;
  const to = from + MINUTES * MINUTE - 1;
  const logs = await startServer('logs.ts', [file, String(from), String(to - from)]);
  const sink = await startServer('sink.ts', []);
  const startFrom = new Date(from).toISOString();
  // The account's quota is not what is measured.
  const build = (url: string, name: string) =>
    bundleFunction(join(folder, name), {
      ...settingsOf('bench', policy, { url, secret: null, ca: null, index: DEFAULT_INDEX, profiles: ['ecs'] }),
      ...{ startFrom, requestsPerSecond: 1000, ages: [0, LOOK_AGAIN] },
    });
  const { size } = await build(sink.said, 'function');
  let dynamodb = await startTable();
  const run = async (name: string, memory: number, { before, isPinned }: Running): Promise<FunctionSpent> => {
    const forget = async () => void (await Promise.all([answerOf(logs.said), answerOf(sink.said)]));
    await forget();
    const onReady = before && (() => before().then(forget));
    const spent = await outcomeOf<FunctionSpent>({
      script: host,
      args: [join(folder, name), ...(before === undefined ? [] : ['again'])],
      ...(onReady === undefined ? {} : { onReady }),
      env: { ...environmentOf(logs.said, dynamodb.said), AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory) },
      nodeArgs: flags(memory),
      ...(isPinned === undefined ? {} : { isPinned }),
    });
    return { ...spent, asked: await answersOf(logs.said), sent: await answersOf(sink.said) };
  };
  const anew = async (name: string, memory: number, running: Running = {}) => {
    await dynamodb.stop();
    dynamodb = await startTable();
    return await run(name, memory, running);
  };
  const recorder = await startServer('sink.ts', [bodies]);
  await build(recorder.said, 'recorded');
  await anew('recorded', 1769);
  await recorder.stop();
  const reference = (...more: readonly string[]) =>
    outcomeOf<Spent>({ script: plain, args: [logs.said, sink.said, String(from), String(to), ...more] });
  return {
    size,
    reference: () => reference(),
    sameBytes: () => reference(bodies),
    function: (memory, isPinned = false) => anew('function', memory, { isPinned }),
    lookAgain: (memory) => anew('function', memory, { before: () => rewind(dynamodb.said, startFrom) }),
    close: async () => {
      for (const each of [logs, sink, dynamodb]) await each.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Running {
  /** What is done before the same process runs again; absent: it runs once. */
  readonly before?: () => Promise<void>;
  readonly isPinned?: boolean;
}

/** What Lambda starts Node with for a function of this memory, and the stack. */
function flags(memory: number): readonly string[] {
  const percent = (share: number) => Math.floor((memory * share) / 100);
  return [`--max-semi-space-size=${percent(5)}`, `--max-old-space-size=${percent(90)}`, '--enable-source-maps'];
}

async function answersOf<T>(url: string): Promise<T> {
  return (await answerOf(url)) as T;
}

async function startTable() {
  const server = await startProcess({ script: 'server.ts', args: ['dynamodb'] });
  const table = new Table(server.said);
  await table.create();
  table.close();
  return server;
}

/** As if each minute had been read just after its end, and nobody had looked again. */
async function rewind(endpoint: string, start: string): Promise<void> {
  const plain = new DynamoDBClient(standIn(endpoint));
  const client = DynamoDBDocumentClient.from(plain);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
  for (const item of Items) {
    const changed =
      typeof item.minute === 'string'
        ? { ...item, readAt: Date.parse(item.minute) + 1.5 * MINUTE }
        : item.cursors === undefined
          ? undefined
          : { ...item, cursors: { ...item.cursors, [LOOK_AGAIN]: start } };
    if (changed !== undefined) await client.send(new PutCommand({ TableName: TABLE, Item: changed }));
  }
  plain.destroy();
}
