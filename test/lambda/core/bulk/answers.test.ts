import { describe, expect, test } from 'vitest';
import { ruleItem, ruleWhole } from '../../../../lambda/core/bulk/answers.ts';
import type { BulkItemAnswer } from '../../../../lambda/core/bulk/bulk.ts';
import { item, NOON } from '../../../support/builders.ts';

const DAY = 86_400_000;
const asked = item();
const FULL_DISK =
  'index [x] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];';
const BY_A_PERSON = 'index [x] blocked by: [FORBIDDEN/8/index write (api)];';

function ruled({ type, ...answer }: Partial<BulkItemAnswer>, indexEnd = NOON): string {
  const typed = type === undefined || type === '' ? {} : { type };
  const ruling = ruleItem(asked, { status: 400, index: asked.index, ...answer, ...typed }, indexEnd, NOON);
  if (ruling.kind === 'again') return ruling.forSize ? 'again, for size' : 'again';
  return ruling.kind === 'park' ? `park: ${ruling.reason}` : ruling.kind;
}

describe('one document', () => {
  test.each<[number, string, string, string]>([
    [201, '', '', 'indexed'],
    [409, 'version_conflict_engine_exception', '', 'already indexed'],
    [429, '', '', 'again'],
    [429, 'es_rejected_execution_exception', '', 'again, for size'],
    [429, 'circuit_breaking_exception', '', 'again, for size'],
    [429, 'something_new_exception', '', 'stop'],
    [503, 'something_new_exception', '', 'stop'],
    [500, 'shard_not_found_exception', '', 'again'],
    [503, 'cluster_block_exception', `blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];`, 'again'],
    [429, 'cluster_block_exception', FULL_DISK, 'stop'],
    [502, '', '', 'again'],
    [503, 'unavailable_shards_exception', '', 'again'],
    [504, '', '', 'again'],
    [413, '', '', 'again, for size'],
    [400, 'document_parsing_exception', 'failed to parse field [x]', 'park: refused by the mapping'],
    [400, 'mapper_parsing_exception', '', 'park: refused by the mapping'],
    [400, 'strict_dynamic_mapping_exception', '', 'park: refused by the mapping'],
    [
      400,
      'illegal_argument_exception',
      'Document contains at least one immense term in field="a"',
      'park: refused by the mapping',
    ],
    [400, 'illegal_argument_exception', 'mapper for field [a] wants no arrays', 'park: refused by the mapping'],
    [400, 'illegal_argument_exception', 'Number of documents in the index can’t exceed [2147483519]', 'stop'],
    [400, 'illegal_argument_exception', 'only write ops with an op_type of create are allowed in data streams', 'stop'],
    [400, 'validation_exception', 'this action would add [2] shards, but this cluster has [1000]/[1000]', 'stop'],
    [400, 'invalid_index_name_exception', '', 'stop'],
    [401, 'security_exception', '', 'renew'],
    [403, 'security_exception', '', 'renew'],
    [403, 'cluster_block_exception', '', 'stop'],
    [404, 'index_not_found_exception', '', 'stop'],
    [500, 'something_new_exception', '', 'stop'],
  ])('%d %s %s → %s', (status, type, reason, expected) => {
    expect(ruled({ status, type, reason })).toBe(expected);
  });

  test.each([
    ['closed', { type: 'index_closed_exception' }],
    ['blocked for writes by a person', { status: 403, type: 'cluster_block_exception', reason: BY_A_PERSON }],
  ])('is parked where its day’s index was %s more than two days ago', (_, answer) => {
    expect(ruled(answer, NOON - 2 * DAY - 1)).toBe('park: index closed');
    expect(ruled(answer, NOON - 2 * DAY)).toBe('stop');
  });

  test.each([
    ['as 9.x says it', { status: 429, reason: FULL_DISK }],
    ['as 8.x says it', { status: 403, reason: '[FORBIDDEN/12/index read-only / allow delete (api)];' }],
    ['also beside a person’s block', { status: 403, reason: `${BY_A_PERSON}${FULL_DISK}` }],
  ])('in an index that a full disk blocks stops the run, however old it is, %s', (_, answer) => {
    expect(ruled({ type: 'cluster_block_exception', ...answer }, NOON - 400 * DAY)).toBe('stop');
  });

  test.each([201, 409])('that landed in another index stops the run and names the remedy (%d)', (status) => {
    const ruling = ruleItem(asked, { status, index: '.ds-x-000001' }, NOON, NOON);
    expect(ruling).toEqual({ kind: 'stop', why: expect.stringContaining('eks-audit elasticsearch setup') });
  });
});

describe('a whole request', () => {
  test.each([
    [429, 'again'],
    [502, 'again'],
    [503, 'again'],
    [504, 'again'],
    [413, 'split'],
    [401, 'renew'],
    [403, 'stop'],
    [400, 'stop'],
    [500, 'stop'],
  ])('answered %d → %s', (status, expected) => {
    expect(ruleWhole({ kind: 'refused', status }).kind).toBe(expected);
  });

  test('without an answer is sent again', () => {
    expect(ruleWhole({ kind: 'unreachable', why: 'ECONNREFUSED' }).kind).toBe('again');
  });
});
