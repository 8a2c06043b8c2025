import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { policyCommand } from '../../../bin/commands/policy.ts';
import { Failed, WrongUse } from '../../../lib/problems/usage.ts';
import { event } from '../../lambda/core/policy/builders.ts';
import { newFolder } from '../../support/folder.ts';

const folder = newFolder();
const file = (name: string): string => join(folder, name);
const FILES: Readonly<Record<string, string>> = {
  'good.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  verbs: [get]\n',
  'warned.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  resource: [pods]\n',
  'bad.yaml': 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: metadata\n- verbs: get\n',
  'had.yaml':
    'apiVersion: audit.k8s.io/v1\nrules:\n- level: Metadata\n  verbs: [create]\n  namespaces: [shop]\n  resources: [{resources: [pods]}]\n',
  'event.json': JSON.stringify(event({ responseObject: {} }), null, 2),
  'events.jsonl': `${JSON.stringify(event({ responseObject: {} }))}\n${JSON.stringify(event({ verb: 'list' }))}\nnoise\n`,
  'noise.txt': 'noise\n',
  'empty.txt': '',
};

beforeAll(() => {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(file(name), content);
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Run {
  readonly out: string;
  /** 0, 1 or 2, as the program would end. */
  readonly code: number;
  readonly message: string;
}

/** Of Ctrl-C. */
let ctrlC = new AbortController();
beforeEach(() => {
  ctrlC = new AbortController();
});

async function run(...args: readonly string[]): Promise<Run> {
  let out = '';
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  const program = new Command().exitOverride().addCommand(policyCommand(() => ctrlC.signal));
  try {
    await program.parseAsync(['policy', ...args], { from: 'user' });
    return { out, code: 0, message: '' };
  } catch (error) {
    if (error instanceof Failed || error instanceof WrongUse) {
      return { out, code: error instanceof Failed ? 1 : 2, message: error.message };
    }
    throw error;
  }
}

describe('check', () => {
  test('says ok and the rules in words', async () => {
    const { code, out } = await run('check', file('good.yaml'));
    expect({ code, out }).toEqual({
      code: 0,
      out: 'ok: 1 rule\nrules[0]  keep without bodies (Metadata): get of anything\nWhat no rule matches is dropped.\n',
    });
  });

  test('says no with every problem and its line', async () => {
    const { code, out } = await run('check', file('bad.yaml'));
    expect(code).toBe(1);
    expect(out).toContain(`${file('bad.yaml')}:4: rules[0].level: expected a level`);
    expect(out).toContain(`${file('bad.yaml')}:5: rules[1].verbs: expected a list, found the string "get"`);
    expect(out).toContain('3 problems');
  });

  test('says ok with a warning', async () => {
    const { code, out } = await run('check', file('warned.yaml'));
    expect(code).toBe(0);
    expect(out).toContain('did you mean resources?');
    expect(out).toContain('ok: 1 rule, 1 warning');
  });

  test('takes a preset', async () => {
    expect(await run('check', 'calico')).toMatchObject({ code: 0, out: expect.stringContaining('ok: 1 rule') });
  });

  test.each([
    ['good.yaml', 0, { ok: true, problems: [], warnings: [], rules: [expect.any(String)] }],
    ['bad.yaml', 1, { ok: false, problems: [{ path: 'rules[0].level', line: 4 }, { line: 5 }, { line: 5 }] }],
  ])('%s as JSON', async (name, code, expected) => {
    const result = await run('check', file(name), '--json');
    expect(result.code).toBe(code);
    expect(JSON.parse(result.out)).toMatchObject(expected);
  });

  test('a file that is not there is wrong use', async () => {
    expect(await run('check', 'calcio')).toMatchObject({
      code: 2,
      out: '',
      message: expect.stringContaining('did you mean calico?'),
    });
  });
});

describe('explain', () => {
  test('says which rule and what is removed', async () => {
    const { code, out } = await run('explain', file('good.yaml'), '--event', file('event.json'));
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'rules[0] matches',
        '  ✔ verbs: get; the event has get',
        'Kept at Metadata (recorded at RequestResponse): rules[0] matches.',
        'Removed:',
        '  responseObject',
        '',
      ].join('\n'),
    );
  });

  test('as JSON', async () => {
    const { out } = await run('explain', file('good.yaml'), '--event', file('event.json'), '--json');
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'kept',
      removed: ['responseObject'],
      event: { level: 'Metadata' },
    });
  });

  test.each([
    ['no such file', 'missing.json', 'there is no such file'],
    ['a folder', '.', 'it is a folder'],
    ['noise', 'noise.txt', 'found a text that is no JSON'],
    ['nothing', 'empty.txt', 'found nothing'],
  ])('%s is wrong use', async (_, name, message) => {
    const result = await run('explain', file('good.yaml'), '--event', file(name));
    expect(result).toMatchObject({ code: 2, out: '', message: expect.stringContaining(message) });
  });

  test('so is a policy with problems', async () => {
    const result = await run('explain', file('bad.yaml'), '--event', file('event.json'));
    expect(result).toMatchObject({ code: 2, message: expect.stringContaining(':4: rules[0].level') });
  });
});

describe('replay', () => {
  test('shows what becomes of a log', async () => {
    const { code, out } = await run('replay', file('good.yaml'), '--events', file('events.jsonl'));
    expect(code).toBe(0);
    expect(out).toContain('rules[0] Metadata');
    expect(out).toMatch(/1 of 2 events kept, \d+ B of \d+ B: \d+\.\d % saved\./);
    expect(out).toContain('The events span 0 s: to say what a month makes takes 60 min or more.');
    expect(out).toContain('1 line held no whole audit event');
  });

  test('fits a terminal of 80 columns, whatever the names', async () => {
    const arn = `arn:aws:sts::111122223333:assumed-role/${'A-very-long-role-name'.repeat(4)}/session-é-${'9'.repeat(40)}`;
    const kept = Array.from({ length: 1200 }, () => event({ user: { username: arn }, level: 'Metadata' }));
    const long = event(
      { user: { username: arn }, verb: 'list' },
      { resource: 'x'.repeat(90), apiGroup: 'y'.repeat(90) },
    );
    writeFileSync(file('long.jsonl'), [...kept, event(), long].map((one) => JSON.stringify(one)).join('\n'));
    writeFileSync(file('all.yaml'), FILES['good.yaml']?.replace('Metadata', 'RequestResponse') ?? '');
    const { out } = await run('replay', file('all.yaml'), '--events', file('long.jsonl'));
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out.replace(/ *│[^│]*│[^│]*│[^│]*│\n│ /g, '')).toContain(arn);
    expect(out).toMatch(/│ rules\[0\] RequestResponse +│ 1,201 │/);
    expect(out).toMatch(/│ of them at Metadata +│ 1,200 │/);
  });

  test('says how far it came when Ctrl-C ends it', async () => {
    ctrlC.abort();
    const { code, out, message } = await run('replay', 'everything', '--events', file('events.jsonl'));
    expect({ code, out, message }).toEqual({
      code: 1,
      out: '',
      message: 'Interrupted after 0 lines, 0 s of the log. Nothing is shown, since the rest may look different.',
    });
  });

  test.each([
    ['2026-01-01T00:59:59.9Z', 'The events span 59 min: to say what a month makes takes 60 min or more.'],
    ['2026-01-01T01:00:00Z', /The events span 60 min: a month of 30 days makes \d+\.\d kB indexed\./],
  ])('from midnight to %s', async (end, sentence) => {
    const times = ['2026-01-01T00:00:00Z', end].map((stageTimestamp) => JSON.stringify(event({ stageTimestamp })));
    writeFileSync(file('times.jsonl'), times.join('\n'));
    const { out } = await run('replay', 'everything', '--events', file('times.jsonl'));
    expect(out).toMatch(sentence);
  });

  test('as JSON, and nothing else', async () => {
    const { out } = await run('replay', 'everything', '--events', file('events.jsonl'), '--json');
    expect(JSON.parse(out)).toMatchObject({
      read: { events: 2 },
      kept: { events: 2 },
      unreadable: { events: 1 },
      saved: 0,
    });
  });

  test.each([
    ['no such file', 'missing.jsonl', 'there is no such file'],
    ['a folder', '.', 'found a folder'],
    ['noise', 'noise.txt', 'found 1 line that holds none'],
    ['nothing', 'empty.txt', 'found no line'],
  ])('%s is wrong use', async (_, name, message) => {
    const result = await run('replay', 'everything', '--events', file(name));
    expect(result).toMatchObject({ code: 2, out: '', message: expect.stringContaining(message) });
  });
});

describe('impact', () => {
  test.each([
    [
      'calico',
      '\nrules[0] wants RequestResponse\n  never recorded at all: update of endpoints in core, in namespace kube-system',
    ],
    [
      'network-policy',
      '\n  Metadata at most: create, patch, update, delete or deletecollection of globalnetworkpolicies',
    ],
    ['cnx', 'tiers in projectcalico.org (EKS records bodies of 18 groups of Kubernetes alone)\n'],
  ])('of %s', async (preset, text) => {
    expect(await run('impact', preset)).toMatchObject({ code: 0, out: expect.stringContaining(text) });
  });

  test('of what can be had', async () => {
    expect((await run('impact', file('had.yaml'))).out).toBe('EKS records all that this policy asks for.\n');
  });

  test('as JSON', async () => {
    const { out } = await run('impact', 'cnx', '--json');
    expect(JSON.parse(out)).toMatchObject([{ rule: 0, wants: 'RequestResponse', gets: 'Metadata' }]);
  });
});
