/**
 * Invokes the bundle each interval as EventBridge and Lambda do, in up to two processes at once, and kills -9 those at
 * work at random. Input: `calm` ends the killing, its end ends all. Output: one JSON object a line, `Told`.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningFunction, startFunction } from '../../local/lambda/function.ts';
import { random } from '../../local/random.ts';
import { FAST_CLOCK, parseClock } from './clock.ts';
import { PRELOAD } from './process.ts';

export interface Schedule {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly seed: number;
  /** Real milliseconds between two kills, on average. */
  readonly killEvery: number;
}

export type Told =
  | { readonly kind: 'run'; readonly ok: boolean; readonly why: string }
  | { readonly kind: 'metrics'; readonly line: string }
  /** `at`: real milliseconds after the run began. */
  | { readonly kind: 'kill'; readonly at: number };

interface Instance {
  readonly lambda: RunningFunction;
  /** Fast time when its run began; undefined while it is idle. */
  begun: number | undefined;
}

/** Real seconds for a process to start, which count in no deadline. */
const START_SECONDS = 5;

const schedule: Schedule = JSON.parse(process.argv[2] ?? '{}');
const { speed } = parseClock(process.env[FAST_CLOCK] ?? '');
const dice = random(schedule.seed);
/** Real milliseconds that the last run took. */
let recent = 1000;
const tell = (told: Told) => console.log(JSON.stringify(told));
const pause = (realMilliseconds: number) => sleep(realMilliseconds * speed);

const instances = [0, 1].map((): Instance => {
  const { folder, env } = schedule;
  const lambda = startFunction({
    folder,
    env: { ...env, [FAST_CLOCK]: process.env[FAST_CLOCK] ?? '' },
    timeoutSeconds: schedule.timeoutSeconds,
    nodeArgs: PRELOAD,
    onLine: (line) => (line.startsWith('{"_aws"') ? tell({ kind: 'metrics', line }) : undefined),
  });
  return { lambda, begun: undefined };
});

async function invoke(instance: Instance): Promise<void> {
  instance.begun = Date.now();
  const ended = new AbortController();
  const limit = schedule.timeoutSeconds * 1000 + START_SECONDS * 1000 * speed;
  sleep(limit, undefined, { signal: ended.signal }).then(
    () => instance.lambda.kill(),
    () => {},
  );
  const outcome = await instance.lambda.invoke({});
  ended.abort();
  recent = (Date.now() - instance.begun) / speed;
  instance.begun = undefined;
  tell({ kind: 'run', ok: outcome.ok, why: outcome.ok ? '' : `${outcome.errorType}: ${outcome.errorMessage}` });
}

let calm = false;

/** Somewhere within a run: as far after its begin as the run before took at most. */
async function kill(): Promise<void> {
  while (!calm) {
    await pause(2 * dice() * schedule.killEvery);
    while (!calm && !(await killOne())) await pause(10);
  }
}

async function killOne(): Promise<boolean> {
  const victim = instances.find(({ begun }) => begun !== undefined);
  const { begun } = victim ?? {};
  if (victim === undefined || begun === undefined) return false;
  await pause(dice() * recent);
  if (calm || victim.begun !== begun || victim.lambda.pid === undefined) return false;
  tell({ kind: 'kill', at: Math.round((Date.now() - begun) / speed) });
  await victim.lambda.kill();
  return true;
}

createInterface(process.stdin)
  .on('line', () => {
    calm = true;
  })
  .on('close', () => process.exit());
console.log('scheduled');
void kill();
for (;;) {
  const idle = instances.filter(({ begun }) => begun === undefined);
  // Mostly the one that is warm, as Lambda does.
  const instance = dice() < 0.9 ? idle[0] : idle.at(-1);
  if (instance !== undefined) void invoke(instance);
  await sleep(schedule.intervalSeconds * 1000);
}
