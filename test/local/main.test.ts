import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, onTestFinished } from 'vitest';
import { newFolder } from '../support/folder.ts';
import { standIn } from '../support/stand-in.ts';

const MAIN = join(import.meta.dirname, '../../local/main.ts');

async function emulator(
  ...flags: string[]
): Promise<{ process: ChildProcess; client: CloudWatchLogsClient; second?: string }> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const endpoint = String((await lines.next()).value).replace('CloudWatch Logs: ', '');
  const client = new CloudWatchLogsClient({ ...standIn(endpoint), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return flags.includes('--samples')
    ? { process: child, client, second: String((await lines.next()).value) }
    : { process: child, client };
}

it('loses nothing that it acknowledged when it is killed', async () => {
  const directory = newFolder();
  const { process: killed, client } = await emulator('--directory', directory);
  const [logGroupName, logStreamName] = ['group', 'stream'];
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  let acknowledged = 0;
  for (let alive = true; alive; ) {
    const logEvents = [{ timestamp: Date.now(), message: `message ${acknowledged}` }];
    alive = await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents })).then(
      () => true,
      () => false,
    );
    if (alive) acknowledged += 1;
    // Soon, so that it dies at work; not by the clock alone, which a busy machine outruns.
    if (acknowledged === 10) setTimeout(() => killed.kill('SIGKILL'), 20);
  }
  const again = await emulator('--directory', directory);
  const { events = [] } = await again.client.send(new FilterLogEventsCommand({ logGroupName }));
  const expected = Array.from({ length: acknowledged }, (_, i) => `message ${i}`);
  expect(acknowledged).toBeGreaterThan(0);
  expect(events.map(({ message }) => message).slice(0, acknowledged)).toEqual(expected);
});

it('lets a cluster live, and goes on after its newest event', async () => {
  const directory = newFolder();
  const flags = ['--directory', directory, '--samples', '20', '--past', '1'];
  const first = await emulator(...flags);
  expect(Number.parseInt(first.second ?? '', 10)).toBeGreaterThan(600);
  first.process.kill('SIGKILL');
  await once(first.process, 'exit');
  const second = await emulator(...flags);
  expect(Number.parseInt(second.second ?? '', 10)).toBeLessThan(600);
  const query = { logGroupName: '/aws/eks/prod/cluster', logStreamNamePrefix: 'kube-apiserver-audit-' };
  const { events } = await second.client.send(new FilterLogEventsCommand(query));
  expect(new Set(events?.map(({ logStreamName }) => logStreamName)).size).toBe(3);
});

it('ends at Ctrl-C, and takes faults as flags', async () => {
  const { process: running, client } = await emulator('--throttle', '1');
  const read = () => client.send(new FilterLogEventsCommand({ logGroupName: 'none' }));
  await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(read()).rejects.toMatchObject({ name: 'ThrottlingException' });
  running.kill('SIGINT');
  expect(await once(running, 'exit')).toEqual([0, null]);
});

it.each([[['--errors', '3']], [['--slow', 'often']], [['--nothing']]])('refuses %j as wrong use', async (flags) => {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(said).toContain(flags[0]?.slice(2));
  expect(said).not.toContain('    at ');
});
