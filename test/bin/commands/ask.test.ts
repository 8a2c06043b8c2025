import { describe, expect, test } from 'vitest';
import { answerFrom, timesIn } from '../../../bin/commands/ask.ts';
import { answerText } from '../../../bin/commands/ask-text.ts';
import { Failed, WrongUse } from '../../../lib/problems/usage.ts';
import { ALL } from '../../../review/query/filter.ts';
import type { Answer } from '../../../review/query/questions/question.ts';
import { NOON } from '../../support/builders.ts';

function answer(cells: readonly (string | number)[][], overrides: Partial<Answer> = {}): Answer {
  return {
    question: { name: 'secret', about: 'x' },
    sentence: 'Two users asked for the secret x.',
    found: cells.length,
    tables: [
      {
        title: 'Read x by its name',
        columns: ['last (UTC)', 'who', 'from'],
        rows: cells.map((each) => ({ cells: each, filter: ALL })),
        more: 0,
      },
    ],
    notes: [],
    filter: ALL,
    ...overrides,
  };
}

describe('an answer', () => {
  const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));

  test('fits into 80 columns, whatever a stranger is called, and keeps the time whole', () => {
    const text = answerText(
      answer([
        ['2026-11-21 12:00:00', 'a'.repeat(10_000), '203.0.113.7, 203.0.113.8, 203.0.113.9'],
        ['2026-11-21 12:00:01', 'word '.repeat(300), 'x'],
      ]),
    );
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toContain('2026-11-21 12:00:00');
    expect(text).toContain('2026-11-21 12:00:01');
  });

  test('shows nothing that would move the cursor', () => {
    const text = answerText(answer([['2026-11-21 12:00:00', 'a\u001b[2Jb\u202ec\nd', 'x']], { notes: ['n\u001bote'] }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('without a table is its sentence and its notes', () => {
    expect(answerText(answer([], { tables: [], legend: 'So it is counted.', notes: ['One.'] }))).toBe(
      'Two users asked for the secret x.\n\nSo it is counted.\n\nNote: One.',
    );
  });
});

describe('nothing on record', () => {
  const question = { name: 'secret', about: 'x' } as const;
  const asking = (search: () => Promise<unknown>, mayRead = async () => {}) => {
    const all = { search, open: async () => 'pit', close: async () => {} };
    return answerFrom({ search: all, policies: [], mayRead }, question, NOON);
  };
  const refused = () => Promise.reject(new Failed('Elasticsearch answers 503.'));
  const nothing = async () => ({ hits: { hits: [] } });

  test('is not what Elasticsearch says when it fails', async () => {
    const failing = asking(refused);
    await expect(failing).rejects.toThrow('Elasticsearch answers 503.');
    await expect(failing).rejects.toBeInstanceOf(WrongUse);
  });

  test('is not what rights that were taken away say', async () => {
    await expect(asking(nothing, refused)).rejects.toBeInstanceOf(WrongUse);
  });

  test('is what all that may be read says', async () => {
    const { found, notes } = await asking(nothing);
    expect([found, notes.filter((note) => note.startsWith('Which audit policy is in force is not known'))]).toEqual([
      0,
      [expect.stringContaining('docs/questions.md')],
    ]);
  });
});

describe('times', () => {
  test('are taken as a filter takes them', () => {
    expect(timesIn({ since: '7d', to: '2026-11-21' }, NOON)).toEqual({ from: '7d', to: '2026-11-21' });
    expect(timesIn({})).toEqual({});
  });

  test('that are none are told by the flag that was given', () => {
    expect(() => timesIn({ since: 'yesterday' })).toThrow('--since: Expected a time like');
    expect(() => timesIn({ since: '1d', to: '2026-11-01' }, NOON)).toThrow(
      '--to: Expected an end behind the beginning',
    );
    expect(() => timesIn({ to: 'x' })).toThrow('--to: Expected a time like');
    expect(() => timesIn({ since: '7d', from: '7d' })).toThrow('leave one of them out');
  });
});
