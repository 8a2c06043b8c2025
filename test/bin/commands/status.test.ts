import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolder } from '../../../bin/operate/reach/folder.ts';
import type { Settings } from '../../../lambda/contract.ts';
import { begin, passOver } from '../../../lambda/core/minutes/checkpoint.ts';
import { floorMinute, MINUTE } from '../../../lambda/core/time.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import { type Aws, startAws } from '../../../local/aws.ts';
import { row, settings } from '../../support/builders.ts';
import { cli, configFile, NOWHERE } from '../../support/cli.ts';
import { startCommand } from '../../support/command.ts';
import { newFolder } from '../../support/folder.ts';
import { standIn } from '../../support/stand-in.ts';

const folder = newFolder();
const config = configFile(undefined, { folder });
const { source }: Settings = settings();

/** Ten minutes of a cluster whose frontier is so many minutes behind. */
async function read(items: SourceTable, behind: number): Promise<void> {
  const now = Date.now();
  const frontier = floorMinute(now) - behind * MINUTE;
  const store = new DynamoCheckpoints(items);
  const lease = await store.acquire('a-test', now, now + MINUTE);
  if (lease.kind === 'held') throw new Error('held');
  const ages = [0, 120, 600, 7200, 86_400];
  const started = begin(new Date(frontier - 10 * MINUTE).toISOString(), ages, now);
  await store.save(passOver(started, 0, frontier), lease.fence);
  await store.release(lease.fence);
  for (let at = 1; at <= 10; at += 1)
    await new DynamoLedger(items).write(
      row({ minute: frontier - at * MINUTE, parked: { truncated: 1 }, kept: 9 }),
      undefined,
    );
}

async function filled(name: string, behind: number): Promise<string> {
  const state = join(folder, name);
  const { table, close } = await openFolder(state, settings());
  await read(table, behind);
  await close();
  return state;
}

/** Nothing is asked of AWS, and nobody is signed in. */
const NOBODY = { AWS_ENDPOINT_URL: NOWHERE };
const inFolder = (state: string, ...flags: readonly string[]) =>
  cli(['status', '--config', config, '--state', state, ...flags], NOBODY);

test('a folder is told of without AWS: what it holds, and what it can’t say', async () => {
  const { code, stdout, stderr } = await inFolder(await filled('good', 1), '--json');
  expect([code, stderr]).toEqual([0, expect.not.stringMatching(/\n\s+at /)]);
  expect(JSON.parse(stdout)).toMatchObject({
    wrong: false,
    dashboard: null,
    clusters: [
      {
        cluster: 'prod',
        deployed: { state: 'not known' },
        lastRun: { state: 'not known', message: expect.stringContaining('the newest full read began') },
        frontier: { state: 'ok', limit: 600 },
        lastHour: { state: 'ok', minutes: 10, read: 100, kept: 90, parked: 10, gaps: 0 },
        parked: { reasons: { truncated: 10 } },
        alarms: { state: 'not known' },
      },
    ],
  });
});

test('a frontier behind what its alarm allows ends it with 1, and stands out', async () => {
  const { code, stdout } = await inFolder(await filled('late', 12));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^\S+ \S+ UTC: something is wrong with prod\.\n/);
  expect(stdout).toMatch(/^✖ frontier +1[23] min behind now \(.* UTC\): more than 10 min\.$/m);
});

test.each([
  ['a folder that no run has filled', ['--state', join(folder, 'missing')], 'There is no such folder'],
  ['a cluster that is not configured', ['--cluster', 'staging'], '--cluster: No cluster is named "staging"'],
  ['no seconds', ['--watch', 'often'], '--watch: Expected 5 to 86400 seconds, found "often": write 30.'],
  ['too many looks', ['--watch', '1'], '--watch: Expected 5 to 86400 seconds'],
])('ends with 2 for %s', async (_, flags, sentence) => {
  const { code, stdout, stderr } = await cli(['status', '--config', config, ...flags], NOBODY);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
});

test('who is not signed in to AWS ends with 2', async () => {
  const { code, stdout, stderr } = await cli(['status', '--config', config], NOBODY);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('AWS credentials: None that the SDK can use');
});

test('with --watch and no terminal it prints block after block, and an interrupt ends it in order', async () => {
  const flags = ['--config', config, '--state', await filled('watched', 1), '--watch', '5'];
  const { child, ended } = startCommand(['status', ...flags], NOBODY);
  let printed = '';
  child.stdout?.on('data', (text: string) => {
    printed += text;
  });
  while (printed.split('all is well.').length < 3) await once(child.stdout ?? child, 'data');
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toMatch(/\n\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: /);
});

let aws: Aws;
beforeAll(async () => {
  aws = await startAws();
});
afterAll(() => aws.close());

test('where nothing is deployed that is wrong, and told with the Region', async () => {
  const other = join(folder, 'other.yaml');
  writeFileSync(other, `table: not-there\n${readFileSync(config, 'utf8')}`);
  const env = { ...aws.environment, AWS_ENDPOINT_URL: NOWHERE, AWS_ACCOUNT_ID: source.account };
  const { code, stdout } = await cli(['status', '--config', other], env);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✖ frontier +There is no table not-there in eu-west-1\.$/m);
});

test('what does not answer or may not be asked is a line of its own, and hides none of the table’s', async () => {
  await read(new SourceTable('eks-audit-forwarder', source, standIn(aws.dynamodb.endpoint)), 1);
  const others = { AWS_ENDPOINT_URL: NOWHERE, AWS_ACCOUNT_ID: source.account };
  const { code, stdout } = await cli(['status', '--config', config, '--json'], { ...aws.environment, ...others });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    clusters: [
      {
        deployed: { state: 'not checked', message: 'Lambda does not answer' },
        lastRun: { state: 'not checked', message: 'CloudWatch does not answer' },
        alarms: { state: 'not checked', message: 'CloudWatch does not answer' },
        file: { state: 'differs' },
        frontier: { state: 'ok' },
        lastHour: { state: 'ok', read: 100 },
      },
    ],
    dashboard: expect.stringContaining('EksAuditForwarder-eu-west-1'),
  });
});
