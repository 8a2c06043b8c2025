import { NONE } from '../../../../lambda/core/ledger/counts.ts';
import type { Row } from '../../../../lambda/core/ledger/row.ts';
import type { Checkpoint } from '../../../../lambda/core/minutes/checkpoint.ts';
import { MINUTE } from '../../../../lambda/core/time.ts';
import { NOON } from '../../../support/builders.ts';

/** A minute of ten lines that were all kept, read as soon as it was over. */
export function row(overrides: Partial<Row> = {}): Row {
  const { minute = NOON, lines = 10 } = overrides;
  return {
    ...NONE,
    lines,
    bytes: 100 * lines,
    kept: lines,
    minute,
    readAt: minute + MINUTE,
    first: lines,
    policy: 'a-policy',
    vanished: 0,
    ...overrides,
  };
}

export function byMinute(...rows: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(rows.map((each) => [each.minute, each]));
}

export function checkpoint(start: number, cursors: Readonly<Record<number, number>>): Checkpoint {
  const byAge = new Map(Object.entries(cursors).map(([age, at]): [number, number] => [Number(age), at]));
  return { start, cursors: byAge, judged: [], parts: new Map() };
}
