import { z } from 'zod';
import { wants } from '../problems/sentence.ts';
import { proxy, url } from './address.ts';
import { DEFAULTS } from './defaults.ts';
import { secret } from './secret.ts';
import * as values from './values.ts';

/** The file's shape. A key without a value counts as absent, so nothing that is read here is null. */

/** What has no default: null where it is absent. */
function orNull<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value ?? null);
}

export const eksCloudwatchLog = z.strictObject(
  {
    groupName: values.groupName.describe("The log group of the cluster's control plane."),
    region: orNull(values.region).describe("The log group's Region. Default: the stack's own."),
    streamPrefix: values.streamPrefix
      .default(DEFAULTS.streamPrefix)
      .describe('How the names of the audit streams begin.'),
    fetchInterval: values.fetchInterval
      .default(DEFAULTS.fetchInterval)
      .describe('Seconds between two runs. A stack takes whole minutes only.'),
  },
  wants('a mapping with groupName', 'write groupName: /aws/eks/prod/cluster under it'),
);

export const kubeAudit = z.strictObject(
  {
    path: values.logPath
      .exactOptional()
      .describe('The file that --audit-log-path of the API server names, for `eks-audit follow` on that machine.'),
    listen: values.listenAddress
      .exactOptional()
      .describe('Where `eks-audit receive` takes what the API server sends to --audit-webhook-config-file.'),
  },
  wants('a mapping with path or listen', 'write path: /var/log/kubernetes/audit/kube-audit.log under it'),
);

const reader = z.strictObject(
  {
    roleArn: values.roleArn.describe('The role that may read the log group.'),
    externalId: values.externalId.exactOptional().describe("What the role's trust policy asks for."),
    alsoTrust: values.principalArns
      .default([])
      .describe('Roles and users who may become it beside the function, for commands on a machine.'),
  },
  wants('a mapping with roleArn', 'write roleArn under it, or leave out the key'),
);

export const cluster = z.strictObject(
  {
    name: orNull(values.clusterName).describe(
      'What people call the cluster. Default: <name> of a log group /aws/eks/<name>/cluster.',
    ),
    indexName: orNull(values.indexPart).describe(
      'What {cluster} becomes in index names. Default: the name in lower case.',
    ),
    eksCloudwatchLog: eksCloudwatchLog
      .exactOptional()
      .describe("Where the audit log is: Calico's own keys and defaults."),
    kubeAudit: kubeAudit
      .exactOptional()
      .describe(
        'In place of eksCloudwatchLog, of a cluster that is not EKS: how its API server hands the audit log over.',
      ),
    reader: orNull(reader).describe('Only for a log group of another account. Default: the stack makes the role.'),
    policy: values.policyName
      .default(DEFAULTS.policy)
      .describe('The audit policy: the name of a preset, or a file (relative to this one).'),
    startFrom: values.startFrom
      .prefault(DEFAULTS.startFrom)
      .describe('Where the very first run begins: a duration before it (15m) or a time (2026-01-31T00:00:00Z).'),
    completeness: z
      .strictObject(
        {
          ages: values.ages
            .prefault(DEFAULTS.ages)
            .describe('How long after its end each minute is looked at again for late lines. At most 14d.'),
        },
        wants('a mapping with ages', 'write ages: [2m, 10m, 2h, 24h] under it'),
      )
      .prefault({})
      .describe('How long the forwarder waits for late lines.'),
    maxBytesPerRun: orNull(values.maxBytesPerRun).describe(
      'Bytes of CloudWatch after which a run begins nothing new. Default: no limit but time.',
    ),
    memorySize: values.memorySize
      .default(DEFAULTS.memorySize)
      .describe("The function's memory in MB; its share of a processor grows with it."),
  },
  wants('a mapping with eksCloudwatchLog', 'write eksCloudwatchLog with groupName under it'),
);

export const elasticsearch = z.strictObject(
  {
    url: url.describe('The address, without path and credentials: https://es.example:9200.'),
    secret: orNull(secret).describe(
      'Name or ARN of a secret in Secrets Manager that holds an API key, or {"username","password"}. On a person\'s machine ELASTICSEARCH_API_KEY wins. Default: no authentication.',
    ),
    caFile: orNull(values.caFile).describe(
      'PEM file of a certificate authority to trust beside the public ones (relative to this file).',
    ),
    index: values.indexPattern
      .default(DEFAULTS.index)
      .describe('Index names: {cluster}, and {yyyy.MM.dd}, {yyyy.MM} or {yyyy.MM}.01 at the end.'),
    profiles: values.profiles
      .prefault(DEFAULTS.profiles)
      .describe(
        'What the documents look like: ecs, calico (as Calico Manager reads them), or both, each in indices of its own.',
      ),
    retention: orNull(values.retention).describe(
      'Days after which an index is deleted (400d), where Elasticsearch has ILM. Default: never.',
    ),
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
    proxy: orNull(proxy).describe('Address of an HTTP proxy on the way to Elasticsearch.'),
  },
  wants('a mapping with vpcId and subnetIds', 'write these under it, or leave out the key'),
);

export const alarms = z.strictObject(
  {
    topicArn: orNull(values.topicArn).describe('SNS topic that is told. Default: alarms tell nobody.'),
    silence: values.silence
      .prefault(DEFAULTS.silence)
      .describe('How long without a single audit line before the alarm: a cluster that lives is never silent.'),
  },
  wants('a mapping with topicArn or silence', 'write these under it, or leave out the key'),
);

export const forwarder = z.strictObject(
  {
    table: values.tableName
      .default(DEFAULTS.table)
      .describe('The DynamoDB table that holds cursors and ledger. The stack makes it.'),
    existingTable: values.flag.default(false).describe('true adopts a table that an earlier stack left.'),
    clusters: z
      .array(cluster, wants('a list of clusters', 'write each as "- eksCloudwatchLog: …" under it'))
      .default([])
      .describe('The clusters whose audit logs are forwarded.'),
    elasticsearch: elasticsearch.describe('Where the events go.'),
    network: orNull(network).describe('Default: the function runs outside any VPC.'),
    alarms: alarms.prefault({}).describe('Who is told when it stands still.'),
  },
  wants('a mapping of keys', 'begin with elasticsearch: and clusters:'),
);

export type Forwarder = z.output<typeof forwarder>;
