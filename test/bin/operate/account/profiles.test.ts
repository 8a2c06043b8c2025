import { expect, test } from 'vitest';
import { verificationText } from '../../../../bin/commands/verify-text.ts';
import { isProven, type Verification } from '../../../../bin/operate/account/verification.ts';
import { namingOf, PROFILES, type Profile } from '../../../../lambda/contract.ts';
import type { BulkItem } from '../../../../lambda/core/bulk/bulk.ts';
import { judge } from '../../../../lambda/core/document/judge.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import { isoTime, MINUTE } from '../../../../lambda/core/time.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { BOTH, event, like, line, lines, NOON, rules, settings } from '../../../support/builders.ts';
import { MemoryDocuments } from '../../../support/fakes/documents.ts';
import { type MemorySink, PickySink } from '../../../support/fakes/sink.ts';
import { places, world } from '../../../support/world.ts';
import { clean, readWorld } from './read-world.ts';

const isCalico = ({ index }: Pick<BulkItem, 'index'>) => index.startsWith('tigera_secure_ee_audit_kube.');
const CALICO = 'tigera_secure_ee_audit_kube.prod.20261121';

/** A world in which the function has run with these profiles, and its verification. */
async function verified(fed: readonly CloudWatchLine[], sink?: MemorySink, profiles: readonly Profile[] = PROFILES) {
  const of = settings({ elasticsearch: { ...settings().elasticsearch, profiles } });
  const made = world(fed, sink);
  await made.go(of);
  const read = await readWorld(fed, { ...made, go: async () => made.go(of) });
  const documents = new MemoryDocuments(made.sink, [namingOf(of)]);
  const rules = new MinuteRules(made.ledger, of);
  return { ...read, check: (overrides = {}) => read.check({ documents, rules, ...overrides }) };
}

/** Puts another text in the place of Calico's document at this place among its own. */
function rewrite(sink: MemorySink, at: number, text: (body: string) => string): BulkItem {
  const found = places(sink).filter(isCalico)[at];
  if (found === undefined) throw new Error(`There is no document ${at}.`);
  sink.documents.set(`${found.index}/${found.id}`, { ...found, body: text(found.body) });
  return found;
}

/** Events whose own time is this much before the time that CloudWatch files them under. */
function behind(count: number, by: number): CloudWatchLine[] {
  return Array.from({ length: count }, (_, at) => {
    const timestamp = NOON + at * 20_000;
    const stageTimestamp = isoTime(timestamp - by);
    return line({
      timestamp,
      eventId: `id-${at}`,
      message: JSON.stringify(event({ auditID: `a-${at}`, stageTimestamp })),
    });
  });
}

test('both documents of each event are looked for, and a parked line once', async () => {
  const { check } = await verified([...lines(4), line({ message: 'no JSON', eventId: 'none' })]);
  expect(await check()).toEqual({ ...clean, minutes: 15, present: 9 });
  expect(await check({ contents: false })).toEqual({ ...clean, contents: false, minutes: 15, present: 9 });
});

test.each<[Profile, boolean]>([
  ['calico', true],
  ['calico', false],
  ['ecs', true],
  ['ecs', false],
])('a document of the profile %s that is gone is named as its (contents compared: %s)', async (profile, contents) => {
  const { sink, check } = await verified(lines(3));
  const gone = places(sink).find((item) => isCalico(item) === (profile === 'calico'));
  sink.documents.delete(`${gone?.index}/${gone?.id}`);
  const found = await check({ contents });
  expect(found).toMatchObject({
    missingCount: 1,
    missing: [{ id: gone?.id, index: gone?.index, profile }],
    present: 5,
  });
  expect(textOf(found)).toMatch(new RegExp(`missing: ${gone?.id}\n {2}profile: ${profile}\n`));
});

const textOf = (found: Verification) =>
  verificationText(found, '2026-11-21T12:05:00.000Z', {
    backfill: () => 'backfill',
    goOn: () => 'go on',
    redrive: (ids) => `redrive ${ids.join(' ')}`,
  });

test('where an event has one document alone, nobody is told of profiles', async () => {
  const { sink, check } = await verified(lines(3), undefined, ['calico']);
  const [gone] = places(sink);
  sink.documents.delete(`${gone?.index}/${gone?.id}`);
  const { missing } = await check();
  expect(missing).toEqual([expect.not.objectContaining({ profile: 'calico' })]);
  expect(missing).toMatchObject([{ index: CALICO }]);
});

test.each<[string, (body: string) => string, readonly string[]]>([
  ['another value', (body) => body.replace('"verb":"patch"', '"verb":"get"'), ['verb']],
  ['another time', (body) => body.replace('"@timestamp":"2026', '"@timestamp":"2025'), ['@timestamp']],
  ['one member more', (body) => body.replace('{', '{"more":1,'), ['more']],
  ['one member less', (body) => body.replace('"verb":"patch",', ''), ['verb']],
  ['a number written otherwise', (body) => body.replace('"code":200', '"code":200.0'), ['responseStatus']],
  ['a space more', (body) => body.replace('{', '{ '), ['_source']],
  ['no JSON', () => '', ['_source']],
  ['a list', () => '[]', ['_source']],
])('Calico’s document with %s is altered', async (_, text, fields) => {
  const { sink, check } = await verified(lines(3));
  const { id } = rewrite(sink, 1, text);
  const found = await check();
  expect(found).toMatchObject({ alteredCount: 1, missingCount: 0, extraCount: 0, present: 5 });
  expect(found.altered).toMatchObject([{ id, index: CALICO, profile: 'calico', fields, count: fields.length }]);
});

test('Calico’s documents are where their events’ time is, also where lines are filed under later minutes', async () => {
  const { check } = await verified(behind(12, 59_000));
  expect(await check()).toEqual({ ...clean, minutes: 15, present: 24 });
  // A minute at a time, and one whose neighbours are not asked for.
  expect(await check({ partBytes: 1 })).toEqual({ ...clean, minutes: 15, present: 24 });
  const minutes = { from: NOON + MINUTE, to: NOON + 2 * MINUTE };
  expect(await check({ minutes })).toMatchObject({ missingCount: 0, extraCount: 0, alteredCount: 0, present: 6 });
});

test.each([
  ['an id of nobody’s', 'foreign', CALICO, /no line in CloudWatch Logs makes it/],
  ['an id as ours are', 'AZqm2hEAAAAAAAAAAAAAAAAAAAAAAAAA', CALICO, /no line in CloudWatch Logs makes it/],
])('a document that no line makes, with %s, is extra', async (_, id, index, why) => {
  const { sink, check } = await verified(lines(3));
  sink.documents.set(`${index}/${id}`, { index, id, body: `{"@timestamp":"${isoTime(NOON + 1)}"}` });
  const found = await check();
  expect(found).toMatchObject({ extraCount: 1, extra: [{ id, index, why: expect.stringMatching(why) }], present: 6 });
});

test('a copy in another day’s index is extra, and its place is told', async () => {
  const { sink, check } = await verified(lines(3));
  const [first] = places(sink).filter(isCalico);
  const index = 'tigera_secure_ee_audit_kube.prod.20261120';
  sink.documents.set(`${index}/${first?.id}`, {
    index,
    id: first?.id ?? '',
    body: '{"@timestamp":"2026-11-21T12:00:00Z"}',
  });
  expect(await check()).toMatchObject({
    extraCount: 1,
    extra: [{ index, why: `its place is ${CALICO}, not ${index}` }],
  });
});

test('an event that one profile was refused is there: parked for that one', async () => {
  const refusal = { status: 400, type: 'document_parsing_exception' };
  const sink = new PickySink((item) => (isCalico(item) ? refusal : undefined));
  const { check } = await verified(lines(3), sink);
  const found = await check();
  expect(found).toMatchObject({ missingCount: 0, alteredCount: 0, extraCount: 0, bothCount: 0, present: 6 });
  expect(isProven(found)).toBe(true);
  const [parked] = places(sink).filter(({ index }) => index.includes('audit_parked'));
  sink.documents.set(`${CALICO}/${parked?.id.replace('.calico', '')}`, {
    index: CALICO,
    id: parked?.id.replace('.calico', '') ?? '',
    body: '{"@timestamp":"2026-11-21T12:00:00Z"}',
  });
  const twice = await check();
  expect(twice).toMatchObject({ bothCount: 1, both: [{ profile: 'calico', index: CALICO }] });
  // By the id that it is parked under.
  expect(textOf(twice).split('\n')).toContain(`redrive ${parked?.id}`);
});

/** As the API server orders it: whole before the body. */
const IN_ORDER = { requestReceivedTimestamp: undefined, stageTimestamp: undefined, annotations: undefined };

test.each([100_000, 290_000])(
  'a line cut at %i is there in small parts, though Calico’s document is small',
  async (size) => {
    const message = `${JSON.stringify(event({ ...IN_ORDER, requestObject: 'x'.repeat(300_000) })).slice(0, size)}[Truncated...]`;
    const { sink, check } = await verified([line({ message })]);
    const judgement = judge(line({ message }), rules({ profiles: BOTH }), NOON);
    if (judgement.kind !== 'send' || judgement.parcel.kind !== 'event') throw new Error('it is no event');
    const { items, parkedAs } = judgement.parcel;
    const refused = items.filter(isCalico);
    for (const { index, id } of refused) sink.documents.delete(`${index}/${id}`);
    const parts = parkedAs('refused by the mapping', 'why', refused[0]).smaller?.().items ?? [];
    expect(parts.length).toBeGreaterThan(5);
    await sink.bulk(parts);
    for (const contents of [true, false])
      expect(await check({ contents })).toEqual({ ...clean, contents, minutes: 15, present: 2 });
  },
);

test('lines that came after the last look are awaited in both profiles', async () => {
  const { source, check } = await verified(lines(3, NOON + 4 * MINUTE));
  const late = lines(2, NOON + 4 * MINUTE + 1000);
  source.lines.push(...late.map((each) => like(each, { ingestionTime: NOON + 6 * MINUTE })));
  expect(await check()).toMatchObject({ awaited: 4, missingCount: 0, present: 6 });
});
