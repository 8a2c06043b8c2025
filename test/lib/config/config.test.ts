import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig, readConfig } from '../../../lib/config/config.ts';
import type { ReadOptions } from '../../../lib/config/options.ts';
import { describeProblems } from '../../../lib/problems/problem.ts';
import { newFolder } from '../../support/folder.ts';
import { file, fileOf, loadPolicy, POLICY } from '../../support/forwarder-file.ts';
import { cluster, config } from './read.ts';

describe('a file of six lines', () => {
  it('means the documented defaults', () => {
    expect(config(file())).toEqual({
      file: 'conf/forwarder.yaml',
      table: 'eks-audit-forwarder',
      existingTable: false,
      clusters: [
        {
          name: 'prod',
          indexName: 'prod',
          groupName: '/aws/eks/prod/cluster',
          region: 'us-west-2',
          streamPrefix: 'kube-apiserver-audit-',
          fetchInterval: 60,
          reader: null,
          policy: { name: 'network-policy', file: resolve('conf/network-policy'), text: 'rules: []', policy: POLICY },
          startFrom: 900,
          ages: [0, 120, 600, 7200, 86_400],
          maxBytesPerRun: null,
          memorySize: 512,
        },
      ],
      others: [],
      elasticsearch: {
        url: 'https://es.example:9200',
        secret: null,
        ca: null,
        index: 'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}',
        profiles: ['ecs'],
        retentionDays: null,
      },
      network: null,
      alarms: { topicArn: null, silence: 1800 },
    });
  });

  it('means the same with keys that have no value', () => {
    const blank = file({
      elasticsearch: 'secret:\ncaFile: null\nindex:\nretention: ~',
      log: 'streamPrefix:\nfetchInterval:',
      cluster: 'name:\nindexName:\nreader:\npolicy:\nstartFrom:\ncompleteness:\nmaxBytesPerRun:',
      end: 'table:\nexistingTable:\nnetwork:\nalarms:',
    });
    expect(config(blank)).toEqual(config(file()));
  });
});

describe('values', () => {
  it.each([
    ['30s', 30],
    ['15m', 900],
    ['2h', 7200],
    ['1d', 86_400],
    ['2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T02:30:00+02:00', '2026-01-31T00:30:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('of startFrom: %s', (written, meant) => {
    expect(cluster(file({ cluster: `startFrom: ${written}` })).startFrom).toBe(meant);
  });

  it('of ages begin with 0, written or not', () => {
    expect(cluster(file({ cluster: 'completeness: { ages: [90s, 14d] }' })).ages).toEqual([0, 90, 1_209_600]);
    expect(cluster(file({ cluster: 'completeness: { ages: [0s, 90s] }' })).ages).toEqual([0, 90]);
  });

  it('of all other keys arrive as written', () => {
    const meant = config(
      file({
        elasticsearch:
          'secret: arn:aws:secretsmanager:us-west-2:123456789012:secret:es-AbCdEf\nindex: audit-{yyyy.MM}\nretention: 400d',
        log: 'fetchInterval: 0.5\nstreamPrefix: kube-',
        cluster:
          'name: Prod\nindexName: live\nreader: { roleArn: "arn:aws:iam::123456789012:role/x", externalId: "77" }\nmaxBytesPerRun: 1000000',
        end: 'table: t.1\nexistingTable: true\nalarms: { topicArn: "arn:aws:sns:us-west-2:123456789012:on-call", silence: 1h }\nnetwork: { vpcId: vpc-01234567, subnetIds: [subnet-01234567] }',
      }),
    );
    expect(meant).toMatchObject({
      table: 't.1',
      existingTable: true,
      clusters: [
        {
          name: 'Prod',
          indexName: 'live',
          fetchInterval: 0.5,
          streamPrefix: 'kube-',
          maxBytesPerRun: 1_000_000,
          reader: { roleArn: 'arn:aws:iam::123456789012:role/x', externalId: '77', alsoTrust: [] },
        },
      ],
      elasticsearch: {
        secret: 'arn:aws:secretsmanager:us-west-2:123456789012:secret:es-AbCdEf',
        index: 'audit-{yyyy.MM}',
        retentionDays: 400,
      },
      alarms: { topicArn: 'arn:aws:sns:us-west-2:123456789012:on-call', silence: 3600 },
      network: { vpcId: 'vpc-01234567', subnetIds: ['subnet-01234567'], securityGroupIds: [], proxy: null },
    });
  });

  it('of a secret that CDK named are not taken for a key', () => {
    expect(config(file({ elasticsearch: 'secret: ElasticSecretA1B2C3D4-xYz123AbC456' })).elasticsearch.secret).toBe(
      'ElasticSecretA1B2C3D4-xYz123AbC456',
    );
  });

  it('of an upper-case cluster keep their case, but for the index', () => {
    expect(cluster(file({ groupName: 'groupName: /aws/eks/Prod_EU/cluster' }))).toMatchObject({
      name: 'Prod_EU',
      indexName: 'prod_eu',
    });
  });

  it('may be shared by anchors and merge keys', () => {
    const { clusters } = config(
      fileOf(
        '&base { maxBytesPerRun: 5, eksCloudwatchLog: { groupName: /aws/eks/a/cluster, region: us-west-2 } }',
        '{ <<: *base, eksCloudwatchLog: { groupName: /aws/eks/b/cluster, region: us-west-2 } }',
      ),
    );
    expect(clusters.map(({ name, maxBytesPerRun }) => [name, maxBytesPerRun])).toEqual([
      ['a', 5],
      ['b', 5],
    ]);
  });

  it("of a Region that the file leaves open are the caller's, or null", () => {
    expect(cluster(file({ region: '' }), { region: 'eu-west-1' }).region).toBe('eu-west-1');
    expect(cluster(file({ region: '' }), { for: 'stack' }).region).toBeNull();
  });
});

describe('warnings', () => {
  function warned(text: string, options: Partial<ReadOptions> = {}): string {
    const result = parseConfig(text, 'forwarder.yaml', { for: 'run', loadPolicy, ...options });
    return result.ok ? describeProblems(result.warnings) : 'refused';
  }

  it('are none for a file without doubt', () => {
    expect(warned(file())).toBe('');
    expect(warned(file({ elasticsearch: 'secret: x' }), { for: 'stack' })).toBe('');
    expect(warned(file({ url: 'url: http://127.0.0.1:9200' }))).toBe('');
  });

  it('tell of the open network, of a stack without a secret and of what the policy has to say', () => {
    expect(warned(file({ url: 'url: http://es.example:9200', cluster: 'policy: loose.yaml' }), { for: 'stack' })).toBe(
      [
        'forwarder.yaml:1: elasticsearch.secret: No secret is named, so the function sends without authentication.',
        'forwarder.yaml:2: elasticsearch.url: Events and credentials go over the network unencrypted: use https:// where you can.',
        'loose.yaml:9: rules[2]: Never reached.',
      ].join('\n'),
    );
  });
});

it('says what to do where there is no file', () => {
  const path = join(newFolder(), 'forwarder.yaml');
  expect(readConfig(path, { for: 'run', loadPolicy })).toEqual({
    ok: false,
    problems: [
      {
        file: path,
        path: '',
        message: `There is no file ${JSON.stringify(path)}: copy forwarder.example.yaml to forwarder.yaml and fill it in, or name another file (--config FILE, with cdk -c config=FILE).`,
      },
    ],
  });
});
