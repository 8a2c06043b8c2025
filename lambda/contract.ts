/**
 * Names that two sides must agree on: the function that emits or reads, and the stack that alarms, grants or writes.
 * A new name is added here first.
 */

export const METRIC_NAMESPACE = 'EksAuditForwarder';
export const METRIC_DIMENSION = 'Cluster';

/** Each costs money per cluster and month, so thirteen are metrics; the rest are properties of the same line. */
export const METRICS = {
  RunsSucceeded: 'Count',
  RunsFailed: 'Count',
  LinesRead: 'Count',
  LinesLate: 'Count',
  LinesParked: 'Count',
  LinesRefused: 'Count',
  LinesUnaccounted: 'Count',
  LinesVanished: 'Count',
  EventsIndexed: 'Count',
  EventsDropped: 'Count',
  FrontierLag: 'Seconds',
  RevisitLag: 'Seconds',
  CloudWatchThrottles: 'Count',
} as const;
export type MetricName = keyof typeof METRICS;

/** Found by Logs Insights in the line that also carries the metrics. */
export const PROPERTIES = [
  'LinesUnchanged',
  'LinesDuplicate',
  'LinesRepeated',
  'LinesTruncated',
  'BytesRead',
  'BytesSent',
  'EventsAlreadyIndexed',
  'IngestionDelay',
  'CloudWatchCalls',
  'ElasticsearchRetries',
  'ElasticsearchTook',
  'RunDuration',
  'LeaseHeldElsewhere',
  'SecretRefused',
  'Reason',
] as const;
export type PropertyName = (typeof PROPERTIES)[number];

/** The table's keys: one partition per source; checkpoint, rows and policies differ by sort key. */
export const TABLE_KEYS = { partition: 'source', sort: 'item', expires: 'expiresAt' } as const;

/** Sort keys of a source's items; rows sort by time. */
export const ITEMS = {
  checkpoint: 'checkpoint',
  minute: 'minute#',
  policy: 'policy#',
  naming: 'naming#',
  backfill: 'backfill',
} as const;

/** How long a ledger row is kept, days. */
export const LEDGER_DAYS = 400;

/** Where the function finds its settings: beside its code, since the environment is limited to 4 KB. */
export const SETTINGS_FILE = 'settings.json';

/** What the function's environment may hold, beside what Lambda and the SDK set themselves. Names and endpoints only. */
export const ENVIRONMENT = {
  /** On a developer's machine only; each wins over the secret. In AWS the secret is the only way. */
  apiKey: 'ELASTICSEARCH_API_KEY',
  username: 'ELASTICSEARCH_USERNAME',
  password: 'ELASTICSEARCH_PASSWORD',
} as const;

export const DEFAULT_INDEX = 'logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}';
/** As Calico's own forwarder names it; what `{cluster}` is there, `indexName` says. */
export const CALICO_INDEX = 'tigera_secure_ee_audit_kube.{cluster}.{yyyyMMdd}';
export const PARKED_INDEX = 'logs-kubernetes.audit_parked-{cluster}-{yyyy.MM}.01';
export const DEFAULT_STREAM_PREFIX = 'kube-apiserver-audit-';

/** What a document looks like, and where it goes; an event has one document of each. In the order of sending. */
export const PROFILES = ['ecs', 'calico'] as const;
export type Profile = (typeof PROFILES)[number];

/** One cluster's audit streams. Cursors and ledger are kept per source. */
export interface Source {
  /** Twelve digits: the account of the log group. */
  readonly account: string;
  readonly region: string;
  readonly group: string;
  /** Streams whose name begins with it are read; never empty. */
  readonly prefix: string;
}

/** All of a source's items have this partition key: the stack grants the function this key and no other. */
export function partitionOf({ account, region, group, prefix }: Source): string {
  return `${account}/${region}/${group}/${prefix}`;
}

/** The identity that reads the log group. Absent: the function's own credentials. */
export interface Reader {
  readonly roleArn: string;
  readonly externalId?: string;
}

/** `P` is the compiled policy; what is shipped in `settings.json` is plain JSON. */
export interface Settings<P = unknown> {
  /** The cluster's name as people know it: the metrics' dimension and part of every document's id. */
  readonly cluster: string;
  /** What `{cluster}` becomes in index names: lower-case and legal. */
  readonly indexCluster: string;
  readonly source: Source;
  readonly reader?: Reader;
  readonly policy: P;
  readonly table: string;
  readonly elasticsearch: ElasticsearchSettings;
  /** How far back the very first run begins, in seconds before it, or the time itself (ISO). Later runs never look at it. */
  readonly startFrom: number | string;
  /** Seconds after a minute's end, increasing, the first 0. */
  readonly ages: readonly number[];
  /** Seconds between two runs. */
  readonly fetchInterval: number;
  /** CloudWatch bytes after which a run begins no further range; null: no limit but time. */
  readonly maxBytesPerRun: number | null;
  /** This function's share of the account's FilterLogEvents quota, in requests per second. */
  readonly requestsPerSecond: number;
}

export interface ElasticsearchSettings {
  readonly url: string;
  /** Name or ARN in Secrets Manager: an API key, or JSON with `username` and `password`. null: no authentication, or the environment's. */
  readonly secret: string | null;
  /** PEM text of a certificate authority to trust beside the public ones. */
  readonly ca: string | null;
  /** Pattern with `{cluster}` and `{yyyy.MM.dd}` or `{yyyy.MM}`. */
  readonly index: string;
  /** In the order of `PROFILES`; at least one. */
  readonly profiles: readonly Profile[];
  /** An HTTP proxy on the way there, without credentials: http://proxy.example:3128. Absent: none. */
  readonly proxy?: string;
}

/** The cluster that lines come from, as its documents name it. */
export interface Cluster {
  readonly name: string;
  /** What `{cluster}` becomes in index names. */
  readonly indexName: string;
  /** Absent: it is not on EKS. Of files alone the account may be empty: nobody knows it. */
  readonly source?: Source;
}

export function clusterOf({ cluster, indexCluster, source }: Settings): Cluster {
  return { name: cluster, indexName: indexCluster, source };
}

/** What decides the id and the place of a document; kept in the table, named by its hash. */
export interface Naming {
  /** The cluster's name: part of every id. */
  readonly cluster: string;
  readonly indexName: string;
  /** Pattern of the indices of the profile `ecs`. */
  readonly index: string;
  /** A newer version may have kept some that this one does not know. */
  readonly profiles: readonly string[];
}

export function namingOf({ cluster, indexCluster, elasticsearch }: Settings): Naming {
  return { cluster, indexName: indexCluster, index: elasticsearch.index, profiles: elasticsearch.profiles };
}

export function profilesOf({ profiles }: Pick<Naming, 'profiles'>): readonly Profile[] {
  return PROFILES.filter((profile) => profiles.includes(profile));
}
