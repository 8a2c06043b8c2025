import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFolder } from '../../../bin/operate/reach/folder.ts';
import { floorMinute, isoTime, MINUTE } from '../../../lambda/core/time.ts';
import { type Aws, sourceOf, startAws } from '../../../local/aws.ts';
import { event, settings } from '../../support/builders.ts';
import { cli, configFile, expectMissing, NOWHERE } from '../../support/cli.ts';
import { denied, MISSING, type RecordingServer, startRecording } from '../../support/fakes/elasticsearch.ts';
import { newFolder } from '../../support/folder.ts';

const FED_AT = floorMinute(Date.now()) - 5 * MINUTE;
const { group } = sourceOf('prod');
let aws: Aws;
let es: RecordingServer;
let config: string;
const folder = newFolder();

beforeAll(async () => {
  aws = await startAws();
  await aws.logs.put(group, 'kube-apiserver-audit-0', [{ timestamp: FED_AT, message: JSON.stringify(event()) }]);
  es = await startRecording(({ path }) => (path.includes('_bulk') ? denied() : MISSING));
  config = configFile(`url: ${es.url}`, { folder, groupName: group });
});
afterAll(async () => {
  await es.close();
  await aws.close();
});

const below = (name: string) => join(folder, name);
/** The table is where nobody listens: who has a folder needs none. */
const backfill = (state: string, environment: Readonly<Record<string, string>> = {}) => {
  const range = ['--from', isoTime(FED_AT), '--to', isoTime(FED_AT + MINUTE)];
  const site = ['--config', config, '--cluster', 'prod', '--state', state];
  const nowhere = { AWS_ENDPOINT_URL_DYNAMODB: NOWHERE };
  return cli(['backfill', ...range, ...site], { ...aws.environment, ...nowhere, ...environment });
};

test('a folder that is not there is told together with what else is out of reach, and not made', async () => {
  const nowhere = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: NOWHERE };
  expectMissing(below('missing'), config, await backfill(below('missing'), nowhere));
});

test('one that stops says how to go on with the same file, cluster and folder, and goes on by what the folder has', async () => {
  const state = below('my state');
  await (await openFolder(state, settings())).close();
  const { code, stderr } = await backfill(state);
  expect(code).toBe(1);
  const range = `--from ${isoTime(FED_AT)} --to ${isoTime(FED_AT + MINUTE)}`.replaceAll('.000Z', 'Z');
  expect(stderr).toContain(`npx eks-audit backfill ${range} --config ${config} --cluster prod --state '${state}'\n`);
  expect((await backfill(state)).stdout).toMatch(/^Went on at /);
});
