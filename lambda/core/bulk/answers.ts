import type { ParkReason } from '../ledger/outcome.ts';
import { DAY } from '../time.ts';
import type { BulkAnswer, BulkItem, BulkItemAnswer } from './bulk.ts';

/** What follows from Elasticsearch's answer to one document. */
export type Ruling =
  | { readonly kind: 'indexed' }
  | { readonly kind: 'already indexed' }
  | Again
  | { readonly kind: 'park'; readonly reason: ParkReason; readonly detail: string }
  | { readonly kind: 'renew'; readonly why: string }
  | { readonly kind: 'stop'; readonly why: string };

/** It passes by itself. `forSize`: the server itself refused it as too much, so it may be the document that is. */
export interface Again {
  readonly kind: 'again';
  readonly why: string;
  readonly forSize: boolean;
}

/** The same for a request answered, or not answered, as a whole. */
export type WholeRuling =
  | Again
  | { readonly kind: 'split' }
  | { readonly kind: 'renew'; readonly why: string }
  | { readonly kind: 'stop'; readonly why: string };

/** Of an answer without a type, which a proxy gave: those that say try again. */
const PASSING = new Set([429, 502, 503, 504]);
const FOR_WANT_OF_MEMORY = new Set(['es_rejected_execution_exception', 'circuit_breaking_exception']);
/** Shards, nodes and masters on their way. */
const PASSING_TYPES = new Set([
  'unavailable_shards_exception',
  'no_shard_available_action_exception',
  'illegal_index_shard_state_exception',
  'shard_not_found_exception',
  'index_shard_not_started_exception',
  'retry_on_primary_exception',
  'retry_on_replica_exception',
  'master_not_discovered_exception',
  'not_master_exception',
  'process_cluster_event_timeout_exception',
  'timeout_exception',
  'receive_timeout_transport_exception',
  'connect_transport_exception',
  'node_not_connected_exception',
  'node_disconnected_exception',
  'node_closed_exception',
]);

const DOCUMENT_ERRORS = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);
/** `illegal_argument_exception` is said of documents and of indices alike; only these words speak of a document. */
const ABOUT_A_FIELD = /immense term|\bfield \[|field name/i;

/** Blocks as Elasticsearch names them: closed, read-only and write blocks are a person's; 12 is a full disk's. */
const BLOCK_OF_A_PERSON = /\[FORBIDDEN\/(4|5|8)\//;
const BLOCK_OF_A_FULL_DISK = /\/12\//;
/** The cluster has just started, or has no master. */
const BLOCK_THAT_PASSES = /\[SERVICE_UNAVAILABLE\//;

export function ruleItem(item: BulkItem, answer: BulkItemAnswer, indexEnd: number, now: number): Ruling {
  const { status, type, reason = '' } = answer;
  if (type === undefined && (status === 200 || status === 201)) return ruleConfirmed(item, answer, 'indexed');
  if (status === 409) return ruleConfirmed(item, answer, 'already indexed');
  const again = ruleAgain(status, type, reason);
  if (again !== undefined) return again;
  const detail = `${type ?? 'no type'}: ${reason}`;
  if (isDocumentError(type, reason)) return { kind: 'park', reason: 'refused by the mapping', detail };
  if (isClosed(type, reason) && now - indexEnd > 2 * DAY) return { kind: 'park', reason: 'index closed', detail };
  return ruleRefused(status, type, reason, item.index);
}

/** Whether the mapping, or any mapping, refuses a document so answered. */
export function isDocumentError(type: string | undefined, reason: string): boolean {
  if (type === 'illegal_argument_exception') return ABOUT_A_FIELD.test(reason);
  return type !== undefined && DOCUMENT_ERRORS.has(type);
}

export function ruleWhole(answer: Exclude<BulkAnswer, { kind: 'items' }>): WholeRuling {
  if (answer.kind === 'unreachable')
    return { kind: 'again', why: `Elasticsearch does not answer (${answer.why})`, forSize: false };
  const { status, type, reason = '' } = answer;
  if (status === 413) return { kind: 'split' };
  const again = ruleAgain(status, type, reason);
  if (again !== undefined) return { ...again, why: `Elasticsearch answers ${again.why}` };
  return ruleRefused(status, type, reason);
}

function ruleConfirmed(item: BulkItem, answer: BulkItemAnswer, kind: 'indexed' | 'already indexed'): Ruling {
  return answer.index === item.index ? { kind } : { kind: 'stop', why: landedElsewhere(item.index, answer.index) };
}

/** The type is judged before the status: 9.x answers a full disk's block with 429. */
function ruleAgain(status: number, type: string | undefined, reason: string): Again | undefined {
  const again = (forSize: boolean): Again => ({ kind: 'again', why: `${status} ${type ?? '(no type)'}`, forSize });
  if (status === 413) return again(true);
  if (type === undefined) return PASSING.has(status) ? again(false) : undefined;
  if (FOR_WANT_OF_MEMORY.has(type)) return again(true);
  if (PASSING_TYPES.has(type)) return again(false);
  const blocked = type === 'cluster_block_exception';
  return blocked && BLOCK_THAT_PASSES.test(reason) && !BLOCK_OF_A_FULL_DISK.test(reason) ? again(false) : undefined;
}

/** By a person, not by a full disk: that one stops the run, however old the index is. */
function isClosed(type: string | undefined, reason: string): boolean {
  if (type === 'index_closed_exception') return true;
  return type === 'cluster_block_exception' && BLOCK_OF_A_PERSON.test(reason) && !BLOCK_OF_A_FULL_DISK.test(reason);
}

/** Whoever is refused may have been given other credentials meanwhile: a wrong key and one without rights alike. */
function ruleRefused(status: number, type: string | undefined, reason: string, index?: string): Ruling & WholeRuling {
  const why = refusal(status, type ?? 'no type', reason, index);
  return { kind: status === 401 || type === 'security_exception' ? 'renew' : 'stop', why };
}

function landedElsewhere(asked: string, got: string): string {
  return (
    `Elasticsearch put a document into ${got} instead of ${asked}: another index template made a data stream of ` +
    'that name. Delete that data stream and, before another document makes it anew, run `npx eks-audit elasticsearch setup`; the forwarding goes on from where it stopped.'
  );
}

function refusal(status: number, type: string, reason: string, index?: string): string {
  const where = index === undefined ? '' : ` for ${index}`;
  return `Elasticsearch refuses${where} with ${status} ${type}: ${shortened(reason)}. ${advice(status, type)}`;
}

function advice(status: number, type: string): string {
  if (status === 401) return 'Check the API key or the user and password: they are wrong, expired or revoked.';
  if (type === 'security_exception')
    return 'Give the key `create_doc` and `auto_configure` on the forwarder’s indices.';
  if (type === 'index_not_found_exception') return 'Allow automatic creation of the forwarder’s indices.';
  if (type === 'cluster_block_exception') return 'Remove the block: a full disk sets one, and so may a person.';
  if (type === 'invalid_index_name_exception') return 'Choose another `indexName` or `index` pattern.';
  if (/shards/.test(type)) return 'Raise the shard limit, add nodes or choose an index a month.';
  return 'Nothing was given up: once this is mended, the forwarding goes on from where it stopped.';
}

function shortened(reason: string): string {
  return reason.length > 300 ? `${reason.slice(0, 300)}…` : reason;
}
