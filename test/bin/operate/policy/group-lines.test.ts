import { expect, test } from 'vitest';
import { groupLines } from '../../../../bin/operate/policy/group-lines.ts';
import { patientReader } from '../../../../bin/operate/reach/patient-reader.ts';
import { Stopped } from '../../../../lambda/core/stopped.ts';
import { lines, NOON } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { MemorySource } from '../../../support/fakes/source.ts';

const HOUR = { from: NOON, to: NOON + 3_600_000 };
const read = (source: MemorySource) => groupLines(patientReader(source, new VirtualClock(NOON), 1), HOUR);

test('every line of the range comes, page after page', async () => {
  const fed = [...lines(250), ...lines(5, NOON + 3_600_000)];
  const messages: string[] = [];
  for await (const message of read(new MemorySource(fed, 100))) messages.push(message);
  expect(messages).toEqual(fed.slice(0, 250).map(({ message }) => message));
});

test('throttling is waited out', async () => {
  const source = new MemorySource(lines(5));
  source.misbehave = (call) => (call < 30 ? { kind: 'again', throttled: true, why: 'ThrottlingException' } : undefined);
  let count = 0;
  for await (const _ of read(source)) count += 1;
  expect(count).toBe(5);
});

test('what stops the reading is told to who reads', async () => {
  const source = new MemorySource(lines(250), 100);
  source.misbehave = (call) => {
    if (call === 2) throw new Stopped('There is no log group any more.');
    return undefined;
  };
  const reading = async () => {
    for await (const _ of read(source));
  };
  await expect(reading()).rejects.toThrow('There is no log group any more.');
});
