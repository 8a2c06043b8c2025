import { describe, expect, test } from 'vitest';
import type { BulkAnswer, BulkItem } from '../../lambda/core/bulk/bulk.ts';
import { judge, type Parcel } from '../../lambda/core/document/judge.ts';
import type { Outcome } from '../../lambda/core/ledger/outcome.ts';
import { Sender } from '../../lambda/sender.ts';
import { event, line, lines, NOON, rules } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { FlakySink, MemorySink, PickySink } from '../support/fakes/sink.ts';

const MINUTE = 60_000;

function parcels(count: number): Parcel[] {
  return lines(count).map(parcelOf);
}

function parcelOf(of: ReturnType<typeof line>): Parcel {
  const routed = judge(of, rules(), NOON);
  if (routed.kind !== 'send') throw new Error('the line was dropped');
  return routed.parcel;
}

/** Sends, and tells what came of it. */
async function send(sink: MemorySink, what: readonly Parcel[], known = new Set<string>()) {
  const clock = new VirtualClock(NOON);
  const outcomes: Outcome['kind'][] = [];
  const sender = new Sender({
    sink,
    clock,
    deadline: () => NOON + MINUTE,
    indices: known,
  });
  const error = await sender
    .send(what, (_, outcome) => void outcomes.push(outcome.kind))
    .then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown)),
    );
  return { outcomes, numbers: sender.numbers, error, known, sizes: sink.requests.map((items) => items.length) };
}

const whole = (status: number, type?: string) => (): BulkAnswer =>
  type === undefined ? { kind: 'refused', status } : { kind: 'refused', status, type };
const unreachable = (): BulkAnswer => ({ kind: 'unreachable', why: 'ECONNRESET' });

describe('to an index not seen before', () => {
  test('one document goes first, alone', async () => {
    const sent = await send(new MemorySink(), parcels(5));
    expect(sent.sizes).toEqual([1, 4]);
    expect(sent.outcomes).toEqual(Array(5).fill('indexed'));
  });

  test('the smallest goes first', async () => {
    const small = parcelOf(line({ message: JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1' }) }));
    const sink = new MemorySink();
    await send(sink, [...parcels(3), small]);
    expect(sink.requests[0]?.[0]?.id).toBe(small.id);
  });

  test('none goes first once the process knows it', async () => {
    const { known } = await send(new MemorySink(), parcels(1));
    expect((await send(new MemorySink(), parcels(5), known)).sizes).toEqual([5]);
  });

  test('a document that lands elsewhere stops the run, and no other follows', async () => {
    const sink = new FlakySink((items) => ({
      kind: 'items',
      took: 1,
      items: items.map(() => ({ status: 201, index: '.ds-logs-000001' })),
    }));
    const sent = await send(sink, parcels(5));
    expect(sent.error).toContain('eks-audit elasticsearch setup');
    expect(sent.sizes).toEqual([1]);
    expect(sent.outcomes).toEqual([]);
  });
});

describe('what is there already', () => {
  test('counts as already indexed', async () => {
    const sink = new MemorySink();
    await send(sink, parcels(3));
    expect((await send(sink, parcels(3))).outcomes).toEqual(Array(3).fill('already indexed'));
  });
});

describe('a refusal that passes', () => {
  test.each([
    ['429', whole(429)],
    ['502', whole(502)],
    ['503', whole(503)],
    ['504', whole(504)],
    ['a lost connection', unreachable],
  ])('%s is tried again, and each document is confirmed once', async (_, refusal) => {
    const sent = await send(new FlakySink(refusal, refusal), parcels(4));
    expect(sent.outcomes).toEqual(Array(4).fill('indexed'));
    expect(sent.numbers.elasticsearchRetries).toBe(2);
  });

  test('from the second on what is left is halved each time', async () => {
    const known = new Set([parcels(1)[0]?.items[0]?.index ?? '']);
    const sent = await send(new FlakySink(whole(429), whole(429), whole(429)), parcels(8), known);
    expect(sent.sizes).toEqual([8, 8, 4, 2, 2, 4]);
    expect(sent.outcomes).toHaveLength(8);
  });

  test('of single documents sends those again, alone', async () => {
    const known = new Set([parcels(1)[0]?.items[0]?.index ?? '']);
    const sink = new FlakySink((items) => ({
      kind: 'items',
      took: 1,
      items: items.map(({ index }, at) => ({ index, status: at === 0 ? 429 : 201 })),
    }));
    const sent = await send(sink, parcels(3), known);
    expect(sent.sizes).toEqual([3, 1]);
    expect(sent.outcomes).toHaveLength(3);
  });

  test('until no time is left stops the run with a sentence', async () => {
    const down = new FlakySink(...Array(200).fill(unreachable));
    const sent = await send(down, parcels(4));
    expect(sent.error).toBe('Elasticsearch does not answer (ECONNRESET), and no time is left to try it again.');
    expect(sent.outcomes).toEqual([]);
  });
});

describe('a server with little room', () => {
  /** Refuses requests of over 20 kB, until so many were answered. */
  class CrampedSink extends MemorySink {
    readonly #refusal: () => BulkAnswer;
    readonly #until: number;
    refusals = 0;
    constructor(refusal: () => BulkAnswer, until = Number.POSITIVE_INFINITY) {
      super();
      this.#refusal = refusal;
      this.#until = until;
    }
    protected override answer(items: readonly BulkItem[]): BulkAnswer {
      const bytes = items.reduce((sum, { body }) => sum + body.length, 0);
      if (bytes <= 20_000 || this.requests.length > this.#until) return super.answer(items);
      this.refusals += 1;
      return this.#refusal();
    }
  }
  const full = whole(429, 'es_rejected_execution_exception');

  test.each([
    ['429', full],
    ['413', whole(413)],
  ])('that it says with %s is sent no more than it took, and all arrives within the time', async (_, refusal) => {
    const sink = new CrampedSink(refusal);
    const sent = await send(sink, parcels(600));
    expect(sent.error).toBeUndefined();
    expect(sent.outcomes).toEqual(Array(600).fill('indexed'));
    expect(sink.refusals).toBeLessThan(sent.sizes.length / 4);
  });

  test('gets more at once when it has room again', async () => {
    const sink = new CrampedSink(full, 60);
    const { sizes } = await send(sink, parcels(4000));
    const largest = (from: number, to: number) => Math.max(...sizes.slice(from, to));
    expect(largest(-60, -1)).toBeGreaterThan(2 * largest(40, 60));
  });
});

describe('a document too large', () => {
  const FULL = { status: 429, type: 'es_rejected_execution_exception' } as const;
  const large = (bytes = 60_000) => parcelOf(line({ message: JSON.stringify(event({ unknown: 'x'.repeat(bytes) })) }));
  const isEvent = ({ index }: BulkItem) => index.includes('audit_logs');
  const over = (bytes: number) => (item: BulkItem) => (item.body.length > bytes ? FULL : undefined);

  test('refused thrice alone while a small one passes is parked, and the others are indexed', async () => {
    const sink = new PickySink((item) => (isEvent(item) ? over(50_000)(item) : undefined));
    const sent = await send(sink, [large(), ...parcels(3)]);
    expect(sent.error).toBeUndefined();
    expect(sent.outcomes.toSorted()).toEqual(['indexed', 'indexed', 'indexed', 'parked']);
    expect(sink.ids('audit_parked')).toEqual([large().id]);
  });

  test('is parked also where it is the only one: a text that is no JSON shows that the server answers', async () => {
    const sink = new PickySink((item) => (isEvent(item) ? over(50_000)(item) : undefined));
    expect((await send(sink, [large()])).outcomes).toEqual(['parked']);
    expect(sink.ids('audit_logs')).toEqual([]);
  });

  test('is not parked while nothing passes: the server is what is busy', async () => {
    const sent = await send(new PickySink(() => FULL), [large(), ...parcels(3)]);
    expect(sent.error).toContain('no time is left');
    expect(sent.outcomes).toEqual([]);
  });

  test.each([
    ['a lost connection', unreachable],
    ['a shard on its way', whole(503, 'unavailable_shards_exception')],
    ['a proxy’s refusal', whole(429)],
  ])('is never thought to be so because of %s', async (_, refusal) => {
    const [id] = [large().id];
    const sink = new FlakySink(
      ...Array(400).fill((items: readonly BulkItem[]) =>
        items.some((each) => each.id === id) ? refusal() : undefined,
      ),
    );
    const sent = await send(sink, [large(), ...parcels(3)]);
    expect(sent.error).toContain('no time is left');
    expect(sink.ids('audit_parked')).toEqual([]);
  });

  test.each([
    ['under 32 KiB', 20_000, 10],
    ['less than ten times one that passes', 60_000, 20_000],
  ])('is not one %s: the run stops', async (_, bytes, passing) => {
    const [refused] = [large(bytes)];
    const sink = new PickySink(({ id }) => (id === refused.id ? FULL : undefined));
    const sent = await send(sink, [refused, large(passing)]);
    expect(sent.error).toContain('no time is left');
    expect(sink.ids('audit_parked')).toEqual([]);
  });

  test('that was taken, its answer lost, is indexed and not parked', async () => {
    const lost = large();
    const sink = new PickySink((item) => (sink.tries(item.id) <= 3 ? over(50_000)(item) : undefined));
    const sent = await send(sink, [lost, ...parcels(1)]);
    expect(sent.outcomes.toSorted()).toEqual(['indexed', 'indexed']);
    expect(sink.ids('audit_parked')).toEqual([]);
  });

  test('answered 413 is found by halving and parked', async () => {
    const tooLarge = (items: readonly BulkItem[]) =>
      items.some((item) => isEvent(item) && item.body.length > 50_000) ? whole(413)() : undefined;
    const sink = new FlakySink(...Array(40).fill(tooLarge));
    const sent = await send(sink, [...parcels(3), large(), ...parcels(7).slice(3)]);
    expect(sent.outcomes.toSorted()).toEqual([...Array(7).fill('indexed'), 'parked']);
  });

  test('is parked in smaller parts where the server refuses the larger ones too', async () => {
    const sink = new PickySink(over(50_000));
    const sent = await send(sink, [large(600_000), ...parcels(1)]);
    expect(sent.error).toBeUndefined();
    expect(sent.outcomes.toSorted()).toEqual(['indexed', 'parked']);
    const ids = sink.ids('audit_parked').filter((id) => id.startsWith(`${large(600_000).id}.16.`));
    expect(ids.length).toBeGreaterThan(100);
  });

  test('whose smaller parts are refused as well stops the run', async () => {
    const sink = new PickySink(over(5000));
    expect((await send(sink, [large(600_000), ...parcels(1)])).error).toContain('no time is left');
  });
});

describe('an error of the document', () => {
  const refusing = (refused: (item: BulkItem) => boolean) =>
    new PickySink((item) =>
      item.index.includes('audit_logs') && refused(item)
        ? { status: 400, type: 'document_parsing_exception', reason: 'failed to parse' }
        : undefined,
    );

  test('parks it with what it would have been, and the run goes on', async () => {
    const [first] = parcels(1);
    const sink = refusing(({ id }) => id === first?.id);
    const sent = await send(sink, parcels(4));
    expect(sent.outcomes.toSorted()).toEqual(['indexed', 'indexed', 'indexed', 'parked']);
    const parked = [...sink.documents.values()].find(({ index }) => index.includes('audit_parked'));
    expect(JSON.parse(parked?.body ?? '').parked).toMatchObject({
      reason: 'refused by the mapping',
      detail: 'document_parsing_exception: failed to parse',
      id: first?.id,
    });
  });

  test('of more than 100 and a fifth of the lines stops the run: that is no matter of single documents', async () => {
    const sink = refusing(() => true);
    const sent = await send(sink, parcels(300));
    expect(sent.error).toContain('101 of 300');
    // The one that went first, alone, was parked before the others were known to be refused.
    expect(sink.documents.size).toBe(1);
  });

  test('of less than a fifth does not', async () => {
    const ids = new Set(parcels(110).map(({ id }) => id));
    const sent = await send(
      refusing(({ id }) => ids.has(id)),
      parcels(600),
    );
    expect(sent.outcomes.filter((outcome) => outcome === 'parked')).toHaveLength(110);
  });

  test('of what is being parked stops the run', async () => {
    const sink = new PickySink(() => ({ status: 400, type: 'document_parsing_exception', reason: 'no' }));
    expect((await send(sink, parcels(1))).error).toContain('could not even be parked');
  });
});

test('a parked line in several parts has its outcome when all parts are confirmed', async () => {
  const sink = new MemorySink();
  const parts = parcelOf(line({ message: 'x'.repeat(600_000) }));
  const sent = await send(sink, [parts]);
  expect(sent.outcomes).toEqual(['parked']);
  expect(sink.documents.size).toBe(parts.items.length);
  expect(parts.items.length).toBeGreaterThan(2);
});

class RotatedSink extends FlakySink {
  override async renew(): Promise<boolean> {
    return true;
  }
}

describe('a key without rights', () => {
  test('answered 200 with a 403 on every item stops the run, nothing parked', async () => {
    const sink = new PickySink(() => ({ status: 403, type: 'security_exception', reason: 'unauthorized' }));
    const sent = await send(sink, parcels(200));
    expect(sent.error).toContain('create_doc');
    expect(sent.outcomes).toEqual([]);
    expect(sink.documents.size).toBe(0);
  });

  test('that has got them meanwhile goes on: a key that may not is read again once, too', async () => {
    const denied = (items: readonly BulkItem[]): BulkAnswer => ({
      kind: 'items',
      took: 1,
      items: items.map(({ index }) => ({ index, status: 403, type: 'security_exception' })),
    });
    const sent = await send(new RotatedSink(denied), parcels(3));
    expect(sent.outcomes).toEqual(Array(3).fill('indexed'));
  });

  test('answered 401 is read again once, then stops the run', async () => {
    const sink = new FlakySink(...Array(9).fill(whole(401, 'security_exception')));
    const sent = await send(sink, parcels(3));
    expect(sink.renewals).toBe(1);
    expect(sent.error).toContain('401');
  });

  test('that was rotated goes on with the new one', async () => {
    const sent = await send(new RotatedSink(whole(401)), parcels(3));
    expect(sent.outcomes).toEqual(Array(3).fill('indexed'));
    expect(sent.numbers.secretRefused).toBe(1);
  });
});
