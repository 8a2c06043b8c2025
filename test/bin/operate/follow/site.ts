import type { LogFolder } from '../../../../bin/operate/follow/folder.ts';
import { type FollowEvent, Follower } from '../../../../bin/operate/follow/follower.ts';
import { namesOf } from '../../../../bin/operate/follow/names.ts';
import { NOTHING, unread } from '../../../../bin/operate/follow/place.ts';
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

export const [CURRENT, OLD] = ['kube-audit.log', 'kube-audit-2026-11-21T11-10-00.123.log'];

/** A log in memory, with one who follows it. */
export function site() {
  let time = NOON;
  const folder = new MemoryFolder(() => time);
  const faults = new Map<string, Fault>();
  /** Lines that are taken wait for it. */
  let held: { readonly begun: () => void; readonly over: Promise<void> } | undefined;
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
            if (!isUp) return undefined;
            held?.begun();
            await held?.over;
            taken.push(...lines.map(({ text }) => text));
            return { sums: NOTHING, time: null };
          },
        },
      },
      durable,
    );
  let follower = start();
  let isUp = true;
  /** Whether Elasticsearch takes anything. */
  const up = (is: boolean) => {
    isUp = is;
  };
  /** Begins a step whose lines Elasticsearch does not take yet; while it waits one looks at what is there. */
  const beginToWait = async () => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    held = { begun: begun.resolve, over };
    const step = follower.step();
    await begun.promise;
    const glances = async () => {
      for (let glance = 0; glance < 4; glance += 1) {
        await follower.glance();
        time += 3000;
      }
      return { told: told.splice(0), unread: figuresUnread(follower.position) };
    };
    const end = () => {
      held = undefined;
      resolve();
      return step;
    };
    return { glances, end };
  };
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
  return { folder, faults, up, beginToWait, goOn, restart };
}

function figuresUnread({ files }: Position): number {
  return files.reduce((sum, place) => sum + unread(place), 0);
}
