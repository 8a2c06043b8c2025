import type { Client } from '@elastic/elasticsearch';
import { shortName } from '../../lambda/core/document/profiles/person.ts';
import { at, textAt } from '../../lambda/core/json.ts';
import type { Clock } from '../../lambda/ports.ts';
import { askPatiently } from '../../lib/elasticsearch/ask.ts';
import { answered, TIMEOUT, WHOLE } from '../../lib/elasticsearch/count.ts';

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
  clock: Clock,
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
    who: shortName(at(audit, 'user')) ?? 'nobody known',
    verb: textAt(audit, 'verb') ?? '',
    what: `${part('resource')}${group === undefined ? '' : `.${group}`} ${name.join('/')}`,
    code: String(at(audit, 'responseStatus', 'code') ?? ''),
  };
}
