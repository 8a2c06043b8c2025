import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Follower, type Following } from '../../../../bin/operate/follow/follower.ts';
import { namesOf } from '../../../../bin/operate/follow/names.ts';
import { NOTHING } from '../../../../bin/operate/follow/place.ts';
import { AT_THE_BEGINNING, type Position } from '../../../../bin/operate/follow/position.ts';
import { MemoryFolder } from './folder.ts';

export const ACTIONS = [
  'nothing',
  'write',
  'write half',
  'rotate',
  'pack',
  'remove the oldest',
  'make anew',
  'wait',
  'kill',
  'Elasticsearch goes',
  'Elasticsearch comes',
] as const;
export type Action = (typeof ACTIONS)[number];

/** How the log is rotated: as the API server does, or as logrotate does with `create` or `copytruncate`. */
export const STYLES = ['API server', 'create', 'copytruncate'] as const;

export interface Life {
  readonly style: (typeof STYLES)[number];
  /** One at each point where a process may be interrupted. */
  readonly actions: readonly Action[];
}

export function lives(actions: readonly Action[] = ACTIONS, styles: readonly Life['style'][] = STYLES) {
  const often: readonly Action[] = ['nothing', 'nothing', 'nothing', 'nothing', 'write', 'write', 'rotate'];
  return fc.record({
    style: fc.constantFrom(...styles),
    actions: fc.array(fc.constantFrom(...often.filter((each) => actions.includes(each)), ...actions), {
      maxLength: 250,
      size: 'max',
    }),
  });
}

export interface Lived {
  /** Complete lines, as they were written. */
  readonly written: readonly string[];
  /** Begins of lines that a rotation left for ever without their ends. */
  readonly halves: readonly string[];
  /** What is on the disk in the end. */
  readonly left: readonly string[];
  /** They were there when the begin of a file was read that the state knows of. */
  readonly known: readonly string[];
  readonly indexed: ReadonlySet<string>;
  readonly position: Position;
}

const CURRENT = 'kube-audit.log';
const TURN = 1000;
/** Steps that are enough to catch up. */
const MOST = 1000;
const SHORT = { batch: 64, piece: 24, longest: 300 };

class Killed {
  readonly promise: Promise<void>;
  #end = () => {};
  is = false;
  constructor() {
    this.promise = new Promise((done) => {
      this.#end = done;
    });
  }
  now(): void {
    this.is = true;
    this.#end();
  }
}

/** Lives through it, and lets a follower catch up at the end. `Change`: what is wrong with the follower. */
export async function live(
  { style, actions }: Life,
  change: (following: Following) => Following = (same) => same,
): Promise<Lived> {
  let time = Date.UTC(2026, 10, 21, 12);
  const folder = new MemoryFolder(() => time);
  const writer = new Writer(folder, style, () => time);
  const left = [...actions];
  const indexed = new Set<string>();
  /** Bytes that were there when its begin was read before a save, by serial. */
  const known = new Map<number, number>();
  let isUp = true;
  let durable = JSON.stringify(AT_THE_BEGINNING);
  let killed = new Killed();

  const act = (): void => {
    // A rotation that has begun is brought to its end.
    const action = left.shift() ?? 'nothing';
    if (action === 'kill') killed.now();
    else if (action === 'Elasticsearch goes') isUp = false;
    else if (action === 'Elasticsearch comes') isUp = true;
    else if (action === 'wait') time += 3 * TURN;
    else writer.act(action);
  };
  const oneLife = (own: Killed): Promise<void> => {
    const begun = new Map<string, { readonly serial: number; readonly size: number }>();
    const between = async () => {
      if (!own.is) act();
      if (own.is) await new Promise(() => {});
    };
    let glance = async () => {};
    const following: Following = {
      folder: folder.seenBy(between, ({ size }, serial, text) => begun.set(headOf(text), { serial, size })),
      names: namesOf(CURRENT),
      clock: { now: () => time },
      tell: () => {},
      sizes: SHORT,
      taker: {
        take: async ({ lines }) => {
          await between();
          while (!isUp) {
            await between();
            await glance();
            if (left.length === 0) isUp = true;
          }
          for (const { text } of lines) indexed.add(text);
          await between();
          const totals = { ...NOTHING.totals, read: lines.length, indexed: lines.length };
          return { sums: { ...NOTHING, totals }, time: null };
        },
      },
      store: {
        save: async (position) => {
          await between();
          durable = JSON.stringify(position);
          for (const each of position.files) {
            const { serial = 0, size = 0 } = begun.get(each.print.head) ?? {};
            if (each.print.first > 0) known.set(serial, size);
          }
          await between();
        },
      },
    };
    const follower = new Follower(change(following), JSON.parse(durable));
    glance = () => follower.glance();
    return follow(follower, between);
  };
  const follow = async (follower: Follower, between: () => Promise<void>): Promise<void> => {
    for (let quiet = 0, steps = 0; quiet < 12; steps += left.length === 0 ? 1 : 0) {
      if (steps > MOST) throw new Error(`It does not come to an end: ${JSON.stringify(follower.position.files)}`);
      const step = await follower.step();
      if (step === 'passed') continue;
      await between();
      time += TURN;
      quiet = left.length === 0 && step === 'caught up' ? quiet + 1 : 0;
    }
  };
  for (;;) {
    killed = new Killed();
    await Promise.race([oneLife(killed), killed.promise]);
    if (!killed.is) break;
  }
  return { ...writer.result(known), indexed, position: JSON.parse(durable) };
}

/** By what the state knows the file again. */
function headOf(text: string): string {
  const first = text.slice(0, text.indexOf('\n') + 1);
  return createHash('sha256').update(first).digest('base64url').slice(0, 22);
}

/** Writes and rotates; keeps two rotated files. */
class Writer {
  readonly #folder: MemoryFolder;
  readonly #style: Life['style'];
  readonly #now: () => number;
  /** Lines, to which text they were written, and where they end in it. */
  readonly #written = new Map<string, { readonly serial: number; readonly end: number }>();
  readonly #halves: string[] = [];
  /** The rest of the line that is half written. */
  #rest = '';
  #begun = '';
  #toTruncate = false;
  #toRemove: string | undefined;

  constructor(folder: MemoryFolder, style: Life['style'], now: () => number) {
    this.#folder = folder;
    this.#style = style;
    this.#now = now;
    folder.create(CURRENT);
  }

  result(known: ReadonlyMap<number, number>) {
    const left = [...this.#folder.names.keys()].flatMap((name) => this.#folder.text(name).split('\n').slice(0, -1));
    const written = [...this.#written.keys()];
    const ofKnown = written.filter((line) => {
      const { serial = 0, end = 0 } = this.#written.get(line) ?? {};
      return end <= (known.get(serial) ?? 0);
    });
    return { written, halves: this.#halves, left, known: ofKnown };
  }

  act(action: Action): void {
    // What others see between two steps of a rotation, while nobody writes.
    if (this.#toTruncate) this.#truncate();
    else if (this.#toRemove !== undefined) this.#packed(this.#toRemove);
    else if (action === 'write') this.#write();
    else if (action === 'write half') this.#writeHalf();
    else if (action === 'rotate') this.#rotate();
    else if (action === 'pack') this.#pack();
    else if (action === 'remove the oldest') this.#removeOldest();
    else if (action === 'make anew') this.#makeAnew();
  }

  #write(): void {
    if (this.#rest === '') this.#writeHalf();
    this.#folder.append(CURRENT, `${this.#rest}\n`);
    this.#written.set(this.#begun + this.#rest, {
      serial: this.#folder.serial(CURRENT),
      end: this.#folder.text(CURRENT).length,
    });
    this.#rest = '';
  }

  #writeHalf(): void {
    if (this.#rest !== '') return;
    const number = this.#written.size + this.#halves.length;
    const line = `{"kind":"Event","number":${number},"more":"${'x'.repeat((number * 7) % 80)}"}`;
    // The number is in it: no two halves are the same.
    const half = 30 + ((number * 13) % (line.length - 31));
    this.#begun = line.slice(0, half);
    this.#rest = line.slice(half);
    this.#folder.append(CURRENT, this.#begun);
  }

  #leaveHalf(): void {
    if (this.#rest !== '') this.#halves.push(this.#begun);
    this.#rest = '';
  }

  #rotated(): readonly string[] {
    return namesOf(CURRENT)
      .arrange([...this.#folder.names.keys()].map((name) => ({ name })))
      .filter(({ rotated }) => rotated)
      .map(({ file }) => file.name);
  }

  #rotate(): void {
    // Who rotates by size rotates nothing without a line.
    if (!this.#folder.text(CURRENT).includes('\n')) return;
    if (this.#style === 'API server') {
      const moment = new Date(this.#now()).toISOString().replaceAll(':', '-').slice(0, -1);
      const name = `kube-audit-${moment}.log`;
      if (this.#folder.names.has(name) || this.#folder.names.has(`${name}.gz`)) return;
      this.#leaveHalf();
      this.#folder.rename(CURRENT, name);
      this.#folder.create(CURRENT);
      return;
    }
    for (let number = this.#rotated().length; number > 0; number -= 1) {
      for (const packed of ['', '.gz'])
        this.#folder.rename(`${CURRENT}.${number}${packed}`, `${CURRENT}.${number + 1}${packed}`);
    }
    if (this.#style === 'create') {
      this.#leaveHalf();
      this.#folder.rename(CURRENT, `${CURRENT}.1`);
      this.#folder.create(CURRENT);
    } else {
      this.#leaveHalf();
      this.#folder.create(`${CURRENT}.1`, this.#folder.text(CURRENT));
      this.#toTruncate = true;
    }
  }

  #truncate(): void {
    this.#toTruncate = false;
    this.#folder.truncate(CURRENT);
  }

  #pack(): void {
    const name = this.#rotated().find((each) => !each.endsWith('.gz'));
    if (name === undefined) return;
    this.#folder.create(`${name}.gz`, this.#folder.text(name).slice(0, 20), true);
    this.#toRemove = name;
  }

  #packed(name: string): void {
    this.#toRemove = undefined;
    const text = this.#folder.text(name);
    this.#folder.remove(`${name}.gz`);
    this.#folder.create(`${name}.gz`, text, true);
    this.#folder.remove(name);
  }

  #removeOldest(): void {
    const [oldest] = this.#rotated();
    if (oldest !== undefined) this.#folder.remove(oldest);
  }

  /** Under the number that it had. */
  #makeAnew(): void {
    this.#rest = '';
    this.#folder.remove(CURRENT);
    this.#folder.create(CURRENT);
  }
}
