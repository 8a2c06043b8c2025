import { z } from 'zod';
import { insert, type Stored } from './timeline.ts';

const group = z.string();
const stream = z.string();
/** Timestamp, ingestion time, message. */
const row = z.tuple([z.number(), z.number(), z.string()]).readonly();
export type Row = z.output<typeof row>;

/** All that can happen to the store; what is kept on disk is the list of these. */
export const change = z.discriminatedUnion('op', [
  z.object({ op: z.literal('group'), group, at: z.number() }),
  z.object({ op: z.literal('stream'), group, stream, at: z.number() }),
  z.object({ op: z.literal('events'), group, stream, serial: z.number(), events: z.array(row).readonly() }),
  z.object({ op: z.literal('retention'), group, days: z.number().nullable() }),
  z.object({ op: z.literal('delete group'), group }),
  z.object({ op: z.literal('delete stream'), group, stream }),
]);
export type Change = z.output<typeof change>;

export interface Stream {
  readonly name: string;
  readonly createdAt: number;
  readonly events: Stored[];
  lastIngestion: number | undefined;
}

export interface Group {
  readonly name: string;
  readonly createdAt: number;
  readonly streams: Map<string, Stream>;
  /** Days; null keeps for ever. */
  retention: number | null;
}

/** What the emulator holds. Whoever commits has checked: a change that makes no sense here is a fault of the program. */
export class Store {
  readonly groups = new Map<string, Group>();
  #serial = 0;
  readonly #record: (change: Change) => void;

  /** `record` makes a change durable; it is called before the change is seen. */
  constructor(record: (change: Change) => void) {
    this.#record = record;
  }

  commit(change: Change): void {
    this.#record(change);
    this.apply(change);
  }

  add(group: string, stream: string, events: readonly Row[]): void {
    this.commit({ op: 'events', group, stream, serial: this.#serial, events });
  }

  apply(change: Change): void {
    switch (change.op) {
      case 'group':
        this.groups.set(change.group, {
          name: change.group,
          createdAt: change.at,
          streams: new Map(),
          retention: null,
        });
        return;
      case 'stream':
        this.#group(change.group).streams.set(change.stream, {
          name: change.stream,
          createdAt: change.at,
          events: [],
          lastIngestion: undefined,
        });
        return;
      case 'events':
        this.#insert(this.#stream(change.group, change.stream), change.serial, change.events);
        return;
      case 'retention':
        this.#group(change.group).retention = change.days;
        return;
      case 'delete group':
        this.groups.delete(change.group);
        return;
      case 'delete stream':
        this.#group(change.group).streams.delete(change.stream);
    }
  }

  #insert(stream: Stream, first: number, rows: readonly Row[]): void {
    insert(
      stream.events,
      rows.map(([timestamp, ingestionTime, message], i) => ({
        timestamp,
        ingestionTime,
        serial: first + i,
        message,
        bytes: Buffer.byteLength(message),
      })),
    );
    stream.lastIngestion = rows.reduce((last, [, at]) => Math.max(last, at), stream.lastIngestion ?? 0);
    this.#serial = first + rows.length;
  }

  #group(name: string): Group {
    const group = this.groups.get(name);
    if (group === undefined) throw new Error(`the store has no log group ${name}`);
    return group;
  }

  #stream(group: string, name: string): Stream {
    const stream = this.#group(group).streams.get(name);
    if (stream === undefined) throw new Error(`the store has no log stream ${name} in ${group}`);
    return stream;
  }
}
