import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Aws, sourceOf, startAws } from '../../../local/aws.ts';
import { cli, configFile, NOWHERE } from '../../support/cli.ts';
import { answering, type RecordingServer, startRecording } from '../../support/fakes/elasticsearch.ts';
import { newFolder } from '../../support/folder.ts';

const Findings = z.array(z.strictObject({ check: z.string(), state: z.string(), message: z.string() }));

let aws: Aws;
let es: RecordingServer;
let config: string;
const folder = newFolder();
const { group } = sourceOf('prod');

beforeAll(async () => {
  aws = await startAws();
  const twoHoursAgo = Date.now() - 7_200_000;
  await aws.logs.put(group, 'kube-apiserver-audit-0', [{ timestamp: twoHoursAgo, message: 'the last one' }]);
  es = await startRecording(
    answering({
      'GET /': { body: { version: { number: '9.5.3' } }, headers: { date: 'Sat, 21 Nov 2020 12:00:00 GMT' } },
    }),
  );
  config = configFile(`url: ${es.url}\n  secret: of-a-test`, { folder, groupName: group });
});
afterAll(async () => {
  await es.close();
  await aws.close();
});

/** A test asks nothing of AWS, where a service has no stand-in. */
const environment = () => ({
  AWS_ENDPOINT_URL_CLOUDWATCH: NOWHERE,
  AWS_ENDPOINT_URL_EKS: NOWHERE,
  AWS_ENDPOINT_URL_LAMBDA: NOWHERE,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: NOWHERE,
  ...aws.environment,
  ELASTICSEARCH_API_KEY: 'a-secret-of-a-test',
});

test('tells every check as JSON, in one line of it each, and ends with 1 where one is wrong', async () => {
  const { code, stdout, stderr } = await cli(['doctor', '--json', '--config', config], environment());
  expect(code).toBe(1);
  const findings = Findings.parse(JSON.parse(stdout));
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(states).toMatchObject({
    'AWS credentials': 'ok',
    'prod: log group': 'ok',
    'prod: log class': 'ok',
    'prod: retention of the log group': 'ok',
    'prod: audit streams': 'ok',
    'prod: audit logging': 'not checked',
    'prod: newest line': 'wrong',
    'clock and AWS': 'ok',
    table: 'ok',
    'prod: naming': 'ok',
    'prod: last run': 'not checked',
    'prod: frontier': 'not checked',
    secret: 'wrong',
    Elasticsearch: 'ok',
    'Elasticsearch, version': 'ok',
    'clock and Elasticsearch': 'wrong',
  });
  expect(findings.filter(({ message }) => message.includes('\n') || message === '')).toEqual([]);
  expect(stdout + stderr).not.toContain('a-secret-of-a-test');
});

test('tells every check to people in a line that begins with its state', async () => {
  const { stdout } = await cli(['doctor', '--config', config, '--cluster', 'prod'], environment());
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => !/^(ok|wrong|not checked): +\S/.test(line))).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^ok: +prod: log group: /));
});

test.each([
  ['a cluster that is not configured', ['--cluster', 'staging']],
  ['a file that is not there', ['--config', 'nowhere.yaml']],
  ['a flag that is not known', ['--bogus']],
])('ends with 2 for %s, before it asks anything', async (_, args) => {
  const before = es.requests.length;
  const ended = await cli(['doctor', '--config', config, ...args], environment());
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(es.requests.length).toBe(before);
});
