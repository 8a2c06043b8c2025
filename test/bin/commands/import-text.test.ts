import { expect, test } from 'vitest';
import type { ImportDone } from '../../../bin/commands/import-archives.ts';
import { fileProblems, foundText, importJson, importText } from '../../../bin/commands/import-text.ts';
import type { FileResult } from '../../../bin/operate/import/import-file.ts';
import { NOTHING_COUNTED } from '../../../bin/operate/import/positions.ts';
import { chunksOf } from '../operate/intake/chunks.ts';

const { taken } = NOTHING_COUNTED;

function file(overrides: Partial<FileResult> = {}): FileResult {
  return {
    ...NOTHING_COUNTED,
    ...{ name: '/var/log/kube-audit.log', format: 'lines', offset: 700, resumed: 0, isChanged: false },
    ...{ unread: undefined, isStopped: false },
    taken: { ...taken, totals: { ...taken.totals, read: 7, indexed: 4, alreadyIndexed: 2, parked: 1 } },
    ...overrides,
  };
}

function done(files: readonly FileResult[], overrides: Partial<ImportDone['imported']> = {}): ImportDone {
  const [total = file()] = files;
  return { imported: { files, total, stopped: undefined, left: [], ...overrides }, verified: undefined };
}

const textOf = (...given: Parameters<typeof done>) => importText(false, done(...given), 80);

test('an import of one file is one row', () => {
  expect(textOf([file()])).toContain(
    [
      '│ file           │ read │ indexed │ already │ duplicate │ dropped │ parked │',
      '├────────────────┼──────┼─────────┼─────────┼───────────┼─────────┼────────┤',
      '│ kube-audit.log │    7 │       4 │       2 │         0 │       0 │      1 │',
    ].join('\n'),
  );
});

test('of several it tells all, too', () => {
  expect(textOf([file(), file()])).toMatch(/│ all +│ +7 │/);
});

test.each<[string, Partial<FileResult>, string]>([
  ['that was not read to its end', { unread: 'It ends within a line.' }, 'not read to its end. It ends within a line.'],
  ['that was read on', { resumed: 1200 }, 'the first 1,200 bytes were read before'],
  ['that is another than before', { isChanged: true, resumed: 0 }, 'so it was read from its beginning'],
  ['with lines of other streams', { others: 3 }, '3 lines of other streams'],
  ['with events outside of the range', { outside: 1 }, '1 event outside of the range'],
  ['that somebody formatted', { formatted: 2 }, '2 events formatted anew'],
  ['that is too old', { expired: 2 }, '2 events older than elasticsearch.retention'],
  ['under two names', { as: { prod: 3, old: 4 } }, '3 as prod, 4 as old'],
  [
    'most of which is none',
    {
      taken: {
        ...taken,
        totals: { ...taken.totals, read: 201 },
        parked: { 'not JSON': 190, 'not an audit event': 10 },
      },
    },
    '200 of its 201 lines are no audit events: is it an audit log?',
  ],
  ['with refusals', { taken: { ...taken, totals: { ...taken.totals, refused: 1 } } }, 'npx eks-audit parked list'],
])('of a file %s it says so', (_, overrides, said) => {
  expect(textOf([file(overrides)]).replaceAll('\n', ' ')).toContain(said);
});

test('one that was stopped says what is left, and that it goes on', () => {
  const text = textOf([file({ unread: 'Interrupted.', isStopped: true })], {
    stopped: 'Interrupted.',
    left: ['/b.log'],
  });
  expect(text).toContain('1 file not begun: /b.log.');
  expect(text).toContain('The same command goes on where this one stopped.');
});

test.each([
  ['all are there', { asked: 7, lacking: 0, missing: [], stopped: undefined }, 'Asked for 7 documents: all are there.'],
  [
    'some are missing',
    {
      asked: 7,
      lacking: 1,
      missing: [{ index: 'an-index', id: 'an-id', path: '/a.log', offset: 3 }],
      stopped: undefined,
    },
    'missing: an-id in an-index, of /a.log at byte 3',
  ],
  ['it was ended', { asked: 2, lacking: 0, missing: [], stopped: 'Interrupted.' }, 'and then no more: Interrupted.'],
])('a verification says where %s', (_, verified, said) => {
  expect(importText(false, { ...done([file()]), verified }, 80).replaceAll('\n', ' ')).toContain(said);
});

test('names that strangers chose do no harm on a terminal', () => {
  const name = '/tmp/\u001b[31m.log';
  expect(textOf([file({ name, unread: 'x' })])).not.toContain('\u001b');
  const input = { name, size: 1, written: 0, isPassing: false, folder: '', open: () => chunksOf('') };
  expect(foundText({ archives: [{ input, format: 'lines' }], leftOut: [{ name, why: 'it is empty' }] })).toEqual([
    '/tmp/?[31m.log: left out, it is empty.',
    '/tmp/?[31m.log: one event a line',
  ]);
  expect(fileProblems([{ path: name, message: `No ${name}.` }])).toEqual([
    { path: '/tmp/?[31m.log', message: 'No /tmp/?[31m.log.' },
  ]);
});

test('programs get the same as JSON', () => {
  const told = JSON.parse(importJson('prod', false, done([file({ unread: 'cut' })])));
  expect(told).toMatchObject({
    cluster: 'prod',
    isRead: false,
    read: 7,
    indexed: 4,
    parked: 1,
    dropped: 0,
    droppedBy: {},
  });
  expect(told.files).toMatchObject([
    { name: '/var/log/kube-audit.log', format: 'one event a line', unread: 'cut', read: 7 },
  ]);
});
