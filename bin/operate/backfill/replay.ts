import { Book } from '../../../lambda/book.ts';
import type { Settings } from '../../../lambda/contract.ts';
import { type Checkpoint, firstPart, type MinuteInParts, type Minutes } from '../../../lambda/core/checkpoint.ts';
import { Confirmed } from '../../../lambda/core/confirmed.ts';
import { add } from '../../../lambda/core/ledger.ts';
import { nextStep, PART_BYTES, smallerSpan } from '../../../lambda/core/plan.ts';
import type { Policy } from '../../../lambda/core/rules.ts';
import { RunStopped } from '../../../lambda/core/stopped.ts';
import type { Tally } from '../../../lambda/core/tally.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { type Found, type Passing, SendingPass } from '../../../lambda/pass.ts';
import type { World } from '../../../lambda/run.ts';
import { Sender } from '../../../lambda/send.ts';
import type { Rows } from '../account/groups.ts';
import { patientReader } from '../patience.ts';

export interface Replaying {
  readonly settings: Settings<Policy>;
  readonly world: Pick<World, 'source' | 'sink' | 'ledger' | 'clock'>;
  /** By which policy minutes without a row are judged; undefined: the source was never read. */
  readonly checkpoint: Checkpoint | undefined;
  /** Every minute by the policy configured now, whatever judged it before. */
  readonly anew: boolean;
  readonly tally: Tally;
  /** What is read at once. Default about eight pages. */
  readonly partBytes?: number;
}

const WINDOW = 60 * MINUTE;
/** How long one step may try to be rid of its documents, milliseconds. */
const PATIENCE = 5 * MINUTE;
const UNREAD: Checkpoint = { start: 0, cursors: new Map(), judged: [], parts: new Map() };

/** Reads minutes again and sends every line of them, whatever is known of it; writes their rows. Moves no cursor. */
export class Replay {
  readonly #replaying: Replaying;
  readonly #book: Book;
  readonly #passing: Passing;
  readonly #partBytes: number;
  #deadline = 0;
  #last = { minutes: 0, bytesPerMinute: 0 };
  #part: MinuteInParts | undefined;
  /** Minutes that another policy had judged before. */
  rejudged = 0;

  constructor(replaying: Replaying) {
    const { settings, world, tally, partBytes = PART_BYTES } = replaying;
    const { source, sink, clock, ledger } = world;
    const { cluster, indexCluster, policy, elasticsearch, requestsPerSecond } = settings;
    this.#replaying = replaying;
    this.#partBytes = partBytes;
    const site = { cluster, indexCluster, source: settings.source };
    this.#book = new Book(ledger, { site, policy, index: elasticsearch.index }, tally);
    const known = { indices: new Set<string>(), confirmed: new Confirmed(0) };
    const deadline = () => this.#deadline;
    const sending = {
      sink,
      clock,
      tally,
      known,
      get deadline() {
        return deadline();
      },
    };
    const reader = patientReader(source, clock, requestsPerSecond, tally);
    this.#passing = { reader, clock, tally, known, sender: new Sender(sending) };
  }

  /** The policy's hash that is configured now. */
  get current(): string {
    return this.#book.current;
  }

  /** Does the first minutes of these, or a part of the first: from where to go on. */
  async step(minutes: Minutes): Promise<number> {
    const { clock } = this.#replaying.world;
    this.#deadline = clock.now() + PATIENCE;
    await this.#book.keepPolicy();
    const due = { from: minutes.from, to: Math.min(minutes.to, minutes.from + WINDOW) };
    const rows = await this.#book.rows(due);
    const step = nextStep({
      // No row is old enough to be passed over.
      age: Number.POSITIVE_INFINITY,
      due,
      rows,
      part: this.#part,
      bytesPerMinute: this.#last.bytesPerMinute,
      previous: this.#last.minutes,
      now: clock.now(),
      partBytes: this.#partBytes,
    });
    return step.kind === 'part' ? this.#doPart(step.part, rows) : this.#doMinutes(step.minutes, rows);
  }

  async #doMinutes(minutes: Minutes, rows: Rows): Promise<number> {
    const begun = this.#replaying.world.clock.now();
    const { found, hash } = await this.#send(minutes, minutes, rows, 2 * this.#partBytes);
    if (found.ended === 'stopped') return this.#smaller(minutes, found);
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      await this.#write(minute, found.sums.of(minute), begun, hash(minute), rows);
    }
    const count = (minutes.to - minutes.from) / MINUTE;
    this.#last = { minutes: count, bytesPerMinute: found.sums.bytes / count };
    return minutes.to;
  }

  async #doPart(part: MinuteInParts, rows: Rows): Promise<number> {
    const { minute, upTo, span } = part;
    const whole = { from: minute, to: minute + MINUTE };
    const range = { from: upTo, to: Math.min(upTo + span, whole.to) };
    const begun = upTo === minute ? this.#replaying.world.clock.now() : part.begun;
    const limit = span === 1 ? Number.POSITIVE_INFINITY : 2 * this.#partBytes;
    const { found, hash } = await this.#send(whole, range, rows, limit);
    if (found.ended === 'stopped') {
      this.#part = { ...part, begun, span: smallerSpan(range.from, range.to - range.from, found.sums.newest) };
      return minute;
    }
    const sums = add(part.sums, found.sums.of(minute));
    this.#part = range.to < whole.to ? { ...part, begun, upTo: range.to, sums } : undefined;
    if (this.#part !== undefined) return minute;
    await this.#write(minute, sums, begun, hash(minute), rows);
    this.#last = { minutes: 1, bytesPerMinute: sums.bytes };
    return whole.to;
  }

  async #send(minutes: Minutes, range: Minutes, rows: Rows, tooMuch: number) {
    const { anew, checkpoint = UNREAD } = this.#replaying;
    const judgement = await this.#book.judgement(minutes, anew ? new Map() : rows, anew ? UNREAD : checkpoint);
    const pass = new SendingPass(this.#passing, (minute) => judgement.rules(minute));
    const found = await pass.send({ startTime: range.from, endTime: range.to - 1 }, tooMuch);
    if (found.ended === 'out of time') throw new RunStopped('Reading CloudWatch Logs was ended.');
    return { found, hash: (minute: number) => judgement.hash(minute) };
  }

  async #write(minute: number, sums: ReturnType<Found['sums']['of']>, begun: number, policy: string, rows: Rows) {
    const before = rows.get(minute);
    if (before !== undefined && before.policy !== policy) this.rejudged += 1;
    await this.#book.write({ minute, sums, begun, policy }, before);
  }

  /** Far more than was thought: one minute next, or that minute in parts. */
  #smaller(minutes: Minutes, { sums }: Found): number {
    const covered = Math.max(MINUTE, sums.newest - minutes.from);
    this.#last = { minutes: 0, bytesPerMinute: (sums.bytes * MINUTE) / covered };
    if (minutes.to - minutes.from === MINUTE) {
      const span = smallerSpan(minutes.from, MINUTE, sums.newest);
      this.#part = firstPart(minutes.from, 'sending', span, this.#replaying.world.clock.now());
    }
    return minutes.from;
  }
}
