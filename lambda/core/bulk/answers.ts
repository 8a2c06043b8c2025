import type { ParkReason } from '../ledger/outcome.ts';
import { DAY } from '../time.ts';
import type { BulkAnswer, BulkItem, BulkItemAnswer } from './bulk.ts';

/** What follows from Elasticsearch's answer to one document. */
export type Ruling =
  | { readonly kind: 'indexed' }
  | { readonly kind: 'already indexed' }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'park'; readonly reason: ParkReason; readonly detail: string }
  | { readonly kind: 'renew'; readonly why: string }
  | { readonly kind: 'stop'; readonly why: string };

/** The same for a request answered, or not answered, as a whole. */
export type WholeRuling =
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'split' }
  | { readonly kind: 'renew'; readonly why: string }
  | { readonly kind: 'stop'; readonly why: string };

const PASSING = new Set([429, 502, 503, 504]);

const DOCUMENT_ERRORS = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);
/** `illegal_argument_exception` is said of documents and of indices alike; only these words speak of a document. */
const ABOUT_A_FIELD = /immense term|\bfield \[|field name/i;
const CLOSED = new Set(['cluster_block_exception', 'index_closed_exception']);

export function ruleItem(item: BulkItem, answer: BulkItemAnswer, indexEnd: number, now: number): Ruling {
  const { status, type = 'no type', reason = '' } = answer;
  if (status === 201 || status === 200 || status === 409) {
    if (answer.index !== item.index) return { kind: 'stop', why: landedElsewhere(item.index, answer.index) };
    return { kind: status === 409 ? 'already indexed' : 'indexed' };
  }
  if (PASSING.has(status)) return { kind: 'again', why: `${status} ${type}` };
  const detail = `${type}: ${reason}`;
  if (status === 413) return { kind: 'park', reason: 'too large', detail };
  const document = DOCUMENT_ERRORS.has(type) || (type === 'illegal_argument_exception' && ABOUT_A_FIELD.test(reason));
  if (document) return { kind: 'park', reason: 'refused by the mapping', detail };
  if (CLOSED.has(type) && now - indexEnd > 2 * DAY) return { kind: 'park', reason: 'index closed', detail };
  const why = refusal(status, type, reason, item.index);
  return status === 401 ? { kind: 'renew', why } : { kind: 'stop', why };
}

export function ruleWhole(answer: Exclude<BulkAnswer, { kind: 'items' }>): WholeRuling {
  if (answer.kind === 'unreachable') return { kind: 'again', why: `Elasticsearch does not answer (${answer.why})` };
  const { status, type = 'no type', reason = '' } = answer;
  if (status === 413) return { kind: 'split' };
  if (PASSING.has(status)) return { kind: 'again', why: `Elasticsearch answers ${status} (${type})` };
  const why = refusal(status, type, reason);
  return status === 401 ? { kind: 'renew', why } : { kind: 'stop', why };
}

function landedElsewhere(asked: string, got: string): string {
  return (
    `Elasticsearch put a document into ${got} instead of ${asked}: another index template made a data stream of ` +
    'that name. Run `eks-audit elasticsearch setup`, then delete that data stream; the run goes on from where it stopped.'
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
  return 'Nothing was given up: once this is mended, the run goes on from where it stopped.';
}

function shortened(reason: string): string {
  return reason.length > 300 ? `${reason.slice(0, 300)}…` : reason;
}
