import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  elsewhereStatus,
  followedStatus,
  healthVerdict,
  type PassedOn,
} from '../../../../bin/operate/status/followed.ts';
import { isWrong, type Status } from '../../../../bin/operate/status/lines.ts';
import { noTotals } from '../../../../lambda/core/ledger/counts.ts';
import { DAY, isoTime, MINUTE, SECOND } from '../../../../lambda/core/time.ts';
import { NOON } from '../../../support/builders.ts';
import { newFolder } from '../../../support/folder.ts';

const LOG = '/var/log/kube-audit.log';
const health = (more: object = {}) =>
  JSON.stringify({
    time: isoTime(NOON - 3 * SECOND),
    bytesUnread: 1500,
    lagSeconds: 9,
    healthy: true,
    why: '',
    ...more,
  });

describe('health.json', () => {
  test('that is new and healthy says how far behind the log is', () => {
    expect(healthVerdict(LOG, health(), NOON)).toEqual({
      state: 'ok',
      message: `${LOG} is 12 s behind now (11:59 UTC), 1,500 bytes unread.`,
      facts: {
        log: LOG,
        at: isoTime(NOON - 12 * SECOND),
        lag: 12,
        bytesUnread: 1500,
        told: isoTime(NOON - 3 * SECOND),
      },
    });
  });

  test.each([
    ['is not healthy', health({ healthy: false, why: 'The log is 1 h behind.' }), / unread\. The log is 1 h behind\.$/],
    ['is old', health({ time: isoTime(NOON - 5 * MINUTE) }), /Nobody passes it on: health\.json was written 5 min ago/],
    ['is none', '{}', /^health\.json is not what this version/],
    ['is not there', undefined, /^There is no health\.json yet: nobody passes \/var\/log\/kube-audit\.log on\.$/],
  ])('that %s is wrong', (_, text, said) => {
    expect(healthVerdict(LOG, text, NOON)).toMatchObject({ state: 'wrong', message: expect.stringMatching(said) });
  });
});

describe('what was passed on', () => {
  const nothing: PassedOn = {
    log: LOG,
    began: NOON - 30 * MINUTE,
    totals: noTotals(),
    dropped: {},
    parked: {},
    removals: { files: 0, last: null },
  };

  /** Of a log whose health is good. */
  function statusOf(passed: Partial<PassedOn> | undefined): Promise<Status> {
    const folder = newFolder();
    writeFileSync(join(folder, 'health.json'), health());
    const read = async () => passed && { ...nothing, ...passed };
    return followedStatus({ folder, read, cluster: 'onprem', now: NOON });
  }

  const some = { indexed: 4, alreadyIndexed: 2, dropped: 2, parked: 1, duplicate: 1 };
  const passed = (unaccounted = 0): Partial<PassedOn> => ({
    totals: { ...noTotals(), ...some, read: 10 + unaccounted, unaccounted },
    dropped: { 'rules[0]': 2 },
    parked: { 'not JSON': 1 },
  });
  const said = ({ clusters: [found] }: Status, line: 'passed' | 'parked') => found?.lines.get(line);

  test('is told by outcome, all that ever was, and what is parked by reason', async () => {
    const status = await statusOf(passed());
    expect(isWrong(status)).toBe(false);
    expect(said(status, 'passed')).toMatchObject({
      message: '10 lines since 11:30 UTC: 6 kept, 2 dropped, 1 parked, 1 duplicate.',
      facts: { read: 10, kept: 6, dropped: 2, parked: 1, duplicates: 1, unaccounted: 0, removedUnread: 0 },
    });
    expect(said(status, 'parked')).toMatchObject({ message: 'not JSON: 1.', facts: { reasons: { 'not JSON': 1 } } });
  });

  test.each([
    ['a line without an outcome', passed(1), /; 1 line UNACCOUNTED for\.$/],
    [
      'a file that went unread within a day',
      { removals: { files: 1, last: NOON - 2 * MINUTE } },
      /; 1 file removed or truncated before all was read, the last 2 min ago \(11:58 UTC\)\.$/,
    ],
  ])('is wrong with %s', async (_, those, message) => {
    const status = await statusOf(those);
    expect(isWrong(status)).toBe(true);
    expect(said(status, 'passed')).toMatchObject({ state: 'wrong', message: expect.stringMatching(message) });
  });

  test('is not wrong for ever after a file went unread, but tells it', async () => {
    const status = await statusOf({ removals: { files: 1, last: NOON - 2 * DAY } });
    expect(isWrong(status)).toBe(false);
    expect(said(status, 'passed')?.message).toContain('1 file removed or truncated');
  });

  test('is wrong where the state is gone', async () => {
    expect(isWrong(await statusOf(undefined))).toBe(true);
  });
});

test('of a log that another machine passes on nothing is checked, and who can is named', async () => {
  const { lines } = await elsewhereStatus('onprem');
  expect([...lines]).toEqual([
    [
      'frontier',
      expect.objectContaining({ state: 'not checked', message: expect.stringContaining('status --state DIR') }),
    ],
  ]);
});
