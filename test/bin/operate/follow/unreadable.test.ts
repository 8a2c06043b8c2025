import { expect, test } from 'vitest';
import type { LogFolder } from '../../../../bin/operate/follow/folder.ts';
import { type FollowEvent, Follower } from '../../../../bin/operate/follow/follower.ts';
import { namesOf } from '../../../../bin/operate/follow/names.ts';
import { NOTHING } from '../../../../bin/operate/follow/place.ts';
import { AT_THE_BEGINNING, type Position } from '../../../../bin/operate/follow/position.ts';
import { NOON } from '../../../support/builders.ts';
import { MemoryFolder } from './folder.ts';

type Fault = 'EACCES' | 'EIO';

class DiskFault extends Error {
  readonly code: Fault;
  readonly syscall = 'read';
  constructor(code: Fault, name: string) {
    super(`${code}: not now, open '${name}'`);
    this.code = code;
  }
}

/** `EACCES`: it can't be opened; `EIO`: it can't be read. */
function faulty(folder: LogFolder, faults: ReadonlyMap<string, Fault>): LogFolder {
  const refuse = (name: string, fault: Fault) => {
    if (faults.get(name) === fault) throw new DiskFault(fault, name);
  };
  return {
    ...folder,
    open: async (name) => {
      refuse(name, 'EACCES');
      const text = await folder.open(name);
      if (text === undefined) return undefined;
      const read = async (from: number, length: number) => {
        refuse(name, 'EIO');
        return text.read(from, length);
      };
      return { ...text, read };
    },
  };
}

const [CURRENT, OLD] = ['kube-audit.log', 'kube-audit-2026-11-21T11-10-00.123.log'];

function site() {
  let time = NOON;
  const folder = new MemoryFolder(() => time);
  const faults = new Map<string, Fault>();
  const taken: string[] = [];
  const told: FollowEvent[] = [];
  let durable: Position = AT_THE_BEGINNING;
  const disk = faulty(
    folder.seenBy(
      async () => {},
      () => {},
    ),
    faults,
  );
  const start = () =>
    new Follower(
      {
        ...{ folder: disk, names: namesOf(CURRENT), clock: { now: () => time } },
        tell: (event) => told.push(event),
        store: {
          save: async (position) => {
            durable = JSON.parse(JSON.stringify(position));
          },
        },
        taker: {
          take: async ({ lines }) => {
            taken.push(...lines.map(({ text }) => text));
            return { sums: NOTHING, time: null };
          },
        },
      },
      durable,
    );
  let follower = start();
  const restart = () => {
    follower = start();
  };
  /** Steps for half a minute; what came, and what was said. */
  const goOn = async () => {
    let last = '';
    for (let step = 0; step < 30; step += 1) {
      last = await follower.step();
      time += 1000;
    }
    return { lines: taken.splice(0), told: told.splice(0), last, unreadable: follower.unreadable };
  };
  return { folder, faults, goOn, restart };
}

test.each(['EACCES', 'EIO'] as const)(
  'a rotated file with %s holds up no other, and is read once it can be',
  async (fault) => {
    const { folder, faults, goOn } = site();
    folder.create(OLD, 'old\n');
    folder.create(CURRENT, 'new\n');
    faults.set(OLD, fault);
    const why = `${fault}: not now`;
    expect(await goOn()).toEqual({
      lines: ['new'],
      told: [{ kind: 'unreadable', name: OLD, why }],
      last: 'again',
      unreadable: [expect.objectContaining({ name: OLD, why })],
    });
    folder.append(CURRENT, 'newer\n');
    expect(await goOn()).toMatchObject({ lines: ['newer'], told: [] });
    faults.clear();
    expect(await goOn()).toMatchObject({
      lines: ['old'],
      told: [{ kind: 'readable', name: OLD }],
      last: 'caught up',
      unreadable: [],
    });
  },
);

test.each(['EACCES', 'EIO'] as const)(
  'the newest file goes on where it was, whatever became of it under %s',
  async (fault) => {
    const { folder, faults, goOn, restart } = site();
    folder.create(CURRENT, 'one\n');
    expect(await goOn()).toMatchObject({ lines: ['one'], told: [] });
    faults.set(CURRENT, fault);
    folder.append(CURRENT, 'two\n');
    expect(await goOn()).toMatchObject({ lines: [], told: [{ kind: 'unreadable', name: CURRENT }], last: 'again' });
    restart();
    folder.rename(CURRENT, OLD);
    faults.set(OLD, fault);
    faults.delete(CURRENT);
    folder.create(CURRENT, 'three\n');
    expect(await goOn()).toMatchObject({ lines: ['three'], told: [{ kind: 'unreadable', name: OLD }], last: 'again' });
    faults.clear();
    expect(await goOn()).toMatchObject({ lines: ['two'], told: [{ kind: 'readable', name: OLD }], last: 'caught up' });
  },
);

test('a file that goes while nobody can read it is said to be lost, and is unreadable no more', async () => {
  const { folder, faults, goOn } = site();
  folder.create(OLD, 'old\n');
  folder.create(CURRENT, 'new\n');
  faults.set(OLD, 'EACCES');
  await goOn();
  folder.remove(OLD);
  expect(await goOn()).toEqual({
    lines: [],
    told: [{ kind: 'removed', name: OLD, bytes: 4 }],
    last: 'caught up',
    unreadable: [],
  });
});

test('a file that is made anew under the number of one that nobody can read is read from its begin', async () => {
  const { folder, faults, goOn } = site();
  folder.create(CURRENT, 'one\n');
  await goOn();
  faults.set(CURRENT, 'EACCES');
  folder.remove(CURRENT);
  folder.create(CURRENT, 'another\n');
  await goOn();
  faults.clear();
  expect((await goOn()).lines).toEqual(['another']);
});
