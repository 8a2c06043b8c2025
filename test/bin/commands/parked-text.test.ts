import { describe, expect, test } from 'vitest';
import { listing } from '../../../bin/commands/parked-list.ts';
import { redriveText, shownText } from '../../../bin/commands/parked-text.ts';
import type { ParkedLine } from '../../../bin/operate/parked/lines.ts';
import type { RedriveResult } from '../../../bin/operate/parked/redrive.ts';
import { fileLine, line, NOON } from '../../support/builders.ts';

const ID = 'AaH9-kMS3DNtC7EORTWW_PEyvaMK2uop';
const INDEX = 'logs-kubernetes.audit_parked-prod-2026.11.01';
const HOSTILE = `failed\u001b[2J \u202e${'x '.repeat(500)}`;

function parkedLine(overrides: Partial<ParkedLine> = {}): ParkedLine {
  return {
    id: ID,
    index: INDEX,
    time: NOON,
    cluster: 'prod',
    origin: line().origin,
    reason: 'refused by the mapping',
    detail: HOSTILE,
    size: 12_345,
    meant: { index: 'logs-kubernetes.audit_logs-prod-2026.11.21', id: ID },
    documents: [],
    redriven: undefined,
    ...overrides,
  };
}

const redriven = { outcome: 'indexed', by: '', index: INDEX, id: ID, at: '2026-11-22T12:00:00.000Z' };

async function listed(lines: readonly ParkedLine[], flags: { readonly all?: true; readonly json?: true } = {}) {
  let text = '';
  async function* each() {
    yield* lines;
  }
  await listing('prod', each(), flags, async (more) => {
    text += more;
  });
  return text;
}

const tooWide = (text: string) => text.split('\n').filter((each) => each.length > 80 && !each.startsWith('npx '));
const isSafe = (text: string) => !['\u001b', '\u202e'].some((each) => text.includes(each));

describe('the list of what is parked', () => {
  test('tells of each when, why, how large, its id, its stream and what was said, then how many for which reason', async () => {
    const text = await listed([parkedLine({ detail: 'why' }), parkedLine({ reason: 'too large', detail: '' })]);
    expect(text).toContain(
      [
        '2026-11-21T12:00:00.000Z  refused by the mapping  12,345 bytes',
        `  id      ${ID}`,
        '  stream  kube-apiserver-audit-0123456789abcdef0123456789abcdef',
        '  detail  why',
        '2026-11-21T12:00:00.000Z  too large  12,345 bytes',
      ].join('\n'),
    );
    expect(text).toMatch(/│ refused by the mapping │ 1 +│ 0 +│/);
  });

  test('fits 80 columns, and nothing in it moves the cursor', async () => {
    const all = [HOSTILE, 'not JSON'].map((reason) => parkedLine({ reason, id: HOSTILE, redriven }));
    const text = await listed(all, { all: true });
    expect(tooWide(text)).toEqual([]);
    expect(isSafe(text)).toBe(true);
  });

  test('leaves out what was redriven, and counts it', async () => {
    const text = await listed([parkedLine({ redriven })]);
    expect(text).not.toContain(ID);
    expect(text).toMatch(/│ refused by the mapping │ 0 +│ 1 +│/);
    expect(await listed([parkedLine({ redriven })], { all: true })).toContain(
      'redriven 2026-11-22T12:00:00.000Z: indexed',
    );
  });

  test('is one JSON object, however many lines it has', async () => {
    expect(JSON.parse(await listed([], { json: true }))).toEqual({ cluster: 'prod', lines: [], reasons: {} });
    const { lines, reasons } = JSON.parse(await listed([parkedLine(), parkedLine({ redriven })], { json: true }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ id: ID, time: '2026-11-21T12:00:00.000Z', detail: HOSTILE, bytes: 12_345 });
    expect(reasons).toEqual({ 'refused by the mapping': { parked: 1, redriven: 1 } });
  });

  test('says that nothing is parked', async () => {
    expect(await listed([])).toBe('Nothing of prod is parked there.\n');
  });
});

describe('a parked line shown', () => {
  const whole = { kind: 'whole', text: `{"a":"\u001b[2J"}` } as const;

  test('tells where it is, what to mend, and the command that redrives it', () => {
    const text = shownText(parkedLine({ detail: 'why' }), whole, ' --config here.yaml');
    expect(text).toContain(`eventId   ${line().origin.eventId}`);
    expect(text).toContain('elasticsearch setup');
    expect(text).toContain(`\nnpx eks-audit parked redrive ${ID} --config here.yaml\n`);
    expect(text.endsWith('\n{"a":"?[2J"}\n')).toBe(true);
  });

  test('tells of a line of a file where it lies there, and of an archive what that knows', async () => {
    const { origin } = fileLine({ offset: 7, archived: { stream: 'a-stream' } });
    const text = shownText(parkedLine({ origin }), whole, '');
    expect(text).toContain('file      /var/log/kube-audit.log, at byte 7\nstream    a-stream\n');
    expect(text).not.toMatch(/^(taken in|group|eventId)/m);
    expect(await listed([parkedLine({ origin })])).toContain('  file    /var/log/kube-audit.log, at byte 7\n');
    const { lines } = JSON.parse(await listed([parkedLine({ origin })], { json: true }));
    expect(lines).toMatchObject([{ file: '/var/log/kube-audit.log', offset: 7, stream: 'a-stream', eventId: null }]);
  });

  test('fits 80 columns but for its text, and nothing in it moves the cursor', () => {
    const text = shownText(parkedLine({ reason: HOSTILE, redriven, meant: undefined, time: Number.NaN }), whole, '');
    expect(tooWide(text)).toEqual([]);
    expect(isSafe(text)).toBe(true);
  });

  test('shows the begin of a long text, and how to get all of it', () => {
    const text = shownText(parkedLine(), { kind: 'whole', text: 'x'.repeat(5000) }, '');
    expect(text).toContain('These are 4,000 of 5,000 characters. All of them exactly:');
    expect(text).toContain(`npx eks-audit parked show --raw ${ID}`);
  });

  test('says what is missing of it', () => {
    expect(shownText(parkedLine(), { kind: 'not whole', why: 'Parts of it are not there.' }, '')).toContain(
      '\nParts of',
    );
  });
});

describe('a redrive as people read it', () => {
  const numbers = { lines: 9, indexed: 4, alreadyIndexed: 1, dropped: 1, left: 2, marked: 1 };
  const result: RedriveResult = { numbers, left: [], unknown: [], failure: undefined };

  test('says what became of the lines, and why some are left', () => {
    const left = [{ id: ID, reason: 'too large', why: HOSTILE }];
    const text = redriveText(false, { ...result, left, unknown: ['nothing'] }, 'npx');
    expect(text).toContain(`left: ${ID} (too large)\n  failed?[2J ?x`);
    expect(text).toContain('… and 1 more.');
    expect(text).toContain('Nothing is parked as nothing.');
    expect(text.replaceAll('\n', ' ')).toContain(
      '9 parked lines: 4 indexed now, 1 already indexed, 1 dropped by the policy of their minute, 1 redriven before, 2 left as they are.',
    );
    expect(tooWide(text)).toEqual([]);
    expect(isSafe(text)).toBe(true);
  });

  test('says of a dry run that nothing was written, and of a failure how to go on', () => {
    expect(redriveText(true, result, 'npx')).toContain('Nothing was written: it was a dry run.');
    const text = redriveText(false, { ...result, failure: 'Interrupted.' }, 'npx eks-audit parked redrive --since 2h');
    expect(text).toMatch(
      /Interrupted\.\nIt goes on where it stopped with:\nnpx eks-audit parked redrive --since 2h\n$/,
    );
  });
});
