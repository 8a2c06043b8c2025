import { describe, expect, test } from 'vitest';
import { ruleItem, ruleWhole } from '../../../../lambda/core/bulk/answers.ts';
import type { BulkItemAnswer } from '../../../../lambda/core/bulk/bulk.ts';
import { item, NOON } from '../../../support/builders.ts';

const DAY = 86_400_000;
const asked = item();

function ruled(answer: Partial<BulkItemAnswer>, indexEnd = NOON): string {
  const ruling = ruleItem(asked, { status: 400, index: asked.index, ...answer }, indexEnd, NOON);
  return ruling.kind === 'park' ? `park: ${ruling.reason}` : ruling.kind;
}

describe('one document', () => {
  test.each<[number, string, string, string]>([
    [201, '', '', 'indexed'],
    [409, 'version_conflict_engine_exception', '', 'already indexed'],
    [429, 'es_rejected_execution_exception', '', 'again'],
    [502, '', '', 'again'],
    [503, 'unavailable_shards_exception', '', 'again'],
    [504, '', '', 'again'],
    [413, '', '', 'park: too large'],
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
    [403, 'security_exception', '', 'stop'],
    [403, 'cluster_block_exception', '', 'stop'],
    [404, 'index_not_found_exception', '', 'stop'],
    [500, 'something_new_exception', '', 'stop'],
  ])('%d %s %s → %s', (status, type, reason, expected) => {
    expect(ruled({ status, type, reason })).toBe(expected);
  });

  test('is parked where its day’s index was closed more than two days ago', () => {
    expect(ruled({ status: 403, type: 'cluster_block_exception' }, NOON - 2 * DAY - 1)).toBe('park: index closed');
    expect(ruled({ status: 400, type: 'index_closed_exception' }, NOON - 2 * DAY - 1)).toBe('park: index closed');
    expect(ruled({ status: 403, type: 'cluster_block_exception' }, NOON - 2 * DAY)).toBe('stop');
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
