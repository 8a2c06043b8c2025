import type { Settings } from '../../../lambda/contract.ts';
import { Confirmed } from '../../../lambda/core/document/confirmed.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Numbers } from '../../../lambda/core/ledger/tally.ts';
import type { Checkpoint } from '../../../lambda/core/minutes/checkpoint.ts';
import { beginnings, type Minutes, minuteFrom } from '../../../lambda/core/minutes/minutes.ts';
import type { MinuteInParts } from '../../../lambda/core/minutes/part.ts';
import { ReadSize } from '../../../lambda/core/minutes/read-size.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import { MinuteRules, type RulesByMinute } from '../../../lambda/minute-rules.ts';
import { Passes, type Sent } from '../../../lambda/passes.ts';
import type { Ports } from '../../../lambda/ports.ts';
import type { Reader } from '../../../lambda/reader.ts';
import { RowWriter } from '../../../lambda/rows.ts';
import { Sender } from '../../../lambda/sender.ts';
import { patientReader } from '../reach/patient-reader.ts';

export interface Resending {
  readonly settings: Settings<Policy>;
  readonly ports: Pick<Ports, 'source' | 'sink' | 'ledger' | 'clock'>;
  /**
   * By which policy minutes without a row are judged; undefined: the source was never read. Asked at each step, since
   * the function goes on meanwhile.
   */
  readonly checkpoint: () => Promise<Checkpoint | undefined>;
  /** Every minute by the policy configured now, whatever judged it before. */
  readonly anew: boolean;
  /** What is read at once. Default about eight pages. */
  readonly partBytes?: number | undefined;
}

const WINDOW = 60 * MINUTE;
/** How long one page's documents may take to be rid of, milliseconds. */
const PATIENCE = 5 * MINUTE;

/** Reads minutes again and sends every line of them, whatever is known of it; writes their rows. Moves no cursor. */
export class Resend {
  readonly #resending: Resending;
  readonly #reader: Reader;
  readonly #sender: Sender;
  readonly #rows: RowWriter;
  readonly #rules: MinuteRules;
  readonly #readSize: ReadSize;
  readonly #passes: Passes;
  #part: MinuteInParts | undefined;
  /** Minutes that another policy had judged before. */
  rejudged = 0;

  constructor(resending: Resending) {
    const { settings, ports, anew, partBytes } = resending;
    const { source, sink, clock, ledger } = ports;
    const { requestsPerSecond } = settings;
    this.#resending = resending;
    this.#reader = patientReader(source, clock, requestsPerSecond);
    this.#sender = new Sender({ sink, clock, deadline: () => clock.now() + PATIENCE, indices: new Set() });
    this.#rows = new RowWriter(ledger);
    this.#rules = new MinuteRules(ledger, settings);
    this.#readSize = new ReadSize(partBytes);
    this.#passes = new Passes({
      reader: this.#reader,
      delivery: { sender: this.#sender, confirmed: new Confirmed(0), clock },
      rows: this.#rows,
      readSize: this.#readSize,
      anew,
    });
  }

  /** What was read, sent and written so far. */
  get numbers(): Numbers {
    return {
      ...this.#passes.numbers,
      ...this.#reader.numbers,
      ...this.#sender.numbers,
      ...this.#rows.numbers,
      unchanged: 0,
    };
  }

  /** The policy's hash that is configured now. */
  get current(): string {
    return this.#rules.current.policy;
  }

  /** Does the first minutes of these, or a part of the first: from where to go on. */
  async step(minutes: Minutes): Promise<number> {
    const { clock } = this.#resending.ports;
    await this.#rules.keepCurrent();
    const due = { from: minutes.from, to: Math.min(minutes.to, minutes.from + WINDOW) };
    const rows = await this.#rows.rows({ from: due.from - MINUTE, to: due.to });
    const step = this.#readSize.nextToSend({ due, rows, part: this.#part, now: clock.now() });
    const asked = step.kind === 'part' ? minuteFrom(step.part.minute) : step.minutes;
    const rules = await this.#judged(asked, rows);
    const sent =
      step.kind === 'part'
        ? await this.#passes.sendPart(step.part, rules, rows)
        : await this.#passes.sendMinutes(step.minutes, rules, rows);
    const upTo = this.#after(asked, sent);
    this.#countRejudged({ from: asked.from, to: upTo }, rules, rows);
    return upTo;
  }

  #after(asked: Minutes, sent: Sent): number {
    this.#part = undefined;
    switch (sent.kind) {
      case 'in full':
        return asked.to;
      case 'part':
        this.#part = sent.left;
        return asked.from;
      case 'judged otherwise':
        return sent.minute;
      case 'not in full':
        if (sent.ended === 'out of time') throw new Stopped('Reading CloudWatch Logs was ended.');
        this.#part = sent.shrink();
        return asked.from;
    }
  }

  async #judged(minutes: Minutes, rows: ReadonlyMap<number, Row>): Promise<RulesByMinute> {
    const { anew, checkpoint } = this.#resending;
    const rules = anew ? this.#rules.anew : this.#rules.asDeployed;
    return await rules.call(this.#rules, minutes, rows, await checkpoint());
  }

  #countRejudged(done: Minutes, rules: RulesByMinute, rows: ReadonlyMap<number, Row>): void {
    const other = (minute: number) => (rows.get(minute)?.policy ?? rules.by(minute).policy) !== rules.by(minute).policy;
    this.rejudged += beginnings(done).filter(other).length;
  }
}
