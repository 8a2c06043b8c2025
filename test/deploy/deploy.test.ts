import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@elastic/elasticsearch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionOf, type Source, TABLE_KEYS } from '../../lambda/contract.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import { countDocuments } from '../../lib/elasticsearch/count.ts';
import { event } from '../support/builders.ts';
import { shellBlocks } from './readme.ts';
import { ACCOUNT, ADMIN, OTHER_ACCOUNT, REGION, type Site, startSite, WRITER } from './site.ts';

/**
 * One deployment from its first command to its end. The tests are chapters: each begins where the one before ended.
 */
let site: Site;
let reader: Client;

beforeAll(async () => {
  site = await startSite();
  reader = new Client({ node: site.elasticsearch.url, auth: ADMIN });
});
afterAll(async () => {
  await reader?.close();
  await site?.close();
});

const MINUTE = 60_000;
const STREAM = 'kube-apiserver-audit-0123456789abcdef0123456789abcdef';

type Cluster = 'prod' | 'far';
const groupOf = (cluster: Cluster) => `/aws/eks/${cluster}/cluster`;

/** What must be found in Elasticsearch in the end: audit ids by cluster. */
const expected: Record<Cluster, string[]> = { prod: [], far: [] };
let serial = 0;

interface Lines {
  /** Of network policies; every policy here keeps them. */
  readonly changes: number;
  /** Kept by the policy `everything` alone. */
  readonly reads?: number;
  /** Is the policy that will judge them `everything`? */
  readonly all?: boolean;
}

async function feed(cluster: Cluster, at: number, { changes, reads = 0, all = false }: Lines): Promise<void> {
  const make = (verb: string) => {
    serial += 1;
    return { auditID: `${cluster}-${verb}-${serial}`, verb };
  };
  const kept = Array.from({ length: changes }, () => make('patch'));
  const others = Array.from({ length: reads }, () => make('get'));
  const stageTimestamp = new Date(at).toISOString();
  const messages = [...kept, ...others].map((one) => JSON.stringify(event({ ...one, stageTimestamp })));
  const events = messages.map((message, offset) => ({ timestamp: at + offset, message }));
  await site.logs.put(groupOf(cluster), STREAM, events);
  expected[cluster].push(...[...kept, ...(all ? others : [])].map(({ auditID }) => auditID));
}

async function found(cluster: Cluster): Promise<string[]> {
  const index = `logs-kubernetes.audit_logs-${cluster}-*`;
  // Refreshes, and waits while an index is only just being made.
  await countDocuments(reader, index, systemClock);
  const { hits } = await reader.search<{ kubernetes: { audit: { auditID: string } } }>({
    index,
    allow_no_indices: true,
    ignore_unavailable: true,
    size: 10_000,
  });
  return hits.hits.map(({ _source }) => _source?.kubernetes.audit.auditID ?? '').sort();
}

/** One run now; what it threw, or undefined. */
async function invoke(cluster: Cluster): Promise<string | undefined> {
  await site.shell(`aws lambda invoke --function-name EksAuditForwarder-${cluster} answer.json`);
  const answer: { readonly errorMessage?: string; readonly ended?: string } = JSON.parse(site.read('answer.json'));
  // The schedule goes on all the while.
  return answer.ended === 'lease held elsewhere' ? await invoke(cluster) : answer.errorMessage;
}

function configure({ policy = 'network-policy', existingTable = false } = {}): void {
  site.write(
    'forwarder.yaml',
    `
existingTable: ${existingTable}
clusters:
  - eksCloudwatchLog: { groupName: ${groupOf('prod')} }
    policy: ${policy}
  - eksCloudwatchLog: { groupName: ${groupOf('far')} }
    reader: { roleArn: "arn:aws:iam::${OTHER_ACCOUNT}:role/eks-audit-reader", externalId: only-we-know }
    policy: ${policy}
elasticsearch:
  url: ${site.elasticsearch.url}
  secret: eks-audit-forwarder/elasticsearch
`,
  );
}

const source = (cluster: Cluster, account: string): Source => ({
  account,
  region: REGION,
  group: groupOf(cluster),
  prefix: 'kube-apiserver-audit-',
});

async function frontier(cluster: Cluster, account: string): Promise<number> {
  const key = {
    [TABLE_KEYS.partition]: { S: partitionOf(source(cluster, account)) },
    [TABLE_KEYS.sort]: { S: 'checkpoint' },
  };
  const answer = await site.shell(
    `aws dynamodb get-item --table-name eks-audit-forwarder --key '${JSON.stringify(key)}'`,
  );
  const { Item }: { Item: { cursors: { M: Record<string, { S: string }> } } } = JSON.parse(answer);
  return Date.parse(Item.cursors.M['0']?.S ?? '');
}

test("the README's commands deploy the stack", async () => {
  const [copy = '', setup = '', secret = '', bootstrap = '', deploy = '', ...more] = shellBlocks('Deploy it');
  expect(more).toEqual([]);
  await site.shell(copy);
  configure({ policy: 'everything' });
  await site.shell(setup);
  site.write('credentials', JSON.stringify(WRITER));
  await site.shell(secret);
  await site.shell(bootstrap);
  // This AWS does not see that its callers have no TLS because there is none to see.
  await site.shell(`aws s3api delete-bucket-policy --bucket cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`);
  await feed('prod', Date.now() - 10 * MINUTE, { changes: 50, reads: 50, all: true });
  await feed('far', Date.now() - 10 * MINUTE, { changes: 10 });
  expect(await site.shell(deploy)).toContain('✅  EksAuditForwarder');
});

test('the other account lets the function read its log group and nobody else', async () => {
  const there = '--profile other-account';
  const forwarder = `-c account=${ACCOUNT} -c region=${REGION} ${there}`;
  await site.shell(`npx cdk bootstrap aws://${OTHER_ACCOUNT}/${REGION} ${forwarder}`);
  await site.shell(`aws ${there} s3api delete-bucket-policy --bucket cdk-hnb659fds-assets-${OTHER_ACCOUNT}-${REGION}`);
  await site.shell(`npx cdk deploy EksAuditReader-${OTHER_ACCOUNT} ${forwarder}`);
  const role = `arn:aws:iam::${OTHER_ACCOUNT}:role/eks-audit-reader`;
  const assume = `aws sts assume-role --role-session-name somebody --role-arn ${role} --external-id only-we-know`;
  await expect(site.shell(assume)).rejects.toThrow('AccessDenied');
  // AWS gives the role's ARN as `aws:PrincipalArn`, this AWS the session's.
  const asked = `aws ${there} iam get-role --role-name eks-audit-reader --query Role.AssumeRolePolicyDocument`;
  const trust = (await site.shell(asked)).replaceAll(
    new RegExp(`arn:aws:iam::${ACCOUNT}:role/(EksAuditForwarder-far)(-[a-z0-9-]+)`, 'g'),
    `arn:aws:sts::${ACCOUNT}:assumed-role/$1$2/$1`,
  );
  site.write('trust.json', trust);
  await site.shell(
    `aws ${there} iam update-assume-role-policy --role-name eks-audit-reader --policy-document file://trust.json`,
  );
});

test('the schedule runs the functions, which index all that there is and keep their cursors', async () => {
  const until = Date.now() + 100_000;
  const arrived = async (cluster: Cluster) => (await found(cluster).catch(() => [])).length >= expected[cluster].length;
  const done = async () => (await arrived('prod')) && (await arrived('far'));
  while (!(await done()) && Date.now() < until) await sleep(500);
  expect(await found('prod')).toEqual(expected.prod.toSorted());
  expect(await found('far')).toEqual(expected.far.toSorted());
  expect(await frontier('prod', ACCOUNT)).toBeGreaterThan(Date.now() - 3 * MINUTE);
  expect(await frontier('far', OTHER_ACCOUNT)).toBeGreaterThan(Date.now() - 3 * MINUTE);
});

interface Told {
  readonly state: string;
  readonly policy?: { readonly name: string };
  readonly read?: number;
}
type Status = Readonly<Record<'deployed' | 'file' | 'frontier' | 'lastHour', Told>>;

/** What `status` tells of prod and far. It may end with 1: no metrics come of a run here, so alarms may ring. */
async function statusOf(): Promise<readonly Status[]> {
  const answer = await site.shell('npx eks-audit status --json 2>/dev/null || [ $? = 1 ]');
  return JSON.parse(answer).clusters;
}

test('status tells what is deployed and how far it is, and it and a diff what forwarder.yaml would change', async () => {
  const all = await statusOf();
  expect(all).toHaveLength(2);
  for (const { deployed, file, frontier, lastHour } of all) {
    expect(deployed).toMatchObject({ state: 'ok', policy: { name: 'everything' } });
    expect([file.state, frontier.state, lastHour.state]).toEqual(['ok', 'ok', 'ok']);
  }
  expect(all.map(({ lastHour }) => lastHour.read)).toEqual([expected.prod.length, expected.far.length]);
  configure({ policy: 'network-policy' });
  expect((await statusOf()).map(({ file }) => file.state)).toEqual(['differs', 'differs']);
  expect(await site.shell('npx cdk diff EksAuditForwarder')).toMatch(/policy everything[\s\S]+policy network-policy/);
});

test('a second deployment changes the policy, and then there is nothing to change', async () => {
  configure({ policy: 'network-policy' });
  await site.shell('npx cdk deploy EksAuditForwarder');
  expect(await site.shell('npx cdk diff --fail EksAuditForwarder')).toContain('There were no differences');
});

test.each([
  ['KeepCursors', 'dynamodb:'],
  ['BecomeReader', 'sts:AssumeRole'],
  ['ReadSecret', 'secretsmanager:GetSecretValue'],
])('without its statement %s the function is denied %s…', async (sid, action) => {
  const role = `EksAuditForwarder-prod-${REGION}-function`;
  const listed: { readonly PolicyNames: readonly string[] } = JSON.parse(
    await site.shell(`aws iam list-role-policies --role-name ${role}`),
  );
  const [name = ''] = listed.PolicyNames;
  const { PolicyDocument: whole }: { PolicyDocument: { Statement: readonly { readonly Sid: string }[] } } = JSON.parse(
    await site.shell(`aws iam get-role-policy --role-name ${role} --policy-name ${name}`),
  );
  const put = async (document: unknown) => {
    site.write('policy.json', JSON.stringify(document));
    await site.shell(
      `aws iam put-role-policy --role-name ${role} --policy-name ${name} --policy-document file://policy.json`,
    );
  };
  const without = whole.Statement.filter(({ Sid }) => Sid !== sid);
  expect(without).toHaveLength(whole.Statement.length - 1);
  await put({ ...whole, Statement: without });
  // A process that is warm remembers the secret and the reader's session.
  await site.shell(
    `aws lambda update-function-configuration --function-name EksAuditForwarder-prod --description "Without ${sid}"`,
  );
  await feed('prod', Date.now(), { changes: 1 });
  try {
    expect(await invoke('prod')).toContain(`not authorized to perform: ${action}`);
  } finally {
    await put(whole);
  }
});

test('lines of a minute that nobody has judged yet are judged by the new policy', async () => {
  await sleep(MINUTE - (Date.now() % MINUTE) + 1000);
  await feed('prod', Date.now() - 500, { changes: 20, reads: 20 });
  expect(await invoke('prod')).toBeUndefined();
  expect(await found('prod')).toEqual(expected.prod.toSorted());
});

test('destroyed and deployed again on the table that stayed, it leaves no gap and nothing twice', async () => {
  await site.shell('npx cdk destroy --force EksAuditForwarder');
  await feed('prod', Date.now(), { changes: 20 });
  configure({ existingTable: true });
  await site.shell('npx cdk deploy EksAuditForwarder');
  expect(await invoke('prod')).toBeUndefined();
  expect(await invoke('far')).toBeUndefined();
  expect(await found('prod')).toEqual(expected.prod.toSorted());
  expect(await found('far')).toEqual(expected.far.toSorted());
});
