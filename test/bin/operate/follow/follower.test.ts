import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogFolder } from '../../../../bin/operate/follow/folder.ts';
import { NOTHING } from '../../../../bin/operate/follow/place.ts';
import { totalOf } from '../../../../bin/operate/follow/position.ts';
import { ACTIONS, type Action, live, lives } from './life.ts';

const RUNS = 300;
const REMOVING: readonly Action[] = ['remove the oldest', 'make anew'];

/** What is wrong with how it went, a sentence each. */
function findings({
  written,
  halves,
  left,
  known,
  indexed,
  position,
}: Awaited<ReturnType<typeof live>>): readonly string[] {
  const real = new Set([...written, ...halves]);
  const missing = written.filter((line) => !indexed.has(line));
  const neglected = missing.filter((line) => left.includes(line));
  const invented = [...indexed].filter((line) => !real.has(line));
  return [
    ...neglected.map((line) => `is on the disk and did not arrive: ${line}`),
    ...invented.map((line) => `arrived and was never written: ${line}`),
    ...(position.removals.files === 0 ? missing.filter((line) => known.includes(line)) : []).map(
      (line) => `was removed unread, and nobody was told: ${line}`,
    ),
  ];
}

test('whatever rotates, is removed or made anew, and whenever it is killed: all that stays on the disk arrives', async () => {
  await fc.assert(
    fc.asyncProperty(lives(), async (life) => {
      expect(findings(await live(life))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('where nothing is removed each line is counted once, and nothing is said to be missing', async () => {
  const actions = ACTIONS.filter((action) => !REMOVING.includes(action));
  await fc.assert(
    fc.asyncProperty(lives(actions), async (life) => {
      const lived = await live(life);
      expect(findings(lived)).toEqual([]);
      // One that had no whole line yet when it was looked at nobody knows again once it is packed.
      if (!life.actions.includes('pack')) expect(lived.position.removals.files).toBe(0);
      expect(totalOf(lived.position).totals.read).toBe(lived.indexed.size);
    }),
    { numRuns: RUNS },
  );
});

type Change = NonNullable<Parameters<typeof live>[1]>;

const FAULTS: readonly (readonly [what: string, change: Change])[] = [
  [
    'is passed before Elasticsearch has confirmed',
    (following) => ({
      ...following,
      taker: {
        take: async (lines) => {
          void following.taker.take(lines);
          return { sums: NOTHING, time: null };
        },
      },
    }),
  ],
  [
    'is only looked for under its newest name',
    ({ names, ...following }) => ({
      ...following,
      names: { ...names, belongs: (name) => name === 'kube-audit.log' },
    }),
  ],
  [
    'is taken for the same by its name alone',
    ({ folder, ...following }) => ({ ...following, folder: namedFolder(folder) }),
  ],
  [
    'is read while it is being packed',
    ({ names, ...following }) => ({
      ...following,
      names: { ...names, arrange: (files) => files.flatMap((file) => names.arrange([file])) },
    }),
  ],
  [
    'is taken for rotated while it is written to',
    ({ names, ...following }) => ({
      ...following,
      names: { ...names, arrange: (files) => names.arrange(files).map((each) => ({ ...each, rotated: true })) },
    }),
  ],
  ['is forgotten with the process', (following) => ({ ...following, store: { save: async () => {} }, removes: true })],
];

/** Numbers files by their names. */
function namedFolder(folder: LogFolder): LogFolder {
  return {
    ...folder,
    list: async (wanted) => (await folder.list(wanted)).map((seen) => ({ ...seen, inode: seen.name, modified: 0 })),
    open: async (name) => {
      const text = await folder.open(name);
      return text && { ...text, inode: name, modified: 0 };
    },
  };
}

test.each(FAULTS)('it would be found that a file %s', async (_, change) => {
  const details = await fc.check(
    fc.asyncProperty(lives(), async (life) => {
      const lived = await live(life, change);
      expect(findings(lived)).toEqual([]);
      expect(totalOf(lived.position).totals.read).toBe(lived.indexed.size);
    }),
    { numRuns: 6000, endOnFailure: true },
  );
  expect(details.failed).toBe(true);
});
