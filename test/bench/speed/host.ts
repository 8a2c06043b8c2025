/**
 * The bundled function in a process of its own, as Lambda's runtime holds it: imported, then asked until nothing is left.
 * `host.ts FOLDER`; prints what it needed. The import is counted by itself. `host.ts FOLDER again`: what the second time
 * needs, in a process that is warm; it says `ready` before that and waits until its input ends.
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spentSince } from './spent.ts';

interface Answer {
  readonly caughtUp: boolean;
  readonly indexed: number;
  readonly read: number;
  readonly unchanged: number;
}

const TIME = 120_000;
const [folder = '', again] = process.argv.slice(2);
const alone = process.memoryUsage().rss;
const before = process.cpuUsage();
const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);
const imported = { milliseconds: 1000 * spentSince(before), rss: process.memoryUsage().rss, alone };

async function untilCaughtUp() {
  const sums = { indexed: 0, read: 0, unchanged: 0, runs: 0 };
  const began = process.cpuUsage();
  for (let caughtUp = false; !caughtUp; ) {
    const deadline = Date.now() + TIME;
    const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => deadline - Date.now() };
    const answer: Answer = await handler({}, context);
    sums.runs += 1;
    for (const key of ['indexed', 'read', 'unchanged'] as const) sums[key] += answer[key];
    caughtUp = answer.caughtUp;
  }
  return { seconds: spentSince(began), ...sums };
}

if (again !== undefined) {
  await untilCaughtUp();
  console.log('ready');
  await once(process.stdin.resume(), 'end');
}
const spent = await untilCaughtUp();
const peak = 1024 * process.resourceUsage().maxRSS;
// What the function prints itself are its metrics.
console.log(`done ${JSON.stringify({ ...spent, peak, imported })}`);
process.exit();
