import { appendFileSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { forgetDone, importAll, isRead, isTaken, unproven } from '../../../../bin/operate/import/import.ts';
import type { Importing } from '../../../../bin/operate/import/import-file.ts';
import { NOTHING_COUNTED, type Position, Positions } from '../../../../bin/operate/import/positions.ts';
import { recognised } from '../../../../bin/operate/import/recognise.ts';
import { inputsOf } from '../../../../bin/operate/intake/inputs.ts';
import { Intake } from '../../../../bin/operate/intake/intake.ts';
import { sameRules } from '../../../../bin/operate/intake/rules-for.ts';
import type { BulkItem } from '../../../../lambda/core/bulk/bulk.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { Sender } from '../../../../lambda/sender.ts';
import { event, lines, NOON, rules } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemorySink, PickySink } from '../../../support/fakes/sink.ts';
import { newFolder } from '../../../support/folder.ts';
import { ARCHIVES } from '../intake/archives.ts';
import { chunksOf } from '../intake/chunks.ts';

type Overrides = Partial<Importing> & { readonly sink?: MemorySink; readonly state?: string };

/** Imports as the command does, into memory. */
async function imported(paths: readonly string[], { sink = new MemorySink(), state, ...overrides }: Overrides = {}) {
  const clock = new VirtualClock(NOON);
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + 5 * MINUTE, indices: new Set() });
  const { inputs, problems } = await inputsOf(paths, {
    ...{ stdin: chunksOf(''), now: NOON, state: state ?? '/none' },
    objectsAt: async () => ({ inputs: [], problems: [] }),
  });
  const { archives, leftOut, problems: unknown } = await recognised(inputs);
  const rulesFor = sameRules(rules());
  const positions = state === undefined ? undefined : new Positions(state, { command: 1 });
  const importing: Importing = {
    intake: new Intake({ sender, clock, rulesFor }),
    ...{ rulesFor, positions, prefix: 'kube-apiserver-audit-', expired: Number.NEGATIVE_INFINITY },
    range: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    now: NOON,
    signal: new AbortController().signal,
    read: () => {},
    taken: () => {},
    ...overrides,
  };
  await positions?.begin(new Date(NOON));
  const result = await importAll(archives, importing, () => {});
  if (positions !== undefined) await forgetDone(positions, result);
  await positions?.end();
  return { sink, leftOut, problems: [...problems, ...unknown], ...result };
}

function written(name: string, bytes: Buffer | string): string {
  const path = join(newFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

const EMPTY: Position = {
  ...NOTHING_COUNTED,
  ...{ name: 'a.log', size: 0, written: 0, offset: 0, digest: '', last: null, isDone: false },
};

const LINES = lines(40);
const LOG = ARCHIVES['kube-audit.log'](LINES);

describe('an import', () => {
  test('of each kind of archive makes the same documents once, whatever comes first', async () => {
    const paths = Object.entries(ARCHIVES).map(([name, archive]) => written(name, archive(LINES)));
    for (const order of [paths, paths.toReversed()]) {
      const { files, total, sink } = await imported(order);
      expect(files.map(({ unread }) => unread)).toEqual(paths.map(() => undefined));
      expect(files.map(({ taken }) => taken.totals.indexed)).toEqual([40, 0, 0, 0, 0, 0]);
      expect(total.taken.totals).toMatchObject({ read: 240, indexed: 40, alreadyIndexed: 200, unaccounted: 0 });
      expect(total.others).toBe(3);
      expect(sink.ids('audit_logs')).toHaveLength(40);
    }
  });

  test('makes the same documents, whatever date somebody has given to the file', async () => {
    const path = written('a.log', LOG);
    const { sink } = await imported([path]);
    utimesSync(path, 86_400, 86_400);
    const { total } = await imported([path], { sink });
    expect(total.taken.totals).toMatchObject({ indexed: 0, alreadyIndexed: 40 });
  });

  test('takes events of its range alone, by their own time', async () => {
    const at = (second: number) =>
      JSON.stringify(event({ auditID: `${second}`, stageTimestamp: new Date(NOON + second * 1000).toISOString() }));
    const path = written('a.log', [0, 1, 2, 3].map(at).join('\n'));
    const { total, sink } = await imported([path], { range: { from: NOON + 1000, to: NOON + 3000 } });
    expect(total).toMatchObject({ outside: 2, taken: { totals: { read: 2, indexed: 2 } } });
    expect(sink.documents.size).toBe(2);
  });

  test('tells what somebody formatted, what Elasticsearch deletes soon, and under which name lines went', async () => {
    const formatted = JSON.stringify(event()).replace('{"kind":', '{"kind": ');
    const { total } = await imported([written('a.log', `${formatted}\n`)], { expired: NOON });
    expect(total).toMatchObject({ formatted: 1, expired: 1, as: { prod: 1 } });
  });
});

test('lines that do not come again are not proven to be there', async () => {
  const path = written('a.log', LOG);
  const first = await imported([path]);
  expect(unproven(first, await imported([path]))).toBe(0);
  writeFileSync(path, '');
  expect(unproven(first, await imported([path]))).toBe(40);
});

test('an import is not well where Elasticsearch refuses a document, which is parked', async () => {
  const sink = new PickySink(({ index, body }) =>
    index.includes('audit_logs') && body.includes('-7"')
      ? { status: 400, type: 'document_parsing_exception' }
      : undefined,
  );
  const result = await imported([written('a.log', LOG)], { sink });
  expect(result.total).toMatchObject({ taken: { totals: { refused: 1 }, parked: { 'refused by the mapping': 1 } } });
  expect([isRead(result), isTaken(result)]).toEqual([true, false]);
});

describe('an import of what is not whole', () => {
  const last = (text: string) => `${LOG}${text}`;

  test('leaves a last line that is half written, and says so', async () => {
    const { files, total } = await imported([written('a.log', last('{"kind":"Event","apiVersion":"aud'))]);
    expect(files[0]?.unread).toContain(`It ends within a line, at byte ${LOG.length}`);
    expect(total.taken.totals).toMatchObject({ read: 40, indexed: 40 });
  });

  test('takes a last line that only its end lacks', async () => {
    const result = await imported([written('a.log', last(JSON.stringify(event())))]);
    expect(isRead(result)).toBe(true);
    expect(result.total.taken.totals.read).toBe(41);
  });

  test.each([
    ['a gzip that is cut', 'a.log.gz', gzipSync(LOG).subarray(0, -9), 'What is packed is cut or broken there'],
    [
      'a list that is cut',
      'list.json',
      ARCHIVES['list.json'](LINES).subarray(0, 3000),
      'It ends in the middle, at byte',
    ],
    [
      'a list that is no JSON',
      'list.json',
      '{"kind":"EventList","items":[{"auditID":"a"} {}]}',
      'Expected a comma or the end of the list at byte 45',
    ],
  ])('of %s takes what is there and says where it ends', async (_, name, bytes, said) => {
    const result = await imported([written(name, bytes), written('whole.log', LOG)]);
    expect(result.files.map(({ unread }) => unread)).toEqual([expect.stringContaining(said), undefined]);
    expect(isRead(result)).toBe(false);
    expect(result.files[0]?.taken.totals.read).toBeGreaterThan(0);
    expect(result.files[1]?.taken.totals.read).toBe(40);
  });

  test.each([
    ['a byte order mark and carriage returns', `\ufeff${LOG.toString().replaceAll('\n', '\r\n')}`, 40, 0],
    ['a hole in front', Buffer.concat([Buffer.alloc(100_000), LOG]), 40, 0],
    ['a NUL', `${LOG}\0\0\n`, 40, 1],
    ['broken UTF-8', Buffer.concat([LOG, Buffer.from([0xff, 0xfe, 0x0a])]), 40, 1],
    ['an item that is no object', '{"kind":"EventList","items":[7,null,"x",{"auditID":"a","level":"Metadata"}]}', 1, 3],
    ['an item that is no JSON', '{"kind":"EventList","items":[{"auditID":"a"},{"a":tru}]}', 1, 1],
  ])('parks what is wrong within %s, and no more', async (_, bytes, indexed, parked) => {
    const result = await imported([written('a', bytes)]);
    expect(isRead(result) && isTaken(result)).toBe(true);
    expect(result.total.taken.totals).toMatchObject({ read: indexed + parked, indexed, parked });
  });

  test('of a line that is longer than is held keeps what its beginning tells', async () => {
    const long = JSON.stringify(event({ requestObject: { x: 'x'.repeat(5000) } }));
    const result = await imported([written('a.log', `${long}\n${LOG}`)], { limits: { longest: 4000, kept: 2000 } });
    expect(result.total.taken.totals).toMatchObject({ read: 41, indexed: 41, truncated: 1 });
  });

  test('of an empty file is none', async () => {
    expect(await imported([written('a.log', '')])).toMatchObject({ files: [], leftOut: [{ why: 'it is empty' }] });
  });
});

/** Ends the import after so many requests. */
class EndingSink extends MemorySink {
  readonly #requests: number;
  constructor(requests: number) {
    super();
    this.#requests = requests;
  }
  override async bulk(items: readonly BulkItem[]) {
    if (this.requests.length === this.#requests) throw new Stopped('Interrupted.');
    return super.bulk(items);
  }
}

describe('an import that was ended', () => {
  const MANY = lines(60);
  const batch = { lines: 10, length: 1_000_000 };

  test.each(Object.entries(ARCHIVES))(
    'goes on in %s where it was, and counts each line once',
    async (name, archive) => {
      const path = written(name, archive(MANY));
      const state = newFolder();
      const sink = new EndingSink(4);
      const first = await imported([path], { sink, state, batch });
      expect(first).toMatchObject({ stopped: 'Interrupted.' });
      const before = first.total.taken.totals.read;
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(60);
      const again = new MemorySink();
      const { files, total } = await imported([path], { sink: again, state });
      expect(files).toMatchObject([{ isChanged: false, unread: undefined }]);
      expect(files[0]?.resumed).toBeGreaterThan(0);
      expect(total.taken.totals).toMatchObject({ read: 60, indexed: 60 });
      expect(again.documents.size).toBe(60 - before);
      expect(readdirSync(join(state, 'import'))).toEqual([]);
    },
  );

  test('begins anew in a file that changed before where it was, and says so', async () => {
    const path = written('a.log', ARCHIVES['kube-audit.log'](MANY));
    const state = newFolder();
    await imported([path], { sink: new EndingSink(4), state, batch });
    writeFileSync(path, ARCHIVES['kube-audit.log'](lines(50, NOON + 7)));
    const { files, total } = await imported([path], { state });
    expect(files).toMatchObject([{ isChanged: true, resumed: 0 }]);
    expect(total.taken.totals.read).toBe(50);
  });

  test('reads what has grown since, and not again the files that were done', async () => {
    const [one, other] = [written('a.log', LOG), written('b.log', LOG.subarray(0, -5))];
    const state = newFolder();
    expect(isRead(await imported([one, other], { state }))).toBe(false);
    appendFileSync(other, LOG.subarray(-5));
    const { sink, files } = await imported([one, other], { state });
    expect(files.map(({ taken }) => taken.totals.read)).toEqual([40, 40]);
    expect(sink.documents.size).toBe(1);
  });

  test('does not begin the files behind the one that ended it', async () => {
    const paths = [written('a.log', LOG), written('b.log', LOG)];
    const { files, left } = await imported(paths, { sink: new EndingSink(0) });
    expect(files).toHaveLength(1);
    expect(left).toEqual([paths[1]]);
  });

  test('tells where what it has done can not be kept', async () => {
    const path = written('a.log', LOG);
    const state = written('a-file', '');
    await expect(imported([path], { state })).rejects.toThrow(`--state ${state}: What it has done can't be kept there`);
    const positions = { of: async () => undefined, save: () => new Positions(state, {}).save(EMPTY) };
    const result = await imported([path], { positions });
    expect(result.stopped).toContain("What it has done can't be kept in");
  });

  test('has its state for itself', async () => {
    const state = newFolder();
    const [one, same, other] = [{ a: 1 }, { a: 1 }, { a: 2 }].map((command) => new Positions(state, command));
    await one?.begin(new Date(NOON));
    await other?.begin(new Date(NOON));
    await expect(same?.begin(new Date(NOON))).rejects.toThrow(
      new RegExp(`--state ${state}: Process ${process.pid} on .* uses this folder`),
    );
    await one?.forget();
    await one?.end();
    await same?.begin(new Date(NOON));
    await Promise.all([same?.end(), other?.end()]);
  });

  test('goes on with the times that its first start meant', async () => {
    const state = newFolder();
    const first = { from: NOON, to: Number.POSITIVE_INFINITY };
    for (const from of [NOON, NOON + 1000]) {
      const positions = new Positions(state, { since: '7d' });
      await positions.begin(new Date(NOON));
      expect(await positions.rangeOf({ ...first, from })).toEqual(first);
      await positions.end();
    }
  });

  test('ends where what it has done can not be read, and does not blame the file', async () => {
    const path = written('a.log', LOG);
    const state = newFolder();
    await imported([path, written('b.log', LOG.subarray(0, -5))], { state });
    const [command = ''] = readdirSync(join(state, 'import'));
    const folder = join(state, 'import', command);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
      rmSync(join(folder, file));
      mkdirSync(join(folder, file));
    }
    const { stopped, files, sink } = await imported([path], { state });
    expect(stopped).toContain(`What it has done can't be read in ${folder}`);
    expect(files).toMatchObject([{ offset: 0, unread: stopped }]);
    expect(sink.documents.size).toBe(0);
  });

  test('goes by no state that it can not read', async () => {
    const path = written('a.log', LOG);
    const state = newFolder();
    await imported([path, written('b.log', LOG.subarray(0, -5))], { state });
    const [command = ''] = readdirSync(join(state, 'import'));
    for (const file of readdirSync(join(state, 'import', command)).filter((name) => name.endsWith('.json')))
      writeFileSync(join(state, 'import', command, file), '{"name":7}');
    expect((await imported([path], { state })).files).toMatchObject([{ resumed: 0, taken: { totals: { read: 40 } } }]);
  });
});
