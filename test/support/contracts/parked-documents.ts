import { expect, test } from 'vitest';
import { linesOf, type ParkedLine } from '../../../bin/operate/parked/lines.ts';
import { markOf } from '../../../bin/operate/parked/mark.ts';
import type { Cluster } from '../../../lambda/contract.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import { type Parking, parkedItems } from '../../../lambda/core/document/parked.ts';
import type { FileOrigin } from '../../../lambda/core/line.ts';
import { DAY, MINUTE } from '../../../lambda/core/time.ts';
import type { ParkedDocuments, Selection } from '../../../lib/elasticsearch/parked.ts';
import { CLUSTER, fileLine, line, NOON } from '../builders.ts';

/** A cluster of which nothing was parked yet. Its pages hold two. */
export interface ParkedSubject {
  readonly parked: ParkedDocuments;
  /** The cluster's name, and what `{cluster}` is in its indices' names. */
  readonly cluster: string;
  /** Done when a search finds them. */
  put(items: readonly BulkItem[]): Promise<void>;
}

interface Told extends Partial<Pick<Parking, 'reason' | 'text' | 'meant' | 'line'>> {
  readonly time?: number;
}

function items(cluster: string, id: string, { time = NOON, ...more }: Told = {}): readonly BulkItem[] {
  const of: Cluster = { ...CLUSTER, name: cluster, indexName: cluster };
  const from = line({ timestamp: time, eventId: `event-of-${id}` });
  return parkedItems({
    reason: 'not JSON',
    detail: 'why',
    line: from,
    cluster: of,
    id,
    ingested: NOON,
    text: id,
    ...more,
  });
}

async function linesIn({ parked }: Pick<ParkedSubject, 'parked'>, selection: Selection = {}) {
  const found: ParkedLine[] = [];
  for await (const each of linesOf(parked.search(selection))) found.push(each);
  return found;
}

const idsIn = async (subject: Pick<ParkedSubject, 'parked'>, selection?: Selection) =>
  (await linesIn(subject, selection)).map(({ id }) => id);

async function mark(subject: ParkedSubject, id: string): Promise<void> {
  const [found] = (await linesIn(subject)).filter((each) => each.id === id);
  if (found === undefined) throw new Error(`${id} is not parked.`);
  await subject.put([markOf(found, { outcome: 'indexed', index: 'an-index', id: 'its-id' }, NOON + DAY)]);
}

/** What every `ParkedDocuments` keeps, the real one and its stand-in. */
export function parkedDocumentsContract(make: () => ParkedSubject): void {
  test.each([1, 2, 3, 4, 5])('all lines are found, the oldest first: %i of them', async (count) => {
    const subject = make();
    const ids = Array.from({ length: count }, (_, at) => `line-${at}`);
    const all = ids.map((id, at) => items(subject.cluster, id, { time: NOON + at * 40 * DAY }));
    await subject.put(all.toReversed().flat());
    expect(await idsIn(subject)).toEqual(ids);
  });

  test('a line says where it was found, why it is parked, how large it is and where it was to go', async () => {
    const subject = make();
    const meant = { index: 'an-index', id: 'an-id' };
    await subject.put(items(subject.cluster, 'an-id', { text: 'ä', reason: 'too large', meant }));
    const [found] = await linesIn(subject);
    const { origin } = line({ eventId: 'event-of-an-id' });
    const said = { id: 'an-id', time: NOON, reason: 'too large', detail: 'why', size: 2, meant, origin };
    expect(found).toMatchObject({ ...said, cluster: subject.cluster, redriven: undefined });
  });

  test.each<[string, FileOrigin['archived']]>([
    ['the file', undefined],
    ['the archive, and what that says of CloudWatch Logs', { stream: 'a-stream', ingestionTime: NOON }],
    ['the archive that says nothing of CloudWatch Logs but its time', {}],
  ])('a line that came from a file says where it lies in %s, and so does its mark', async (_, archived) => {
    const subject = make();
    const found = fileLine({ path: '/a.log', offset: 7, ...(archived && { archived }) });
    await subject.put(items(subject.cluster, 'of-a-file', { line: found }));
    await mark(subject, 'of-a-file');
    const [parked] = await linesIn(subject);
    expect(parked).toMatchObject({ origin: found.origin, time: NOON, redriven: { outcome: 'indexed' } });
    const marks = await Array.fromAsync(subject.parked.search({ marksAlone: true }));
    expect(marks.flat().map(({ origin }) => origin)).toEqual([found.origin]);
  });

  test('a line in parts is one, and knows its parts', async () => {
    const subject = make();
    await subject.put([
      ...items(subject.cluster, 'before'),
      ...items(subject.cluster, 'parts', { text: 'x'.repeat(700_000) }),
      ...items(subject.cluster, 'zlast'),
    ]);
    const found = await linesIn(subject);
    expect(found.map(({ id, documents }) => [id, documents.length])).toEqual([
      ['before', 1],
      ['parts', 9],
      ['zlast', 1],
    ]);
    expect(found[1]?.documents.map(({ part }) => part?.part).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a line is marked by what stands beside it, whatever reason is asked for, and a mark is no line', async () => {
    const subject = make();
    await subject.put([...items(subject.cluster, 'a'), ...items(subject.cluster, 'b', { reason: 'too large' })]);
    await mark(subject, 'b');
    const told = (selection?: Selection) =>
      linesIn(subject, selection).then((found) => found.map(({ id, redriven }) => [id, redriven?.outcome]));
    expect(await told()).toEqual([
      ['a', undefined],
      ['b', 'indexed'],
    ]);
    expect(await told({ reason: 'too large' })).toEqual([['b', 'indexed']]);
    expect(await told({ reason: 'not JSON' })).toEqual([['a', undefined]]);
    const marks: string[] = [];
    for await (const page of subject.parked.search({ marksAlone: true })) marks.push(...page.map(({ id }) => id));
    expect(marks).toEqual(['b.redriven']);
  });

  test('lines are chosen by their time, both ends of a range belonging to it, and by their ids', async () => {
    const subject = make();
    const times = [-1, 0, 1, MINUTE - 1, MINUTE];
    await subject.put(times.flatMap((at) => items(subject.cluster, `at${at}`, { time: NOON + at })));
    expect(await idsIn(subject, { range: { startTime: NOON, endTime: NOON + MINUTE - 1 } })).toEqual([
      'at0',
      'at1',
      `at${MINUTE - 1}`,
    ]);
    expect(await idsIn(subject, { ids: ['at1', 'unknown', 'at-1'] })).toEqual(['at-1', 'at1']);
    expect(await idsIn(subject, { ids: ['unknown'] })).toEqual([]);
  });

  test('those of a cluster whose name begins with this one’s are not its own', async () => {
    const subject = make();
    const others = [`${subject.cluster}-two`, `${subject.cluster}2`];
    await subject.put([...others, subject.cluster].flatMap((cluster) => items(cluster, `of-${cluster}`)));
    expect(await idsIn(subject)).toEqual([`of-${subject.cluster}`]);
  });

  test('where nothing was ever parked, there is nothing', async () => {
    expect(await idsIn(make())).toEqual([]);
  });
}
