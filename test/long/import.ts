import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleLines } from '../bench/speed/events.ts';
import { PROGRAM } from '../support/command.ts';
import { startProcess } from './process.ts';

const MB = 1e6;
const SIZES = [200 * MB, 2000 * MB];
/** What ten times the file may need more: the collector's moods. */
const MARGIN = 1.25;
/** MiB: a small machine has them. */
const MOST = 640;
const SAMPLES = 20_000;
const TICKS_PER_SECOND = 100;

interface Spent {
  readonly mebibytes: number;
  /** Of all threads. */
  readonly processorSeconds: number;
}

/** An import's memory, speed and processor time on a kube-audit.log of 0.2 GB and of 2 GB; true when the larger needs no more. */
export async function importAtLength(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  const server = await startProcess({ script: 'server.ts', args: ['yes'] });
  try {
    const peaks: number[] = [];
    for (const bytes of SIZES) peaks.push(await peakOf(folder, server.said, bytes));
    const [small = Number.NaN, large = Number.NaN] = peaks;
    console.log(`  ten times the file needs ${(large / small).toFixed(2)} times the memory (at most ${MARGIN})`);
    return large / small <= MARGIN && Math.max(...peaks) < MOST;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peakOf(folder: string, url: string, bytes: number): Promise<number> {
  const [log, config] = [join(folder, 'kube-audit.log'), join(folder, 'forwarder.yaml')];
  const lines = await write(log, bytes);
  const cluster = '{ policy: everything, eksCloudwatchLog: { groupName: /aws/eks/long/cluster, region: eu-west-1 } }';
  writeFileSync(config, `clusters: [${cluster}]\nelasticsearch: { url: '${url}' }\n`);
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [PROGRAM, 'import', log, '--config', config, '--state', join(folder, `state-${bytes}`), '--json'],
    // Nobody is signed in.
    { env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = once(child, 'close');
  let spent: Spent = { mebibytes: 0, processorSeconds: 0 };
  while (child.exitCode === null) {
    spent = spentBy(child.pid) ?? spent;
    await Promise.race([closed, sleep(100)]);
  }
  await closed;
  const seconds = (performance.now() - began) / 1000;
  const { read, indexed, parked } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  if (read !== lines || indexed + parked !== lines) throw new Error(`${indexed} of ${lines} lines were indexed.`);
  const perLines = (spent.processorSeconds / lines) * 100_000;
  console.log(
    `import: ${bytes / MB} MB, ${lines} lines in ${seconds.toFixed(0)} s (${(bytes / MB / seconds).toFixed(1)} MB/s)`,
  );
  console.log(`  ${perLines.toFixed(1)} s of processor for 100,000 lines; peak ${spent.mebibytes.toFixed(0)} MiB`);
  return spent.mebibytes;
}

/** Samples again and again, each time under other audit ids; how many lines it took. */
async function write(path: string, bytes: number): Promise<number> {
  const samples = sampleLines('full', SAMPLES);
  const file = createWriteStream(path);
  let [written, lines] = [0, 0];
  for (; written < bytes; lines += 1) {
    const sample = samples[lines % samples.length] ?? '';
    const line = `${sample.replace('"auditID":"', `"auditID":"${lines}-`)}\n`;
    written += Buffer.byteLength(line);
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return lines;
}

/** undefined: it has ended. */
function spentBy(pid: number | undefined): Spent | undefined {
  try {
    const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    // Behind the name, which may hold spaces: the 12th and 13th fields.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (Number.isNaN(kilobytes)) return undefined;
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { mebibytes: kilobytes / 1024, processorSeconds: ticks / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}
