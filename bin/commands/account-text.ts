import { counted, figure } from '../cli/figures.ts';
import { minuteText } from '../cli/range.ts';
import { COLUMNS, wrapped } from '../cli/width.ts';
import type { LedgerAccount } from '../operate/account/account.ts';
import type { Account, AgeReached, Gap } from '../operate/account/hours.ts';
import { figuresTable } from './table.ts';

const HEAD = ['hour (UTC)', 'read', 'kept', 'dropped', 'parked', 'duplicate', 'late'];

/**
 * An hour a row; what was dropped by which rule, parked why, and at which ages it was read stands under it, what is
 * missing below the table. `flags` make a command work where this one did.
 */
export function accountText(account: LedgerAccount, flags: string): string {
  const { hours, total } = account;
  const several = new Set(total.droppedBy.map(({ policy }) => policy)).size > 1;
  const shown = hours.filter((hour) => hour.minutes > 0 || hour.gaps.length > 0);
  const rows = shown.flatMap((hour) => row(hour.hour.slice(0, 16).replace('T', ' '), hour, several));
  if (shown.length > 1) rows.push(...row('all', total, several));
  return [
    wrapped(introduction(account), COLUMNS),
    ...(shown.length === 0 ? [] : [figuresTable(HEAD, rows)]),
    ...total.gaps.map((gap) => gapText(gap, flags)),
    ...verdict(account).map((text) => wrapped(text, COLUMNS)),
  ].join('\n');
}

function introduction({ cluster, from, to, start, frontier, total }: LedgerAccount): string {
  const range = `${cluster}, ${short(from)} to ${short(to)}`;
  if (start === null || frontier === null) return `${range}: this cluster was never read.`;
  return `${range}: ${counted(total.minutes, 'minute')} in the ledger. Read since ${short(start)}, the frontier is at ${short(frontier)}.`;
}

function row(name: string, account: Account, several: boolean): (readonly string[] | string)[] {
  const { read, kept, dropped, parked, duplicates, late } = account;
  const figures = [read, kept, dropped, parked, duplicates, late];
  return [[name, ...figures.map(String)], notes(account, several)];
}

function notes(account: Account, several: boolean): string {
  const { gaps, lateWithin, truncated, vanished, unaccounted, redriven } = account;
  const rules = account.droppedBy.map(
    ({ policy, by, lines }) => `${several ? `${policy.slice(0, 8)} ` : ''}${by}: ${figure(lines)}`,
  );
  const reasons = Object.entries(account.parkedWhy).map(([why, lines]) => `${why}: ${figure(lines)}`);
  return [
    ...(gaps.length === 0 ? [] : ['GAP']),
    ...told('dropped', rules),
    ...told('parked', reasons),
    ...(redriven === null || redriven === 0 ? [] : [`redriven ${figure(redriven)}`]),
    ...(truncated === 0 ? [] : [`${figure(truncated)} cut by CloudWatch`]),
    ...(lateWithin === null ? [] : [`late within ${duration(lateWithin)}`]),
    ...(vanished === 0 ? [] : [`${figure(vanished)} vanished`]),
    ...(unaccounted === 0 ? [] : [`${figure(unaccounted)} UNACCOUNTED`]),
    ...told('read at', agesText(account.ages)),
  ].join('; ');
}

function told(what: string, parts: readonly string[]): readonly string[] {
  return parts.length === 0 ? [] : [`${what} ${parts.join(', ')}`];
}

/** The ages that all minutes due were read at need no figures. */
function agesText(ages: readonly AgeReached[]): readonly string[] {
  const come = ages.filter(({ due }) => due > 0);
  const [next] = ages.filter(({ due }) => due === 0);
  return [
    ...come.filter(({ due, reached }) => reached >= due).map(({ age }) => ageText(age)),
    ...come
      .filter(({ due, reached }) => reached < due)
      .map(({ age, due, reached }) => `${ageText(age)} for ${reached} of ${counted(due, 'minute')}`),
    ...(next === undefined ? [] : [`${ageText(next.age)} not due yet`]),
  ];
}

function gapText({ from, to, minutes }: Gap, flags: string): string {
  const gap = `GAP: ${counted(minutes, 'minute')} without a row, ${short(from)} to ${short(to)}. Read with:`;
  return `${wrapped(gap, COLUMNS)}\nnpx eks-audit backfill --from ${short(from)} --to ${short(to)}${flags}`;
}

function verdict({ total }: LedgerAccount): string[] {
  const { read, kept, dropped, parked, redriven, duplicates, unaccounted, vanished, minutes } = total;
  const sum = `${read} read = ${kept} kept + ${dropped} dropped + ${parked} parked + ${duplicates} duplicate`;
  return [
    ...(minutes === 0
      ? []
      : [
          unaccounted === 0
            ? `${sum}.`
            : `${sum} + ${unaccounted} UNACCOUNTED: please report this as a fault of the forwarder.`,
        ]),
    ...(redriven === null || redriven === 0
      ? []
      : [`Of the parked lines ${counted(redriven, 'was', 'were')} redriven since: the rows stay as they are.`]),
    ...(vanished === 0
      ? []
      : [
          `${counted(vanished, 'line that was', 'lines that were')} read once ${vanished === 1 ? 'is' : 'are'} not in CloudWatch Logs any more (its retention, or the group was made anew); their documents stay.`,
        ]),
  ];
}

function ageText(seconds: number): string {
  return seconds === 0 ? 'its end' : duration(seconds);
}

/** Rounded up to the largest unit that it has at least one of. */
function duration(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= size) ?? [1, 's'];
  return `${Math.ceil(seconds / size)}${unit}`;
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
] as const;

function short(time: string): string {
  return minuteText(Date.parse(time));
}
