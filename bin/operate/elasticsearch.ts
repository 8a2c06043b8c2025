import type { Client } from '@elastic/elasticsearch';
import { DEFAULT_INDEX, PARKED_INDEX } from '../../lambda/contract.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import { auditTemplate, type IndexTemplate, parkedTemplate } from '../../lambda/core/template.ts';
import { systemClock } from '../../lambda/edges/clock.ts';
import type { Clock } from '../../lambda/ports.ts';
import { Failed } from '../usage.ts';
import { type Answer, askPatiently, bodyOf, refusalText } from './elasticsearch/ask.ts';

export function templates(indexPattern: string = DEFAULT_INDEX): readonly IndexTemplate[] {
  return [auditTemplate(indexPattern), parkedTemplate(PARKED_INDEX)];
}

/** Installs the index templates; may be done again at any time. */
export async function installTemplates(client: Client, indexPattern?: string): Promise<void> {
  for (const { name, body } of templates(indexPattern)) {
    await client.transport.request({ method: 'PUT', path: `/_index_template/${name}`, body });
  }
}

/** All indices of a cluster, whatever their day. */
export function indicesOf(pattern: string, indexCluster: string): string {
  return pattern.replaceAll('{cluster}', indexCluster).replace(/\{.*\}/, '*');
}

const TIMEOUT = 60_000;
const LENIENT = 'allow_no_indices=true&ignore_unavailable=true';
/** Of an index made a moment ago, whose shard can't be asked yet, nothing would be said, as if it were empty. */
const WHOLE = `${LENIENT}&allow_partial_search_results=false`;

/**
 * Documents in the indices of a pattern after a refresh; null where the key may not read. Waits out what passes; throws
 * `Failed` when they can't be counted.
 */
export async function countDocuments(
  client: Client,
  indices: string,
  clock: Clock = systemClock,
): Promise<number | null> {
  const post = (path: string) => askPatiently(client, { method: 'POST', path, timeout: TIMEOUT }, { clock });
  const refreshed = await post(`/${indices}/_refresh?${LENIENT}`);
  if (isRefused(refreshed)) return null;
  answered(refreshed, 'refresh the indices', 'maintenance');
  const found = await post(`/${indices}/_search?${WHOLE}&size=0&track_total_hits=true`);
  if (isRefused(found)) return null;
  return Number(at(answered(found, 'count the documents', 'read'), 'hits', 'total', 'value'));
}

function isRefused(answer: Answer): boolean {
  return answer.kind === 'answered' && (answer.status === 401 || answer.status === 403);
}

function answered(answer: Answer, doing: string, privilege: string): unknown {
  const body = bodyOf(answer);
  if (body === undefined) throw new Failed(refusalText('Elasticsearch', answer, doing, privilege));
  return body;
}

/** A change to a network policy, as an auditor asks for it. */
export interface PolicyChange {
  readonly id: string;
  readonly when: string;
  readonly who: string;
  readonly verb: string;
  readonly what: string;
  readonly code: string;
}

const POLICIES = [
  'networkpolicies',
  'globalnetworkpolicies',
  'stagednetworkpolicies',
  'stagedglobalnetworkpolicies',
  'stagedkubernetesnetworkpolicies',
  'adminnetworkpolicies',
  'globalnetworksets',
  'networksets',
  'tiers',
];

/** The latest changes to policies, newest first. Waits out what passes; throws `Failed` when they can't be looked for. */
export async function latestChanges(
  client: Client,
  indices: string,
  size: number,
  clock: Clock = systemClock,
): Promise<readonly PolicyChange[]> {
  const body = {
    size,
    sort: [{ '@timestamp': 'desc' }, { 'event.id': 'desc' }],
    query: {
      bool: {
        filter: [
          { terms: { 'kubernetes.audit.objectRef.resource': POLICIES } },
          { terms: { 'event.action': ['create', 'update', 'patch', 'delete', 'deletecollection'] } },
        ],
        // What was refused or only rehearsed changed nothing.
        must_not: [{ term: { 'event.outcome': 'failure' } }, { term: { 'kubernetes.audit.dryRun': true } }],
      },
    },
  };
  const request = { method: 'POST', path: `/${indices}/_search?${WHOLE}`, body, timeout: TIMEOUT } as const;
  const answer = await askPatiently(client, request, { clock });
  const hits = at(answered(answer, 'look for policy changes', 'read'), 'hits', 'hits');
  return (Array.isArray(hits) ? hits : []).map((hit) => change(at(hit, '_source')));
}

function change(source: unknown): PolicyChange {
  const audit = at(source, 'kubernetes', 'audit');
  const part = (key: string) => textAt(audit, 'objectRef', key);
  const group = part('apiGroup');
  const name = [part('namespace'), textAt(source, 'orchestrator', 'resource', 'name')].filter(
    (each) => each !== undefined,
  );
  return {
    id: textAt(source, 'event', 'id') ?? '',
    when: textAt(source, '@timestamp') ?? '',
    who: person(audit),
    verb: textAt(audit, 'verb') ?? '',
    what: `${part('resource')}${group === undefined ? '' : `.${group}`} ${name.join('/')}`,
    code: String(at(audit, 'responseStatus', 'code') ?? ''),
  };
}

/** What stands before the role and the session's name, the same for everybody. */
const ASSUMED_ROLE = /^arn:aws[\w-]*:sts::\d+:assumed-role\//;

/** With IAM the session's name tells the person, the user name often only the role. */
function person(audit: unknown): string {
  const user = (textAt(audit, 'user', 'username') ?? 'nobody known').replace(ASSUMED_ROLE, '');
  const sessions = at(audit, 'user', 'extra', 'sessionName');
  const session: unknown = Array.isArray(sessions) ? sessions[0] : sessions;
  return typeof session === 'string' && !user.includes(session) ? `${user} (${session})` : user;
}
