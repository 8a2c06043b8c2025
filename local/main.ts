import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ZodError, z } from 'zod';
import { faultsSchema } from './cloudwatch-logs/faults.ts';
import { type CloudWatchLogs, startCloudWatchLogs } from './cloudwatch-logs/server.ts';
import { feeder } from './feed.ts';

interface Flags {
  readonly port: number;
  readonly directory?: string;
  readonly account: string;
  readonly region: string;
  readonly seed: number;
  readonly samples?: number;
  readonly cluster: string;
  readonly past: number;
  readonly throttle?: number;
  readonly emptyPages?: number;
  readonly emptyEvery?: number;
  readonly lateness?: number;
  readonly errors?: number;
  readonly slow?: number;
  readonly shuffle?: boolean;
  readonly leaveOut?: number;
}

const FEED_EVERY = 1000;

const program = new Command('emulator')
  .description('CloudWatch Logs on this machine, for any client: the documented limits, and faults to switch on.')
  .option('--port <number>', 'on 127.0.0.1; 0 takes a free one', number, 4580)
  .option('--directory <folder>', 'keep all there across restarts; without it, in memory only')
  .option('--account <digits>', 'account of the ARNs', '111122223333')
  .option('--region <name>', 'Region of the ARNs', 'eu-west-1')
  .option('--seed <number>', 'of the samples and of the faults', number, 1)
  .option('--samples <per second>', "let an invented EKS cluster's audit log grow by so many lines a second", positive)
  .option('--cluster <name>', "the invented cluster: its log group is '/aws/eks/<name>/cluster'", 'prod')
  .option('--past <minutes>', 'so much has happened in it before the start', number, 10)
  .option('--throttle <per second>', 'refuse more FilterLogEvents than these', positive)
  .option('--empty-pages <probability>', 'pages that are empty and have a token', number)
  .option('--empty-every <n>', 'every n-th page is empty and has a token', number)
  .option('--lateness <seconds>', 'events become readable up to so much later than they were put', number)
  .option('--errors <probability>', 'reads that are answered with 500 or 503', number)
  .option('--slow <milliseconds>', 'reads are answered up to so much later', number)
  .option('--leave-out <probability>', 'events that are missing from one answer though other reads have them', number)
  .addOption(new Option('--shuffle', 'pages in no order, though complete'))
  .addHelpText(
    'after',
    '\nFaults change while it runs: curl -X PUT ENDPOINT/faults -d \'{"shuffle":true}\'; GET tells them.',
  )
  // Wrong use is 2, as with every command here.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(async (flags: Flags) => {
    try {
      await run(flags);
    } catch (error) {
      program.error(error instanceof ZodError ? z.prettifyError(error) : sentence(error));
    }
  });

async function run(flags: Flags): Promise<void> {
  const logs = await startCloudWatchLogs({ ...flags, faults: faultsOf(flags) });
  console.log(`CloudWatch Logs: ${logs.endpoint}`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (flags.samples !== undefined) await feed(logs, flags, stop.signal);
  else await once(stop.signal, 'abort');
  await logs.close();
}

async function feed(logs: CloudWatchLogs, flags: Flags, stop: AbortSignal): Promise<void> {
  const { seed, account, region, samples: perSecond = 1 } = flags;
  const group = `/aws/eks/${flags.cluster}/cluster`;
  const put = feeder(logs, { seed, account, region, perSecond, group, past: flags.past * 60_000 });
  console.log(`${await put()} sample events in ${group}, and ${perSecond} audit lines a second from now on`);
  while (!stop.aborted) {
    await sleep(FEED_EVERY, undefined, { signal: stop }).catch(() => {}); // Stopped.
    await put();
  }
}

function faultsOf({ lateness, slow, ...flags }: Flags) {
  const known = Object.entries(flags).filter(([key]) => key in faultsSchema.shape);
  return faultsSchema.parse({
    ...Object.fromEntries(known),
    ...(lateness !== undefined && { lateness: { to: lateness * 1000 } }),
    ...(slow !== undefined && { slow: { to: slow } }),
  });
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Expected a number.');
  return value;
}

function positive(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

await program.parseAsync();
