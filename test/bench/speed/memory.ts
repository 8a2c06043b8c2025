import { DEFAULTS } from '../../../lib/config/defaults.ts';
import { EVERYTHING } from '../../support/builders.ts';
import { fileLines, type Life, sampleLines } from './events.ts';
import { defaultPolicy, type Options, WHOLE_PROCESSOR } from './rounds.ts';
import { type FunctionSpent, type Stage, setStage } from './stage.ts';

/** MB. Lambda gives a function from 128; forwarder.yaml takes from 256. */
const SIZES = [128, 192, 256, 384, 512, 768, 1024, 1769];
/** $ a GB-second, arm64, US East. */
const PRICE = 0.000_013_333_4;
const MB = 1e6;
const LOG = 1e9;
/** MB/s, CloudWatch's quota of one account and Region. */
const QUOTA = 5;
/** Of the memory, what the process may take at the most: the rest is for a worse day and for Lambda's own. */
const FITS = 0.8;

/** What a size of the function makes of a policy's log. */
interface Sized {
  /** MB. */
  readonly peak: number;
  /** Seconds of a whole processor for a GB of log. */
  readonly seconds: number;
}

/**
 * Which memory costs least: Lambda bills duration times memory, and gives a processor's share in proportion to it. The
 * function runs on one processor with what Lambda starts Node with for that memory; how long it would take with its
 * share is a model: its CPU seconds, divided by the share. What it waits for CloudWatch and Elasticsearch is left out,
 * which costs the more the more memory waits. True where the default fits and keeps up with the quota.
 */
export async function benchMemory(options: Omit<Options, 'say'>): Promise<boolean> {
  const { lines, events } = options;
  const linesOf = (life: Life) => (events === undefined ? sampleLines(life, lines) : fileLines(events, lines));
  const full = await setStage(linesOf('full'), EVERYTHING);
  const mixed = await setStage(linesOf('mixed'), defaultPolicy());
  let isGood = false;
  console.log('| memory | peak | default policy | | everything kept | |');
  console.log('|---|---|---|---|---|---|');
  try {
    for (const memory of SIZES) {
      const all = await sized(full, memory, options.rounds);
      const few = await sized(mixed, memory, options.rounds);
      const peak = Math.max(all.peak, few.peak);
      console.log(`| ${memory} MB | ${peak.toFixed(0)} MB | ${told(memory, few)} | ${told(memory, all)} |`);
      if (memory === DEFAULTS.memorySize) isGood = peak <= FITS * memory && throughput(memory, few) >= QUOTA;
    }
  } finally {
    await full.close();
    await mixed.close();
  }
  return isGood;
}

/** The least that was seen of each: what else the machine did only adds. */
async function sized(stage: Stage, memory: number, rounds: number): Promise<Sized> {
  const runs: FunctionSpent[] = [];
  for (let at = 0; at < rounds; at += 1) runs.push(await stage.function(memory, true));
  const seconds = runs.map((each) => (each.seconds * LOG) / each.asked.bytes);
  return { peak: Math.max(...runs.map(({ peak }) => peak)) / MB, seconds: Math.min(...seconds) };
}

function told(memory: number, { seconds }: Sized): string {
  const duration = seconds / share(memory);
  const price = (duration * memory * PRICE) / 1024;
  return `${throughput(memory, { seconds }).toFixed(1)} MB/s | $${price.toFixed(5)} a GB`;
}

/** MB/s. */
function throughput(memory: number, { seconds }: Pick<Sized, 'seconds'>): number {
  return (share(memory) * LOG) / MB / seconds;
}

function share(memory: number): number {
  return Math.min(1, memory / WHOLE_PROCESSOR);
}
