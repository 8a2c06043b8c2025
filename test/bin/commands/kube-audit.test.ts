import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, NOWHERE } from '../../support/cli.ts';
import { eventually, startCommand } from '../../support/command.ts';
import { startRecording } from '../../support/fakes/elasticsearch.ts';
import { startRemembering } from '../../support/fakes/remembering.ts';
import { newFolder } from '../../support/folder.ts';
import { auditLine } from '../../support/kube-audit.ts';

/** The commands with clusters that are not EKS. */

const folder = newFolder();
const log = join(folder, 'kube-audit.log');
const EKS = '{ eksCloudwatchLog: { groupName: /aws/eks/prod/cluster, region: eu-west-1 } }';
const OTHER = `{ name: onprem, policy: everything, kubeAudit: { path: ${log} } }`;

function configured(name: string, url: string, ...clusters: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, `clusters: [${clusters.join(', ')}]\nelasticsearch: { url: '${url}' }\n`);
  return file;
}

const alone = configured('alone.yaml', NOWHERE, OTHER);

test.each([
  [['run', '--once'], 'it has no log group that a run could read; npx eks-audit follow or receive passes its log on.'],
  [
    ['backfill', '--since', '1h'],
    'it has no log group that could be read again; npx eks-audit import PATH --cluster onprem reads its files again.',
  ],
  [
    ['account'],
    'no table has a ledger of it; npx eks-audit account --state DIR accounts for it, with the folder of follow or receive on the machine that passes its log on.',
  ],
  [
    ['policy', 'replay', 'everything', '--since', '1h'],
    'it has no log group that could be read; name its audit log with --events FILE.',
  ],
])('%j says why it can not work for such a cluster, and what does', async (args, sentence) => {
  const ended = await cli([...args, '--config', alone]);
  expect(ended).toMatchObject({ code: 2, stdout: '', stderr: `--cluster: "onprem" is not EKS: ${sentence}\n` });
});

test.each([[['list']], [['redrive', '--since', '1h']]])(
  'parked %j takes no folder of run for such a cluster, of which it tells nothing',
  async (args) => {
    const { code, stderr } = await cli(['parked', ...args, '--config', alone, '--state', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--state: "onprem" is not EKS: all that is known of its parked lines is in Elasticsearch.',
    );
  },
);

test('the folder of follow tells the status of its log, without forwarder.yaml and without AWS', async () => {
  const es = await startRemembering();
  const state = newFolder();
  const health = join(state, 'health.json');
  writeFileSync(log, `${auditLine(1)}\n${auditLine(2)}\nno JSON\n`);
  const config = configured('followed.yaml', es.url, EKS, OTHER);
  const running = startCommand(['follow', '--config', config, '--state', state]);
  const status = (...flags: readonly string[]) => cli(['status', '--state', state, ...flags]);
  await eventually(() =>
    existsSync(health) && /"linesRead":3.*"lagSeconds":[0-9],/.test(readFileSync(health, 'utf8')) ? true : undefined,
  );
  const { code, stdout } = await status();
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ UTC: all is well\.\n\nonprem\n✔ frontier/),
  });
  expect(stdout).toMatch(/^✔ passed on +3 lines since .*: 2 kept, 0 dropped, 1 parked, 0$/m);
  expect(stdout).toMatch(/^✔ parked +not JSON: 1\.$/m);
  running.child.kill('SIGTERM');
  await running.ended;
  await es.close();

  writeFileSync(health, readFileSync(health, 'utf8').replace(/"time":"\d+/, '"time":"2020'));
  const later = await status('--json', '--cluster', 'onprem');
  expect(later.code).toBe(1);
  expect(JSON.parse(later.stdout)).toMatchObject({
    wrong: true,
    dashboard: null,
    clusters: [
      { cluster: 'onprem', frontier: { state: 'wrong' }, passed: { state: 'ok', read: 3, kept: 2, parked: 1 } },
    ],
  });
  expect((await status('--cluster', 'prod')).stderr).toBe(
    `--cluster: ${state} holds the state of "onprem", not of "prod".\n`,
  );
});

test.each([
  ['no folder', [], '--state: Needed, since "onprem" is not EKS: name the folder of follow or receive'],
  [
    'a folder of something else',
    ['--state', folder],
    `--state ${folder}: Neither follow nor receive has kept anything there`,
  ],
  ['a file for a folder', ['--state', alone], `--state ${alone}: It can't be read (ENOTDIR)`],
])('the status of such a cluster alone ends with 2 where %s is named', async (_, flags, sentence) => {
  const { code, stdout, stderr } = await cli(['status', '--config', alone, ...flags]);
  expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
});

test.each([[['doctor']], [['elasticsearch', 'setup', '--print']], [['ask', 'user', 'ana']]])(
  '%j asks AWS nothing where no cluster is on EKS, whoever is signed in',
  async (args) => {
    const aws = await startRecording(() => ({ body: {} }));
    const signedIn = { AWS_ACCESS_KEY_ID: 'a-key', AWS_SECRET_ACCESS_KEY: 'a-secret', AWS_REGION: 'eu-west-1' };
    const { stderr } = await cli([...args, '--config', alone], { ...signedIn, AWS_ENDPOINT_URL: aws.url });
    expect(stderr).not.toContain('AWS');
    expect(aws.requests.map(({ text }) => text)).toEqual([]);
    await aws.close();
  },
);

test('the pages of review know the audit policy of such a cluster', async () => {
  const es = await startRecording(({ path, text }) => {
    if (!path.startsWith('/_security')) return { body: { hits: { hits: [] }, aggregations: {} } };
    const names: readonly string[] = JSON.parse(text).index.flatMap((each: { names: string[] }) => each.names);
    return { body: { index: Object.fromEntries(names.map((name) => [name, { read: true }])) } };
  });
  const config = configured('review.yaml', es.url, OTHER.replace('everything', 'network-policy'));
  const { child, ended } = startCommand(['review', '--config', config, '--port', '0']);
  let start = '';
  child.stdout?.on('data', (text: string) => {
    start += text;
  });
  const entered = await fetch(await eventually(() => (start.includes('\n') ? start.trim() : undefined)), {
    redirect: 'manual',
  });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = new URL('/ask?question=secret&about=db&cluster=onprem', start);
  const text = await (await fetch(page, { headers: { cookie } })).text();
  expect(text).toContain('The audit policy that is configured does not keep');
  child.kill('SIGINT');
  await ended;
  await es.close();
});
