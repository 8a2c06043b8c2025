import { type Cluster, DEFAULT_INDEX, type Settings } from '../../lambda/contract.ts';
import type { BulkItem } from '../../lambda/core/bulk/bulk.ts';
import type { Rules } from '../../lambda/core/document/judge.ts';
import { SHAPE } from '../../lambda/core/document/shape.ts';
import { CALICO, IndexPattern } from '../../lambda/core/index-pattern.ts';
import type { JsonObject } from '../../lambda/core/json.ts';
import type { Row } from '../../lambda/core/ledger/row.ts';
import type { CloudWatchLine, CloudWatchOrigin, FileLine, FileOrigin } from '../../lambda/core/line.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { MINUTE } from '../../lambda/core/time.ts';
import type { Row as AuditRow } from '../../review/query/row.ts';

/** One builder per noun; a test names what it is about and nothing else. */

export const NOON = Date.UTC(2026, 10, 21, 12);

export const CLUSTER = {
  name: 'prod',
  indexName: 'prod',
  source: {
    account: '111122223333',
    region: 'eu-west-1',
    group: '/aws/eks/prod/cluster',
    prefix: 'kube-apiserver-audit-',
  },
} satisfies Cluster;

export function event(overrides: JsonObject = {}): JsonObject {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: '5c3e9a52-7f0e-4b7c-9a53-7f1f1b8f6d10',
    stage: 'ResponseComplete',
    requestURI: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/allow-web',
    verb: 'patch',
    user: { username: 'ana', groups: ['system:authenticated'] },
    sourceIPs: ['203.0.113.7'],
    userAgent: 'kubectl/v1.33',
    objectRef: {
      resource: 'networkpolicies',
      namespace: 'shop',
      name: 'allow-web',
      apiGroup: 'networking.k8s.io',
      apiVersion: 'v1',
    },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-11-21T11:59:59.000001Z',
    stageTimestamp: '2026-11-21T11:59:59.250000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    ...overrides,
  };
}

type LineOverrides = Partial<Pick<CloudWatchLine, 'message' | 'timestamp'>> & Partial<CloudWatchOrigin>;

type FileLineOverrides = Partial<Pick<FileLine, 'message' | 'timestamp'>> & Partial<FileOrigin>;

/** Whatever is said of its origin stands beside the rest. */
export function line({ message, timestamp, ...origin }: LineOverrides = {}): CloudWatchLine {
  return {
    message: message ?? JSON.stringify(event()),
    timestamp: timestamp ?? NOON,
    origin: {
      kind: 'CloudWatch Logs',
      group: CLUSTER.source.group,
      stream: 'kube-apiserver-audit-0123456789abcdef0123456789abcdef',
      eventId: '39000000000000000000000000000000000000000000000000000001',
      ingestionTime: NOON + 1000,
      ...origin,
    },
  };
}

/** The same line in a file. */
export function fileLine({ message, timestamp, ...origin }: FileLineOverrides = {}): FileLine {
  return {
    message: message ?? JSON.stringify(event()),
    timestamp: timestamp ?? NOON,
    origin: { kind: 'file', path: '/var/log/kube-audit.log', offset: 0, ...origin },
  };
}

/** Another line like this one. */
export function like({ message, timestamp, origin }: CloudWatchLine, overrides: LineOverrides): CloudWatchLine {
  return line({ message, timestamp, ...origin, ...overrides });
}

/** `count` events that differ, one a millisecond from `from` on. */
export function lines(count: number, from = NOON): CloudWatchLine[] {
  return Array.from({ length: count }, (_, at) =>
    line({
      timestamp: from + at,
      eventId: `id-${from}-${at}`,
      message: JSON.stringify(event({ auditID: `${from}-${at}` })),
    }),
  );
}

export const EVERYTHING: Policy = {
  omitStages: [],
  omitManagedFields: false,
  rules: [rule({ level: 'RequestResponse' })],
};

export function rule(overrides: Partial<Policy['rules'][number]> = {}): Policy['rules'][number] {
  return {
    level: 'Metadata',
    users: [],
    userGroups: [],
    verbs: [],
    namespaces: [],
    resources: [],
    nonResourceURLs: [],
    omitStages: [],
    ...overrides,
  };
}

/** The profile `ecs` in its usual indices, and Calico's. */
export const ECS = { name: 'ecs', index: IndexPattern.of(DEFAULT_INDEX) } as const;
export const BOTH = [ECS, { name: 'calico', index: CALICO }] as const;

export function rules(overrides: Partial<Rules> = {}): Rules {
  return { cluster: CLUSTER, policy: EVERYTHING, profiles: [ECS], ...overrides };
}

export function settings(overrides: Partial<Settings<Policy>> = {}): Settings<Policy> {
  return {
    cluster: CLUSTER.name,
    indexCluster: CLUSTER.indexName,
    source: CLUSTER.source,
    policy: EVERYTHING,
    table: 'eks-audit-forwarder',
    elasticsearch: { url: 'http://127.0.0.1:9200', secret: null, ca: null, index: DEFAULT_INDEX, profiles: ['ecs'] },
    startFrom: 15 * 60,
    ages: [0, 120],
    fetchInterval: 60,
    maxBytesPerRun: null,
    requestsPerSecond: 5,
    ...overrides,
  };
}

export function item(overrides: Partial<BulkItem> = {}): BulkItem {
  return { index: 'logs-kubernetes.audit_logs-prod-2026.11.21', id: 'an-id', body: '{}', ...overrides };
}

/** A minute of ten lines that were all kept, read as soon as it was over. */
export function row(overrides: Partial<Row> = {}): Row {
  const { minute = NOON, lines = 10, digest = 7n } = overrides;
  return {
    lines,
    bytes: 100 * lines,
    digest,
    kept: lines,
    dropped: {},
    parked: {},
    duplicates: 0,
    truncated: 0,
    minute,
    readAt: minute + MINUTE,
    first: lines,
    last: { lines, digest, seenUntil: minute + MINUTE },
    late: 0,
    vanished: 0,
    policy: 'a-policy',
    naming: 'a-naming',
    shapes: [SHAPE],
    ...overrides,
  };
}

/** An event as a list shows it: Ana changed a policy. */
export function auditRow(overrides: Partial<AuditRow> = {}): AuditRow {
  return {
    id: 'an-id',
    index: 'logs-kubernetes.audit_logs-prod-2026.11.21',
    time: NOON,
    isLate: false,
    cluster: CLUSTER.name,
    who: { name: 'ana' },
    verb: 'patch',
    kind: { resource: 'networkpolicies', group: 'networking.k8s.io' },
    namespace: 'shop',
    name: 'allow-web',
    claimed: [],
    outcome: 'success',
    code: 200,
    level: 'RequestResponse',
    stage: 'ResponseComplete',
    isDryRun: false,
    tags: [],
    ...overrides,
  };
}
