import { expect, test } from 'vitest';
import { figuresOf } from '../../../../bin/operate/follow/figures.ts';
import { AT_THE_BEGINNING } from '../../../../bin/operate/follow/position.ts';
import { NOON } from '../../../support/builders.ts';

const MINUTE = 60_000;
const standing = {
  ...{ cluster: 'onprem', position: AT_THE_BEGINNING, behindSince: NOON, maxLag: 900 },
  ...{ waiting: undefined, fault: undefined, unreadable: [] },
};

test('a log that is further behind than it may be is not healthy, and says why it waits', () => {
  expect(figuresOf(standing, NOON + 15 * MINUTE)).toMatchObject({ healthy: true, lagSeconds: 900 });
  const waiting = 'Elasticsearch answers 503.';
  expect(figuresOf({ ...standing, waiting }, NOON + 16 * MINUTE)).toMatchObject({
    healthy: false,
    why: 'The log is 16 min behind, more than 15 min, because Elasticsearch answers 503.',
  });
  expect(figuresOf({ ...standing, maxLag: undefined }, NOON + 16 * MINUTE).healthy).toBe(true);
});

test('a file that went unread is told for a day', () => {
  const position = { ...AT_THE_BEGINNING, removals: { files: 2, bytes: 7, last: NOON } };
  const at = (hours: number) => {
    const now = NOON + hours * 60 * MINUTE;
    return figuresOf({ ...standing, position, behindSince: now }, now);
  };
  expect(at(23)).toMatchObject({ healthy: false, filesRemovedUnread: 2, bytesRemovedUnread: 7 });
  expect(at(23).why).toBe('2 files were removed before all was read, the last at 2026-11-21T12:00:00.000Z.');
  expect(at(25)).toMatchObject({ healthy: true, filesRemovedUnread: 2 });
});

test('what nobody can read, and a disk that does nothing, are not healthy at once, whatever the log may be behind', () => {
  const anyLag = { ...standing, maxLag: undefined };
  const unreadable = [
    { name: 'kube-audit.log.2', why: 'EACCES: permission denied' },
    { name: 'kube-audit.log.1', why: 'EIO: i/o error' },
  ];
  expect(figuresOf({ ...anyLag, unreadable }, NOON)).toMatchObject({
    healthy: false,
    filesUnreadable: 2,
    why: "kube-audit.log.2 can't be read (EACCES: permission denied), nor can 1 other.",
  });
  expect(figuresOf({ ...anyLag, fault: 'ENOSPC: no space left on device, write' }, NOON)).toMatchObject({
    healthy: false,
    filesUnreadable: 0,
    why: 'Nothing goes on: ENOSPC: no space left on device, write.',
  });
});
