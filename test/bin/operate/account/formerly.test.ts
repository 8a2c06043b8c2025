import { describe, expect, test } from 'vitest';
import { parkedFormerly } from '../../../../bin/operate/account/formerly.ts';
import type { CloudWatchLine } from '../../../../lambda/core/line.ts';
import type { Policy } from '../../../../lambda/core/policy/policy.ts';
import { MinuteRules } from '../../../../lambda/minute-rules.ts';
import { EVERYTHING, event, line, lines, NOON, rule, rules, settings } from '../../../support/builders.ts';
import { places, world } from '../../../support/world.ts';
import { readWorld } from './read-world.ts';

const inOrder = { requestReceivedTimestamp: undefined, stageTimestamp: undefined, annotations: undefined };
const cut = (size: number) =>
  line({
    message: `${JSON.stringify(event({ ...inOrder, requestObject: 'x'.repeat(size) })).slice(0, -9)}[Truncated...]`,
    timestamp: NOON + 500,
    eventId: 'cut',
  });

/** A line as a version of shape 1 sent it. */
function itemsOf(of: CloudWatchLine) {
  const parcel = parkedFormerly(of, rules(), 1);
  if (parcel === undefined) throw new Error('it is parked now, too');
  return parcel.items;
}

interface Past {
  readonly shapes?: readonly number[];
  readonly of?: CloudWatchLine;
  readonly policy?: Policy;
  /** What this version made of the line is there, too. */
  readonly sentAgain?: boolean;
}

/** A minute whose cut line was parked by versions of these shapes, and what a verification says of it. */
async function sentBefore({ shapes = [1], of = cut(100), policy = EVERYTHING, sentAgain = false }: Past = {}) {
  const made = world([...lines(2), of]);
  await made.go({ policy });
  const read = await readWorld([], made);
  const own = places(read.sink).find(({ body }) => body.includes('Truncated') || body.includes('"truncated"'));
  if (!sentAgain) read.sink.documents.delete(`${own?.index}/${own?.id}`);
  for (const item of itemsOf(of)) read.sink.documents.set(`${item.index}/${item.id}`, item);
  for (const row of read.ledger.stored.values()) read.ledger.stored.set(row.minute, { ...row, shapes });
  const by = { rules: new MinuteRules(read.ledger, settings({ policy })) };
  return { ...read, check: (contents = true) => read.check({ ...by, contents }) };
}

const METADATA: Policy = { ...EVERYTHING, rules: [rule()] };
const NONE: Policy = { ...EVERYTHING, rules: [rule({ level: 'None', users: ['ana'] })] };
const proven = { missingCount: 0, alteredCount: 0, extraCount: 0, bothCount: 0 };

describe('a line that CloudWatch cut and an earlier version parked', () => {
  test.each<[string, Past]>([
    ['as it was', {}],
    ['where a newer version sent the rest of its minute', { shapes: [1, 2] }],
    ['with bodies that the policy removes from its document', { policy: METADATA }],
    ['in parts', { of: cut(300_000) }],
    ['in more parts than its document would have', { of: cut(300_000), policy: METADATA }],
  ])('is there, %s', async (_, past) => {
    const { check } = await sentBefore(past);
    expect(await check()).toMatchObject({ ...proven, present: 3 });
    expect(await check(false)).toMatchObject({ ...proven, present: 3 });
  });

  test('is altered where it says another thing', async () => {
    const read = await sentBefore();
    const [item] = itemsOf(cut(100));
    if (item === undefined) throw new Error('no item');
    read.sink.documents.set(`${item.index}/${item.id}`, { ...item, body: item.body.replace('"verb', '"herb') });
    const { check } = read;
    expect(await check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: expect.arrayContaining(['event.original']) }],
    });
  });

  test('must be a document where this version alone sent the minute', async () => {
    const { check } = await sentBefore({ shapes: [2] });
    expect(await check()).toMatchObject({
      alteredCount: 1,
      altered: [{ fields: expect.arrayContaining(['parked.reason']) }],
    });
  });

  test('is named where it is indexed, too', async () => {
    const { check } = await sentBefore({ sentAgain: true });
    expect(await check()).toMatchObject({ ...proven, bothCount: 1, present: 3 });
  });

  test('is nothing too many where the policy drops it now', async () => {
    const was = await sentBefore({ policy: NONE });
    expect(await was.check()).toMatchObject({ ...proven, present: 0 });
    const { check } = await sentBefore({ policy: NONE, shapes: [2] });
    expect(await check()).toMatchObject({ ...proven, extraCount: 1 });
  });
});

test('what is no event was always parked, and no version sent a whole event so', () => {
  expect(parkedFormerly(line(), rules(), 1)).toBeUndefined();
  expect(parkedFormerly(cut(100), rules(), 2)).toBeUndefined();
  expect(parkedFormerly(cut(100), rules(), 1)).toMatchObject({ kind: 'parked', reason: 'truncated', truncated: true });
});
