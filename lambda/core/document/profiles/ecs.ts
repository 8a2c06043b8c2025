import type { Source } from '../../../contract.ts';
import { at, type JsonObject, textAt } from '../../json.ts';
import { type FileOrigin, inCloudWatch, type Line } from '../../line.ts';
import { isoTime } from '../../time.ts';
import type { FieldType } from '../fit.ts';
import { column, FIRST_SHAPE, type Field, field, type Recorded } from '../recorded.ts';
import { bodies } from './bodies.ts';
import { categories, outcome, types } from './classify.ts';
import { isDryRun } from './dry-run.ts';
import { sessionNames } from './person.ts';
import { objectName, sentence } from './sentence.ts';

/** A field that stands in the event under the same path. */
function same(type: FieldType, ...paths: readonly (readonly string[])[]): Field[] {
  return paths.map((path) => ({
    path: ['kubernetes', 'audit', ...path],
    type,
    since: FIRST_SHAPE,
    at: path,
  }));
}

function below(parent: string, ...names: readonly string[]): string[][] {
  return names.map((name) => [...parent.split('.'), name]);
}

/** In annotations' keys `.` becomes `_`, as Elastic's rules expect. */
function annotation(key: string): Field {
  return {
    path: ['kubernetes', 'audit', 'annotations', key.replaceAll('.', '_')],
    type: 'keyword',
    since: FIRST_SHAPE,
    at: ['annotations', key],
  };
}

const addresses = ({ event }: Recorded): readonly unknown[] => {
  const found = at(event, 'sourceIPs');
  return Array.isArray(found) ? found : [];
};

const recorded: readonly Field[] = [
  ...same(
    'keyword',
    ...['apiVersion', 'kind', 'level', 'auditID', 'stage', 'verb', 'userAgent', 'requestURI'].map((name) => [name]),
    ...below('user', 'username', 'uid', 'groups'),
    ...below('user.extra', 'arn', 'canonicalArn', 'sessionName', 'accessKeyId', 'principalId'),
    ...['pod-name', 'pod-uid', 'node-name', 'credential-id'].map((name) => [
      'user',
      'extra',
      `authentication.kubernetes.io/${name}`,
    ]),
    ...below('impersonatedUser', 'username', 'uid', 'groups'),
    ...below('objectRef', 'resource', 'namespace', 'name', 'uid', 'apiGroup', 'apiVersion', 'resourceVersion'),
    ...below('objectRef', 'subresource'),
    ...below('responseStatus', 'status', 'reason', 'message'),
  ),
  ...same('integer', ['responseStatus', 'code']),
  ...same('date_nanos', ['requestReceivedTimestamp'], ['stageTimestamp']),
  // All but the last address are the caller's to choose, and a second value makes ES|QL rules skip the document.
  field('kubernetes.audit.sourceIPs', 'keyword', (each) => addresses(each).at(-1)),
  field('kubernetes.audit.claimedSourceIPs', 'keyword', (each) => addresses(each).slice(0, -1)),
  { ...field('kubernetes.audit.dryRun', 'boolean', ({ event }) => isDryRun(event)), changed: 2 },
  ...['decision', 'reason'].map((name) => annotation(`authorization.k8s.io/${name}`)),
  ...['enforce-policy', 'audit-violations', 'exempt', 'error'].map((name) =>
    annotation(`pod-security.kubernetes.io/${name}`),
  ),
];

const ecs: readonly Field[] = [
  field('@timestamp', 'date', ({ time }) => isoTime(time)),
  field('ecs.version', 'keyword', () => '8.17.0'),
  field('data_stream.type', 'keyword', () => 'logs'),
  field('data_stream.dataset', 'keyword', () => 'kubernetes.audit_logs'),
  field('data_stream.namespace', 'keyword', ({ cluster }) => cluster.indexName),
  field('event.ingested', 'date', ({ ingested }) => isoTime(ingested)),
  field('event.dataset', 'keyword', () => 'kubernetes.audit_logs'),
  field('event.module', 'keyword', () => 'kubernetes'),
  field('event.kind', 'keyword', () => 'event'),
  field('event.id', 'keyword', ({ id }) => id),
  { ...column('event.action', 'keyword'), at: ['verb'] },
  field('event.outcome', 'keyword', ({ event }) => outcome(event)),
  field('event.category', 'keyword', ({ event }) => categories(event)),
  field('event.type', 'keyword', ({ event }) => types(event)),
  field('event.original', 'stored', ({ original }) => original),
  { ...field('message', 'text', ({ event }) => sentence(event)), changed: 2 },
  { ...column('user.name', 'keyword'), at: ['user', 'username'] },
  { ...column('user.id', 'keyword'), at: ['user', 'uid'] },
  { ...column('user_agent.original', 'keyword'), at: ['userAgent'] },
  { ...field('related.user', 'keyword', ({ event }) => users(event)), changed: 2 },
  field('source.ip', 'ip', (each) => addresses(each).at(-1)),
  field('client.ip', 'ip', addresses),
  field('related.ip', 'ip', addresses),
  field('orchestrator.type', 'keyword', () => 'kubernetes'),
  field('orchestrator.cluster.name', 'keyword', ({ cluster }) => cluster.name),
  field('orchestrator.cluster.id', 'keyword', ({ cluster }) => cluster.source && clusterArn(cluster.source)),
  { ...column('orchestrator.namespace', 'keyword'), at: ['objectRef', 'namespace'] },
  field('orchestrator.resource.name', 'keyword', ({ event }) => objectName(event)),
  field(
    'orchestrator.resource.id',
    'keyword',
    ({ event }) => textAt(event, 'objectRef', 'uid') ?? at(event, 'responseObject', 'metadata', 'uid'),
  ),
  { ...column('orchestrator.resource.type', 'keyword'), at: ['objectRef', 'resource'] },
  { ...column('orchestrator.api_version', 'keyword'), at: ['objectRef', 'apiVersion'] },
  field('cloud.provider', 'keyword', ({ cluster }) => cluster.source && 'aws'),
  field('cloud.account.id', 'keyword', ({ cluster }) => cluster.source?.account || undefined),
  field('cloud.region', 'keyword', ({ cluster }) => cluster.source?.region),
  field('cloud.service.name', 'keyword', ({ cluster }) => cluster.source && 'eks'),
];

/** Where a document came from, and what was done to it; a parked document has these too. */
export const origin: readonly Field[] = [
  field('aws.cloudwatch.log_group', 'keyword', ({ line }) => inCloudWatch(line.origin)?.group),
  field('aws.cloudwatch.log_stream', 'keyword', ({ line }) => inCloudWatch(line.origin)?.stream),
  field('aws.cloudwatch.event_id', 'keyword', ({ line }) => inCloudWatch(line.origin)?.eventId),
  field('aws.cloudwatch.timestamp', 'date', ({ line }) => inCloudWatch(line.origin) && isoTime(line.timestamp)),
  field('aws.cloudwatch.ingestion_time', 'date', ({ line }) => ingestionTime(line)),
  { ...field('log.file.path', 'keyword', ({ line }) => inFile(line)?.path), since: 3 },
  { ...field('log.offset', 'long', ({ line }) => inFile(line)?.offset), since: 3 },
];

function ingestionTime({ origin }: Line): string | undefined {
  const time = inCloudWatch(origin)?.ingestionTime;
  return time === undefined ? undefined : isoTime(time);
}

function inFile({ origin }: Line): FileOrigin | undefined {
  return origin.kind === 'file' ? origin : undefined;
}

export const fields: readonly Field[] = [
  ...recorded,
  ...bodies,
  ...ecs,
  ...origin,
  // Written by the document's maker, which alone knows what was cut; the rows are here for the mapping.
  field('tags', 'keyword', () => undefined),
  field('error.message', 'keyword', () => undefined),
];

function users(event: JsonObject): readonly unknown[] {
  const all = [at(event, 'user'), at(event, 'impersonatedUser')];
  return [...new Set([...all.map((user) => at(user, 'username')), ...all.flatMap(sessionNames)])];
}

/** EKS names the group after the cluster; of a group with another name, or in nobody knows whose account, no ARN can be told. */
function clusterArn({ account, region, group }: Source): string | undefined {
  const name = /^\/aws\/eks\/([^/]+)\/cluster$/.exec(group)?.[1];
  if (name === undefined || account === '') return undefined;
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:eks:${region}:${account}:cluster/${name}`;
}
