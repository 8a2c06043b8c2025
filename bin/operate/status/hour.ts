import { addCounts, type Counts, total } from '../../../lambda/core/ledger/counts.ts';
import { type Row, unaccounted } from '../../../lambda/core/ledger/row.ts';
import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import { beginnings, type Minutes } from '../../../lambda/core/minutes/minutes.ts';
import { floorMinute, isoTime, MINUTE } from '../../../lambda/core/time.ts';
import { counted, figure } from '../../cli/figures.ts';
import { ok, type Verdict, wrong } from '../reach/verdict.ts';

/** The last hour's lines by outcome, as the ledger's rows have them. */
export interface Hour {
  /** Minutes that have a row. */
  readonly minutes: number;
  readonly read: number;
  readonly kept: number;
  readonly dropped: number;
  /** By reason. */
  readonly parked: Counts;
  readonly duplicates: number;
  readonly late: number;
  readonly vanished: number;
  readonly unaccounted: number;
  /** Minutes behind the frontier without a row. */
  readonly gaps: number;
}

export function lastHour(now: number): Minutes {
  return { from: floorMinute(now) - 60 * MINUTE, to: floorMinute(now) };
}

export function hourOf(rows: ReadonlyMap<number, Row>, minutes: Minutes, checkpoint: Checkpoint | undefined): Hour {
  const all = [...rows.values()];
  const sum = (of: (row: Row) => number) => all.reduce((so, row) => so + of(row), 0);
  const expected = (minute: number) =>
    checkpoint !== undefined && minute >= checkpoint.start && minute < cursor(checkpoint, 0);
  return {
    minutes: all.length,
    read: sum(({ lines }) => lines),
    kept: sum(({ kept }) => kept),
    dropped: sum(({ dropped }) => total(dropped)),
    parked: all.reduce<Counts>((so, { parked }) => addCounts(so, parked), {}),
    duplicates: sum(({ duplicates }) => duplicates),
    late: sum(({ late }) => late),
    vanished: sum(({ vanished }) => vanished),
    unaccounted: sum(unaccounted),
    gaps: beginnings(minutes).filter((minute) => expected(minute) && !rows.has(minute)).length,
  };
}

/** `silence`: for how many seconds there may be no line at all. */
export function hourVerdict(hour: Hour, { from, to }: Minutes, silence: number): Verdict {
  const { minutes, read, kept, dropped, parked, duplicates, late, vanished, unaccounted, gaps } = hour;
  const facts = { from: isoTime(from), to: isoTime(to), ...hour, parked: total(parked) };
  const faults = [
    ...(unaccounted === 0 ? [] : [`${counted(unaccounted, 'line')} UNACCOUNTED for`]),
    ...(gaps === 0 ? [] : [`${counted(gaps, 'minute')} without a row`]),
    ...(vanished === 0 ? [] : [`${counted(vanished, 'line')} vanished from CloudWatch Logs`]),
    ...(read === 0 && minutes * 60 >= silence ? ['not one line: somebody may have silenced the log'] : []),
  ];
  if (minutes === 0 && faults.length === 0) return ok('None of its minutes is read yet.', facts);
  const outcomes = `${figure(kept)} kept, ${figure(dropped)} dropped, ${figure(total(parked))} parked, ${counted(duplicates, 'duplicate')}`;
  const sum = `${counted(read, 'line')} of ${counted(minutes, 'minute')}: ${outcomes}; ${figure(late)} came late`;
  return faults.length === 0 ? ok(`${sum}.`, facts) : wrong(`${sum}; ${faults.join('; ')}.`, facts);
}

/** That lines are parked is no fault by itself: an alarm says when they should not be. */
export function parkedVerdict({ parked }: Pick<Hour, 'parked'>): Verdict {
  const reasons = Object.entries(parked).map(([why, lines]) => `${why}: ${figure(lines)}`);
  return ok(reasons.length === 0 ? 'None.' : `${reasons.join(', ')}.`, { reasons: parked });
}
