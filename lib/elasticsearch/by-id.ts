import { Stopped } from '../../lambda/core/stopped.ts';
import { type Answer, bodyOf, type Request } from './ask.ts';
import { type Stored, storedIn } from './stored.ts';

export interface Place {
  readonly index: string;
  readonly id: string;
}

/** A place, and of how many bytes the document there should be, about. */
export interface Sized extends Place {
  readonly bytes: number;
}

export interface LookedUp {
  readonly place: Place;
  readonly stored: Stored;
}

/** How much is asked for at once. */
export interface BatchSizes {
  /** Documents. */
  readonly batch: number;
  /** Bytes that an answer should have at most, unless it is of one document. */
  readonly bytes: number;
}

/** An answer may be so many times larger than its documents should be; one that is larger still is not taken. */
const LARGER = 4;
/** Bytes: what Elasticsearch says of a document beside its source, and what a cluster's names may add to it. */
const AROUND = 4096;

/** Documents by their ids, and not by search: also what no refresh has made searchable yet. */
export class ById {
  readonly #ask: (request: Request) => Promise<Answer>;
  readonly #refusal: (answer: Answer) => Stopped;
  readonly #sizes: BatchSizes;

  constructor(ask: (request: Request) => Promise<Answer>, refusal: (answer: Answer) => Stopped, sizes: BatchSizes) {
    this.#ask = ask;
    this.#refusal = refusal;
    this.#sizes = sizes;
  }

  /** In the order of the places. `how`: what is wanted of each, as the query of the request. */
  async *lookUp(places: readonly Sized[], how: string): AsyncIterable<readonly LookedUp[]> {
    for (const batch of inBatches(places, this.#sizes)) yield* this.#atOnce(batch, how);
  }

  /** What makes an answer too large to hold, or no JSON, is found by asking for less. */
  async *#atOnce(batch: readonly Sized[], how: string): AsyncIterable<readonly LookedUp[]> {
    const stored = await this.#get(batch, how);
    if (stored !== undefined)
      yield batch.map(({ index, id }, at) => ({ place: { index, id }, stored: stored[at] ?? ODD }));
    else if (batch.length === 1) yield batch.map(({ index, id }) => ({ place: { index, id }, stored: ODD }));
    else {
      const half = Math.ceil(batch.length / 2);
      yield* this.#atOnce(batch.slice(0, half), how);
      yield* this.#atOnce(batch.slice(half), how);
    }
  }

  async #get(batch: readonly Sized[], how: string): Promise<readonly Stored[] | undefined> {
    const docs = batch.map(({ index, id }) => ({ _index: index, _id: id }));
    const bytes = batch.reduce((sum, each) => sum + each.bytes, 0);
    const limit = LARGER * Math.max(bytes, this.#sizes.bytes) + AROUND * batch.length;
    const answer = await this.#ask({ method: 'POST', path: `/_mget${how}`, body: { docs }, limit });
    const body = bodyOf(answer);
    const ids = batch.map(({ id }) => id);
    if (body === undefined && answer.kind !== 'too large') throw this.#refusal(answer);
    const stored = typeof body === 'string' ? storedIn(body, ids) : undefined;
    for (const [at, { error }] of stored?.entries() ?? []) refuseUnknown(batch[at]?.index ?? '', error);
    return stored;
  }
}

/** A document that can't be shown. */
const ODD: Stored = { found: true, source: undefined, error: undefined };

/** A document in an index that can't be looked into is not one that is missing. */
function refuseUnknown(index: string, error: Stored['error']): void {
  if (error === undefined || error.type === 'index_not_found_exception') return;
  throw new Stopped(
    `Elasticsearch can't look into ${index}: ${error.reason}. Mend that first, or choose a range without it.`,
  );
}

/** Batches of so many at most, and of so many bytes, but of one at least. */
function* inBatches(all: readonly Sized[], sizes: BatchSizes): Generator<readonly Sized[]> {
  let batch: Sized[] = [];
  let sum = 0;
  for (const each of all) {
    if (batch.length > 0 && (batch.length === sizes.batch || sum + each.bytes > sizes.bytes)) {
      yield batch;
      batch = [];
      sum = 0;
    }
    batch.push(each);
    sum += each.bytes;
  }
  if (batch.length > 0) yield batch;
}
