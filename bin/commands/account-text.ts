import Table from 'cli-table3';
import { minuteText } from '../cli/range.ts';
import type { LedgerAccount } from '../operate/account/account.ts';
import type { Account, AgeReached, Gap } from '../operate/account/hours.ts';

const HEAD = [
  'hour (UTC)',
  'read',
  'kept',
  'dropped',
  'parked',
  'duplicate',
  'late',
  'vanished',
  'unaccounted',
  'read at age',
];

/**
 * An hour a row; what was dropped by which rule, parked why, and what is missing stands below the table. `flags` make
 * a command work where this one did.
 */
export function accountText(account: LedgerAccount, flags: string): string {
  const { hours, total } = account;
  const several = new Set(total.droppedBy.map(({ policy }) => policy)).size > 1;
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true }, colAligns: ALIGNED });
  const shown = hours.filter((hour) => hour.minutes > 0 || hour.gaps.length > 0);
  table.push(...shown.map((hour) => row(hour.hour.slice(0, 16).replace('T', ' '), hour, several)));
  if (shown.length > 1) table.push(row('all', total, several));
  return [
    introduction(account),
    ...(shown.length === 0 ? [] : [table.toString()]),
    ...total.gaps.map((gap) => gapText(gap, flags)),
    ...verdict(account),
  ].join('\n');
}

const ALIGNED = HEAD.map((_, at) => (at === 0 || at === HEAD.length - 1 ? 'left' : 'right')) satisfies (
  | 'left'
  | 'right'
)[];

function introduction({ cluster, from, to, start, frontier, total }: LedgerAccount): string {
  const range = `${cluster}, ${short(from)} to ${short(to)}`;
  if (start === null || frontier === null) return `${range}: this cluster was never read.`;
  return `${range}: ${total.minutes} minutes in the ledger. Read since ${short(start)}, the frontier is at ${short(frontier)}.`;
}

function row(name: string, account: Account, several: boolean): string[] {
  const { read, kept, dropped, parked, duplicates, truncated, late, lateWithin, vanished, unaccounted } = account;
  const rules = account.droppedBy.map(
    ({ policy, by, lines }) => `${several ? `${policy.slice(0, 8)} ` : ''}${by}: ${lines}`,
  );
  const reasons = Object.entries(account.parkedWhy).map(([why, lines]) => `${why}: ${lines}`);
  return [
    account.gaps.length === 0 ? name : `${name} GAP`,
    String(read),
    String(kept),
    [dropped, ...rules].join('\n'),
    [parked, ...reasons, ...(truncated > 0 && !('truncated' in account.parkedWhy) ? [`cut: ${truncated}`] : [])].join(
      '\n',
    ),
    String(duplicates),
    lateWithin === null ? String(late) : `${late}\nwithin ${duration(lateWithin)}`,
    String(vanished),
    String(unaccounted),
    agesText(account.ages),
  ];
}

/** The ages that all minutes due were read at need no figures. */
function agesText(ages: readonly AgeReached[]): string {
  const come = ages.filter(({ due }) => due > 0);
  const reached = come.filter(({ due, reached }) => reached >= due).map(({ age }) => ageText(age));
  const behind = come
    .filter(({ due, reached }) => reached < due)
    .map(({ age, due, reached }) => `${ageText(age)}: ${reached} of ${due} minutes`);
  const [next] = ages.filter(({ due }) => due === 0);
  return [
    ...(reached.length === 0 ? [] : [reached.join(', ')]),
    ...behind,
    ...(next === undefined ? [] : [`${ageText(next.age)} not due yet`]),
  ].join('\n');
}

function gapText({ from, to, minutes }: Gap, flags: string): string {
  const gap = `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} without a row, ${short(from)} to ${short(to)}`;
  return `GAP: ${gap}: npx eks-audit backfill --from ${short(from)} --to ${short(to)}${flags} reads them.`;
}

function verdict({ total }: LedgerAccount): string[] {
  const { read, kept, dropped, parked, duplicates, unaccounted, vanished, minutes } = total;
  const sum = `${read} read = ${kept} kept + ${dropped} dropped + ${parked} parked + ${duplicates} duplicate`;
  return [
    ...(minutes === 0
      ? []
      : [
          unaccounted === 0
            ? `${sum}.`
            : `${sum} + ${unaccounted} UNACCOUNTED: please report this as a fault of the forwarder.`,
        ]),
    ...(vanished === 0
      ? []
      : [
          `${vanished} lines that were read once are not in CloudWatch Logs any more (its retention, or the group was made anew); their documents stay.`,
        ]),
  ];
}

function ageText(seconds: number): string {
  return seconds === 0 ? 'its end' : duration(seconds);
}

/** Rounded up to the largest unit that it has at least one of. */
export function duration(seconds: number): string {
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
