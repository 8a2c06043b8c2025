import { expect, test } from 'vitest';
import { follow } from '../../../../bin/operate/follow/follow.ts';
import { namesOf } from '../../../../bin/operate/follow/names.ts';
import { NOTHING } from '../../../../bin/operate/follow/place.ts';
import { AT_THE_BEGINNING } from '../../../../bin/operate/follow/position.ts';
import { NOON } from '../../../support/builders.ts';
import { VirtualClock } from '../../../support/fakes/clock.ts';
import { newFolder } from '../../../support/folder.ts';
import { MemoryFolder } from './folder.ts';

const [HEALTH, MINUTE, HOUR] = [5000, 60_000, 3_600_000];

/** Passes as many milliseconds as who writes the health file sleeps, and is put back by an hour once. */
class ClockPutBack extends VirtualClock {
  slept = 0;
  readonly #end: AbortController;
  constructor(time: number, end: AbortController) {
    super(time);
    this.#end = end;
  }
  override async sleep(milliseconds: number): Promise<void> {
    await new Promise(setImmediate);
    if (milliseconds < HEALTH) return;
    const before = this.slept;
    this.slept += milliseconds;
    this.time += milliseconds;
    if (before < 10 * MINUTE && this.slept >= 10 * MINUTE) this.time -= HOUR;
    if (this.slept >= 20 * MINUTE) this.#end.abort();
  }
}

test('a clock that is put back by an hour makes no hour without figures', async () => {
  const end = new AbortController();
  const clock = new ClockPutBack(NOON, end);
  const folder = new MemoryFolder(() => clock.now());
  folder.create('kube-audit.log', 'one\n');
  const reported: number[] = [];
  await follow({
    folder: folder.seenBy(
      async () => {},
      () => {},
    ),
    names: namesOf('kube-audit.log'),
    taker: { take: async () => ({ sums: NOTHING, time: null }) },
    clock,
    folderOfState: newFolder(),
    state: { cluster: 'onprem', log: '/log', position: AT_THE_BEGINNING, began: NOON, caughtUp: null },
    maxLag: undefined,
    waiting: () => undefined,
    signal: end.signal,
    say: () => {},
    report: () => reported.push(clock.slept),
  });
  expect(reported.some((slept) => slept > 11 * MINUTE && slept < 20 * MINUTE)).toBe(true);
});
