import { describe, expect, test } from 'vitest';
import { type Backfill, backfill } from '../../../../bin/operate/backfill/backfill.ts';
import type { BulkItem } from '../../../../lambda/core/bulk/bulk.ts';
import { hashOf } from '../../../../lambda/core/hash.ts';
import { begin, judging } from '../../../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { EVERYTHING, event, line, lines, NOON, rule, settings } from '../../../support/builders.ts';
import { MemoryMark } from '../../../support/fakes/mark.ts';
import { MemorySink } from '../../../support/fakes/sink.ts';
import { places, world } from '../../../support/world.ts';

const RANGE = { from: NOON - 10 * MINUTE, to: NOON + 5 * MINUTE };
const KEPT = hashOf(EVERYTHING);
const NOTHING_KEPT: Policy = { ...EVERYTHING, rules: [rule({ level: 'None' })] };

/** A backfill of that world; overrides say what is special about it. */
function order(made: ReturnType<typeof world>, overrides: Partial<Backfill> = {}): Backfill {
  return {
    settings: settings(),
    ports: made,
    checkpoint: async () => made.store.checkpoint,
    anew: false,
    minutes: RANGE,
    mark: new MemoryMark(),
    owner: 'me',
    report: () => {},
    ...overrides,
  };
}

describe('a backfill', () => {
  test('sends everything again, whatever is known of it, and indexes nothing twice', async () => {
    const made = world(lines(150));
    await made.go();
    const before = made.sink.documents.size;
    const { numbers, failure } = await backfill(order(made));
    expect(numbers).toMatchObject({ read: 150, indexed: 0, alreadyIndexed: 150, unaccounted: 0 });
    expect(failure).toBeUndefined();
    expect(made.sink.documents.size).toBe(before);
  });

  test('brings back what Elasticsearch lost, and leaves cursors and lease alone', async () => {
    const made = world(lines(150));
    await made.go();
    const documents = new Set(made.sink.documents.keys());
    made.sink.documents.clear();
    await made.store.acquire('the function', made.clock.now(), made.clock.now() + MINUTE);
    const { checkpoint, fence } = made.store;
    expect((await backfill(order(made))).numbers).toMatchObject({ indexed: 150 });
    expect(new Set(made.sink.documents.keys())).toEqual(documents);
    expect(made.store).toMatchObject({ checkpoint, fence, owner: 'the function' });
  });

  test('reads a cluster that was never read, and writes the rows of its minutes, empty ones too', async () => {
    const made = world(lines(10));
    const { numbers } = await backfill(order(made));
    expect(numbers.indexed).toBe(10);
    expect(made.ledger.stored.size).toBe(15);
    expect(made.ledger.stored.get(NOON)).toMatchObject({ lines: 10, kept: 10, policy: hashOf(EVERYTHING) });
    expect(made.ledger.policies.has(hashOf(EVERYTHING))).toBe(true);
  });

  test('finds lines that came after the last look, and says in the row that they were late', async () => {
    const made = world(lines(10));
    await made.go();
    made.source.lines.push(line({ eventId: 'late', message: JSON.stringify(event({ auditID: 'late' })) }));
    made.clock.time += 60 * MINUTE;
    expect((await backfill(order(made))).numbers).toMatchObject({ indexed: 1, late: 1 });
    expect(made.ledger.stored.get(NOON)).toMatchObject({ lines: 11, first: 10 });
  });

  test('never lowers a row', async () => {
    const made = world(lines(10));
    await made.go();
    made.source.lines.splice(0, 3);
    made.clock.time += MINUTE;
    expect((await backfill(order(made))).numbers.vanished).toBe(3);
    expect(made.ledger.stored.get(NOON)).toMatchObject({ lines: 10, vanished: 3 });
  });

  test('cuts a minute that is too large, and its row is the same', async () => {
    const made = world(lines(500));
    await made.go();
    const before = made.ledger.stored.get(NOON);
    made.clock.time += MINUTE;
    await backfill(order(made, { partBytes: 20_000 }));
    expect(made.source.asked.some(({ startTime }) => startTime > NOON && startTime < NOON + 500)).toBe(true);
    expect(made.ledger.stored.get(NOON)).toEqual({ ...before, readAt: expect.any(Number) });
  });
});

test('a backfill waits out CloudWatch Logs, however long that throttles, and then has time for Elasticsearch', async () => {
  const impatient = new MemorySink();
  const bulk = impatient.bulk.bind(impatient);
  impatient.bulk = async (...[items, signal]: readonly [readonly BulkItem[], AbortSignal?]) => {
    // An answer takes its time; whoever has none is gone by then.
    await new Promise((done) => setTimeout(done, 20));
    return signal?.aborted === true ? { kind: 'unreachable', why: 'aborted' } : await bulk(items);
  };
  const made = world(lines(20), impatient);
  const page = made.source.page.bind(made.source);
  const until = made.clock.time + 20 * MINUTE;
  made.source.page = async (range, token) =>
    made.clock.time < until ? { kind: 'again', throttled: true, why: 'Throttling' } : await page(range, token);
  const { failure, numbers } = await backfill(order(made));
  expect(failure).toBeUndefined();
  expect(numbers).toMatchObject({ indexed: 20 });
});

describe('the policy of a backfill', () => {
  test('that judges anew is not undone by a run that was under way', async () => {
    const made = world(lines(10));
    await made.go({ ages: [0, 600] });
    made.source.lines.push(...lines(12).slice(10));
    made.clock.time += 10 * MINUTE;
    const write = made.ledger.write.bind(made.ledger);
    let done: Promise<unknown> | undefined;
    made.ledger.write = async (row, seen) => {
      // Just before the run writes what it made of the late lines.
      if (row.minute === NOON && row.lines === 12 && done === undefined) {
        done = Promise.resolve();
        await backfill(order(made, { settings: settings({ policy: NOTHING_KEPT }), anew: true }));
      }
      return await write(row, seen);
    };
    await made.go({ ages: [0, 600] });
    expect(done).toBeDefined();
    expect(made.ledger.stored.get(NOON)).toMatchObject({ lines: 12, kept: 0, policy: hashOf(NOTHING_KEPT) });
  });

  test('is each minute’s own', async () => {
    const made = world(lines(10));
    await made.go();
    made.sink.documents.clear();
    const { numbers, rejudged } = await backfill(order(made, { settings: settings({ policy: NOTHING_KEPT }) }));
    expect(numbers).toMatchObject({ indexed: 10, dropped: 0 });
    expect(rejudged).toBe(0);
  });

  test('is the function’s where nobody has judged the minute yet: this machine’s may not be deployed', async () => {
    const made = world(lines(10));
    const asked = order(made, { settings: settings({ policy: NOTHING_KEPT }) });
    made.ledger.policies.set(KEPT, EVERYTHING);
    const behind = judging(begin(0, [0], RANGE.from), RANGE.from + MINUTE, { policy: KEPT, naming: '' });
    const { numbers } = await backfill({ ...asked, checkpoint: async () => behind });
    expect(numbers).toMatchObject({ indexed: 10, dropped: 0 });
    expect(made.ledger.stored.get(NOON)?.policy).toBe(KEPT);
  });

  test('is what a run has begun to judge a minute by, also where it began after the backfill did', async () => {
    const made = world(lines(10));
    const asked = order(made, { settings: settings({ policy: NOTHING_KEPT }) });
    const [before, meanwhile] = [
      begin(0, [0], RANGE.from),
      judging(begin(0, [0], RANGE.from), RANGE.to, { policy: KEPT, naming: '' }),
    ];
    made.ledger.policies.set(KEPT, EVERYTHING);
    const checkpoint = async () => (made.source.asked.length > 0 ? meanwhile : before);
    expect((await backfill({ ...asked, checkpoint })).numbers).toMatchObject({ indexed: 10, dropped: 0 });
    expect(made.ledger.stored.get(NOON)?.policy).toBe(KEPT);
    expect(made.ledger.stored.get(RANGE.from)?.policy).toBe(hashOf(NOTHING_KEPT));
  });

  test('is the one configured now where that is asked for, and the rows name it', async () => {
    const made = world(lines(10));
    await made.go();
    made.clock.time += MINUTE;
    const { numbers, rejudged } = await backfill(
      order(made, { settings: settings({ policy: NOTHING_KEPT }), anew: true }),
    );
    expect(numbers).toMatchObject({ indexed: 0, dropped: 10 });
    expect(rejudged).toBe(15);
    expect(made.ledger.stored.get(NOON)).toMatchObject({
      kept: 0,
      dropped: { 'rules[0]': 10 },
      policy: hashOf(NOTHING_KEPT),
    });
    expect(places(made.sink)).toHaveLength(10);
  });
});

describe('the mark of a backfill', () => {
  test('is renewed each minute while it reads, and given back at the end', async () => {
    const made = world(lines(10));
    const mark = new MemoryMark();
    const page = made.source.page.bind(made.source);
    const held: boolean[] = [];
    made.source.page = (range, token) => {
      made.clock.time += 2 * MINUTE;
      held.push(mark.owner === 'me' && mark.until > made.clock.now());
      return page(range, token);
    };
    await backfill(order(made, { mark }));
    expect(held).not.toContain(false);
    expect(mark.renewals).toBe(held.length);
    expect(mark).toMatchObject({ owner: undefined, left: undefined });
  });

  test('held by another refuses to begin', async () => {
    const made = world(lines(10));
    const mark = new MemoryMark();
    await mark.take('another', made.clock.now(), made.clock.now() + MINUTE);
    await expect(backfill(order(made, { mark }))).rejects.toThrow(
      /Another backfill of prod is running \(another, until/,
    );
    expect(made.source.calls).toBe(0);
  });

  test('halves what is read a second, for the backfill and for the function', async () => {
    const share = { requestsPerSecond: 2 };
    const perSecond = async (go: (made: ReturnType<typeof world>) => Promise<unknown>) => {
      const made = world(lines(5000));
      const begun = made.clock.time;
      await go(made);
      return (made.source.calls * 1000) / (made.clock.time - begun);
    };
    const marked = async (made: ReturnType<typeof world>) => {
      const lease = await made.store.acquire('run-1', made.clock.now(), made.clock.now());
      made.store.acquire = async () => ({ ...lease, backfillUntil: made.clock.now() + MINUTE });
      await made.go(share);
    };
    expect(await perSecond((made) => made.go(share))).toBeGreaterThan(1.8);
    expect(await perSecond((made) => backfill(order(made, { settings: settings(share) })))).toBeLessThan(1.2);
    expect(await perSecond(marked)).toBeLessThan(1.2);
  });
});

describe('a backfill that is ended', () => {
  /** Stops at the minute after noon, the first time. */
  async function ended() {
    const made = world([...lines(10), ...lines(10, NOON + 2 * MINUTE)]);
    const mark = new MemoryMark();
    const page = made.source.page.bind(made.source);
    made.source.page = async (range, token) => {
      if (range.endTime > NOON + MINUTE) throw new Stopped('Interrupted.');
      return page(range, token);
    };
    const first = await backfill(order(made, { mark }));
    made.source.page = page;
    made.source.asked.length = 0;
    return { made, mark, first };
  }

  test('says why, and goes on where it stopped when it is started again', async () => {
    const { made, mark, first } = await ended();
    expect(first.failure).toBe('Interrupted.');
    expect(first.progress.upTo).toBeGreaterThan(RANGE.from);
    expect(mark.owner).toBeUndefined();
    const second = await backfill(order(made, { mark }));
    expect(second).toMatchObject({ resumed: first.progress.upTo, failure: undefined, forgotten: undefined });
    expect(made.source.asked[0]?.startTime).toBe(first.progress.upTo);
    expect(made.ledger.stored.size).toBe(15);
  });

  test('begins anew with another range or policy, and says what it forgets', async () => {
    const { made, mark, first } = await ended();
    const other = await backfill(order(made, { mark, anew: true }));
    expect(other).toMatchObject({ resumed: undefined, forgotten: first.progress });
    expect(made.source.asked[0]?.startTime).toBe(RANGE.from);
  });
});
