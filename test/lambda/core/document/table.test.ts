import { expect, test } from 'vitest';
import { documentBody } from '../../../../lambda/core/document/document.ts';
import { fields } from '../../../../lambda/core/document/profiles/ecs.ts';
import { isObject } from '../../../../lambda/core/json.ts';
import { auditTemplate } from '../../../../lib/elasticsearch/template.ts';
import { CLUSTER, event, line, NOON } from '../../../support/builders.ts';

/** The table as it was agreed: an ES|QL rule fails outright when a column that it names is not mapped. */
const BODY = `
  metadata.name, metadata.generateName, metadata.namespace, metadata.uid, metadata.resourceVersion: keyword
  metadata.generation: long
  spec.type, spec.serviceAccountName, spec.restartPolicy: keyword
  spec.hostNetwork, spec.hostIPC, spec.hostPID: boolean
  spec.volumes.hostPath.path, spec.volumes.hostPath.type: keyword
  spec.securityContext.runAsUser, spec.securityContext.runAsGroup: long
  spec.securityContext.runAsNonRoot: boolean
  spec.containers.image, spec.containers.command: keyword
  spec.containers.securityContext.procMount, spec.containers.securityContext.capabilities.add: keyword
  spec.containers.securityContext.privileged: boolean
  spec.containers.securityContext.allowPrivilegeEscalation, spec.containers.securityContext.runAsNonRoot: boolean
  spec.containers.securityContext.runAsUser, spec.containers.securityContext.runAsGroup: long
  rules.verbs, rules.resources, rules.apiGroups, rules.resourceNames, rules.nonResourceURLs: keyword
  roleRef.name, roleRef.kind, roleRef.apiGroup, subjects.kind, subjects.name, subjects.namespace: keyword`;

const EVENT = `
  apiVersion, kind, level, auditID, stage, verb, userAgent, requestURI: keyword
  user.username, user.uid, user.groups: keyword
  user.extra.authentication.kubernetes.io/pod-name, user.extra.authentication.kubernetes.io/pod-uid: keyword
  user.extra.authentication.kubernetes.io/node-name, user.extra.authentication.kubernetes.io/credential-id: keyword
  user.extra.arn, user.extra.canonicalArn, user.extra.sessionName, user.extra.accessKeyId: keyword
  user.extra.principalId: keyword
  impersonatedUser.username, impersonatedUser.uid, impersonatedUser.groups: keyword
  sourceIPs, claimedSourceIPs: keyword
  objectRef.resource, objectRef.namespace, objectRef.name, objectRef.uid, objectRef.apiGroup: keyword
  objectRef.apiVersion, objectRef.resourceVersion, objectRef.subresource: keyword
  responseStatus.code: integer
  responseStatus.status, responseStatus.reason, responseStatus.message: keyword
  requestReceivedTimestamp, stageTimestamp: date_nanos
  dryRun: boolean
  annotations.authorization_k8s_io/decision, annotations.authorization_k8s_io/reason: keyword
  annotations.pod-security_kubernetes_io/enforce-policy: keyword
  annotations.pod-security_kubernetes_io/audit-violations: keyword
  annotations.pod-security_kubernetes_io/exempt, annotations.pod-security_kubernetes_io/error: keyword`;

const TOP = `
  @timestamp, event.ingested: date
  event.dataset, data_stream.dataset, data_stream.type, data_stream.namespace, event.module, event.kind: keyword
  ecs.version, event.id, event.action, event.outcome, event.category, event.type: keyword
  event.original: stored
  message: text
  user.name, user.id, user_agent.original, related.user: keyword
  source.ip, client.ip, related.ip: ip
  orchestrator.type, orchestrator.cluster.name, orchestrator.cluster.id, orchestrator.namespace: keyword
  orchestrator.resource.name, orchestrator.resource.id, orchestrator.resource.type: keyword
  orchestrator.api_version: keyword
  cloud.provider, cloud.account.id, cloud.region, cloud.service.name: keyword
  aws.cloudwatch.log_group, aws.cloudwatch.log_stream, aws.cloudwatch.event_id: keyword
  aws.cloudwatch.timestamp, aws.cloudwatch.ingestion_time: date
  log.file.path: keyword
  log.offset: long
  tags, error.message: keyword`;

/** `path: type`, of each path of a text. */
function columns(text: string, prefix = ''): readonly string[] {
  return text.split('\n').flatMap((each) => {
    const [paths = '', type] = each.trim().split(': ');
    return type === undefined ? [] : paths.split(', ').map((path) => `${prefix}${path}: ${type}`);
  });
}

const AGREED = [
  ...columns(TOP),
  ...columns(EVENT, 'kubernetes.audit.'),
  ...['requestObject', 'responseObject'].flatMap((body) => columns(BODY, `kubernetes.audit.${body}.`)),
].toSorted();

test('the table has each agreed column with its type, and no other', () => {
  expect(fields.map(({ path, type }) => `${path.join('.')}: ${type}`).toSorted()).toEqual(AGREED);
});

test('so has the template', () => {
  expect(mapped(auditTemplate('x-{cluster}-{yyyy.MM.dd}').body.template.mappings).toSorted()).toEqual(AGREED);
});

test('a document fills each column, and none that the template lacks', () => {
  const body = filled(columns(BODY));
  const extra = ['pod-name', 'pod-uid', 'node-name', 'credential-id'].map(
    (name) => `authentication.kubernetes.io/${name}`,
  );
  const annotations = ['authorization.k8s.io/decision', 'authorization.k8s.io/reason'].concat(
    ['enforce-policy', 'audit-violations', 'exempt', 'error'].map((name) => `pod-security.kubernetes.io/${name}`),
  );
  const person = { username: 'ana', uid: '7', groups: ['people'] };
  const keys = [...extra, 'arn', 'canonicalArn', 'sessionName', 'accessKeyId', 'principalId'];
  const rich = event({
    user: { ...person, extra: Object.fromEntries(keys.map((key) => [key, ['x'.repeat(9000)]])) },
    impersonatedUser: person,
    sourceIPs: ['192.0.2.1', '203.0.113.7'],
    objectRef: filled(columns(EVENT).filter((each) => each.startsWith('objectRef.'))).objectRef,
    responseStatus: { code: 403, status: 'Failure', reason: 'Forbidden', message: 'no' },
    requestURI: '/api?dryRun=All',
    annotations: Object.fromEntries(annotations.map((key) => [key, 'x'])),
    requestObject: body,
    responseObject: body,
  });
  const { kind: _, ...archived } = line().origin;
  const origin = { kind: 'file', path: 'audit.log', offset: 7, archived } as const;
  const said = {
    line: { ...line(), origin },
    cluster: CLUSTER,
    id: 'an-id',
    time: NOON,
    ingested: NOON,
    original: 'the line',
  };
  const made = pathsOf(JSON.parse(documentBody({ event: rich, ...said }, [])));
  // No error is told of a document that was made.
  const empty = ['error.message'];
  expect(made.toSorted()).toEqual(
    AGREED.map((each) => each.split(': ')[0]).filter((path) => !empty.includes(path ?? '')),
  );
});

type Tree = { [key: string]: unknown };

/** An object with a value of its type at each path. */
function filled(all: readonly string[]): Tree {
  const root: Tree = {};
  for (const column of all) {
    const [path = '', type] = column.split(': ');
    const keys = path.split('.');
    let branch = root;
    for (const key of keys.slice(0, -1)) {
      const next: Tree = {};
      const there = branch[key];
      branch[key] = isTree(there) ? there : next;
      branch = isTree(there) ? there : next;
    }
    branch[keys.at(-1) ?? ''] = type === 'keyword' ? 'x' : type === 'boolean' ? true : 7;
  }
  return root;
}

function isTree(value: unknown): value is Tree {
  return isObject(value);
}

/** Of a mapping's leaves, as the table has them. */
function mapped(mapping: unknown, path: readonly string[] = []): readonly string[] {
  if (!isObject(mapping)) return [];
  if (isObject(mapping.properties))
    return Object.entries(mapping.properties).flatMap(([key, inner]) => mapped(inner, [...path, key]));
  return [`${path.join('.')}: ${mapping.index === false ? 'stored' : mapping.type}`];
}

function pathsOf(value: unknown, path: readonly string[] = []): readonly string[] {
  if (!isObject(value)) return [path.join('.')];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
}
