import { isDeepStrictEqual } from 'node:util';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/config/config.ts';
import { crowded } from '../../../lib/config/quota.ts';
import { parseDescription } from '../../../lib/stack/deployed.ts';
import { EksAuditForwarder } from '../../../lib/stack/forwarder.ts';
import { settings } from '../../support/builders.ts';
import { entry, file, fileOf, loadPolicy, POLICY } from '../../support/forwarder-file.ts';
import { ACCOUNT, REGION, synthesize } from './synth.ts';

const ROLE = 'arn:aws:iam::222222222222:role/audit/eks-audit-reader';

describe('a function', () => {
  const { template, settings } = synthesize(file({ elasticsearch: 'secret: es' }));

  it('runs on Node 24 and arm64, for five seconds less than the interval', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'EksAuditForwarder-prod',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 55,
      MemorySize: 512,
      ReservedConcurrentExecutions: Match.absent(),
      VpcConfig: Match.absent(),
      Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } },
    });
  });

  it('logs as JSON, at a level that lets metrics pass, into a group that goes with the stack', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', LogGroup: { Ref: Match.anyValue() } },
    });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: '/aws/lambda/EksAuditForwarder-prod', RetentionInDays: 90 },
      DeletionPolicy: 'Delete',
    });
  });

  it('is started at each interval, at once, and never a second time', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it('is shipped with its settings, the policy and its reader among them', () => {
    expect(settings('prod')).toMatchObject({
      cluster: 'prod',
      source: { account: ACCOUNT, region: REGION, group: '/aws/eks/prod/cluster', prefix: 'kube-apiserver-audit-' },
      reader: { roleArn: `arn:aws:iam::${ACCOUNT}:role/EksAuditForwarder-prod-us-west-2-reader` },
      policy: POLICY,
      table: 'eks-audit-forwarder',
      elasticsearch: { url: 'https://es.example:9200', secret: 'es', ca: null },
      requestsPerSecond: 4,
    });
    template.hasResourceProperties('AWS::IAM::Role', { RoleName: 'EksAuditForwarder-prod-us-west-2-reader' });
  });

  it.each([
    [120, 115, 'rate(2 minutes)'],
    [900, 895, 'rate(15 minutes)'],
    [3600, 900, 'rate(1 hour)'],
  ])('of an interval of %d seconds may take %d', (interval, timeout, rate) => {
    const longer = synthesize(file({ log: `fetchInterval: ${interval}`, end: 'alarms: { silence: 24h }' })).template;
    longer.hasResourceProperties('AWS::Lambda::Function', { Timeout: timeout });
    longer.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: rate });
  });
});

describe('what a function says of itself', () => {
  const description = (text: string) => {
    const [found] = Object.values(synthesize(text).template.findResources('AWS::Lambda::Function'));
    return String(found?.Properties.Description);
  };

  it('is its version, its policy by name and digest, and a digest of its other settings', () => {
    expect(description(file())).toMatch(
      /^Forwards the audit log of EKS cluster prod to Elasticsearch\. Version \d+\.\d+\.\d+, policy network-policy [0-9a-f]{12}, settings [0-9a-f]{12}$/,
    );
  });

  it.each([
    ['another policy', file({ cluster: 'policy: loose.yaml' }), ['policy']],
    ['another index', file({ elasticsearch: 'index: eks-{cluster}-{yyyy.MM}' }), ['settings']],
    ['another alarm', file({ end: 'alarms: { silence: 45m }' }), []],
  ])('changes with %s in what it is about', (_, text, changed) => {
    const [before, after] = [parseDescription(description(file())), parseDescription(description(text))];
    expect([before, after]).not.toContain(undefined);
    const differs = (['version', 'policy', 'settings'] as const).filter(
      (key) => !isDeepStrictEqual(before?.[key], after?.[key]),
    );
    expect(differs).toEqual(changed);
  });
});

describe('the outputs', () => {
  it('lead to the dashboard, the table and each function, tell its naming, and hold no secret', () => {
    const { template } = synthesize(file({ elasticsearch: 'secret: of-a-test' }));
    const outputs = Object.values(template.findOutputs('*')).map(({ Value }) => Value);
    expect(outputs).toEqual([
      { Ref: expect.stringMatching(/^ClusterprodFunction/) },
      'prod in logs-kubernetes.audit_logs-prod-{yyyy.MM.dd}. New names begin with the first minute that no run has begun; see docs/operations.md',
      `https://console.aws.amazon.com/cloudwatch/home?region=${REGION}#dashboards/dashboard/EksAuditForwarder-${REGION}`,
      'eks-audit-forwarder',
    ]);
  });
});

describe('the table', () => {
  it('has a fixed name, forgets what is expired, can be restored and outlives the stack', () => {
    synthesize(file({ end: 'table: kept' })).template.hasResource('AWS::DynamoDB::Table', {
      Properties: {
        TableName: 'kept',
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        KeySchema: [
          { AttributeName: 'source', KeyType: 'HASH' },
          { AttributeName: 'item', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('that is there is adopted', () => {
    const { template, settings } = synthesize(file({ end: 'table: kept\nexistingTable: true' }));
    template.resourceCountIs('AWS::DynamoDB::Table', 0);
    expect(settings('prod').table).toBe('kept');
  });
});

describe('a network', () => {
  const NETWORK = 'vpcId: vpc-0123456789abcdef0, subnetIds: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]';

  it("has subnets, and a security group that lets out HTTPS, Elasticsearch's port and the proxy's", () => {
    const { template, settings } = synthesize(
      file({ end: `network: { ${NETWORK}, proxy: "http://proxy.example:3128" }` }),
    );
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] },
    });
    const [group] = Object.values(template.findResources('AWS::EC2::SecurityGroup'));
    expect(group?.Properties.SecurityGroupEgress.map(({ ToPort }: { ToPort: number }) => ToPort)).toEqual([
      443, 9200, 3128,
    ]);
    expect(group?.Properties.SecurityGroupIngress).toBeUndefined();
    expect(settings('prod').elasticsearch.proxy).toBe('http://proxy.example:3128');
  });

  it('may bring its security groups', () => {
    const { template } = synthesize(file({ end: `network: { ${NETWORK}, securityGroupIds: [sg-0123456789abcdef0] }` }));
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: { SecurityGroupIds: ['sg-0123456789abcdef0'] },
    });
  });
});

describe('three clusters in two accounts', () => {
  const { app, template, settings, resources } = synthesize(
    fileOf(
      entry('a'),
      entry('b', 'memorySize: 1024'),
      entry('c', `reader: { roleArn: "${ROLE}", externalId: only-we-know }`, 'eu-west-1'),
    ),
  );

  it('have a function, a schedule and a reader of their own, and share the table and the dashboard', () => {
    template.resourceCountIs('AWS::Lambda::Function', 3);
    template.resourceCountIs('AWS::Scheduler::Schedule', 3);
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    const readers = Object.values(resources('AWS::IAM::Role')).filter(({ Properties }) =>
      String(Properties.RoleName).endsWith('-reader'),
    );
    expect(readers).toHaveLength(2);
  });

  it('have the memory that is asked for, else 512 MB', () => {
    const functions = Object.values(resources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties }) => Properties.MemorySize)).toEqual([512, 1024, 512]);
  });

  it("get a share each of their own account's requests", () => {
    expect(['a', 'b', 'c'].map((name) => settings(name).requestsPerSecond)).toEqual([2, 2, 4]);
    expect(settings('c')).toMatchObject({
      source: { account: '222222222222', region: 'eu-west-1' },
      reader: { roleArn: ROLE, externalId: 'only-we-know' },
    });
  });

  it('are nothing to each other: no resource of one refers to one of another', () => {
    const all = template.toJSON().Resources as Record<string, { Properties?: unknown; DependsOn?: unknown }>;
    const ownerOf = (id: string) => /^Cluster([abc])(?=[A-Z])/.exec(id)?.[1];
    const foreign = Object.entries(all).flatMap(([id, { Properties, DependsOn }]) => {
      const text = JSON.stringify([Properties, DependsOn]);
      return Object.keys(all)
        .filter((other) => ownerOf(id) !== undefined && ownerOf(other) !== undefined && ownerOf(other) !== ownerOf(id))
        .filter((other) => text.includes(`"${other}"`));
    });
    expect(foreign).toEqual([]);
  });

  it('make a stack in the other account, with the role as it was named', () => {
    const other = app.node.findChild('EksAuditReader-222222222222');
    if (!(other instanceof Stack)) throw new Error('no stack');
    expect(other.environment).toBe('aws://222222222222/eu-west-1');
    Template.fromStack(other).hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'eks-audit-reader',
      Path: '/audit/',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
            Condition: {
              StringEquals: {
                'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/EksAuditForwarder-c-us-west-2-function`],
                'sts:ExternalId': ['only-we-know'],
              },
            },
          },
        ],
      },
    });
  });
});

describe('too many clusters for one account', () => {
  const place = { account: ACCOUNT, region: REGION };
  const of = (count: number) => {
    const entries = Array.from(
      { length: count },
      (_, at) => `{ eksCloudwatchLog: { groupName: /aws/eks/c${at}/cluster } }`,
    );
    const read = parseConfig(fileOf(...entries), 'forwarder.yaml', { for: 'stack', ...place, loadPolicy });
    return read.ok ? crowded(read.config, place) : [];
  };

  it('are told, each with what it gets and needs', () => {
    expect(of(40)).toEqual([]);
    expect(of(41)).toHaveLength(41);
    expect(of(41)[0]).toContain('Cluster c0 gets 5.9 requests to CloudWatch Logs in each interval of 60 seconds');
  });
});

describe('wrong props', () => {
  it('are told in one error, a sentence each', () => {
    const stack = new Stack(undefined, 'Elsewhere', { env: { account: ACCOUNT, region: REGION } });
    const make = () =>
      new EksAuditForwarder(stack, 'Prod', {
        settings: settings({ fetchInterval: 90, ages: [120] }),
        timeout: Duration.seconds(90),
        memorySize: 128,
        alarms: { silence: Duration.days(2), frontierLag: Duration.seconds(0) },
        code: Code.fromInline('export {}'),
      });
    expect(make).toThrow(
      [
        'Elsewhere/Prod:',
        'Expected a fetchInterval of whole minutes, since a schedule knows no seconds, found 90 seconds: write 60.',
        'Expected a timeout of at most 15 minutes that is shorter than the fetchInterval (90 seconds), found 90 seconds: leave it out.',
        'Expected a memorySize of 256 to 10240 MB, found 128: leave it out.',
        'Expected ages that begin with 0 and rise, found [120].',
        'Expected a silence of whole minutes, one day at most, since CloudWatch looks back no further, found 172800 seconds: write Duration.minutes(30).',
        'Expected a frontierLag above 0, found 0 seconds: leave it out.',
      ].join('\n'),
    );
  });

  it('in a stack that does not know where it will be are told', () => {
    const make = () =>
      new EksAuditForwarder(new Stack(), 'Prod', { settings: settings(), code: Code.fromInline('export {}') });
    expect(make).toThrow('The stack needs a concrete account and Region');
  });
});

describe("a forwarder in somebody's own stack", () => {
  it('takes a concurrency of its own and another code', () => {
    const stack = new Stack(undefined, 'Elsewhere', { env: { account: ACCOUNT, region: REGION } });
    new EksAuditForwarder(stack, 'Prod', {
      settings: settings(),
      reservedConcurrentExecutions: 1,
      code: Code.fromInline('export {}'),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'Elsewhere-prod',
      ReservedConcurrentExecutions: 1,
    });
  });
});
