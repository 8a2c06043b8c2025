import { describe, expect, test } from 'vitest';
import { at, type JsonObject } from '../../../../lambda/core/json.ts';
import type { AuditSearch } from '../../../../lib/elasticsearch/search.ts';
import { aboutPolicy } from '../../../../review/query/questions/policy.ts';
import { NOON } from '../../../support/builders.ts';
import { ListedSearch, type Stored } from '../../../support/fakes/search.ts';
import { POLICY, stored, version } from '../history.ts';

/** Tells of one object of the name, and goes on behind `search_after`. */
class PolicySearch implements AuditSearch {
  readonly documents: readonly Stored[];

  constructor(documents: readonly Stored[]) {
    this.documents = documents;
  }

  async search(body: object): Promise<unknown> {
    if (at(body, 'aggs', 'objects') !== undefined) {
      if (JSON.stringify(body).includes('"range"')) return { aggregations: { objects: { buckets: [] } } };
      return { aggregations: { objects: { buckets: [{ key: POLICY, last: { value: NOON } }] } } };
    }
    const [after = Infinity] = [at(body, 'search_after')].flat();
    const older = this.documents.filter(({ source }) => Date.parse(String(source['@timestamp'])) < Number(after));
    return new ListedSearch(older).search(body);
  }

  async open(): Promise<string> {
    return 'pit';
  }

  async close(): Promise<void> {}
}

const asked = (events: readonly JsonObject[], since?: string) =>
  aboutPolicy(
    new PolicySearch(stored(...events)),
    { name: 'policy', about: 'allow-web', ...(since === undefined ? {} : { from: since }) },
    { now: NOON + 3_600_000, policies: [] },
  );
const created = { verb: 'create', responseObject: version('10'), responseStatus: { code: 201 } };
const changes = (count: number, first = 11) =>
  Array.from({ length: count }, (_, index) => ({ responseObject: version(String(first + index), { order: index }) }));
const { name: _, cluster: __, group: apiGroup, ...collection } = POLICY;

describe('what changed a policy', () => {
  test('is told of all its events, not of the newest page alone', async () => {
    const answer = await asked([created, ...changes(250)]);
    expect(answer.found).toBe(251);
    expect(answer.tables.map(({ rows, more }) => [rows.length, more])).toEqual([[200, 51]]);
  });

  test('is told up to a bound, and the answer says so', async () => {
    const answer = await asked([created, ...changes(1100)]);
    expect(answer.sentence).toMatch(/^At least \d+ changes of allow-web/);
    expect(answer.notes).toContainEqual(expect.stringMatching(/only events back to [\d: -]+ UTC were looked at/));
  });

  test('leaves out updates that changed nothing, and says how many', async () => {
    const answer = await asked([created, ...Array.from({ length: 150 }, () => ({ responseObject: version('10') }))]);
    expect(answer.tables.map(({ rows }) => rows.length)).toEqual([1]);
    expect(answer.notes).toContain('150 updates that changed nothing are not listed.');
  });

  test('counts a deletion of many that may have been its end, though nothing names it in that time', async () => {
    const many = { verb: 'deletecollection', objectRef: { ...collection, apiGroup } };
    const answer = await asked([created, many], new Date(NOON + 500).toISOString());
    expect(answer.found).toBe(1);
    expect(answer.sentence).toMatch(/^one change of allow-web; .*may have been deleted/);
  });
});
