import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { auditLogging } from '../../../../bin/operate/doctor/audit-logging.ts';
import {
  classVerdict,
  describeGroup,
  describeStreams,
  groupVerdict,
  retentionVerdict,
  streamsVerdict,
} from '../../../../bin/operate/doctor/group.ts';
import { newestLine } from '../../../../bin/operate/doctor/newest.ts';
import { tableExpiry, tableKeys, tableRecovery } from '../../../../bin/operate/doctor/table.ts';
import { NOON } from '../../../support/builders.ts';

const REGION = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const logs = mockClient(CloudWatchLogsClient);
const dynamodb = mockClient(DynamoDBClient);
const eks = mockClient(EKSClient);
beforeEach(() => {
  for (const mock of [logs, dynamodb, eks]) mock.reset();
});
afterAll(() => {
  for (const mock of [logs, dynamodb, eks]) mock.restore();
});

function fault(name: string): Error {
  return Object.assign(new Error('said by AWS'), { name, $metadata: { httpStatusCode: 400 } });
}

const never = new AbortController().signal;
const GROUP = '/aws/eks/prod/cluster';
const PREFIX = 'kube-apiserver-audit-';
const client = new CloudWatchLogsClient(REGION);
const described = (overrides: Partial<LogGroup> = {}) =>
  ({ kind: 'described', value: { logGroupName: GROUP, ...overrides } }) as const;

describe('the log group', () => {
  test('is the one of exactly that name', async () => {
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: `${GROUP}-2` }] });
    expect(groupVerdict(await describeGroup(client, GROUP))).toMatchObject({ state: 'wrong' });
    logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: GROUP }] });
    expect(groupVerdict(await describeGroup(client, GROUP))).toEqual({ state: 'ok', message: GROUP });
  });

  test('that may not be described is not checked, nor is what depends on it', async () => {
    logs.on(DescribeLogGroupsCommand).rejects(fault('AccessDeniedException'));
    const group = await describeGroup(client, GROUP);
    expect(groupVerdict(group)).toEqual({ state: 'not checked', message: 'needs logs:DescribeLogGroups' });
    expect(classVerdict(group).state).toBe('not checked');
    expect(retentionVerdict(group, 86_400).state).toBe('not checked');
  });

  test('of the Infrequent Access class can’t be read', () => {
    expect(classVerdict(described()).state).toBe('ok');
    expect(classVerdict(described({ logGroupClass: 'STANDARD' })).state).toBe('ok');
    const verdict = classVerdict(described({ logGroupClass: 'INFREQUENT_ACCESS' }));
    expect(verdict.state).toBe('wrong');
    expect(verdict.message).toContain('FilterLogEvents');
  });

  test.each([
    [undefined, 14 * 86_400, 'ok'],
    [1, 86_400, 'ok'],
    [1, 86_401, 'wrong'],
    [7, 14 * 86_400, 'wrong'],
  ])('that keeps lines for %s days, with an oldest age of %i s, is %s', (retentionInDays, age, state) => {
    const group = described(retentionInDays === undefined ? {} : { retentionInDays });
    expect(retentionVerdict(group, age).state).toBe(state);
  });
});

describe('the audit streams', () => {
  test('are counted over pages', async () => {
    logs
      .on(DescribeLogStreamsCommand)
      .resolves({ logStreams: [{ lastEventTimestamp: 5 }], nextToken: 'more' })
      .on(DescribeLogStreamsCommand, { nextToken: 'more' })
      .resolves({ logStreams: [{ lastEventTimestamp: 7 }, {}] });
    const streams = await describeStreams(client, GROUP, PREFIX);
    expect(streams).toEqual({ kind: 'described', value: { count: 3, newest: 7 } });
    expect(streamsVerdict(streams, PREFIX).state).toBe('ok');
  });

  test('that are not there are told with what switches them on', async () => {
    logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [] });
    const verdict = streamsVerdict(await describeStreams(client, GROUP, PREFIX), PREFIX);
    expect(verdict.state).toBe('wrong');
    expect(verdict.message).toContain('audit log type');
  });
});

describe('the newest line', () => {
  const none = { kind: 'described', value: { count: 1, newest: undefined } } as const;
  const source = { group: GROUP, prefix: PREFIX };
  const look = (streams: Parameters<typeof newestLine>[2] = none) => newestLine(client, source, streams, NOON, never);

  test('is found behind empty pages', async () => {
    logs
      .on(FilterLogEventsCommand)
      .resolves({ events: [], nextToken: 'more' })
      .on(FilterLogEventsCommand, { nextToken: 'more' })
      .resolves({ events: [{ timestamp: NOON - 40_000 }, { timestamp: NOON - 50_000 }] });
    expect(await look()).toEqual({ state: 'ok', message: '40 s old.' });
  });

  test('older than a quarter of an hour is wrong, with its age where the streams tell it', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    expect((await look()).message).toContain('over 15 min');
    const told = await look({ kind: 'described', value: { count: 1, newest: NOON - 3 * 3_600_000 } });
    expect(told).toMatchObject({ state: 'wrong', message: expect.stringContaining('about 3 h') });
  });

  test.each([
    ['AccessDeniedException', 'needs logs:FilterLogEvents'],
    ['ResourceNotFoundException', 'there is no such log group'],
  ])('after a %s is not checked', async (name, message) => {
    logs.on(FilterLogEventsCommand).rejects(fault(name));
    expect(await look()).toEqual({ state: 'not checked', message });
  });
});

describe('audit logging', () => {
  const look = (group = GROUP) => auditLogging(new EKSClient(REGION), group, never);
  const logging = (types: ('audit' | 'api')[], enabled: boolean) => ({
    cluster: { logging: { clusterLogging: [{ types, enabled }] } },
  });

  test.each([
    [logging(['api', 'audit'], true), 'ok'],
    [logging(['audit'], false), 'wrong'],
    [logging(['api'], true), 'wrong'],
    [{ cluster: {} }, 'wrong'],
  ])('%j is %s', async (answer, state) => {
    eks.on(DescribeClusterCommand, { name: 'prod' }).resolves(answer);
    expect((await look()).state).toBe(state);
  });

  test('is not checked where EKS may not be asked, can’t be reached or nobody knows for what', async () => {
    eks.on(DescribeClusterCommand).rejects(fault('AccessDeniedException'));
    expect(await look()).toEqual({ state: 'not checked', message: 'needs eks:DescribeCluster' });
    eks.on(DescribeClusterCommand).rejects(fault('TimeoutError'));
    expect((await look()).state).toBe('not checked');
    expect((await look('/my/own/group')).state).toBe('not checked');
  });
});

describe('the table', () => {
  const db = new DynamoDBClient(REGION);
  const table = { name: 'eks-audit-forwarder', existing: false };
  const keys = (partition: string, sort: string) => ({
    Table: {
      TableStatus: 'ACTIVE' as const,
      KeySchema: [
        { AttributeName: partition, KeyType: 'HASH' as const },
        { AttributeName: sort, KeyType: 'RANGE' as const },
      ],
      AttributeDefinitions: [partition, sort].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    },
  });

  test.each([
    [keys('source', 'item'), 'ok'],
    [keys('item', 'source'), 'wrong'],
    [keys('pk', 'sk'), 'wrong'],
  ])('has our keys or is another', async (answer, state) => {
    dynamodb.on(DescribeTableCommand).resolves(answer);
    expect((await tableKeys(db, table, never)).state).toBe(state);
  });

  test('that is missing is the stack’s to make, unless it should be there', async () => {
    dynamodb.rejects(fault('ResourceNotFoundException'));
    expect((await tableKeys(db, table, never)).message).toContain('the stack makes it');
    expect((await tableKeys(db, { ...table, existing: true }, never)).state).toBe('wrong');
    expect((await tableExpiry(db, table, never)).state).toBe('not checked');
    dynamodb.rejects(fault('TableNotFoundException'));
    expect((await tableRecovery(db, table, never)).state).toBe('not checked');
  });

  test.each([
    [{ TimeToLiveStatus: 'ENABLED' as const, AttributeName: 'expiresAt' }, 'ok'],
    [{ TimeToLiveStatus: 'ENABLED' as const, AttributeName: 'other' }, 'wrong'],
    [{ TimeToLiveStatus: 'DISABLED' as const }, 'wrong'],
  ])('expires rows by our attribute: %j is %s', async (TimeToLiveDescription, state) => {
    dynamodb.on(DescribeTimeToLiveCommand).resolves({ TimeToLiveDescription });
    expect((await tableExpiry(db, table, never)).state).toBe(state);
  });

  test.each([
    ['ENABLED', 'ok'],
    ['DISABLED', 'wrong'],
  ] as const)('with point-in-time recovery %s is %s', async (PointInTimeRecoveryStatus, state) => {
    const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus };
    const ContinuousBackupsStatus = 'ENABLED';
    dynamodb.on(DescribeContinuousBackupsCommand).resolves({
      ContinuousBackupsDescription: { ContinuousBackupsStatus, PointInTimeRecoveryDescription },
    });
    expect((await tableRecovery(db, table, never)).state).toBe(state);
  });

  test('that may not be described tells which rights that takes', async () => {
    dynamodb.rejects(fault('AccessDeniedException'));
    const verdicts = [tableKeys, tableExpiry, tableRecovery].map((look) => look(db, table, never));
    expect((await Promise.all(verdicts)).map(({ message }) => message)).toEqual([
      'needs dynamodb:DescribeTable',
      'needs dynamodb:DescribeTimeToLive',
      'needs dynamodb:DescribeContinuousBackups',
    ]);
  });
});
