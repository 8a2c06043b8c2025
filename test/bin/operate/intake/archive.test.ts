import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { foundIn } from '../../../../bin/operate/intake/archive.ts';
import { formatOf } from '../../../../bin/operate/intake/format.ts';
import { unpacked } from '../../../../bin/operate/intake/source.ts';
import { CUT_MARK } from '../../../../lambda/core/document/decode.ts';
import { event, line, lines, NOON } from '../../../support/builders.ts';
import { ARCHIVES } from './archives.ts';
import { all, chunksOf } from './chunks.ts';

const prefix = 'kube-apiserver-audit-';
const LINES = lines(7);

async function recognisedIn(bytes: Buffer | string) {
  const { head, isWhole, chunks } = await unpacked(chunksOf(bytes, 1000));
  return { recognised: formatOf(head, isWhole), chunks };
}

describe('an archive', () => {
  test.each(Object.entries(ARCHIVES))('%s holds each line to the byte', async (_, archive) => {
    const { recognised, chunks } = await recognisedIn(archive(LINES));
    if (recognised.kind !== 'format') throw new Error(recognised.kind);
    const found = await all(foundIn(recognised.format, chunks, { prefix, stream: 'a-stream' }));
    const own = found.filter(({ isOther }) => isOther !== true);
    expect(own.map(({ text }) => text)).toEqual(LINES.map(({ message }) => message));
    expect(
      found
        .filter(({ isOther }) => isOther === true)
        .map(({ text }) => text)
        .join(''),
    ).toBe('');
  });

  test.each([
    ['export/kube-apiserver-audit-0123456789abcdef0123456789abcdef/000000.gz', ['stream']],
    ['firehose.gz', ['group', 'stream', 'eventId']],
    ['filter-log-events.json', ['stream', 'eventId', 'ingestionTime']],
  ] as const)('%s says of CloudWatch what it knows', async (name, keys) => {
    const { recognised, chunks } = await recognisedIn(ARCHIVES[name](LINES));
    const format = recognised.kind === 'format' ? recognised.format : 'lines';
    const found = await all(foundIn(format, chunks, { prefix, stream: LINES[0]?.origin.stream }));
    const first = found.find(({ isOther }) => isOther !== true);
    const { origin } = LINES[0] ?? line();
    const archived = Object.fromEntries(keys.map((key) => [key, origin[key]]));
    expect(first?.filed).toEqual({ timestamp: NOON, archived });
  });

  test.each(['list.json', 'firehose.gz', 'filter-log-events.json'] as const)(
    '%s goes on where it was',
    async (name) => {
      const { recognised, chunks } = await recognisedIn(ARCHIVES[name](LINES));
      const format = recognised.kind === 'format' ? recognised.format : 'lines';
      const found = await all(foundIn(format, chunks, { prefix }));
      const from = found[3]?.end ?? 0;
      const again = (await recognisedIn(ARCHIVES[name](LINES))).chunks;
      expect(await all(foundIn(format, again, { prefix, from }))).toEqual(found.slice(4));
    },
  );
});

describe('a broken message of an archive', () => {
  const message = JSON.stringify(event({ requestObject: { secret: 'x'.repeat(300) } }));
  const found = async (element: string, limits = {}) =>
    all(foundIn('log events', chunksOf(`{"events":[${element}]}`), { prefix, limits }));

  test('that is too long is the beginning of its event, not of what is around it', async () => {
    const element = JSON.stringify({ logStreamName: `${prefix}a`, timestamp: NOON, message });
    for (const kept of [90, 91, 92, 93, 94, 95, 200]) {
      const [first] = await found(element, { longest: 300, kept });
      expect(message.startsWith(first?.text ?? 'nothing')).toBe(true);
      expect(first?.text.length).toBeGreaterThan(5);
    }
  });

  test('that ends within an escape is what stands before it', async () => {
    expect(await found('{"message":"a\\u0041b","x":1}', { longest: 5, kept: 17 })).toMatchObject([{ text: 'a' }]);
  });

  test.each([
    ['that is no object', '7', '7'],
    ['that has no message', '{"timestamp":1}', '{"timestamp":1}'],
    ['that is no JSON', '{"message":"a",x}', 'a'],
  ])('%s keeps none of those behind it', async (_, element, text) => {
    const texts = (await found(`${element},{"timestamp":1,"message":"b"}`)).map((each) => each.text);
    expect(texts).toEqual([text, 'b']);
  });

  test.each([
    ['negative', -1],
    ['of nobody’s calendar', 8.64e15],
    ['no number', '"x"'],
  ])('whose time is %s has none', async (_, timestamp) => {
    expect((await found(`{"timestamp":${timestamp},"message":"b"}`))[0]?.filed).toBeUndefined();
  });
});

describe('a format', () => {
  const one = JSON.stringify(event());
  const ADVICE = 'leave it out, or name the files that are audit logs';
  const LONG = 'x'.repeat(200_000);
  test.each([
    ['events behind broken lines', `\0\0\0\nhalf a line"}\n${one}\n`, { kind: 'format', format: 'lines' }],
    ['a byte order mark and carriage returns', `\ufeff${one}\r\n${one}\r\n`, { kind: 'format', format: 'lines' }],
    ['an event that CloudWatch cut', `${one.slice(0, 300)}${CUT_MARK}\n`, { kind: 'format', format: 'lines' }],
    [
      'an event that is longer than what is looked at',
      JSON.stringify(event({ x: 'x'.repeat(200_000) })),
      { kind: 'format', format: 'lines' },
    ],
    [
      'an exported event that CloudWatch cut',
      `2026-11-21T12:00:00.000Z ${one.slice(0, 300)}${CUT_MARK}`,
      { kind: 'format', format: 'export' },
    ],
    [
      'lists one a line',
      '{"kind":"EventList","items":[{"auditID":"a"}]}\n{"kind":"EventList","items":[]}\n',
      { kind: 'format', format: 'list' },
    ],
    [
      'a list whose items stand first',
      '{"apiVersion":"audit.k8s.io/v1","items":[{"auditID":"a"}],"kind":"EventList"}',
      { kind: 'format', format: 'list' },
    ],
    [
      'a list of nothing',
      '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[]}',
      { kind: 'format', format: 'list' },
    ],
    ['a list without items', '{"kind":"EventList","apiVersion":"audit.k8s.io/v1"}', { kind: 'format', format: 'list' }],
    [
      'a list of which Go says that it is null',
      '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":null}',
      { kind: 'format', format: 'list' },
    ],
    [
      'a list whose items stand on lines of their own',
      `{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\n${one},\n${one}\n]}\n`,
      { kind: 'format', format: 'list' },
    ],
    [
      'a list in another order whose items stand on lines of their own',
      `{"items":[\n${one},\n${one}\n],"kind":"EventList"}\n`,
      { kind: 'format', format: 'list' },
    ],
    [
      'events of which a later line is a list',
      `${one}\n{"kind":"EventList","items":[{"auditID":"a"}]}\n`,
      { kind: 'format', format: 'lines' },
    ],
    [
      'a list whose first item is longer than what is looked at',
      `{"metadata":{},"items":[{"level":"RequestResponse","auditID":"a","x":"${LONG}"}],"kind":"EventList"}`,
      { kind: 'format', format: 'list' },
    ],
    [
      'a message that is longer than what is looked at',
      JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', message: LONG }] }),
      { kind: 'format', format: 'subscription' },
    ],
    [
      'an output whose first event is longer than what is looked at',
      JSON.stringify({ events: [{ timestamp: 1, message: LONG }] }),
      { kind: 'format', format: 'log events' },
    ],
    ['no events', '{"events":[],"searchedLogStreams":[]}', { kind: 'format', format: 'log events' }],
    ['nothing', '\n \n', { kind: 'empty' }],
    ['what an export task tries', 'Permission Check Successful', { kind: 'other export' }],
    [
      'the log of another part',
      '2026-11-21T12:00:00.000Z I1121 12:00:00 controller.go:7] x\n',
      { kind: 'other export' },
    ],
    ['another list', '{"kind":"PodList","items":[{"metadata":{}}]}', { kind: 'unknown' }],
    [
      'an event over several lines',
      JSON.stringify(event(), null, 2),
      { kind: 'unknown', found: expect.stringContaining('jq -c .') },
    ],
    [
      'a list of events',
      JSON.stringify([event()], null, 2),
      { kind: 'unknown', found: expect.stringContaining('jq -c .[]') },
    ],
    ['a text', 'password=hello', { kind: 'unknown', found: `a text that is no JSON: ${ADVICE}` }],
    ['other JSON', '{"password":"hello"}', { kind: 'unknown', found: `an object that is no audit event: ${ADVICE}` }],
    ['bytes', Buffer.from([1, 2, 3, 0xff]), { kind: 'unknown', found: `no text: ${ADVICE}` }],
    [
      'a zip archive',
      Buffer.from([0x50, 0x4b, 3, 4, 0]),
      { kind: 'unknown', found: expect.stringContaining('unpack it first') },
    ],
  ])('is told of %s', async (_, bytes, recognised) => {
    expect((await recognisedIn(bytes)).recognised).toMatchObject(recognised);
    expect((await recognisedIn(gzipSync(bytes))).recognised).toMatchObject(recognised);
  });
});
