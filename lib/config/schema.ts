import { z } from 'zod';
import { DEFAULT_INDEX, DEFAULT_STREAM_PREFIX } from '../../lambda/contract.ts';
import { wants } from '../problems/sentence.ts';
import { proxy, url } from './address.ts';
import { secret } from './secret.ts';
import * as values from './values.ts';

/** The file's shape. A key without a value counts as absent, so nothing here needs to be nullable. */

const eksCloudwatchLog = z.strictObject(
  {
    groupName: values.groupName.describe("The log group of the cluster's control plane."),
    region: values.region.optional().describe("The log group's Region. Default: the stack's own."),
    streamPrefix: values.streamPrefix
      .default(DEFAULT_STREAM_PREFIX)
      .describe('How the names of the audit streams begin.'),
    fetchInterval: values.fetchInterval
      .default(60)
      .describe('Seconds between two runs. A stack takes whole minutes only.'),
  },
  wants('a mapping with groupName', 'write groupName: /aws/eks/prod/cluster under it'),
);

const reader = z.strictObject(
  {
    roleArn: values.roleArn.describe('The role that may read the log group.'),
    externalId: values.externalId.optional().describe("What the role's trust policy asks for."),
  },
  wants('a mapping with roleArn', 'write roleArn under it, or leave out the key'),
);

export const cluster = z.strictObject(
  {
    name: values.clusterName
      .optional()
      .describe('What people call the cluster. Default: <name> of a log group /aws/eks/<name>/cluster.'),
    indexName: values.indexPart
      .optional()
      .describe('What {cluster} becomes in index names. Default: the name in lower case.'),
    eksCloudwatchLog: eksCloudwatchLog.describe("Where the audit log is: Calico's own keys and defaults."),
    reader: reader.optional().describe('Only for a log group of another account. Default: the stack makes the role.'),
    policy: values.policyName
      .default('network-policy')
      .describe('The audit policy: the name of a preset, or a file (relative to this one).'),
    startFrom: values.startFrom
      .prefault('15m')
      .describe('Where the very first run begins: a duration before it (15m) or a time (2026-01-31T00:00:00Z).'),
    completeness: z
      .strictObject(
        {
          ages: values.ages
            .prefault(['2m', '10m', '2h', '24h'])
            .describe('How long after its end each minute is looked at again for late lines. At most 14d.'),
        },
        wants('a mapping with ages', 'write ages: [2m, 10m, 2h, 24h] under it'),
      )
      .prefault({})
      .describe('How long the forwarder waits for late lines.'),
    maxBytesPerRun: values.maxBytesPerRun
      .optional()
      .describe('Bytes of CloudWatch after which a run begins nothing new. Default: no limit but time.'),
  },
  wants('a mapping with eksCloudwatchLog', 'write eksCloudwatchLog with groupName under it'),
);

const elasticsearch = z.strictObject(
  {
    url: url.describe('The address, without path and credentials: https://es.example:9200.'),
    secret: secret
      .optional()
      .describe(
        'Name or ARN of a secret in Secrets Manager that holds an API key, or {"username","password"}. On a person\'s machine ELASTICSEARCH_API_KEY wins. Default: no authentication.',
      ),
    caFile: values.caFile
      .optional()
      .describe('PEM file of a certificate authority to trust beside the public ones (relative to this file).'),
    index: values.indexPattern
      .default(DEFAULT_INDEX)
      .describe('Index names: {cluster}, and {yyyy.MM.dd}, {yyyy.MM} or {yyyy.MM}.01 at the end.'),
    profiles: values.profiles.prefault(['ecs']).describe('What the documents look like. This version writes ecs only.'),
    retention: values.retention
      .optional()
      .describe('Days after which an index is deleted (400d), where Elasticsearch has ILM. Default: never.'),
  },
  wants('a mapping with url', 'write elasticsearch: and under it url: https://es.example:9200'),
);

const network = z.strictObject(
  {
    vpcId: values.vpcId.describe('The VPC that the function runs in.'),
    subnetIds: values.subnetIds.describe(
      'Subnets with a way to CloudWatch Logs, DynamoDB, Secrets Manager, STS and Elasticsearch.',
    ),
    securityGroupIds: values.securityGroupIds.default([]).describe('Default: the stack makes one.'),
    proxy: proxy.optional().describe('Address of an HTTP proxy on the way to Elasticsearch.'),
  },
  wants('a mapping with vpcId and subnetIds', 'write these under it, or leave out the key'),
);

const alarms = z.strictObject(
  {
    topicArn: values.topicArn.optional().describe('SNS topic that is told. Default: alarms tell nobody.'),
    silence: values.silence
      .prefault('30m')
      .describe('How long without a single audit line before the alarm: a cluster that lives is never silent.'),
  },
  wants('a mapping with topicArn or silence', 'write these under it, or leave out the key'),
);

export const forwarder = z.strictObject(
  {
    table: values.tableName
      .default('eks-audit-forwarder')
      .describe('The DynamoDB table that holds cursors and ledger. The stack makes it.'),
    existingTable: values.flag.default(false).describe('true adopts a table that an earlier stack left.'),
    clusters: z
      .array(cluster, wants('a list of clusters', 'write each as "- eksCloudwatchLog: …" under it'))
      .default([])
      .describe('The clusters whose audit logs are forwarded.'),
    elasticsearch: elasticsearch.describe('Where the events go.'),
    network: network.optional().describe('Default: the function runs outside any VPC.'),
    alarms: alarms.prefault({}).describe('Who is told when it stands still.'),
  },
  wants('a mapping of keys', 'begin with elasticsearch: and clusters:'),
);

export type Forwarder = z.output<typeof forwarder>;
export type ClusterEntry = Forwarder['clusters'][number];
