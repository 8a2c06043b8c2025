import type { Headway, Mark } from '../../bin/operate/backfill/mark.ts';
import type { Naming } from '../../lambda/contract.ts';
import type { BulkAnswer, BulkItem, BulkItemAnswer } from '../../lambda/core/bulk/bulk.ts';
import type { Row } from '../../lambda/core/ledger/row.ts';
import type { Checkpoint, NextCheckpoint } from '../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { LeaseLost, Stopped } from '../../lambda/core/stopped.ts';
import type {
  Acquired,
  BulkSink,
  CheckpointStore,
  Clock,
  Ledger,
  PageAnswer,
  PageSource,
  TimeRange,
} from '../../lambda/ports.ts';
import type { Life, Written } from './life.ts';
import { HIDDEN, MINUTE, refuses, UNSTEADY } from './life.ts';
import type { Schedule } from './schedule.ts';

/** What Elasticsearch answers to a document on a bad day. None of it is the document's fault, so none may be parked for it. */
const BAD_DAYS: readonly Omit<BulkItemAnswer, 'index'>[] = [
  { status: 429 },
  { status: 429, type: 'es_rejected_execution_exception', reason: 'rejected execution of coordinating operation' },
  { status: 429, type: 'circuit_breaking_exception', reason: '[parent] Data too large' },
  { status: 429, type: 'cluster_block_exception', reason: 'index blocked by: [TOO_MANY_REQUESTS/12/flood-stage];' },
  { status: 503, type: 'unavailable_shards_exception', reason: 'primary shard is not active' },
  { status: 403, type: 'security_exception', reason: 'action is unauthorized' },
  { status: 404, type: 'index_not_found_exception', reason: 'no such index' },
];

/** What all of a simulation's processes share: the servers' true state. */
export interface Servers {
  readonly life: Life;
  readonly schedule: Schedule;
  readonly dice: () => number;
  readonly lines: readonly Written[];
  /** Faults happen only while this is true. */
  faulty: boolean;
  readonly documents: Map<string, BulkItem>;
  /** Index and id of each document that ever was there. */
  readonly places: Set<string>;
  readonly rows: Map<number, Row>;
  /** By minute: the lines of the first row that was ever written. */
  readonly firsts: Map<number, number>;
  /** By minute: when the run or the backfill began that wrote the row, or of a minute in parts the first of its runs. */
  readonly writingBegan: Map<number, number>;
  /** The same of minutes in parts whose row is yet to be written. */
  readonly partsBegan: Map<number, number>;
  readonly policies: Map<string, Policy>;
  readonly namings: Map<string, Naming>;
  /** How far the frontier had come before the policy changed. */
  judgedBefore: number;
  checkpoint: Checkpoint | undefined;
  lease: { fence: number; owner: string | undefined; until: number };
  /** Called at each save that holds. */
  onSave: (before: Checkpoint | undefined, after: Checkpoint) => void;
  /** Every request to CloudWatch, in the order of time. */
  readonly requests: Request[];
  mark: { by: string | undefined; until: number; left: Headway | undefined };
  /** Whether CloudWatch Logs has forgotten the line, at a time; default now. */
  isGone: (line: Written, time?: number) => boolean;
  /** Lines that were gone before anybody could read them. */
  readonly excused: Set<Written>;
  /** By minute: how many lines were there to be read, at the least, when a cursor passed it. */
  readonly readable: Map<number, number>;
  /** Takes what is seen to go wrong while it happens. */
  complain: (what: string) => void;
}

export interface Request {
  readonly time: number;
  readonly range: TimeRange;
  /** Whether it asked for the first page of a read. */
  readonly begins: boolean;
  readonly by: Process;
}

/** One function process: dead once killed, and then nothing of it ever comes back. */
export class Process implements PageSource, BulkSink, CheckpointStore, Ledger, Clock {
  readonly #servers: Servers;
  readonly #skew: number;
  readonly role: 'function' | 'backfill';
  /** The newest read that began in this run. */
  #read = { range: { startTime: 0, endTime: 0 }, times: 0 };
  /** The lines of the page before. */
  #before: readonly Written[] = [];
  /** When its newest run began. */
  #began: number;
  dead = false;
  onDeath: () => void = () => {};

  constructor(servers: Servers, skew: number, role: Process['role']) {
    this.role = role;
    this.#servers = servers;
    this.#began = servers.schedule.time;
    this.#skew = skew;
  }

  now(): number {
    return this.#servers.schedule.time + this.#skew;
  }

  random(): number {
    return this.#servers.dice();
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.#mayDie();
    await this.#servers.schedule.sleep(milliseconds);
  }

  async page(range: TimeRange, token: string | undefined): Promise<PageAnswer> {
    const { life, requests, schedule } = this.#servers;
    requests.push({ time: schedule.time, range, begins: token === undefined, by: this });
    const begun = schedule.time;
    if (range.startTime > range.endTime)
      this.#servers.complain('a request asked for a range that ends before it begins');
    if (life.slow > 0) await schedule.sleep(this.random() * life.slow);
    const throttled = (): PageAnswer => ({ kind: 'again', throttled: true, why: 'ThrottlingException' });
    return await this.#call(life.throttleRate, throttled, () => {
      if (token === undefined) this.#noteRead(range);
      if (token === undefined && this.#chance(life.emptyRate)) return { kind: 'page', lines: [], nextToken: '0' };
      const { page, next } = this.#readable(range, Number(token ?? 0), begun);
      const flickers = ({ readable }: Written) => begun - readable < UNSTEADY && this.#chance(life.flickerRate);
      const had = Number(token ?? 0) > 0 && this.#chance(life.repeatRate ?? 0) ? this.#before : [];
      const seen = [...had, ...page.filter((line) => !flickers(line))];
      this.#before = seen;
      return next === undefined
        ? { kind: 'page', lines: seen }
        : { kind: 'page', lines: seen, nextToken: String(next) };
    });
  }

  /** A run compares a range and sends it, and perhaps again for another age; more often than that it is lost in it. */
  #noteRead(range: TimeRange): void {
    const { startTime, endTime } = this.#read.range;
    const same = range.startTime === startTime && range.endTime === endTime;
    this.#read = { range, times: same ? this.#read.times + 1 : 1 };
    if (this.#read.times > 6)
      this.#servers.complain(`a run reads ${new Date(startTime).toISOString()} again and again`);
  }

  /** The lines of a page from `token`, a place among the range's lines, on; and where the next page begins. */
  #readable({ startTime, endTime }: TimeRange, token: number, now: number) {
    const { lines, life } = this.#servers;
    const all = lines.slice(placeOf(lines, startTime), placeOf(lines, endTime + 1));
    if (life.shuffle) all.sort((one, other) => one.order - other.order);
    const page: Written[] = [];
    for (const [at, line] of all.entries()) {
      if (at < token || line.readable > now || this.#servers.isGone(line)) continue;
      if (page.length === life.pageSize) return { page, next: at };
      page.push(line);
    }
    return { page, next: undefined };
  }

  async bulk(items: readonly BulkItem[]): Promise<BulkAnswer> {
    const { life } = this.#servers;
    await this.#latency();
    const kind = this.#chance(life.sinkRate) ? Math.floor(this.random() * 5) : -1;
    if (kind === 0) return { kind: 'refused', status: 429 };
    if (kind === 1) return { kind: 'unreachable', why: 'lost before' };
    const refusal = kind === 2 ? this.#refusal(items) : () => undefined;
    const answers = items.map((item) => refusal(item) ?? this.#create(item));
    await this.#latency();
    return kind === 3 ? { kind: 'unreachable', why: 'lost after' } : { kind: 'items', took: 1, items: answers };
  }

  /** Of about half of the items, or of one index while the others take theirs. */
  #refusal([one]: readonly BulkItem[]): (item: BulkItem) => BulkItemAnswer | undefined {
    const answer = BAD_DAYS[Math.floor(this.random() * BAD_DAYS.length)];
    const ofOne = this.random() < 0.5;
    return ({ index }) => {
      const isRefused = ofOne ? index === one?.index : this.random() < 0.5;
      return isRefused && answer !== undefined ? { ...answer, index } : undefined;
    };
  }

  async renew(): Promise<boolean> {
    return false;
  }

  async acquire(owner: string, now: number, until: number): Promise<Acquired> {
    this.#read = { range: { startTime: 0, endTime: 0 }, times: 0 };
    this.#began = this.#servers.schedule.time;
    return await this.#table(() => {
      const { lease, checkpoint } = this.#servers;
      if (lease.owner !== undefined && lease.owner !== owner && lease.until > now) {
        return { kind: 'held', owner: lease.owner, until: lease.until };
      }
      lease.owner = owner;
      lease.until = until;
      lease.fence += 1;
      const { schedule, mark } = this.#servers;
      const answer = { kind: 'acquired', checkpoint, fence: lease.fence, serverTime: schedule.time } as const;
      return mark.by === undefined ? answer : { ...answer, backfillUntil: mark.until };
    });
  }

  async peek(): Promise<Checkpoint | undefined> {
    return await this.#table(() => this.#servers.checkpoint);
  }

  async save(next: NextCheckpoint, fence: number): Promise<void> {
    await this.#table(() => {
      const servers = this.#servers;
      if (servers.lease.fence !== fence) throw new LeaseLost('stolen');
      const { start, cursors, judged, parts, naming } = next;
      const after = { start, cursors, judged, parts, naming };
      servers.onSave(servers.checkpoint, after);
      servers.checkpoint = after;
      for (const { minute } of parts.values())
        servers.partsBegan.set(minute, servers.partsBegan.get(minute) ?? this.#began);
    });
  }

  async release(fence: number): Promise<void> {
    await this.#table(() => {
      if (this.#servers.lease.fence === fence) this.#servers.lease.owner = undefined;
    }).catch(() => {});
  }

  /** The mark of a backfill. */
  get mark(): Mark {
    const { mark, schedule } = this.#servers;
    return {
      take: (owner, now, until) =>
        this.#table(() => {
          if (mark.by !== undefined && mark.by !== owner && mark.until > now)
            return { kind: 'held', owner: mark.by, until: mark.until };
          Object.assign(mark, { by: owner, until });
          return { kind: 'taken', left: mark.left, serverTime: schedule.time };
        }),
      renew: (owner, left, until) =>
        this.#table(() => {
          if (mark.by !== owner) throw new Stopped('another backfill has begun');
          Object.assign(mark, { left, until });
        }),
      release: (owner, left) =>
        this.#table(() => {
          if (mark.by === owner) Object.assign(mark, { by: undefined, left });
        }).catch(() => {}),
    };
  }

  async rows(from: number, to: number): Promise<ReadonlyMap<number, Row>> {
    return await this.#table(() => {
      const found = new Map<number, Row>();
      for (let minute = from; minute < to; minute += MINUTE) {
        const row = this.#servers.rows.get(minute);
        if (row !== undefined) found.set(minute, row);
      }
      return found;
    });
  }

  async write(row: Row, seen: number | undefined): Promise<boolean> {
    return await this.#table(() => {
      const { rows, firsts, writingBegan, partsBegan, complain } = this.#servers;
      const there = rows.get(row.minute);
      if (there?.readAt !== seen) return false;
      if (there !== undefined && row.lines < there.lines) complain(`a row fell to ${row.lines} lines`);
      if (there !== undefined && row.readAt <= there.readAt)
        complain('a row took the place of one that was read later');
      if (there === undefined) firsts.set(row.minute, row.lines);
      rows.set(row.minute, row);
      writingBegan.set(row.minute, partsBegan.get(row.minute) ?? this.#began);
      partsBegan.delete(row.minute);
      return true;
    });
  }

  async policy(hash: string): Promise<Policy | undefined> {
    return await this.#table(() => this.#servers.policies.get(hash));
  }

  async keepPolicy(hash: string, policy: Policy): Promise<void> {
    await this.#table(() => void this.#servers.policies.set(hash, policy));
  }

  async naming(hash: string): Promise<Naming | undefined> {
    return await this.#table(() => this.#servers.namings.get(hash));
  }

  async keepNaming(hash: string, naming: Naming): Promise<void> {
    await this.#table(() => void this.#servers.namings.set(hash, naming));
  }

  async namings(): Promise<readonly Naming[]> {
    return await this.#table(() => [...this.#servers.namings.values()]);
  }

  /** Fails before or after the table did the work, as networks do. */
  async #table<T>(work: () => T): Promise<T> {
    await this.#latency();
    const fails = this.#chance(this.#servers.life.tableRate);
    if (fails && this.random() < 0.5) throw new Error('the table did not answer');
    let result = work();
    await this.#latency();
    if (fails) throw new Error('the table’s answer was lost');
    // No dice where it never happens: lives of before go as they went.
    const { tableRepeatRate = 0 } = this.#servers.life;
    if (tableRepeatRate > 0 && this.#chance(tableRepeatRate)) result = work();
    return result;
  }

  async #call<T>(rate: number, instead: () => T, work: () => T): Promise<T> {
    await this.#latency();
    const result = this.#chance(rate) ? instead() : work();
    await this.#latency();
    return result;
  }

  #create(item: BulkItem): BulkItemAnswer {
    const key = `${item.index}/${item.id}`;
    const { documents } = this.#servers;
    if (item.body.includes(HIDDEN)) this.#servers.complain('a document holds what the policy removes');
    if (documents.has(key)) return { status: 409, index: item.index };
    if (this.#isRefused(item)) return { status: 400, index: item.index, type: 'document_parsing_exception' };
    documents.set(key, item);
    this.#servers.places.add(key);
    return { status: 201, index: item.index };
  }

  #isRefused({ index, body }: BulkItem): boolean {
    const auditID = /"auditID":"(\d+)"/.exec(body)?.[1];
    const profile = index.startsWith('tigera_') ? 'calico' : 'ecs';
    return auditID !== undefined && !index.includes('parked') && refuses(this.#servers.life, profile, auditID);
  }

  #chance(rate: number): boolean {
    return this.#servers.faulty && this.random() < rate;
  }

  async #latency(): Promise<void> {
    await this.#mayDie();
    const stalls = this.#chance(this.#servers.life.stallRate);
    await this.#servers.schedule.sleep(stalls ? this.random() * 10 * MINUTE : 5 + this.random() * 100);
    await this.#mayDie();
  }

  /** A process that was killed waits for ever: no `catch` and no `finally` of it runs. */
  async #mayDie(): Promise<void> {
    if (!this.dead && this.#chance(this.#servers.life.killRate)) {
      this.dead = true;
      this.onDeath();
    }
    if (this.dead) await new Promise(() => {});
  }
}

/** The place of the first line not before `time`; lines are in the order of time. */
export function placeOf(lines: readonly Written[], time: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.timestamp ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
