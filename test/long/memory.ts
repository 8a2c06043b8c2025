import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settingsOf } from '../../bin/operate/try/stand-ins.ts';
import { DEFAULT_INDEX } from '../../lambda/contract.ts';
import { bundleFunction } from '../../lib/bundle.ts';
import { sourceOf } from '../../local/aws.ts';
import { type RunningFunction, startFunction } from '../../local/lambda/function.ts';
import { EVERYTHING } from '../support/builders.ts';
import { type Backlog, LINE_BYTES } from './backlog.ts';
import { startProcess } from './process.ts';
import { environmentOf } from './stage.ts';
import { Table } from './table.ts';

const MB = 1e6;
const MINUTE = 60_000;
/** What a busy cluster writes. */
const BYTES_A_MINUTE = 10 * MB;
/** MiB, as the function is deployed at least. */
const MEMORY = 256;
/** What ten times the backlog may need more: the second half of the ids remembered, and the collector's moods. */
const MARGIN = 1.25;
const TIMEOUT_SECONDS = 120;

interface Peak {
  readonly mebibytes: number;
  readonly lines: number;
  readonly seconds: number;
}

/** The function's peak memory on a backlog of 0.1 GB and of 1 GB; true when both fit and the larger needs no more. */
export async function memory(): Promise<boolean> {
  const peaks: number[] = [];
  for (const bytes of [100 * MB, 1000 * MB]) {
    const { mebibytes, lines, seconds } = await peakOf(bytes);
    peaks.push(mebibytes);
    const rate = (bytes / MB / seconds).toFixed(1);
    console.log(`memory: ${bytes / MB} MB, ${lines} lines in ${seconds.toFixed(0)} s (${rate} MB/s)`);
    console.log(`  peak of the function's process: ${mebibytes.toFixed(0)} MiB of ${MEMORY}`);
  }
  const [small = Number.NaN, large = Number.NaN] = peaks;
  console.log(`  ten times the backlog needs ${(large / small).toFixed(2)} times the memory (at most ${MARGIN})`);
  return large / small <= MARGIN && Math.max(...peaks) < MEMORY;
}

async function peakOf(bytes: number): Promise<Peak> {
  const closing: (() => unknown)[] = [];
  const later = (close: () => unknown) => void closing.push(close);
  const start = async (args: readonly string[], nodeArgs: readonly string[] = []) => {
    const server = await startProcess({ script: 'server.ts', args, nodeArgs });
    later(() => server.stop());
    return server.said;
  };
  try {
    const span = Math.ceil(bytes / BYTES_A_MINUTE) * MINUTE;
    const from = Math.floor(Date.now() / MINUTE) * MINUTE - span - 3 * MINUTE;
    const backlog: Backlog = { group: sourceOf('memory').group, from, span, bytes };
    const logs = await start(['backlog', JSON.stringify(backlog)], ['--max-old-space-size=8000']);
    const dynamodb = await start(['dynamodb']);
    const table = new Table(dynamodb);
    await table.create();
    table.close();
    const folder = await bundle(await start(['yes']), from);
    later(() => rmSync(folder, { recursive: true, force: true }));
    const env = environmentOf(logs, dynamodb);
    const lambda = startFunction({ folder, env, timeoutSeconds: TIMEOUT_SECONDS, memory: MEMORY });
    later(() => lambda.stop());
    return await catchUp(lambda, Math.round(bytes / LINE_BYTES));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

async function bundle(url: string, from: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  const settings = settingsOf('memory', EVERYTHING, {
    url,
    secret: null,
    ca: null,
    index: DEFAULT_INDEX,
    profiles: ['ecs'],
  });
  // The account's quota is not what is measured.
  const startFrom = new Date(from).toISOString();
  await bundleFunction(folder, { ...settings, startFrom, requestsPerSecond: 100 });
  return folder;
}

/** Runs until nothing is left; throws where a line is missing or the process is not the one it began with. */
async function catchUp(lambda: RunningFunction, lines: number): Promise<Peak> {
  const began = performance.now();
  let indexed = 0;
  let first: number | undefined;
  for (let caughtUp = false; !caughtUp; ) {
    const outcome = await lambda.invoke({});
    first ??= lambda.pid;
    if (!outcome.ok) throw new Error(`${outcome.errorType}: ${outcome.errorMessage}`);
    if (lambda.pid === undefined || lambda.pid !== first) throw new Error('The function was started anew.');
    const report = outcome.payload as { readonly caughtUp: boolean; readonly indexed: number };
    indexed += report.indexed;
    caughtUp = report.caughtUp;
  }
  if (indexed !== lines) throw new Error(`${indexed} of ${lines} lines were indexed.`);
  return { mebibytes: peakMebibytes(first), lines, seconds: (performance.now() - began) / 1000 };
}

function peakMebibytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
