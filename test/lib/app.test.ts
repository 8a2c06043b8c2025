import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addStacks } from '../../lib/app.ts';
import { describeProblems } from '../../lib/problems/problem.ts';
import { STACK } from '../../lib/stack/name.ts';
import { newFolder } from '../support/folder.ts';
import { file, fileOf } from '../support/forwarder-file.ts';
import { HERE } from './stack/synth.ts';

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, string>>;
}

/** What the app makes of a forwarder.yaml: its stacks, and what it says. */
function appOf(text: string, { environment = HERE, context = {} }: Options = {}) {
  const config = join(newFolder(), 'forwarder.yaml');
  writeFileSync(config, text);
  const app = new App({ outdir: newFolder(), autoSynth: false, context: { config, ...context } });
  const problems = addStacks(app, environment);
  const stacks = app.node.children.filter((child) => child instanceof Stack);
  return { stacks, said: describeProblems(problems).replaceAll(config, 'forwarder.yaml') };
}

describe('an app', () => {
  it('has one stack, where the CLI signs in', () => {
    const { stacks, said } = appOf(file());
    expect(said).toBe('');
    expect(stacks.map(({ stackName, environment }) => [stackName, environment])).toEqual([
      [STACK, 'aws://111111111111/us-west-2'],
    ]);
  });

  it('has it where the command line says', () => {
    const { stacks } = appOf(file(), { environment: {}, context: { account: '999999999999', region: 'eu-west-1' } });
    expect(stacks.map(({ environment }) => environment)).toEqual(['aws://999999999999/eu-west-1']);
  });

  it('has a stack for each other account, and none for a role of our own', () => {
    const cluster = (name: string, account: string) =>
      `{ eksCloudwatchLog: { groupName: /aws/eks/${name}/cluster }, reader: { roleArn: "arn:aws:iam::${account}:role/r" } }`;
    const { stacks } = appOf(
      fileOf(
        cluster('a', '111111111111'),
        cluster('b', '222222222222'),
        cluster('c', '333333333333'),
        cluster('d', '222222222222'),
      ),
    );
    expect(stacks.map(({ stackName }) => stackName)).toEqual([
      STACK,
      'EksAuditReader-222222222222',
      'EksAuditReader-333333333333',
    ]);
  });

  it("passes the configuration's warnings on", () => {
    const { stacks } = appOf(file({ url: 'url: http://es.example:9200' }));
    const warnings = stacks.flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning'));
    expect(warnings.map(({ data }) => String(data))).toEqual([
      expect.stringContaining('No secret is named'),
      expect.stringContaining('Events and credentials go over the network unencrypted'),
    ]);
  });

  it('warns of words in a policy that match nothing, and the CDK can take the id off again', () => {
    const policy = join(newFolder(), 'policy.yaml');
    const rules = 'rules: [{level: Metadata, resources: [{resources: [secret]}]}, {level: Metadata}]';
    writeFileSync(policy, `apiVersion: audit.k8s.io/v1\n${rules}\n`);
    const cluster = `{ eksCloudwatchLog: { groupName: /aws/eks/a/cluster }, policy: ${policy} }`;
    const { stacks } = appOf(fileOf(cluster));
    const warnings = stacks.flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:warning'));
    const path = 'rules[0].resources[0].resources[0]';
    expect(warnings.map(({ data }) => String(data).replace(/ \[ack: [^\]]*\]$/, ''))).toContain(
      `${policy}:2: ${path}: "secret" is no resource of core: did you mean secrets?`,
    );
  });

  it('sends the functions to a stand-in where the context says so', () => {
    const { stacks } = appOf(file(), { context: { logsEndpoint: 'http://127.0.0.1:4000' } });
    const [stack] = stacks;
    if (stack === undefined) throw new Error('no stack');
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: 'http://127.0.0.1:4000' } },
    });
  });
});

describe('what is wrong', () => {
  it('with the account is told', () => {
    const { stacks, said } = appOf(file(), { environment: { CDK_DEFAULT_REGION: 'us-west-2' } });
    expect(stacks).toEqual([]);
    expect(said).toBe(
      'Expected the account and Region to deploy to, found no AWS credentials that work: sign in (aws sso login, AWS_PROFILE), or name them: cdk … -c account=123456789012 -c region=us-west-2.',
    );
  });

  it('with an account that is none is told', () => {
    const { said } = appOf(file(), { environment: HERE, context: { account: '1234' } });
    expect(said).toContain('found account "1234"');
  });

  it('with a file that is not there is told', () => {
    const app = new App({ outdir: newFolder(), autoSynth: false, context: { config: '/nowhere/forwarder.yaml' } });
    expect(describeProblems(addStacks(app, HERE))).toContain('There is no file "/nowhere/forwarder.yaml"');
  });

  it('with the file is told all at once, with what is wrong beside it', () => {
    const text = file({ url: 'url: es.example', log: 'fetchInterval: 90', end: 'alarms: { silence: 90s }' });
    const { stacks, said } = appOf(text, { environment: {} });
    expect(stacks).toEqual([]);
    expect(said.split('\n').map((line) => line.split(': ', 2).join(' '))).toEqual([
      'forwarder.yaml:2 elasticsearch.url',
      'forwarder.yaml:7 clusters[0].eksCloudwatchLog.fetchInterval',
      'forwarder.yaml:8 alarms.silence',
      expect.stringContaining('Expected the account and Region'),
    ]);
  });
});

it('the example file deploys as it is', () => {
  const folder = newFolder();
  copyFileSync('forwarder.example.yaml', join(folder, 'forwarder.yaml'));
  const context = { config: join(folder, 'forwarder.yaml') };
  const app = new App({ outdir: newFolder(), autoSynth: false, context });
  expect(addStacks(app, HERE)).toEqual([]);
});
