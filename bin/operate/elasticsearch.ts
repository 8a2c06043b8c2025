import { type Client, errors } from '@elastic/elasticsearch';
import { DEFAULT_INDEX, PARKED_INDEX } from '../../lambda/contract.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import { auditTemplate, type IndexTemplate, parkedTemplate } from '../../lambda/core/template.ts';

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

/** An index made a moment ago has no shard to ask yet, and says so with a 503. */
const NEW_INDEX = { maxRetries: 5 };

/** Documents in the indices of a pattern after a refresh; null where the key may not read. */
export async function countDocuments(client: Client, indices: string): Promise<number | null> {
  try {
    await client.indices.refresh({ index: indices, allow_no_indices: true, ignore_unavailable: true });
    const asked = { index: indices, allow_no_indices: true, ignore_unavailable: true };
    const { count } = await client.count(asked, NEW_INDEX);
    return count;
  } catch (error) {
    if (error instanceof errors.ResponseError && (error.statusCode === 403 || error.statusCode === 401)) return null;
    throw error;
  }
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

/** The latest changes to policies, newest first. */
export async function latestChanges(client: Client, indices: string, size: number): Promise<readonly PolicyChange[]> {
  const { hits } = await client.search({
    index: indices,
    allow_no_indices: true,
    ignore_unavailable: true,
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
  });
  return hits.hits.map(({ _source }) => change(_source));
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
