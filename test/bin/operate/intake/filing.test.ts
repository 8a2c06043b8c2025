import { describe, expect, test } from 'vitest';
import { Filing } from '../../../../bin/operate/intake/filing.ts';
import { DAY } from '../../../../lambda/core/time.ts';
import { event, NOON } from '../../../support/builders.ts';

const filing = (last?: number) => new Filing(() => NOON, last);
const line = (members = {}) => JSON.stringify(event(members));
const STAGE = NOON - 750;
const RECEIVED = NOON - 1000;

describe('a line of a file is filed under', () => {
  test.each([
    ['the time of its stage', line(), STAGE],
    ['the time of its request where it has no other', line({ stageTimestamp: undefined }), RECEIVED],
    ['the time of its stage where no annotation follows', line({ annotations: undefined }), STAGE],
    [
      'its own time, not that of an annotation',
      line({ annotations: { stageTimestamp: '2020-01-01T00:00:00Z' } }),
      STAGE,
    ],
    [
      'its own time, not that of its body',
      line({ stageTimestamp: undefined, responseObject: { stageTimestamp: '2020-01-01T00:00:00Z' } }),
      RECEIVED,
    ],
    ['its own time, whatever its annotations are', line({ annotations: { a: { b: '"stageTimestamp":"x"' } } }), STAGE],
    ['its own time, however long its annotations are', line({ annotations: { a: 'x'.repeat(10_000) } }), STAGE],
    ['its own time, whatever is escaped', line({ annotations: { 'a\\': '"}}' } }), STAGE],
    ['when the file was written, where it is no event', 'no JSON', NOON],
    [
      'when the file was written, where its time can not be',
      line({ stageTimestamp: '2001-01-01T00:00:00Z', requestReceivedTimestamp: '' }),
      NOON,
    ],
    [
      'when the file was written, where it would be later by over a day',
      line({ stageTimestamp: new Date(NOON + DAY + 1).toISOString() }),
      NOON,
    ],
    [
      'when the file was written, where it is no time',
      line({ stageTimestamp: 'noon', requestReceivedTimestamp: 7 }),
      NOON,
    ],
  ])('%s', (_, text, time) => {
    expect(filing().timeOf(text)).toBe(time);
  });

  test('the time of the event before it, where it has none', () => {
    const { timeOf } = { timeOf: filing() };
    expect(
      [line(), 'no JSON', line({ stageTimestamp: 'x', requestReceivedTimestamp: 'x' })].map((text) =>
        timeOf.timeOf(text),
      ),
    ).toEqual([STAGE, STAGE, STAGE]);
    expect(timeOf.last).toBe(STAGE);
  });

  test.each([
    ['its own time, where the file says that it is older and the reading began later', 0, NOON, STAGE],
    ['when the file was written, where its own is a day behind that and the reading', 5, STAGE - DAY - 1, 5],
  ])('%s', (_, modified, now, time) => {
    expect(new Filing(() => modified, undefined, now).timeOf(line())).toBe(time);
  });

  test('the same where the file is read on', () => {
    expect(filing(STAGE - 5).timeOf('no JSON')).toBe(STAGE - 5);
  });

  test('its own time in a time linear in its length', () => {
    const hostile = `${line({ annotations: undefined }).slice(0, -1)},"annotations":{${'"a":"b",'.repeat(900)}`;
    expect(filing().timeOf(`${hostile}"`)).toBe(NOON);
  });
});
