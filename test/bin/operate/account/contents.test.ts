import { describe, expect, test } from 'vitest';
import { TABLE, type Table } from '../../../../bin/operate/account/columns.ts';
import { isProven } from '../../../../bin/operate/account/verification.ts';
import { judge } from '../../../../lambda/core/document/judge.ts';
import { SHAPE } from '../../../../lambda/core/document/shape.ts';
import { isObject, type JsonObject } from '../../../../lambda/core/json.ts';
import type { CloudWatchLine, FileOrigin } from '../../../../lambda/core/line.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { isoTime, MINUTE } from '../../../../lambda/core/time.ts';
import { CLUSTER, EVERYTHING, event, line, lines, NOON, rule, rules } from '../../../support/builders.ts';
import { PickySink } from '../../../support/fakes/sink.ts';
import { places, world } from '../../../support/world.ts';
import { clean, readWorld } from './read-world.ts';

type World = Awaited<ReturnType<typeof readWorld>>;
type Mutable = Record<string, unknown>;

/** What somebody with another key makes of a document: of the one at this place among all. */
function forge({ sink }: Pick<World, 'sink'>, at: number, text: (body: string) => string): void {
  const found = places(sink)[at];
  if (found === undefined) throw new Error(`There is no document ${at}.`);
  sink.documents.set(`${found.index}/${found.id}`, { ...found, body: text(found.body) });
}

/** The same, where it stays JSON of objects. */
function edit(read: Pick<World, 'sink'>, at: number, change: (document: Mutable) => void): void {
  forge(read, at, (body) => {
    const document: Mutable = JSON.parse(body);
    change(document);
    return JSON.stringify(document);
  });
}

/** The object at a path. */
function inside(document: Mutable, ...path: readonly string[]): Mutable {
  let here: unknown = document;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  if (!isObject(here)) throw new Error(`There is no object at ${path.join('.')}.`);
  return here;
}

const METADATA: Policy = { ...EVERYTHING, rules: [rule({ level: 'Metadata' })] };
const body = (auditID: string, more: JsonObject = {}) => JSON.stringify(event({ auditID, ...more }));

describe('a document that came from a file first', () => {
  const fromFile =
    (archived: FileOrigin['archived'], source = CLUSTER.source) =>
    (body: string) => {
      const { message, timestamp }: CloudWatchLine = lines(1)[0] ?? line();
      const origin = { kind: 'file', path: '/var/log/audit.log', offset: 7, ...(archived && { archived }) } as const;
      const judgement = judge({ message, timestamp, origin }, rules({ cluster: { ...CLUSTER, source } }), NOON);
      return judgement.kind === 'send' ? (judgement.parcel.items[0]?.body ?? body) : body;
    };

  test.each([
    ['as the API server wrote it', fromFile(undefined)],
    ['that is an archive of the log group', fromFile({ stream: 'a-stream' })],
    ['in nobody knows whose account', fromFile(undefined, { ...CLUSTER.source, account: '' })],
  ])('%s is right', async (_, made) => {
    const read = await readWorld(lines(3));
    forge(read, 0, made);
    expect(await read.check()).toMatchObject({ ...clean, present: 3 });
  });

  test('is altered where it says another event', async () => {
    const read = await readWorld(lines(3));
    forge(read, 0, (body) => fromFile(undefined)(body).replaceAll('"ana"', '"bob"'));
    expect(await read.check()).toMatchObject({ alteredCount: 1 });
  });
});

describe('a document is altered', () => {
  test.each<[string, (document: Mutable) => void, readonly string[]]>([
    ['whose user is another', (d) => Object.assign(inside(d, 'user'), { name: 'forged' }), ['user.name']],
    ['whose event is another', (d) => Object.assign(inside(d, 'event'), { original: '{}' }), ['event.original']],
    [
      'that says its text with another space',
      (d) => Object.assign(inside(d, 'event'), { original: `${body(`${NOON}-0`)} ` }),
      ['event.original'],
    ],
    ['that says more', (d) => Object.assign(d, { more: { secret: 'x' } }), ['more']],
    [
      'that says more where it says much',
      (d) => Object.assign(inside(d, 'kubernetes', 'audit'), { more: 1 }),
      ['kubernetes.audit.more'],
    ],
    ['that says null', (d) => Object.assign(d, { tags: null }), ['tags']],
    ['that has a tag', (d) => Object.assign(d, { tags: ['cut'] }), ['tags']],
    ['that has a key with a dot', (d) => Object.assign(d, { 'user.name': 'forged' }), ['user.name']],
    ['that says less', (d) => void delete d.message, ['message']],
    ['without all of a part', (d) => void delete d.user, ['user.name']],
    ['with an empty part', (d) => Object.assign(d, { user: {} }), ['user.name', 'user']],
    ['with an empty part that no line makes', (d) => Object.assign(d, { error: {} }), ['error']],
    ['whose part is a text', (d) => Object.assign(d, { user: 'ana' }), ['user']],
    ['whose part is a list', (d) => Object.assign(d, { user: [{ name: 'forged' }, { name: 'ana' }] }), ['user']],
    ['whose text is a list', (d) => Object.assign(inside(d, 'user'), { name: ['ana'] }), ['user.name']],
    ['whose text is an object', (d) => Object.assign(inside(d, 'user'), { name: { ana: 1 } }), ['user.name']],
    ['whose list is shorter', (d) => Object.assign(inside(d, 'event'), { category: ['api'] }), ['event.category']],
    ['whose list is longer', (d) => Object.assign(inside(d, 'event'), { type: ['change', 'change'] }), ['event.type']],
    [
      'whose list is in another order',
      (d) => Object.assign(inside(d, 'event'), { category: ['configuration', 'api'] }),
      ['event.category'],
    ],
    [
      'whose number is a text',
      (d) => Object.assign(inside(d, 'kubernetes', 'audit', 'responseStatus'), { code: '200' }),
      ['kubernetes.audit.responseStatus.code'],
    ],
    ['whose id is another', (d) => Object.assign(inside(d, 'event'), { id: 'x' }), ['event.id']],
    [
      'that is of another cluster',
      (d) => Object.assign(inside(d, 'orchestrator', 'cluster'), { name: 'x' }),
      ['orchestrator.cluster.name'],
    ],
    ['whose time is another', (d) => Object.assign(d, { '@timestamp': '2026-11-21T11:59:59.251Z' }), ['@timestamp']],
    ['that does not say when it was handled', (d) => void delete inside(d, 'event').ingested, ['event.ingested']],
    [
      'that comes from several streams',
      (d) => Object.assign(inside(d, 'aws', 'cloudwatch'), { log_stream: ['a', 'b'] }),
      ['aws.cloudwatch.log_stream'],
    ],
    [
      'that says more of where it comes from',
      (d) => Object.assign(inside(d, 'aws', 'cloudwatch'), { more: 'x' }),
      ['aws.cloudwatch.more'],
    ],
  ])('%s', async (_, change, fields) => {
    const read = await readWorld(lines(3));
    const [first] = places(read.sink);
    edit(read, 0, change);
    const found = await read.check();
    expect(found).toMatchObject({ missingCount: 0, extraCount: 0, alteredCount: 1, present: 2 });
    expect(found.altered).toEqual([
      {
        id: first?.id,
        index: first?.index,
        time: '2026-11-21T12:00:00.000Z',
        stream: line().origin.stream,
        eventId: `id-${NOON}-0`,
        fields,
        count: fields.length,
      },
    ]);
    expect(found.alteredIn).toEqual([{ from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:01:00.000Z' }]);
    expect(isProven(found)).toBe(false);
    expect(await read.check({ contents: false })).toMatchObject({ contents: false, alteredCount: 0, present: 3 });
  });

  const insert = (text: string) => (body: string) => body.replace(/^\{/, `{${text},`);
  test.each<[string, (body: string) => string, readonly string[]]>([
    [
      'whose number is written otherwise',
      (text) => text.replace('"code":200', '"code":200.0'),
      ['kubernetes.audit.responseStatus.code'],
    ],
    ['with a number that nothing holds', insert('"x":1e400'), ['x']],
    ['with a key that is no name elsewhere', insert('"__proto__":{"user":{"name":"x"}}'), ['__proto__']],
    ['that says a thing twice', insert('"message":"forged"'), ['message']],
    ['with lists in lists', insert(`"x":${'['.repeat(900)}${']'.repeat(900)}`), ['x']],
    ['whose key would move a cursor', insert('"\\u001b[2J\\n":1'), ['?[2J?']],
    ['whose key is long', insert(`"${'k'.repeat(10_000)}":1`), [`${'k'.repeat(80)}…`]],
    ['that is many times larger', insert(`"x":"${'x'.repeat(200_000)}"`), ['_source']],
    ['that is a list', () => '[]', ['_source']],
    ['that is null', () => 'null', ['_source']],
    ['that is no JSON', () => '{/* YAML */}', ['_source']],
  ])('%s', async (_, text, fields) => {
    const read = await readWorld(lines(3));
    forge(read, 1, text);
    expect(await read.check()).toMatchObject({ alteredCount: 1, altered: [{ fields }], missingCount: 0, present: 2 });
  });

  test('by more fields than are named, and never by what they say', async () => {
    const read = await readWorld(lines(3));
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`field${at}`, `a-secret-${at}`]));
    edit(read, 0, (document) => Object.assign(document, many));
    const found = await read.check();
    expect(found.altered[0]).toMatchObject({ count: 100, fields: expect.arrayContaining(['field0', 'field19']) });
    expect(found.altered[0]?.fields).toHaveLength(20);
    expect(JSON.stringify(found)).not.toContain('a-secret');
  });

  test('also where it names a line of before there were any, and no more is read for it', async () => {
    const read = await readWorld(lines(3));
    edit(read, 0, (document) => {
      Object.assign(inside(document, 'user'), { name: 'forged' });
      Object.assign(inside(document, 'aws', 'cloudwatch'), { timestamp: '1960-01-01T00:00:00.000Z' });
    });
    read.source.asked.length = 0;
    expect(await read.check()).toMatchObject({ alteredCount: 1 });
    expect(read.source.asked).toHaveLength(1);
  });

  test('however many other minutes they name: sixty of these are read at most', async () => {
    const read = await readWorld(lines(100));
    for (const [at] of places(read.sink).entries())
      edit(read, at, (document) => {
        document.message = 'forged';
        const timestamp = isoTime(NOON - (at + 100) * 2 * MINUTE);
        Object.assign(inside(document, 'aws', 'cloudwatch'), { timestamp });
      });
    read.source.asked.length = 0;
    expect(await read.check()).toMatchObject({ alteredCount: 100 });
    expect(read.source.asked).toHaveLength(1 + 60);
  });

  test('also where nothing finds it by the time of its line', async () => {
    const read = await readWorld(lines(3));
    edit(read, 0, (document) => {
      Object.assign(inside(document, 'user'), { name: 'forged' });
      Object.assign(inside(document, 'aws', 'cloudwatch'), { timestamp: '2000-01-01T00:00:00.000Z' });
    });
    expect(await read.check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: ['user.name'] }],
      missingCount: 0,
    });
  });
});

describe('a document is as it must be', () => {
  test.each<[string, (document: Mutable) => void]>([
    ['whenever it was handled', (d) => Object.assign(inside(d, 'event'), { ingested: '2027-01-01T00:00:00.000Z' })],
    [
      'whichever line it names',
      (d) => Object.assign(inside(d, 'aws', 'cloudwatch'), { event_id: 'another', log_stream: 'b' }),
    ],
  ])('%s', async (_, change) => {
    const read = await readWorld(lines(3));
    edit(read, 0, change);
    expect(await read.check()).toEqual({ ...clean, minutes: 15, present: 3 });
  });

  test('in whatever order it says it', async () => {
    const read = await readWorld(lines(1));
    forge(read, 0, (text) => {
      const { '@timestamp': time, ...others }: JsonObject = JSON.parse(text);
      return JSON.stringify({ ...others, '@timestamp': time });
    });
    expect(await read.check()).toMatchObject({ alteredCount: 0, present: 1 });
  });

  test('however its texts are written', async () => {
    const read = await readWorld(lines(1));
    forge(read, 0, (text) => text.replace('"name":"ana"', String.raw`"name": "\u0061na"`));
    expect(await read.check()).toMatchObject({ alteredCount: 0, present: 1 });
  });

  test('whatever is strange about its event', async () => {
    const strange = [
      { user: { username: 'x'.repeat(9000), groups: ['a', 'b', 7], extra: { arn: ['é☃😀\ud800'] } } },
      { stageTimestamp: '2031-01-01T00:00:00Z' },
      { stageTimestamp: undefined, requestReceivedTimestamp: undefined },
      { sourceIPs: ['10.0.0.1', 'no', '10.0.0.2'], responseStatus: { code: 2 ** 40 }, annotations: null },
      { requestObject: { metadata: { generation: 1e300 } } },
    ];
    const fed = strange.map((each, at) =>
      line({ message: body(`s${at}`, each), timestamp: NOON + at, eventId: `s${at}` }),
    );
    const read = await readWorld([...fed, line({ message: '\0"\\\n', timestamp: NOON + 9, eventId: 'none' })]);
    expect(await read.check()).toEqual({ ...clean, minutes: 15, present: 6 });
  });
});

describe('of parked lines', () => {
  const two = () => [
    line({ message: 'no JSON', timestamp: NOON, eventId: 'a' }),
    line({ message: 'none either', timestamp: NOON + 1, eventId: 'b' }),
  ];

  test('those are altered that were swapped', async () => {
    const read = await readWorld(two());
    const [one, other] = places(read.sink);
    forge(read, 0, () => other?.body ?? '');
    forge(read, 1, () => one?.body ?? '');
    const fields = ['@timestamp', 'event.id', 'event.original', 'parked.size'];
    expect(await read.check()).toMatchObject({ alteredCount: 2, altered: [{ fields }, { fields }], missingCount: 0 });
  });

  test.each<[string, string, number]>([
    ['the reason', 'reason', 1],
    ['where it would have gone', 'index', 1],
    ['not what Elasticsearch said', 'detail', 0],
  ])('%s is compared', async (_, key, altered) => {
    const read = await readWorld(two());
    edit(read, 0, (document) => Object.assign(inside(document, 'parked'), { [key]: 'too large' }));
    expect(await read.check()).toMatchObject({ alteredCount: altered });
  });

  test('the part that is altered is named', async () => {
    const read = await readWorld([line({ message: 'x'.repeat(600_000) })]);
    const second = places(read.sink)[1];
    edit(read, 1, (document) => Object.assign(inside(document, 'event'), { original: 'y' }));
    const named = { id: second?.id, index: second?.index, fields: ['event.original'] };
    expect(second?.id).toMatch(/\.256\.\d$/);
    expect(await read.check()).toMatchObject({ alteredCount: 1, altered: [named], present: 0 });
  });

  const refused = async () => {
    const no = { status: 400, type: 'document_parsing_exception', reason: 'no' };
    const sink = new PickySink(({ index }) => (index.includes('audit_logs') ? no : undefined));
    return await readWorld([], world(lines(2), sink));
  };

  test.each([
    ['too large', 0],
    ['index closed', 0],
    ['not JSON', 1],
  ])('an event may be parked in its place as %s: %i altered', async (reason, altered) => {
    const read = await refused();
    edit(read, 0, (document) => Object.assign(inside(document, 'parked'), { reason }));
    expect(await read.check()).toMatchObject({ alteredCount: altered, missingCount: 0, extraCount: 0 });
  });

  test('one that stands in the place of an event says that event', async () => {
    const read = await refused();
    edit(read, 0, (document) => Object.assign(inside(document, 'event'), { original: body('another') }));
    expect(await read.check()).toMatchObject({ alteredCount: 1, altered: [{ fields: ['event.original'] }] });
  });

  test('one is compared that another line of the same event parked a month before', async () => {
    const read = await readWorld([]);
    const [before, now] = [NOON - 30 * 24 * 60 * MINUTE, NOON].map((timestamp, at) =>
      line({ message: body('twice'), timestamp, eventId: `twice-${at}` }),
    );
    if (before === undefined || now === undefined) throw new Error('no lines');
    read.source.lines.push(now);
    await read.go();
    read.sink.documents.clear();
    const judgement = judge(before, rules(), NOON);
    const parcel = judgement.kind === 'send' ? judgement.parcel : undefined;
    if (parcel?.kind !== 'event') throw new Error('no event');
    await read.sink.bulk(parcel.parkedAs('too large', '').items);
    expect(await read.check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: ['@timestamp', 'parked.index'] }],
    });
    read.source.lines.push(before);
    expect(await read.check()).toMatchObject({ alteredCount: 0, missingCount: 0, present: 1 });
    edit(read, 0, (document) => Object.assign(inside(document, 'event'), { original: '' }));
    expect(await read.check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: ['@timestamp', 'event.original', 'parked.index'] }],
    });
  });
});

describe('an event that stands in two lines', () => {
  const message = body('twice', { requestObject: { spec: 'a body' } });
  const first = line({ message, timestamp: NOON, eventId: 'first' });
  const second = line({ message, timestamp: NOON + 8 * MINUTE, eventId: 'second' });
  const later = { from: NOON + 8 * MINUTE, to: NOON + 9 * MINUTE };

  /** The minutes of both are judged by policies that keep different parts of it. */
  async function judgedTwice() {
    const read = await readWorld([first, second]);
    read.clock.time += 5 * MINUTE;
    await read.go({ policy: METADATA });
    expect(places(read.sink)).toHaveLength(1);
    return read;
  }

  test('is as one of them makes it, by that one’s policy', async () => {
    const read = await judgedTwice();
    expect(await read.check({ minutes: later })).toMatchObject({ minutes: 1, alteredCount: 0, present: 1 });
    expect(await read.check({ minutes: { from: NOON, to: later.to } })).toMatchObject({ alteredCount: 0, present: 1 });
  });

  test('is altered where that line makes another', async () => {
    const read = await judgedTwice();
    edit(read, 0, (document) => Object.assign(inside(document, 'user'), { name: 'forged' }));
    expect(await read.check({ minutes: later })).toMatchObject({ alteredCount: 1, present: 0 });
  });

  test('is not taken at its word: the line must be there', async () => {
    const read = await judgedTwice();
    read.source.lines.splice(0, 1);
    expect(await read.check({ minutes: later })).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: ['kubernetes.audit.level', 'event.original'] }],
    });
  });
});

describe('the row’s policy says what a document must be', () => {
  test('also where another backfill judged its minute anew and could not change it', async () => {
    const read = await readWorld([line({ message: body('a', { requestObject: { spec: 'a body' } }) })]);
    const name = 'anew';
    read.ledger.policies.set(name, METADATA);
    for (const row of read.ledger.stored.values()) read.ledger.stored.set(row.minute, { ...row, policy: name });
    expect(await read.check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: ['kubernetes.audit.level', 'event.original'] }],
    });
  });
});

describe('a column that is newer than a document', () => {
  const NEXT = SHAPE + 1;
  /** The columns of a version to come: user.name and parked.reason came with its shape, or changed with it. */
  const next = (more: { readonly since?: number; readonly changed?: number }): Table => {
    const of = (columns: Table['event']) =>
      columns.map((each) =>
        ['user.name', 'parked.reason'].includes(each.path.join('.')) ? { ...each, ...more } : each,
      );
    return { event: of(TABLE.event), parked: of(TABLE.parked), shape: NEXT };
  };
  const came = next({ since: NEXT });
  const changed = next({ changed: NEXT });
  const fed = () => [...lines(2), line({ message: 'no JSON', timestamp: NOON + 500, eventId: 'parked' })];

  /** All minutes were sent by versions of these shapes. */
  async function sentBy(...shapes: readonly number[]) {
    const read = await readWorld(fed());
    for (const row of read.ledger.stored.values()) read.ledger.stored.set(row.minute, { ...row, shapes });
    return read;
  }
  const parkedAt = ({ sink }: World) => places(sink).findIndex(({ index }) => index.includes('audit_parked'));
  const eventAt = ({ sink }: World) => places(sink).findIndex(({ index }) => index.includes('audit_logs'));
  const lacking = (read: World) => {
    edit(read, eventAt(read), (document) => void delete document.user);
    edit(read, parkedAt(read), (document) => void delete inside(document, 'parked').reason);
  };
  const forged = (read: World) => {
    edit(read, eventAt(read), (document) => Object.assign(inside(document, 'user'), { name: 'forged' }));
    edit(read, parkedAt(read), (document) => Object.assign(inside(document, 'parked'), { reason: 'truncated' }));
  };

  test.each<[string, readonly number[], Table, (read: World) => void, number]>([
    ['may be absent', [SHAPE], came, lacking, 0],
    ['may be absent where both versions sent', [SHAPE, NEXT], came, lacking, 0],
    ['is never wrong', [SHAPE], came, forged, 2],
    ['is never wrong where both versions sent', [SHAPE, NEXT], came, forged, 2],
    ['is there where the newer version alone sent', [NEXT], came, lacking, 2],
    ['says what older documents mean by it, when its meaning changed', [SHAPE, NEXT], changed, forged, 0],
    ['says the new thing where the newer version alone sent', [NEXT], changed, forged, 2],
  ])('%s', async (_, shapes, table, change, altered) => {
    const read = await sentBy(...shapes);
    expect(await read.check({ table })).toMatchObject({ alteredCount: 0, present: 3 });
    change(read);
    expect(await read.check({ table })).toMatchObject({ alteredCount: altered, missingCount: 0 });
  });

  test('may be absent where the older version wrote the row before: it may have sent this minute, too', async () => {
    const read = await sentBy(NEXT);
    lacking(read);
    const minutes = { from: NOON, to: NOON + 5 * MINUTE };
    const shapesAt = (minute: number, shapes: readonly number[]) => {
      const row = read.ledger.stored.get(minute);
      if (row !== undefined) read.ledger.stored.set(minute, { ...row, shapes });
    };
    expect(await read.check({ table: came, minutes })).toMatchObject({ alteredCount: 2 });
    shapesAt(NOON - MINUTE, [SHAPE]);
    expect(await read.check({ table: came, minutes })).toMatchObject({ alteredCount: 0 });
    shapesAt(NOON - MINUTE, [NEXT]);
    shapesAt(NOON + MINUTE, [SHAPE]);
    expect(await read.check({ table: came, minutes })).toMatchObject({ alteredCount: 2 });
  });

  test('is unknown to an older version: it says so, and compares ids', async () => {
    const read = await sentBy(SHAPE, NEXT);
    const found = await read.check();
    const why = expect.stringContaining(`a newer version made its documents (shape ${NEXT}, this one knows ${SHAPE})`);
    expect(found).toMatchObject({ minutes: 0, present: 0, notVerifiable: [{ why }] });
    expect(await read.check({ contents: false })).toMatchObject({ minutes: 15, present: 3, notVerifiable: [] });
  });
});

test('minutes to be sent again are told as ranges, neighbours joined, ten at most', async () => {
  const minutes = [0, 1, 2, ...Array.from({ length: 20 }, (_, at) => 4 + 2 * at)].map((at) => NOON + at * MINUTE);
  const read = await readWorld(minutes.flatMap((minute) => lines(1, minute)));
  read.clock.time = NOON + 60 * MINUTE;
  await read.go();
  const all = { from: NOON, to: NOON + 50 * MINUTE };
  for (const [at] of places(read.sink).entries()) edit(read, at, (document) => void delete document.message);
  const altered = await read.check({ minutes: all });
  expect(altered.alteredCount).toBe(23);
  expect(altered.alteredIn).toHaveLength(10);
  expect(altered.alteredIn[0]).toEqual({ from: '2026-11-21T12:00:00.000Z', to: '2026-11-21T12:03:00.000Z' });
  expect(altered.alteredIn[1]).toEqual({ from: '2026-11-21T12:04:00.000Z', to: '2026-11-21T12:05:00.000Z' });
  expect(altered.alteredIn[9]).toEqual({ from: '2026-11-21T12:20:00.000Z', to: '2026-11-21T12:43:00.000Z' });
  read.sink.documents.clear();
  expect(await read.check({ minutes: all })).toMatchObject({ missingCount: 23, missingIn: altered.alteredIn });
});

test('a verification that is interrupted tells what it found and how far it came', async () => {
  const fed = [...lines(3), ...lines(3, NOON + 2 * MINUTE)];
  const read = await readWorld(fed);
  edit(read, 0, (document) => void delete document.message);
  const controller = new AbortController();
  const report = ({ to }: { readonly to: number }) => void (to > NOON + 2 * MINUTE && controller.abort());
  const found = await read.check({ partBytes: 1, report, signal: controller.signal });
  expect(found).toMatchObject({ upTo: '2026-11-21T12:02:00.000Z', alteredCount: 1, present: 2, missingCount: 0 });
  const page = read.source.page.bind(read.source);
  const again = new AbortController();
  read.source.page = async (range, token) => {
    if (range.startTime >= NOON + 2 * MINUTE) again.abort();
    return await page(range, token);
  };
  const inGroup = await read.check({ partBytes: 1, signal: again.signal });
  expect(inGroup).toMatchObject({ upTo: '2026-11-21T12:02:00.000Z', alteredCount: 1, present: 2, missingCount: 0 });
});
