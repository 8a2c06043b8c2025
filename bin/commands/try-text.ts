import type { Row } from '../../review/query/row.ts';
import { counted, figure } from '../cli/figures.ts';
import { wrapped } from '../cli/width.ts';
import type { Balance } from '../operate/try/balance.ts';
import { changeText } from '../operate/try/change-text.ts';
import type { TryResult } from '../operate/try/trial.ts';
import { totalsText } from './totals-text.ts';

/** What a start of `try` came to, for people; `columns`: those of their terminal. */
export function tryText(result: TryResult, columns: number): string {
  const { parked, changes } = result;
  const texts = [
    totalsText(result),
    ...(parked.length === 0
      ? []
      : [`Parked lines there: ${parked.map(([why, lines]) => `${figure(lines)} ${why}`).join(', ')}.`]),
    '',
    balanceText(result),
  ];
  const more = changes === undefined ? [] : ['', changesText(changes, columns)];
  return [...texts.map((text) => wrapped(text, columns)), ...more].join('\n');
}

/** Says where each line is that was fed, also those of earlier starts. */
function balanceText({ balance, runs }: Pick<TryResult, 'balance' | 'runs'>): string {
  const { fed, inLedger, byOthers, notRead, notOver, late, otherStreams } = balance;
  const parts = [
    [inLedger, 'of minutes that are over, each counted in the ledger'],
    ...some(notRead, 'of minutes that no run has read to their end: start again to go on'),
    [notOver, 'of the minute that is not over, read ahead of that'],
    ...some(late, 'that came when their minute had been read: the next look finds them'),
    [otherStreams, 'of streams that are no audit log: these are not read'],
  ] as const;
  const width = Math.max(...parts.map(([lines]) => figure(lines).length));
  return [
    `CloudWatch Logs was fed ${counted(fed, 'line')}:`,
    ...parts.map(([lines, what]) => `  ${figure(lines).padStart(width)} ${what}`),
    ...othersText(byOthers),
    ...missingText(balance),
    ...againText(runs),
  ].join('\n');
}

function some(lines: number, what: string): readonly (readonly [number, string])[] {
  return lines === 0 ? [] : [[lines, what]];
}

function othersText(lines: number): readonly string[] {
  return lines === 0
    ? []
    : [
        `${counted(lines, 'line')} of the ledger keep the policy that they were first read with; --fresh judges all anew.`,
      ];
}

function missingText({ missing }: Balance): readonly string[] {
  return missing === 0
    ? []
    : [
        `${counted(missing, 'line is', 'lines are')} not accounted for. Please report this as a fault of the forwarder.`,
      ];
}

/** Why the table counts more lines than were fed. */
function againText(runs: number): readonly string[] {
  return runs < 2
    ? []
    : [`The table counts what ${figure(runs)} runs did: each reads the minute that is not over anew.`];
}

function changesText(changes: readonly Row[], columns: number): string {
  if (changes.length === 0) return 'No policy changes among them.';
  return [
    'The latest policy changes, read back from Elasticsearch (times in UTC):',
    ...changes.map((change) => changeText(change, columns)),
  ].join('\n');
}
