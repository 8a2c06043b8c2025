import { expect, test } from 'vitest';
import { Waiting } from '../../../../bin/operate/follow/waiting.ts';
import { NOON } from '../../../support/builders.ts';

const MINUTE = 60_000;

test('hours without Elasticsearch are two sentences, and each other reason is one, seldom', () => {
  let now = NOON;
  const said: string[] = [];
  const waiting = new Waiting({ now: () => now }, (sentence) => said.push(sentence));
  const wait = (minutes: number, why: (minute: number) => string) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      waiting.for(why(minute));
      now += MINUTE;
    }
  };
  wait(300, (minute) => (minute % 2 === 0 ? 'refused.' : 'reset.'));
  expect(said).toEqual(['Waiting: refused.', 'Waiting: reset.']);
  wait(60, (minute) => `hung up (port ${40_000 + minute}).`);
  expect(said.length).toBeLessThanOrEqual(8);
  expect(waiting.why).toBe('hung up (port 40059).');
  waiting.for(undefined);
  waiting.for(undefined);
  expect([said.at(-1), waiting.why]).toEqual(['Elasticsearch takes documents again.', undefined]);
  const before = said.length;
  wait(3, () => 'refused.');
  expect(said.slice(before)).toEqual(['Waiting: refused.']);
});
