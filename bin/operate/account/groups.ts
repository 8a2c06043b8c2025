import type { Row } from '../../../lambda/core/ledger/row.ts';
import type { Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { MINUTE } from '../../../lambda/core/time.ts';

/** By minute. */
export type Rows = ReadonlyMap<number, Row>;

const HOUR = 60 * MINUTE;

/** Neighbouring minutes that have rows and can be judged as they were, as many as are read at once. */
export function* groupsOf({ from, to }: Minutes, rows: Rows, isJudgeable: (row: Row) => boolean, limit: number) {
  let group: Minutes | undefined;
  let bytes = 0;
  for (let minute = from; minute < to; minute += MINUTE) {
    const row = rows.get(minute);
    const judgeable = row !== undefined && isJudgeable(row);
    bytes += row?.bytes ?? 0;
    if (group !== undefined && (!judgeable || bytes > limit || minute - group.from >= HOUR)) {
      yield group;
      group = undefined;
    }
    if (!judgeable) continue;
    if (group === undefined) bytes = row.bytes;
    group = { from: group?.from ?? minute, to: minute + MINUTE };
  }
  if (group !== undefined) yield group;
}

/** Neighbours as ranges. */
export function runsOf(minutes: readonly number[]): readonly Minutes[] {
  const runs: Minutes[] = [];
  for (const minute of minutes) {
    const last = runs.at(-1);
    if (last?.to === minute) runs[runs.length - 1] = { from: last.from, to: minute + MINUTE };
    else runs.push({ from: minute, to: minute + MINUTE });
  }
  return runs;
}
