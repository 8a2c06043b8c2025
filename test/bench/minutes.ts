import { FoundByMinute } from '../../lambda/core/ledger/counts.ts';
import { hashOf } from '../../lambda/core/ledger/digest.ts';
import type { Row } from '../../lambda/core/ledger/row.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import { floorMinute, MINUTE } from '../../lambda/core/time.ts';
import type { PageAnswer, PageSource, TimeRange } from '../../lambda/ports.ts';
import { event, line, row } from '../support/builders.ts';

export interface Flow {
  readonly bytesPerMinute: number;
  /** Every so many minutes one line comes five minutes late; 0: never. */
  readonly lateEvery: number;
}

const LINE_BYTES = 2000;
const PAGE_BYTES = 1024 * 1024;
const PAGE_LINES = 10_000;
/** Milliseconds until a line can be read: what CloudWatch takes, and one that is late. */
const DELAY = 6000;
const LATE = 5 * MINUTE;

/** A log that is the same whenever it is read, and held nowhere: any minute's lines follow from its time. */
export class EndlessSource implements PageSource {
  readonly #flow: Flow;
  readonly #now: () => number;
  readonly #frame: readonly [string, string, string];

  constructor(flow: Flow, now: () => number) {
    this.#flow = flow;
    this.#now = now;
    const [head = '', middle = '', tail = ''] = JSON.stringify(event({ auditID: '@', stageTimestamp: '@' })).split('@');
    const pad = 'x'.repeat(LINE_BYTES - head.length - middle.length - tail.length - 55);
    this.#frame = [head, middle, `${tail.slice(0, -1)},"pad":"${pad}"}`];
  }

  async page({ startTime, endTime }: TimeRange, token: string | undefined): Promise<PageAnswer> {
    const [from, skip] = (token ?? `${floorMinute(startTime)} 0`).split(' ').map(Number) as [number, number];
    const lines: CloudWatchLine[] = [];
    let bytes = 0;
    for (let minute = from; minute <= endTime; minute += MINUTE) {
      for (let at = minute === from ? skip : 0; at < this.#count; at += 1) {
        const timestamp = this.#timestamp(minute, at);
        const readable = timestamp + this.#delay(minute, at);
        if (timestamp < startTime || timestamp > endTime || readable > this.#now()) continue;
        if (bytes > PAGE_BYTES - LINE_BYTES || lines.length === PAGE_LINES)
          return { kind: 'page', lines, nextToken: `${minute} ${at}` };
        const line = this.#line(minute, at, timestamp, readable);
        bytes += line.message.length;
        lines.push(line);
      }
    }
    return { kind: 'page', lines };
  }

  /** A minute's row as the run that first read it in full wrote it. */
  row(minute: number, policy: string, readAt: number): Row {
    const found = new FoundByMinute();
    for (let at = 0; at < this.#count; at += 1) {
      const timestamp = this.#timestamp(minute, at);
      const readable = timestamp + this.#delay(minute, at);
      if (readable > readAt) continue;
      const line = this.#line(minute, at, timestamp, readable);
      found.add(line, hashOf(line.origin.eventId));
    }
    const { lines, bytes, digest, seenUntil } = found.of(minute);
    return row({ minute, readAt, policy, lines, bytes, digest, last: { lines, digest, seenUntil }, naming: '' });
  }

  get #count(): number {
    return Math.round(this.#flow.bytesPerMinute / LINE_BYTES);
  }

  #timestamp(minute: number, at: number): number {
    return minute + Math.floor((at * MINUTE) / this.#count);
  }

  #delay(minute: number, at: number): number {
    const { lateEvery } = this.#flow;
    const late = lateEvery > 0 && at === 0 && (minute / MINUTE) % lateEvery === 0;
    return late ? LATE : (at * 7919) % DELAY;
  }

  #line(minute: number, at: number, timestamp: number, readable: number): CloudWatchLine {
    const [head, middle, tail] = this.#frame;
    const eventId = `${minute}-${at}`;
    const message = `${head}${eventId}${middle}${new Date(timestamp).toISOString()}${tail}`;
    return line({ message, timestamp, ingestionTime: readable, eventId });
  }
}
