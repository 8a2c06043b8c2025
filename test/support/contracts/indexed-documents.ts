import { expect, test } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { isoTime, MINUTE } from '../../../lambda/core/time.ts';
import type { Content, IndexedDocuments, Names, Place, Snapshot } from '../../../lib/elasticsearch/documents.ts';
import { NOON } from '../builders.ts';

/** A cluster of which nothing was indexed yet. Its pages and batches hold two. */
export interface Subject {
  readonly documents: IndexedDocuments;
  /** The cluster's name, and what `{cluster}` is in its indices' names. */
  readonly cluster: string;
  /** The documents under all of these names. */
  under(names: readonly Names[]): IndexedDocuments;
  /** Done when they are there; `searchable` (the default) when a search finds them, too. */
  put(items: readonly BulkItem[], searchable?: boolean): Promise<void>;
}

const audit = (cluster: string, day = '2026.11.21') => `logs-kubernetes.audit_logs-${cluster}-${day}`;
const parked = (cluster: string, month = '2026.11') => `logs-kubernetes.audit_parked-${cluster}-${month}.01`;

/** A document of a line filed under this time; `name` is the cluster that it says it is of. */
function document(index: string, id: string, time = NOON, name?: string): BulkItem {
  const cloudwatch = { timestamp: isoTime(time), log_stream: `stream-of-${id}`, event_id: `event-of-${id}` };
  const orchestrator = name === undefined ? {} : { orchestrator: { cluster: { name } } };
  return { index, id, body: JSON.stringify({ '@timestamp': isoTime(time), aws: { cloudwatch }, ...orchestrator }) };
}

/** A document that says no more than this. */
function saying(index: string, id: string, body: string): BulkItem {
  return { index, id, body };
}

const idsAt = (places: readonly Place[]) => places.map(({ id }) => id).toSorted();

/** All contents at once; `bytes`: of how many the documents should be. */
async function contentsOf(documents: IndexedDocuments, places: readonly Place[], bytes = 100) {
  const found: Content[] = [];
  const asked = places.map(({ index, id }) => ({ index, id, bytes }));
  for await (const some of documents.contents(asked)) found.push(...some);
  return found;
}

const placeOf = ({ index, id }: Place): Place => ({ index, id });

async function idsIn(snapshot: Snapshot, startTime: number, endTime: number): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of snapshot.within({ startTime, endTime })) found.push(...page.map(({ id }) => id));
  return found.toSorted();
}

async function idsOf(
  { documents }: Pick<Subject, 'documents'>,
  startTime = NOON,
  endTime = NOON + MINUTE,
): Promise<readonly string[]> {
  const snapshot = await documents.snapshot();
  const ids = await idsIn(snapshot, startTime, endTime);
  await snapshot.close();
  return ids;
}

/** What every `IndexedDocuments` keeps, the real one and its stand-in. */
export function indexedDocumentsContract(make: () => Subject): void {
  test.each([1, 2, 4, 5])(
    'a snapshot holds each document once, audit events and parked lines: %i of both',
    async (count) => {
      const subject = make();
      const ids = Array.from({ length: count }, (_, at) => String(at));
      const { cluster } = subject;
      await subject.put(ids.flatMap((id) => [document(audit(cluster), id), document(parked(cluster), `${id}-parked`)]));
      const snapshot = await subject.documents.snapshot();
      const found: Place[] = [];
      for await (const page of snapshot.within({ startTime: NOON, endTime: NOON })) found.push(...page);
      await snapshot.close();
      const all = ids.flatMap((id) => [
        { index: audit(cluster), id },
        { index: parked(cluster), id: `${id}-parked` },
      ]);
      expect(found).toHaveLength(all.length);
      expect(found).toEqual(expect.arrayContaining(all));
    },
  );

  test('both ends of a range belong to it, and ranges are asked for one after another', async () => {
    const subject = make();
    const times = [-1, 0, 1, MINUTE - 1, MINUTE];
    await subject.put(times.map((at) => document(audit(subject.cluster), `at ${at}`, NOON + at)));
    const snapshot = await subject.documents.snapshot();
    expect(await idsIn(snapshot, NOON, NOON + MINUTE - 1)).toEqual(['at 0', 'at 1', `at ${MINUTE - 1}`]);
    expect(await idsIn(snapshot, NOON - 1, NOON)).toEqual(['at -1', 'at 0']);
    expect(await idsIn(snapshot, NOON + MINUTE, NOON + MINUTE)).toEqual([`at ${MINUTE}`]);
    expect(await idsIn(snapshot, NOON + MINUTE + 1, NOON + 2 * MINUTE)).toEqual([]);
    await snapshot.close();
  });

  test('documents are found by their line’s time, whatever day their index is of', async () => {
    const subject = make();
    const { cluster } = subject;
    await subject.put([document(audit(cluster, '2026.11.20'), 'a'), document(parked(cluster, '2026.10'), 'b')]);
    expect(await idsOf(subject)).toEqual(['a', 'b']);
  });

  test('what comes after a snapshot is not in it, and is in the next', async () => {
    const subject = make();
    await subject.put([document(audit(subject.cluster), 'before')]);
    const snapshot = await subject.documents.snapshot();
    await subject.put([document(audit(subject.cluster), 'after')]);
    expect(await idsIn(snapshot, NOON, NOON)).toEqual(['before']);
    await snapshot.close();
    expect(await idsOf(subject)).toEqual(['after', 'before']);
  });

  test('documents of a cluster whose name begins with this one’s are not its own, however many', async () => {
    const subject = make();
    const { cluster } = subject;
    const others = [`${cluster}-two`, `${cluster}-2026`, `${cluster}2`].flatMap((other) =>
      ['a', 'b', 'c'].flatMap((id) => [document(audit(other), id), document(parked(other), `${id}-parked`)]),
    );
    await subject.put([...others, document(audit(cluster), 'own'), document(parked(cluster), 'own parked')]);
    expect(await idsOf(subject)).toEqual(['own', 'own parked']);
    const found = await subject.documents.parked(['a-parked', 'own parked']);
    expect(found).toEqual([{ index: parked(cluster), id: 'own parked' }]);
  });

  test('in its own indices those are left out that name another cluster, and those kept that name none', async () => {
    const subject = make();
    const { cluster } = subject;
    const another = ['x', 'y', 'z'].map((id) => document(audit(cluster), id, NOON, `${cluster}-two`));
    await subject.put([
      ...another,
      document(audit(cluster), 'own', NOON, cluster),
      document(audit(cluster), 'nobody’s'),
    ]);
    expect(await idsOf(subject)).toEqual(['nobody’s', 'own']);
  });

  test('of a cluster that had other names are all its own, under each of them', async () => {
    const { cluster, put, under } = make();
    const [old, another] = [`${cluster}-old`, `${cluster}-another`];
    const formerly = audit(`${cluster}-eks`);
    await put([
      document(audit(cluster), 'new', NOON, cluster),
      document(parked(cluster), 'new parked', NOON, cluster),
      document(formerly, 'old', NOON, old),
      document(parked(old), 'old parked', NOON, old),
      document(formerly, 'nobody’s'),
      document(audit(another), 'another’s', NOON, another),
      document(parked(another), 'another’s parked', NOON, another),
      document(formerly, 'another’s in ours', NOON, another),
      // Under no naming were such an index and such a cluster together.
      document(audit(old), 'in an index that never was', NOON, old),
    ]);
    const today = { cluster, indexName: cluster, index: DEFAULT_INDEX, profiles: ['ecs'] };
    const index = `logs-kubernetes.audit_logs-${cluster}-eks-{yyyy.MM.dd}`;
    const before = { cluster: old, indexName: old, index, profiles: ['ecs'] };
    const documents = under([today, before, before]);
    expect(await idsOf({ documents })).toEqual(['new', 'new parked', 'nobody’s', 'old', 'old parked']);
    const ids = ['new parked', 'old parked', 'another’s parked', 'new'];
    expect(idsAt(await documents.parked(ids))).toEqual(['new parked', 'old parked']);
    expect(await idsOf({ documents: under([today]) })).toEqual(['new', 'new parked']);
  });

  test('where no index is yet, there is nothing', async () => {
    const { documents, cluster } = make();
    const place = { index: audit(cluster), id: 'a' };
    const snapshot = await documents.snapshot();
    expect(await idsIn(snapshot, NOON, NOON + MINUTE)).toEqual([]);
    await snapshot.close();
    expect(await documents.present([place])).toEqual([]);
    expect(await documents.parked(['a'])).toEqual([]);
    expect(await contentsOf(documents, [place])).toEqual([]);
    expect(await documents.describe([place])).toEqual([{ ...place, time: '', stream: '', eventId: '' }]);
  });

  test('present are those that are in the very index, in their order, searchable or not', async () => {
    const subject = make();
    const { cluster, documents } = subject;
    const there = ['a', 'b', 'c'].map((id) => document(audit(cluster), id));
    await subject.put(there, false);
    await subject.put([document(parked(cluster), 'd')]);
    const elsewhere = { index: parked(cluster), id: 'a' };
    const nowhere = { index: audit(cluster, '2026.11.22'), id: 'a' };
    const asked = [elsewhere, ...there.map(placeOf), nowhere, { index: audit(cluster), id: 'lost' }];
    expect(await documents.present(asked)).toEqual(there.map(placeOf));
    expect(await documents.present([])).toEqual([]);
  });

  test('parked are the ids in the indices of parked lines alone, of whatever month', async () => {
    const subject = make();
    const { cluster, documents } = subject;
    await subject.put([
      document(parked(cluster), 'a'),
      document(parked(cluster, '2026.10'), 'b'),
      document(parked(cluster, '2026.09'), 'c'),
      document(audit(cluster), 'indexed'),
    ]);
    expect(idsAt(await documents.parked(['indexed', 'a', 'b', 'lost', 'c']))).toEqual(['a', 'b', 'c']);
    expect(await documents.parked([])).toEqual([]);
  });

  test('an id that is parked in several months is told of each, and hides none of the others', async () => {
    const subject = make();
    const { cluster } = subject;
    const months = ['2026.09', '2026.10', '2026.11'];
    const many = months.map((month) => document(parked(cluster, month), 'a'));
    await subject.put([...many, document(parked(cluster), 'b')]);
    expect(idsAt(await subject.documents.parked(['a', 'b']))).toEqual(['a', 'a', 'a', 'b']);
  });

  test('the contents are what was sent, byte for byte, of those that are there, searchable or not', async () => {
    const { cluster, documents, put } = make();
    const texts = [
      '{"a": 1.0, "b":1e400, "c" : 12345678901234567890}',
      '{"__proto__":{"a":[]},"user.name":"x"}',
      String.raw`{"a":"\ud800 \u0041 ☃"}`,
      `{"a":${'['.repeat(900)}${']'.repeat(900)}}`,
      '{}',
    ];
    const items = texts.map((body, at) => saying(audit(cluster), `text ${at}`, body));
    await put([...items, saying(parked(cluster), 'parked', '{"a":2}')], false);
    const places = [...items, { index: parked(cluster), id: 'parked' }].map(placeOf);
    const lost = { index: audit(cluster), id: 'lost' };
    const nowhere = { index: audit(cluster, '2026.11.22'), id: 'text 0' };
    const sources = [...texts, '{"a":2}'].map((source, at) => ({ ...places[at], source }));
    expect(await contentsOf(documents, [lost, ...places, nowhere])).toEqual(sources);
    expect(await contentsOf(documents, [])).toEqual([]);
  });

  test('a document many times larger than it should be is there without its content, and hides no other', async () => {
    const { cluster, documents, put } = make();
    const large = saying(audit(cluster), 'large', JSON.stringify({ a: 'x'.repeat(1_000_000) }));
    const small = ['a', 'b', 'c'].map((id) => saying(audit(cluster), id, `{"is":"${id}"}`));
    await put([large, ...small], false);
    const [one, ...others] = await contentsOf(documents, [large, ...small].map(placeOf));
    expect(one).toEqual({ ...placeOf(large), source: undefined });
    expect(others).toEqual(small.map((each) => ({ ...placeOf(each), source: each.body })));
    expect(await contentsOf(documents, [placeOf(large)], 1_000_000)).toEqual([
      { ...placeOf(large), source: large.body },
    ]);
    expect(await documents.describe([placeOf(large)])).toEqual([
      { ...placeOf(large), time: '', stream: '', eventId: '' },
    ]);
  });

  test('of what a document says of its line no more is told than a line can have', async () => {
    const { cluster, documents, put } = make();
    const cloudwatch = { log_stream: 's'.repeat(2000), event_id: ['a list'] };
    const odd = saying(audit(cluster), 'odd', JSON.stringify({ aws: { cloudwatch } }));
    await put([odd], false);
    expect(await documents.describe([odd].map(placeOf))).toEqual([
      { ...placeOf(odd), time: '', stream: 's'.repeat(512), eventId: '' },
    ]);
  });

  test('a document that says no time of its line is filed under its own', async () => {
    const { cluster, documents, put } = make();
    const at = (time: number) => JSON.stringify({ '@timestamp': isoTime(time) });
    await put([
      saying(audit(cluster), 'within', at(NOON + 1)),
      saying(parked(cluster), 'within, parked', at(NOON + 1)),
      saying(audit(cluster), 'before', at(NOON - 1)),
      saying(audit(cluster), 'timeless', '{}'),
    ]);
    expect(await idsOf({ documents })).toEqual(['within', 'within, parked']);
  });

  test('described are all places asked for, in their order, with empty texts where nothing is said', async () => {
    const subject = make();
    const { cluster, documents } = subject;
    const line = document(audit(cluster), 'a', NOON + 7);
    const silent = { index: audit(cluster), id: 'silent', body: '{"@timestamp":"2026-11-21T12:00:00Z"}' };
    await subject.put([line, silent, document(parked(cluster), 'c')], false);
    const lost = { index: audit(cluster), id: 'lost' };
    const nothing = { time: '', stream: '', eventId: '' };
    expect(await documents.describe([lost, line, silent].map(placeOf))).toEqual([
      { ...lost, ...nothing },
      { ...placeOf(line), time: isoTime(NOON + 7), stream: 'stream-of-a', eventId: 'event-of-a' },
      { ...placeOf(silent), ...nothing },
    ]);
  });
}
