import { type Again, isDocumentError, type Ruling, ruleItem, ruleWhole } from './core/bulk/answers.ts';
import { BATCH_BYTES, batches, halves } from './core/bulk/batch.ts';
import type { BulkItem } from './core/bulk/bulk.ts';
import type { Parcel } from './core/document/judge.ts';
import type { Outcome, ParkReason } from './core/ledger/outcome.ts';
import type { SendNumbers } from './core/ledger/tally.ts';
import { backoff, MARGIN } from './core/pace.ts';
import { OutOfTime, Stopped } from './core/stopped.ts';
import { bytesOf, finish, type Piece, piecesOf, sizeOf } from './pieces.ts';
import type { BulkSink, Clock } from './ports.ts';

export interface Sending {
  readonly sink: BulkSink;
  readonly clock: Clock;
  /** Milliseconds since the epoch: when what is sent must be over. Asked anew at each send. */
  readonly deadline: () => number;
  /** Index names of which a document has been confirmed under that very name. */
  readonly indices: Set<string>;
}

/** Called once for each parcel, when all its items are confirmed, or what is parked in their place. */
export type Settle = (parcel: Parcel, outcome: Outcome) => void;

interface Batch {
  readonly pieces: readonly Piece[];
  readonly refusals: number;
}

const REFUSALS_ALONE = 3;
/** The size is blamed only of a document that has so many bytes, and so many times as many as one that passes. */
const LARGE = 32 * 1024;
const TIMES_THE_PROBE = 10;
/** No JSON: refused whatever the mapping, so that it leaves nothing behind. */
const BROKEN = '{';
/** What passes with room for so much is followed by a little more: a server that was full for a while is not for ever. */
const GROWTH = 1 / 128;
const ENOUGH_TO_JUDGE = 100;
const TOLERATED_SHARE = 0.2;

/** Sends parcels until each item is confirmed, or stops the run: there is no third way. */
export class Sender {
  readonly #to: Sending;
  #refused = 0;
  #seen = 0;
  #renewed = false;
  /** Bytes that a request may have: less after the server refused one for its size, more again with each that passes. */
  #room = BATCH_BYTES;
  /** Running: that nothing was confirmed in between. */
  #refusals = 0;
  /** By index, the smallest document that was confirmed there: sent again it leaves nothing behind. */
  readonly #smallest = new Map<string, BulkItem>();
  #deadline = 0;
  readonly #numbers = { bytesSent: 0, elasticsearchRetries: 0, elasticsearchTook: 0, secretRefused: 0 };

  constructor(to: Sending) {
    this.#to = to;
  }

  /** Of all that was sent so far. */
  get numbers(): SendNumbers {
    return { ...this.#numbers };
  }

  async send(parcels: readonly Parcel[], settle: Settle): Promise<void> {
    this.#deadline = this.#to.deadline();
    for (const parcel of parcels) this.#seen += parcel.kind === 'event' ? parcel.items.length : 1;
    const pieces = parcels.flatMap((parcel) => piecesOf(parcel, (outcome) => settle(parcel, outcome)));
    const queue: Batch[] = this.#firstOfEachIndex(pieces).map((pieces) => ({ pieces, refusals: 0 }));
    for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
      const left = batch.pieces.filter(({ group }) => !group.replaced);
      const [first, ...rest] = batches(left, this.#room);
      queue.unshift(...rest.map((pieces) => ({ ...batch, pieces })));
      if (first !== undefined) queue.unshift(...(await this.#attempt({ ...batch, pieces: first })));
    }
  }

  /**
   * Before the first request to an index that this process has not seen confirmed, one item goes alone: should a
   * template make a data stream of the name, at most one document lands wrongly. The smallest, the likeliest to pass.
   */
  #firstOfEachIndex(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
    const scouts = new Map<string, Piece>();
    for (const piece of pieces) {
      const { index } = piece.item;
      const scout = scouts.get(index);
      const smaller = scout === undefined || piece.bytes < scout.bytes;
      if (smaller && !this.#to.indices.has(index)) scouts.set(index, piece);
    }
    const alone = [...scouts.values()];
    return [...alone.map((piece) => [piece]), ...batches(pieces.filter((piece) => !alone.includes(piece)))];
  }

  /** One request; what is still to be sent after it. */
  async #attempt(batch: Batch): Promise<readonly Batch[]> {
    const { sink, clock } = this.#to;
    const items = batch.pieces.map((piece) => piece.item);
    const answer = await this.#withinTime((signal) => sink.bulk(items, signal));
    this.#numbers.bytesSent += sizeOf(batch.pieces);
    if (answer.kind === 'items') {
      this.#numbers.elasticsearchTook += answer.took;
      const rulings = batch.pieces.map((piece, at) => {
        const each = answer.items[at];
        if (each === undefined) throw new Stopped('Elasticsearch answered fewer items than it was sent.');
        return { piece, ruling: ruleItem(piece.item, each, piece.indexEnd, clock.now()) };
      });
      const next = await this.#carryOut(batch, rulings);
      if (next.length === 0) this.#room = Math.min(BATCH_BYTES, this.#room * (1 + GROWTH));
      return next;
    }
    const ruling = ruleWhole(answer);
    switch (ruling.kind) {
      case 'again':
        return this.#later(batch, batch.pieces, ruling);
      case 'split':
        return this.#split(batch);
      case 'renew':
        await this.#renew(ruling.why);
        return [batch];
      case 'stop':
        throw new Stopped(ruling.why);
    }
  }

  async #carryOut(
    batch: Batch,
    rulings: readonly { readonly piece: Piece; readonly ruling: Ruling }[],
  ): Promise<readonly Batch[]> {
    const parked: Piece[] = [];
    // What is confirmed is counted before anything can stop the run: the totals tell what Elasticsearch has.
    for (const { piece, ruling } of rulings) {
      if (ruling.kind === 'indexed' || ruling.kind === 'already indexed') this.#confirm(piece, ruling.kind);
    }
    for (const { piece, ruling } of rulings) {
      if (ruling.kind === 'stop') throw new Stopped(ruling.why);
      if (ruling.kind === 'park') parked.push(...this.#park(piece, ruling.reason, ruling.detail));
    }
    const refusedKey = rulings.map(({ ruling }) => ruling).find((ruling) => ruling.kind === 'renew');
    if (refusedKey !== undefined) await this.#renew(refusedKey.why);
    const again = rulings.flatMap(({ piece, ruling }) => (ruling.kind === 'again' ? [{ piece, ruling }] : []));
    const renewed = rulings.flatMap(({ piece, ruling }) => (ruling.kind === 'renew' ? [piece] : []));
    const next: Batch[] = [parked, renewed].flatMap((pieces) => (pieces.length === 0 ? [] : [{ pieces, refusals: 0 }]));
    const [first] = again;
    if (first === undefined) return next;
    const pieces = again.map(({ piece }) => piece);
    const why = `Elasticsearch answers ${first.ruling.why}`;
    return [...next, ...(await this.#later(batch, pieces, { ...first.ruling, why }))];
  }

  #confirm(piece: Piece, as: 'indexed' | 'already indexed'): void {
    const { item, at, group } = piece;
    this.#refusals = 0;
    this.#to.indices.add(item.index);
    const smallest = this.#smallest.get(item.index);
    if (smallest === undefined || item.body.length < smallest.body.length) this.#smallest.set(item.index, item);
    finish(group, at, group.parcel.kind === 'parked' ? { kind: 'parked', why: group.parcel.reason } : { kind: as });
  }

  /** What goes in the place of a document that Elasticsearch will never take. */
  #park({ at, group, parkedAs }: Piece, reason: ParkReason, detail: string): Piece[] {
    if (parkedAs === undefined) throw new Stopped(`A line could not even be parked (${detail}).`);
    this.#refused += 1;
    if (this.#refused > ENOUGH_TO_JUDGE && this.#refused > this.#seen * TOLERATED_SHARE) {
      throw new Stopped(
        `Elasticsearch refused ${this.#refused} of ${this.#seen} documents, the last with: ${detail.slice(0, 300)}. ` +
          'That is no matter of single documents: check the index template with `eks-audit elasticsearch setup`.',
      );
    }
    return piecesOf(parkedAs(reason, detail), (outcome) => finish(group, at, outcome));
  }

  /** Waits, then tries again; from the second refusal on in halves. */
  async #later(
    batch: Batch,
    pieces: readonly Piece[],
    { why, forSize }: Omit<Again, 'kind'>,
  ): Promise<readonly Batch[]> {
    this.#numbers.elasticsearchRetries += 1;
    const refusals = batch.refusals + 1;
    this.#refusals += 1;
    const [only] = pieces;
    if (forSize && only !== undefined && batch.pieces.length === 1) {
      only.alone += 1;
      if (only.alone >= REFUSALS_ALONE && (await this.#isItsSize(only))) return this.#lastTry(only, why);
    }
    await this.#pause(backoff(this.#refusals, this.#to.clock.random()), why);
    if (refusals < 2) return [{ pieces, refusals }];
    if (forSize && pieces.length > 1) this.#lessThan(sizeOf(pieces));
    return halves(pieces).map((part) => ({ pieces: part, refusals }));
  }

  /**
   * Whether a document that the server refuses is what is wrong, not the server: it is large, and one that is much
   * smaller passes right now. That one is there already (409), or is none (400), so it leaves nothing behind.
   */
  async #isItsSize({ item, bytes }: Piece): Promise<boolean> {
    const probe = this.#smallest.get(item.index) ?? { index: item.index, id: item.id, body: BROKEN };
    if (bytes < LARGE || bytes < TIMES_THE_PROBE * bytesOf(probe)) return false;
    const answer = await this.#withinTime((signal) => this.#to.sink.bulk([probe], signal));
    const [said] = answer.kind === 'items' ? answer.items : [];
    const passes = said?.status === 409 || (probe.body === BROKEN && isDocumentError(said?.type, said?.reason ?? ''));
    if (passes) this.#refusals = 0;
    return passes;
  }

  /** A document too large for this server: sent once more, since a lost answer may have hidden that it was taken. */
  async #lastTry(piece: Piece, why: string): Promise<readonly Batch[]> {
    const answer = await this.#withinTime((signal) => this.#to.sink.bulk([piece.item], signal));
    const batch = { pieces: [piece], refusals: 0 };
    const [item] = answer.kind === 'items' ? answer.items : [];
    if (item !== undefined) {
      const ruling = ruleItem(piece.item, item, piece.indexEnd, this.#to.clock.now());
      if (ruling.kind !== 'again') return this.#carryOut(batch, [{ piece, ruling }]);
      return ruling.forSize ? this.#tooLarge(piece, why) : this.#later(batch, [piece], ruling);
    }
    const ruling = answer.kind === 'items' ? undefined : ruleWhole(answer);
    const refused = ruling?.kind === 'split' || (ruling?.kind === 'again' && ruling.forSize);
    return refused ? this.#tooLarge(piece, why) : [batch];
  }

  /** Parked; a part of what is parked already in smaller parts, where there are smaller ones. */
  #tooLarge(piece: Piece, why: string): readonly Batch[] {
    const detail = `${why}, alone, while a small document passes`;
    const { group } = piece;
    const { parcel, settle } = group;
    this.#lessThan(piece.bytes);
    if (parcel.kind === 'event') return [{ pieces: this.#park(piece, 'too large', detail), refusals: 0 }];
    if (parcel.smaller === undefined) throw new Stopped(`A line could not even be parked (${detail}).`);
    group.replaced = true;
    return [{ pieces: piecesOf(parcel.smaller(), settle), refusals: 0 }];
  }

  /** A 413: larger than the server, or what stands before it, takes at once. */
  async #split(batch: Batch): Promise<readonly Batch[]> {
    const why = 'Elasticsearch answers 413: larger than http.max_content_length';
    if (batch.pieces.length === 1) return this.#later(batch, batch.pieces, { why, forSize: true });
    this.#lessThan(sizeOf(batch.pieces));
    return halves(batch.pieces).map((pieces) => ({ pieces, refusals: batch.refusals }));
  }

  /** What was refused for its size is followed by no request that is larger than half: else each would find that out. */
  #lessThan(bytes: number): void {
    this.#room = Math.min(this.#room, bytes / 2);
  }

  /** The secret may have been rotated under us: it is read again once a run. */
  async #renew(why: string): Promise<void> {
    this.#numbers.secretRefused += 1;
    if (this.#renewed || !(await this.#to.sink.renew())) throw new Stopped(why);
    this.#renewed = true;
  }

  async #pause(milliseconds: number, why: string): Promise<void> {
    const { clock } = this.#to;
    if (clock.now() + milliseconds > this.#deadline - MARGIN) throw new OutOfTime(why);
    await clock.sleep(milliseconds);
  }

  /** An answer that does not come must not outlive the run: the lease would end before it does. */
  async #withinTime<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const left = this.#deadline - MARGIN / 2 - this.#to.clock.now();
    return request(AbortSignal.timeout(Math.max(1, left)));
  }
}
