import { describe, expect, test } from 'vitest';
import { addTaken, Intake, NOTHING_TAKEN } from '../../../../bin/operate/intake/intake.ts';
import { PatientSender } from '../../../../bin/operate/intake/patient-sender.ts';
import { recordedRules, sameRules } from '../../../../bin/operate/intake/rules-for.ts';
import { hashOf } from '../../../../lambda/core/hash.ts';
import { begin } from '../../../../lambda/core/minutes/checkpoint.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { Sender } from '../../../../lambda/sender.ts';
import { EVERYTHING, event, fileLine, NOON, row, rule, rules, settings } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemoryLedger } from '../../../support/fakes/ledger.ts';
import { FlakySink, MemorySink } from '../../../support/fakes/sink.ts';

function intakeOver(sink: MemorySink = new MemorySink(), rulesFor = sameRules(rules())) {
  const clock = new VirtualClock(NOON);
  const sender = new Sender({ sink, clock, deadline: () => clock.now() + 5 * MINUTE, indices: new Set() });
  return { sink, clock, sender, rulesFor };
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    fileLine({ timestamp: NOON + at, message: JSON.stringify(event({ auditID: `id-${at}` })) }),
  );

describe('lines that are taken in', () => {
  test('have each their outcome, and are counted by it', async () => {
    const onlyPatches = { ...EVERYTHING, rules: [rule({ level: 'RequestResponse', verbs: ['patch'] })] };
    const intake = new Intake(intakeOver(undefined, sameRules(rules({ policy: onlyPatches }))));
    const other = fileLine({ message: JSON.stringify(event({ verb: 'get' })) });
    const taken = await intake.take([...lines(3), ...lines(1), other, fileLine({ message: 'no JSON' })]);
    expect(taken.totals).toMatchObject({ read: 6, indexed: 3, duplicate: 1, dropped: 1, parked: 1, unaccounted: 0 });
    expect(taken).toMatchObject({ dropped: { 'no rule': 1 }, parked: { 'not JSON': 1 } });
    expect((await intake.take(lines(2))).totals).toMatchObject({ read: 2, alreadyIndexed: 2 });
  });

  test('are summed', async () => {
    const intake = new Intake(intakeOver());
    const sum = addTaken(
      addTaken(NOTHING_TAKEN, await intake.take(lines(2))),
      await intake.take([fileLine({ message: 'x' })]),
    );
    expect(sum).toMatchObject({ totals: { read: 3, indexed: 2, parked: 1 }, parked: { 'not JSON': 1 } });
  });

  test('are counted only where all of them have their outcome', async () => {
    const away = new FlakySink(
      ...Array.from({ length: 500 }, () => () => ({ kind: 'unreachable', why: 'gone' }) as const),
    );
    await expect(new Intake(intakeOver(away)).take(lines(2))).rejects.toThrow(Stopped);
  });
});

describe('a patient sender', () => {
  test('waits however long, and settles each line once', async () => {
    const stop = () => ({ kind: 'refused', status: 403, type: 'cluster_block_exception', reason: 'full' }) as const;
    const sink = new FlakySink(() => undefined, ...Array.from({ length: 40 }, () => stop));
    const { clock, ...over } = intakeOver(sink);
    const waits: (string | undefined)[] = [];
    const sender = new PatientSender({
      ports: { sink, clock },
      sender: over.sender,
      signal: new AbortController().signal,
      waiting: (why) => void waits.push(why),
    });
    const { totals } = await new Intake({ ...over, clock, sender }).take(lines(50));
    expect(totals).toMatchObject({ read: 50, indexed: 50, alreadyIndexed: 0, unaccounted: 0 });
    expect(waits).toHaveLength(41);
    expect(waits.at(-1)).toBeUndefined();
    // It began with one alone, and sent that no second time.
    expect(sink.tries(sink.requests[0]?.[0]?.id ?? '')).toBe(1);
  });

  test('ends with the signal', async () => {
    const sink = new FlakySink(
      ...Array.from(
        { length: 9 },
        () => () => ({ kind: 'refused', status: 401, type: 'security_exception', reason: 'no' }) as const,
      ),
    );
    const { clock, ...over } = intakeOver(sink);
    const interrupt = new AbortController();
    const sender = new PatientSender({
      ports: { sink, clock },
      sender: over.sender,
      signal: interrupt.signal,
      waiting: () => interrupt.abort(),
    });
    await expect(new Intake({ ...over, clock, sender }).take(lines(1))).rejects.toThrow(Stopped);
    expect(sink.documents.size).toBe(0);
  });
});

describe('lines are judged', () => {
  async function recorded() {
    const ledger = new MemoryLedger();
    const then = { ...EVERYTHING, rules: [rule({ level: 'Metadata' })] };
    const naming = { cluster: 'before', indexName: 'before', index: 'x-{cluster}-{yyyy.MM}', profiles: ['ecs'] };
    await ledger.keepPolicy(hashOf(then), then);
    await ledger.keepNaming(hashOf(naming), naming);
    await ledger.write(row({ minute: NOON, policy: hashOf(then), naming: hashOf(naming) }), undefined);
    const minuteRules = new MinuteRules(ledger, settings({ cluster: 'now', indexCluster: 'now' }));
    return recordedRules({ ledger, rules: minuteRules, checkpoint: async () => undefined });
  }

  test('by what the table has of their minute, else by what is configured now', async () => {
    const by = await (await recorded())([NOON, NOON + MINUTE]);
    expect([by(NOON), by(NOON + MINUTE)].map(({ cluster }) => cluster.name)).toEqual(['before', 'now']);
    expect(by(NOON).policy.rules[0]?.level).toBe('Metadata');
  });

  test('by what the checkpoint names only from the frontier on', async () => {
    const then = { policy: 'a', naming: 'b' };
    const checkpoint = { ...begin(0, [0], NOON + MINUTE), judged: [{ to: NOON + 3 * MINUTE, ...then }] };
    const ledger = new MemoryLedger();
    await ledger.keepPolicy('a', { ...EVERYTHING, rules: [rule({ level: 'Metadata' })] });
    await ledger.keepNaming('b', { cluster: 'then', indexName: 'then', index: 'x-{yyyy.MM}', profiles: ['ecs'] });
    const minuteRules = new MinuteRules(ledger, settings({ cluster: 'now' }));
    const rulesFor = recordedRules({ ledger, rules: minuteRules, checkpoint: async () => checkpoint });
    const by = await rulesFor([NOON]);
    expect([0, 1, 2, 3].map((minute) => by(NOON + minute * MINUTE).cluster.name)).toEqual([
      'now',
      'then',
      'then',
      'now',
    ]);
  });

  test('the same however many hours they lie in', async () => {
    const rulesFor = await recorded();
    for (let hour = 0; hour < 1500; hour += 1) await rulesFor([NOON + hour * 60 * MINUTE]);
    expect((await rulesFor([NOON]))(NOON).cluster.name).toBe('before');
  });
});
