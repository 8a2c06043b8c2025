import type { Settings } from '../../../lambda/contract.ts';
import { Confirmed } from '../../../lambda/core/document/confirmed.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Tally } from '../../../lambda/core/ledger/tally.ts';
import type { Checkpoint, Minutes } from '../../../lambda/core/minutes/checkpoint.ts';
import {
  afterPart,
  beginning,
  type MinuteInParts,
  minuteOf,
  rangeOf,
  smallerPart,
} from '../../../lambda/core/minutes/part.ts';
import { Stride } from '../../../lambda/core/minutes/read-size.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { type Found, type Passing, SendingPass } from '../../../lambda/deliver.ts';
import { Book } from '../../../lambda/minute-policies.ts';
import type { Ports } from '../../../lambda/ports.ts';
import { Sender } from '../../../lambda/sender.ts';
import { patientReader } from '../reach/patient-reader.ts';

export interface Replaying {
  readonly settings: Settings<Policy>;
  readonly ports: Pick<Ports, 'source' | 'sink' | 'ledger' | 'clock'>;
  /**
   * By which policy minutes without a row are judged; undefined: the source was never read. Asked at each step, since
   * the function goes on meanwhile.
   */
  readonly checkpoint: () => Promise<Checkpoint | undefined>;
  /** Every minute by the policy configured now, whatever judged it before. */
  readonly anew: boolean;
  readonly tally: Tally;
  /** What is read at once. Default about eight pages. */
  readonly partBytes?: number;
}

type Rows = ReadonlyMap<number, Row>;

const WINDOW = 60 * MINUTE;
/** How long one page's documents may take to be rid of, milliseconds. */
const PATIENCE = 5 * MINUTE;
const UNREAD: Checkpoint = { start: 0, cursors: new Map(), judged: [], parts: new Map() };

/** Reads minutes again and sends every line of them, whatever is known of it; writes their rows. Moves no cursor. */
export class Replay {
  readonly #replaying: Replaying;
  readonly #book: Book;
  readonly #passing: Passing;
  readonly #stride: Stride;
  #deadline = 0;
  #part: MinuteInParts | undefined;
  /** Minutes that another policy had judged before. */
  rejudged = 0;

  constructor(replaying: Replaying) {
    const { settings, ports, tally, partBytes } = replaying;
    const { source, sink, clock, ledger } = ports;
    const { cluster, indexCluster, policy, elasticsearch, requestsPerSecond } = settings;
    this.#replaying = replaying;
    this.#stride = new Stride(partBytes);
    const site = { cluster, indexCluster, source: settings.source };
    this.#book = new Book(ledger, { site, policy, index: elasticsearch.index }, tally);
    const memory = { indices: new Set<string>(), confirmed: new Confirmed(0) };
    const deadline = () => this.#deadline;
    const sending = {
      sink,
      clock,
      tally,
      memory,
      get deadline() {
        return deadline();
      },
    };
    const reader = patientReader(source, clock, requestsPerSecond, tally);
    const sender = new Sender(sending);
    const send: Sender['send'] = (parcels, settle) => {
      this.#deadline = clock.now() + PATIENCE;
      return sender.send(parcels, settle);
    };
    this.#passing = { reader, clock, tally, memory, sender: { send } };
  }

  /** The policy's hash that is configured now. */
  get current(): string {
    return this.#book.current;
  }

  /** Does the first minutes of these, or a part of the first: from where to go on. */
  async step(minutes: Minutes): Promise<number> {
    const { clock } = this.#replaying.ports;
    await this.#book.keepPolicy();
    const due = { from: minutes.from, to: Math.min(minutes.to, minutes.from + WINDOW) };
    const rows = await this.#book.rows({ from: due.from - MINUTE, to: due.to });
    // No row is old enough to be passed over.
    const age = Number.POSITIVE_INFINITY;
    const step = this.#stride.next({ age, due, rows, part: this.#part, now: clock.now() });
    return step.kind === 'part' ? this.#doPart(step.part, rows) : this.#doMinutes(step.minutes, rows);
  }

  async #doMinutes(minutes: Minutes, rows: Rows): Promise<number> {
    const { clock } = this.#replaying.ports;
    const begun = clock.now();
    const { found, hash } = await this.#send(minutes, minutes, rows);
    if (found.ended === 'stopped') {
      this.#part = this.#stride.gaveUp(minutes, 'sending', found.sums, clock.now());
      return minutes.from;
    }
    for (let minute = minutes.from; minute < minutes.to; minute += MINUTE) {
      if (!(await this.#write(minute, found.sums.of(minute), begun, hash(minute), rows))) return minute;
    }
    this.#stride.sent(minutes, found.sums.bytes);
    return minutes.to;
  }

  async #doPart(asked: MinuteInParts, rows: Rows): Promise<number> {
    const part = beginning(asked, this.#replaying.ports.clock.now());
    const [minute, range] = [minuteOf(part), rangeOf(part)];
    const { found, hash } = await this.#send(minute, range, rows);
    if (found.ended === 'stopped') {
      this.#part = smallerPart(part, found.sums);
      return minute.from;
    }
    const after = afterPart(part, found.sums, this.#stride.partBytes);
    this.#part = after.left;
    if (after.left !== undefined) return minute.from;
    if (!(await this.#write(minute.from, after.sums, part.begun, hash(minute.from), rows))) return minute.from;
    this.#stride.sent(minute, after.sums.bytes);
    return minute.to;
  }

  async #send(minutes: Minutes, range: Minutes, rows: Rows) {
    const { anew, checkpoint } = this.#replaying;
    const recorded = anew ? undefined : await checkpoint();
    const judgement = await this.#book.judgement(minutes, anew ? new Map() : rows, recorded ?? UNREAD);
    const pass = new SendingPass(this.#passing, (minute) => judgement.rules(minute));
    const tooMuch = this.#stride.tooMuch(range.to - range.from);
    const found = await pass.send({ startTime: range.from, endTime: range.to - 1 }, tooMuch);
    if (found.ended === 'out of time') throw new Stopped('Reading CloudWatch Logs was ended.');
    return { found, hash: (minute: number) => judgement.hash(minute) };
  }

  /** `false`: it is to be done again, since another policy has judged it meanwhile. */
  async #write(minute: number, sums: ReturnType<Found['sums']['of']>, begun: number, policy: string, rows: Rows) {
    const before = rows.get(minute);
    if (before !== undefined && before.policy !== policy) this.rejudged += 1;
    return await this.#book.write({ minute, sums, begun, policy }, before, this.#replaying.anew);
  }
}
