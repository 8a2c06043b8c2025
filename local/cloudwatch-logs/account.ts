import type { Dice } from './faults.ts';
import { invalid, missing } from './refusal.ts';
import type { Group, Store, Stream } from './store.ts';
import { type Place, type Stored, startOf } from './timeline.ts';

/** What every action works on: one account in one Region. */
export interface Account {
  readonly id: string;
  readonly region: string;
  readonly store: Store;
  readonly dice: Dice;
  readonly now: () => number;
}

export const arnOf = (account: Account, group: string): string =>
  `arn:aws:logs:${account.region}:${account.id}:log-group:${group}`;

export interface GroupName {
  readonly logGroupName?: string | undefined;
  /** A name or an ARN, with or without `:*`. */
  readonly logGroupIdentifier?: string | undefined;
}

/** Exactly one of name and identifier. */
export function groupOf(account: Account, { logGroupName, logGroupIdentifier }: GroupName): Group {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalid('Exactly one of logGroupName and logGroupIdentifier must be given.');
  }
  const name =
    logGroupName ?? logGroupIdentifier?.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
  const group = account.store.groups.get(name ?? '');
  if (group === undefined) throw missing('log group');
  return group;
}

export function streamOf(group: Group, name: string): Stream {
  const stream = group.streams.get(name);
  if (stream === undefined) throw missing('log stream');
  return stream;
}

/** Where the group's retention begins: nothing before it is served. */
export function oldest(group: Group, now: number): Place {
  return startOf(group.retention === null ? 0 : now - group.retention * 86_400_000);
}

export const later = (a: Place, b: Place): Place => ((a[0] - b[0] || a[1] - b[1] || a[2] - b[2]) < 0 ? b : a);
export const earlier = (a: Place, b: Place): Place => (later(a, b) === a ? b : a);

/** 56 digits, as CloudWatch's are; the same event has the same in every answer and after a restart. */
export const eventId = (event: Stored): string =>
  `3${String(event.timestamp).padStart(15, '0')}${String(event.serial).padStart(40, '0')}`;
