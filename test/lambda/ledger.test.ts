import { describe, expect, test } from 'vitest';
import { Confirmed } from '../../lambda/core/document/confirmed.ts';
import { unaccounted } from '../../lambda/core/ledger/row.ts';
import type { CloudWatchLine } from '../../lambda/core/line.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { run } from '../../lambda/run.ts';
import { event, like, line, lines, NOON, rule, settings } from '../support/builders.ts';
import { VirtualClock } from '../support/fakes/clock.ts';
import { MemoryLedger } from '../support/fakes/ledger.ts';
import { MemorySink } from '../support/fakes/sink.ts';
import { MemorySource } from '../support/fakes/source.ts';
import { MemoryStore } from '../support/fakes/store.ts';

const MINUTE = 60_000;
const AGES = [0, 120, 600];

/** A source whose life begins at noon, read by runs of processes that are warm unless they are made anew. */
function life(fed: readonly CloudWatchLine[]) {
  const source = new MemorySource(fed, 100);
  const sink = new MemorySink();
  const store = new MemoryStore();
  const ledger = new MemoryLedger();
  const clock = new VirtualClock(NOON + 5 * MINUTE + 1);
  let memory = { indices: new Set<string>(), confirmed: new Confirmed() };
  let runs = 0;
  const go = async (overrides: Parameters<typeof settings>[0] = {}, partBytes?: number) => {
    runs += 1;
    const ports = { source, sink, store, ledger, clock, memory, meter: { emit: () => {} } };
    const configured = settings({ ages: AGES, startFrom: 300, ...overrides });
    const invocation = { id: `run-${runs}`, deadline: clock.now() + 55_000 };
    return await run(configured, ports, partBytes === undefined ? invocation : { ...invocation, partBytes });
  };
  const restart = () => {
    memory = { indices: new Set(), confirmed: new Confirmed() };
  };
  const sent = () => sink.requests.reduce((sum, items) => sum + items.length, 0);
  return { source, sink, store, ledger, clock, go, restart, sent };
}

const row = ({ ledger }: ReturnType<typeof life>, minute = NOON) => ledger.stored.get(minute);

describe('the ledger', () => {
  test('has a row for each minute that was read in full, the empty ones too', async () => {
    const one = life([...lines(7), line({ message: 'no JSON', eventId: 'bad' })]);
    await one.go();
    expect([...one.ledger.stored.keys()]).toEqual([0, 1, 2, 3, 4].map((minute) => NOON + minute * MINUTE));
    expect(row(one)).toMatchObject({ lines: 8, first: 8, kept: 7, parked: { 'not JSON': 1 }, vanished: 0 });
    expect(row(one, NOON + MINUTE)).toMatchObject({ lines: 0, kept: 0 });
  });

  test('says by which rule lines were dropped', async () => {
    const policy: Policy = {
      omitStages: [],
      omitManagedFields: false,
      rules: [rule({ verbs: ['watch'], level: 'None' }), rule({ verbs: ['patch'], omitStages: ['ResponseComplete'] })],
    };
    const watch = line({ eventId: 'w', message: JSON.stringify(event({ verb: 'watch' })) });
    const other = line({ eventId: 'g', message: JSON.stringify(event({ verb: 'get' })) });
    const one = life([...lines(2), watch, other]);
    await one.go({ policy });
    expect(row(one)?.dropped).toEqual({ 'rules[0]': 1, stage: 2, 'no rule': 1 });
  });

  test('accounts for every line of every row', async () => {
    const one = life([
      ...lines(30),
      ...lines(30)
        .slice(0, 5)
        .map((each) => like(each, { eventId: `again-${each.origin.eventId}` })),
    ]);
    await one.go();
    expect(row(one)).toMatchObject({ lines: 35, kept: 30, duplicates: 5 });
    for (const each of one.ledger.stored.values()) expect(unaccounted(each)).toBe(0);
  });
});

describe('a minute that comes of age', () => {
  test('and has not changed is compared, not sent', async () => {
    const one = life(lines(20, NOON + 4 * MINUTE));
    await one.go();
    const before = one.sent();
    one.clock.time += 3 * MINUTE;
    const { tally } = await one.go();
    expect(tally).toMatchObject({ unchanged: 20, read: 0, late: 0 });
    expect(one.sent()).toBe(before);
  });

  test('and holds a late line is sent again, and its row tells how many were late', async () => {
    const one = life(lines(20, NOON + 4 * MINUTE));
    await one.go();
    one.source.lines.push(
      line({ timestamp: NOON + 4 * MINUTE, eventId: 'late', message: JSON.stringify(event({ auditID: 'late' })) }),
    );
    one.restart();
    one.clock.time += 3 * MINUTE;
    const { tally } = await one.go();
    expect(tally).toMatchObject({ indexed: 1, alreadyIndexed: 20, late: 1, unchanged: 0 });
    expect(row(one, NOON + 4 * MINUTE)).toMatchObject({ lines: 21, first: 20 });
  });

  test('and has fewer lines keeps its row, and says how many vanished', async () => {
    const one = life(lines(20, NOON + 4 * MINUTE));
    await one.go();
    one.source.lines.length = 5;
    one.clock.time += 3 * MINUTE;
    const { tally } = await one.go();
    expect(tally).toMatchObject({ vanished: 15, ended: 'succeeded' });
    expect(row(one, NOON + 4 * MINUTE)).toMatchObject({ lines: 20, kept: 20, vanished: 15 });
  });

  test('after an outage was read once for all ages', async () => {
    const one = life(lines(20));
    one.clock.time += 60 * MINUTE;
    await one.go({ startFrom: 65 * 60 });
    const queries = one.source.asked.filter(({ startTime, endTime }) => startTime <= NOON && endTime >= NOON);
    expect(queries).toHaveLength(1);
    expect([...(one.store.checkpoint?.cursors.values() ?? [])]).toEqual(
      [65, 63, 55].map((minute) => NOON + minute * MINUTE),
    );
  });
});

describe('a process that is warm', () => {
  test('does not send again what Elasticsearch confirmed to it', async () => {
    const one = life(lines(20, NOON + 5 * MINUTE));
    await one.go();
    one.clock.time += MINUTE;
    expect((await one.go()).tally).toMatchObject({ alreadyIndexed: 20, indexed: 0 });
    expect(one.sent()).toBe(20);
  });

  test('forgets all when another has run in between', async () => {
    const one = life(lines(20, NOON + 5 * MINUTE));
    await one.go();
    const { fence } = one.store;
    await one.store.acquire('another', one.clock.now(), one.clock.now() + 1);
    await one.store.release(fence + 1);
    one.clock.time += MINUTE;
    await one.go();
    expect(one.sent()).toBe(40);
  });
});

describe('a policy that changes', () => {
  const onlyMetadata: Policy = { omitStages: [], omitManagedFields: false, rules: [rule({ level: 'None' })] };

  test('begins with the first minute that no run has begun to send', async () => {
    const one = life([...lines(3, NOON + 4 * MINUTE), ...lines(3, NOON + 5 * MINUTE)]);
    await one.go();
    one.source.lines.push(...lines(3, NOON + 5 * MINUTE + 30_000), ...lines(3, NOON + 6 * MINUTE));
    one.clock.time += 5 * MINUTE;
    one.restart();
    const { tally } = await one.go({ policy: onlyMetadata });
    // What was sent unfinished was judged by the old policy, and what joined it since is judged so too.
    expect(tally).toMatchObject({ indexed: 3, dropped: 3 });
    const [old, changed] = [row(one, NOON + 5 * MINUTE), row(one, NOON + 6 * MINUTE)];
    expect(old?.policy).not.toBe(changed?.policy);
    expect(old).toMatchObject({ lines: 6, kept: 6 });
    expect(changed).toMatchObject({ lines: 3, kept: 0 });
  });

  test('does not judge late lines of older minutes', async () => {
    const one = life(lines(3, NOON + 4 * MINUTE));
    await one.go();
    one.source.lines.push(
      line({ timestamp: NOON + 4 * MINUTE, eventId: 'late', message: JSON.stringify(event({ auditID: 'late' })) }),
    );
    one.clock.time += 3 * MINUTE;
    expect((await one.go({ policy: onlyMetadata })).tally).toMatchObject({ indexed: 1, dropped: 0 });
  });
});

describe('a cluster that is renamed', () => {
  const elasticsearch = { ...settings().elasticsearch, index: 'audit-{cluster}-{yyyy.MM.dd}' };
  const renamed = { cluster: 'Shop', indexCluster: 'shop', elasticsearch };
  const late = line({
    timestamp: NOON + 4 * MINUTE,
    eventId: 'late',
    message: JSON.stringify(event({ auditID: 'late' })),
  });

  test('keeps the documents of older minutes where they are: a late line joins them', async () => {
    const one = life(lines(30, NOON + 4 * MINUTE));
    await one.go();
    one.source.lines.push(late);
    one.restart();
    one.clock.time += 3 * MINUTE;
    const { tally } = await one.go(renamed);
    expect(tally).toMatchObject({ indexed: 1, alreadyIndexed: 30, late: 1 });
    expect(one.sink.documents.size).toBe(31);
    expect(one.sink.ids('audit_logs')).toHaveLength(31);
    const never = life([...lines(30, NOON + 4 * MINUTE), late]);
    await never.go();
    expect([...one.sink.documents.keys()].toSorted()).toEqual([...never.sink.documents.keys()].toSorted());
  });

  test('has the documents of its next minutes under the new names', async () => {
    const one = life(lines(30, NOON + 4 * MINUTE));
    await one.go();
    one.source.lines.push(...lines(3, NOON + 7 * MINUTE));
    one.clock.time += 5 * MINUTE;
    await one.go(renamed);
    const places = [...one.sink.documents.values()].map(({ index }) => index);
    expect(places.filter((index) => index === 'audit-shop-2026.11.21')).toHaveLength(3);
    expect(places).toHaveLength(33);
  });
});

describe('a minute too large for one run', () => {
  test('is read in parts, each run at least one, and its row is that of the whole', async () => {
    const one = life(lines(400));
    let runs = 0;
    for (let caughtUp = false; !caughtUp && runs < 200; runs += 1) {
      caughtUp = (await one.go({ maxBytesPerRun: 1 }, 20_000)).caughtUp;
    }
    expect(runs).toBeLessThan(200);
    expect(runs).toBeGreaterThan(10);
    expect(row(one)).toMatchObject({ lines: 400, kept: 400, first: 400, duplicates: 0 });
    expect(one.sink.ids('audit_logs')).toHaveLength(400);
  });

  test('is compared in parts too', async () => {
    const one = life(lines(400));
    while (!(await one.go({}, 20_000)).caughtUp) one.clock.time += 1000;
    one.restart();
    one.clock.time += 10 * MINUTE;
    const before = one.sent();
    let unchanged = 0;
    for (let caughtUp = false; !caughtUp; ) {
      const { tally, ...report } = await one.go({}, 20_000);
      unchanged += tally.unchanged;
      expect(tally.read).toBe(0);
      caughtUp = report.caughtUp;
    }
    // One read serves both ages: it began late enough for either.
    expect(unchanged).toBe(400);
    expect(one.sent()).toBe(before);
  });
});

describe('a run that has time for little', () => {
  /** Lines of noon's minute, and pages of ten of them that each take seven seconds. */
  function slowly(count: number) {
    const one = life(
      Array.from({ length: count }, (_, at) =>
        line({ eventId: `e${at}`, timestamp: NOON + at * 40, message: JSON.stringify(event({ auditID: `e${at}` })) }),
      ),
    );
    const { source, clock } = one;
    const page = source.page.bind(source);
    source.page = async (range, token) => {
      clock.time += 7000;
      return await page(range, token);
    };
    return one;
  }

  test('reads a minute in parts where one run is too short for it, and gets to its end', async () => {
    const one = slowly(1200);
    for (let runs = 0; runs < 30 && row(one) === undefined; runs += 1) await one.go({ ages: [0] });
    expect(row(one)).toMatchObject({ lines: 1200, kept: 1200 });
    expect(one.sink.documents.size).toBe(1200);
  });

  test('gets no smaller where nothing at all could be read', async () => {
    const one = slowly(10);
    one.source.misbehave = () => ({ kind: 'again', throttled: true, why: 'ThrottlingException' });
    for (let runs = 0; runs < 5; runs += 1) expect((await one.go({ ages: [0] })).caughtUp).toBe(false);
    expect(one.store.checkpoint?.parts.size).toBe(0);
  });
});

describe('a run that may read little', () => {
  test('comes to an overdue age all the same, to another one each time', async () => {
    const one = life(Array.from({ length: 30 }, (_, at) => lines(20, NOON + at * MINUTE)).flat());
    await one.go();
    one.clock.time += 3600_000;
    const cursors = () => [...(one.store.checkpoint?.cursors.values() ?? [])];
    const before = cursors();
    for (let runs = 0; runs < 60; runs += 1) {
      await one.go({ maxBytesPerRun: 1 });
      one.clock.time += 1000;
    }
    expect(cursors().every((at, index) => at > (before[index] ?? 0) + 20 * MINUTE)).toBe(true);
  });
});

test('a minute is not asked for that ends before it begins, as where another clock moved the frontier', async () => {
  const one = life(lines(3));
  await one.go();
  one.clock.time -= 10_000;
  await one.go();
  expect(one.source.asked.every(({ startTime, endTime }) => startTime <= endTime)).toBe(true);
});

test('lines that have vanished and come again stay told, as vanished and as late', async () => {
  const one = life(lines(10));
  const ages = [0, 600, 3600];
  await one.go({ ages });
  const [gone] = one.source.lines.splice(0, 1);
  one.clock.time += 10 * MINUTE;
  expect((await one.go({ ages })).tally.vanished).toBe(1);
  if (gone !== undefined) one.source.lines.push(gone);
  one.clock.time += 60 * MINUTE;
  expect((await one.go({ ages })).tally.vanished).toBe(0);
  expect(row(one)).toMatchObject({ lines: 10, vanished: 1, late: 1 });
});

test('a look that is old enough for an older age too spares that age its own', async () => {
  const one = life(lines(10));
  const ages = [0, 600, 1800, 7200];
  await one.go({ ages });
  one.clock.time += 60 * MINUTE;
  const before = one.source.asked.length;
  await one.go({ ages });
  const looks = one.source.asked.slice(before).filter(({ startTime, endTime }) => startTime <= NOON && endTime > NOON);
  expect(looks).toHaveLength(1);
  expect(row(one)?.readAt).toBeGreaterThan(NOON + 60 * MINUTE);
});
