import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, NOWHERE } from '../../support/cli.ts';
import { newFolder } from '../../support/folder.ts';

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
const mixed = configured('mixed.yaml', NOWHERE, EKS, OTHER);

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
])('%s says why it can not work for such a cluster, and what does', async (args, sentence) => {
  const message = `--cluster: "onprem" is not EKS: ${sentence}\n`;
  const [unnamed, named] = await Promise.all([
    cli([...args, '--config', alone]),
    cli([...args, '--config', mixed, '--cluster', 'onprem']),
  ]);
  expect([unnamed, named]).toMatchObject([
    { code: 2, stdout: '', stderr: message },
    { code: 2, stdout: '', stderr: message },
  ]);
});

test('parked lines of such a cluster take no folder of run, in which nothing is known of it', async () => {
  for (const args of [['list'], ['show', 'an-id'], ['redrive', '--since', '1h']]) {
    const { code, stderr } = await cli(['parked', ...args, '--config', alone, '--state', folder]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--state: "onprem" is not EKS: all that is known of its parked lines is in Elasticsearch.',
    );
  }
});
